"""Which bytes are signed, where the signature is kept, and what a proof compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes import Remembering
from servers.oidc import jwt
from staging import SPAM, WHEEL, stage
from twine_stage.errors import CredentialsMissing, NotSigned, StorageFailed, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.freeze import freeze
from twine_stage.operations.signing import Proving, Signing, token
from twine_stage.operations.thaw import thaw
from twine_stage.signers import Signature, Signer
from twine_stage.store import Store

ME = Signer("me@example.org", "https://issuer.example.org")
JOB = {"GITHUB_ACTIONS": "true"}


@dataclass
class Seal:
    """Signs by putting its mark before the bytes; ``meanwhile`` is what others do."""

    meanwhile: Callable[[], object] = lambda: None
    signed: list[bytes] = field(default_factory=list)

    def sign(self, content: bytes, token: str) -> Signature:
        self.signed.append(content)
        self.meanwhile()
        return Signature(token.encode() + content, ME)

    def verify(self, bundle: bytes, signer: Signer, *, name: str) -> bytes:
        assert signer == ME
        return bundle.removeprefix(b"token:")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return stage(tmp_path, [WHEEL])


def signing(seal: Seal, reporter: Remembering | None = None) -> Signing:
    return Signing(signs=seal, token=lambda: "token:", reporter=reporter or Remembering())


def frozen(store: Store, seal: Seal | None = None) -> Manifest:
    freeze(store, [], signing=signing(seal) if seal else None)
    latest = store.record(SPAM).latest
    assert latest is not None
    return latest


def proving(
    bundle: Path | None = None, *, is_demanded: bool = True, reporter: Remembering | None = None
) -> Proving:
    return Proving(
        signer=ME,
        bundle=bundle,
        is_demanded=is_demanded,
        verifies=Seal,
        reporter=reporter or Remembering(),
    )


class TestSigning:
    def test_exactly_the_bytes_of_the_manifest(self, store: Store) -> None:
        """As they are on disk; the bundle stands beside them, and it is said who signed."""
        seal, reporter = Seal(), Remembering()
        freeze(store, [], signing=signing(seal, reporter))
        manifest = frozen(store)
        files = store.manifest_files(manifest)
        assert seal.signed == [files.manifest.read_bytes()]
        assert files.bundle() == b"token:" + manifest.dumps()
        assert f"{SPAM} is signed by {ME}" in reporter.notes

    def test_a_frozen_release_is_signed_later(self, store: Store) -> None:
        """Without names all that are frozen are; one that is signed already is left alone."""
        frozen(store)
        seal = Seal()
        first = freeze(store, [], signing=signing(seal))
        second = freeze(store, [], signing=signing(seal))
        assert first == second
        assert len(seal.signed) == 1
        [release] = first.releases
        assert release.bundle
        assert Path(release.bundle).name == "1.sigstore.json"

    def test_thawed_meanwhile(self, store: Store) -> None:
        """No signature is left without its manifest."""
        manifest = frozen(store)
        with pytest.raises(StorageFailed):
            signing(Seal(meanwhile=lambda: thaw(store, []))).sign(store, manifest)
        assert store.manifest_files(manifest).bundle() is None

    def test_frozen_anew_meanwhile(self, store: Store) -> None:
        """The signature would be over another manifest."""
        manifest = frozen(store)
        path = store.manifest_files(manifest).manifest

        def change() -> None:
            path.chmod(0o644)
            path.write_bytes(b"{}")

        with pytest.raises(WrongState, match="frozen anew"):
            signing(Seal(meanwhile=change)).sign(store, manifest)
        assert store.manifest_files(manifest).bundle() is None
        path.write_bytes(manifest.dumps())

    def test_an_error_tells_what_is_frozen(self, store: Store) -> None:
        """The release stays frozen, and the report says so."""

        def nobody() -> str:
            raise CredentialsMissing("nobody")

        with pytest.raises(CredentialsMissing) as caught:
            freeze(store, [], signing=Signing(signs=Seal(), token=nobody, reporter=Remembering()))
        assert "bundle=None" in str(caught.value.report)
        assert store.record(SPAM).state == "frozen"


class TestProving:
    def test_the_signature_in_the_stage(self, store: Store) -> None:
        """It is said who signed."""
        reporter = Remembering()
        proving(reporter=reporter).prove([frozen(store, Seal())], [], store)
        assert reporter.notes == [f"{SPAM} is what {ME} signed"]

    def test_no_signature(self, store: Store) -> None:
        """It is refused where it is demanded, else noted."""
        manifest = frozen(store)
        with pytest.raises(NotSigned, match="has no signature") as caught:
            proving().prove([manifest], [], store)
        assert f"stage freeze --sign {SPAM}" in caught.value.hint
        reporter = Remembering()
        proving(is_demanded=False, reporter=reporter).prove([manifest], [], store)
        assert reporter.notes == [f"{SPAM} has no signature"]

    def test_a_manifest_from_elsewhere(self, store: Store, tmp_path: Path) -> None:
        """The signature in the stage is not taken for it."""
        manifest = frozen(store, Seal())
        with pytest.raises(NotSigned, match="has no signature") as caught:
            proving().prove([manifest], [tmp_path / "one.json"], store)
        assert "--bundle FILE" in caught.value.hint
        with pytest.raises(NotSigned, match="has no signature"):
            proving().prove([manifest], [], None)

    def test_a_signature_in_a_file(self, store: Store, tmp_path: Path) -> None:
        """The file of the manifest has to be what is signed, byte by byte."""
        manifest = frozen(store)
        bundle, path = tmp_path / "bundle", tmp_path / "one.json"
        bundle.write_bytes(b"token:" + manifest.dumps())
        path.write_bytes(manifest.dumps())
        proving(bundle).prove([manifest], [path], None)
        proving(bundle).prove([manifest], [], store)
        path.write_bytes(manifest.dumps() + b"\n")
        with pytest.raises(NotSigned, match="not over this manifest"):
            proving(bundle).prove([manifest], [path], None)

    def test_a_manifest_from_a_url(self, store: Store, tmp_path: Path) -> None:
        """What it says has to be what is signed."""
        manifest = frozen(store)
        other = replace(manifest, revision=2, reason="more")
        bundle, url = tmp_path / "bundle", "https://example.org/one.json"
        bundle.write_bytes(b"token:" + manifest.dumps())
        proving(bundle).prove([manifest], [url], None)
        with pytest.raises(NotSigned, match="not over this manifest"):
            proving(bundle).prove([other], [url], None)

    def test_one_signature_for_two(self, store: Store, tmp_path: Path) -> None:
        """Nobody can say which is meant."""
        manifest = frozen(store)
        with pytest.raises(UsageError, match="here are 2"):
            proving(tmp_path / "bundle").prove([manifest, manifest], [], store)

    def test_a_file_that_is_not_there(self, store: Store, tmp_path: Path) -> None:
        """It is named."""
        with pytest.raises(UsageError, match=r"expected a file at .*bundle, found: No such file"):
            proving(tmp_path / "bundle").prove([frozen(store)], [], store)


class TestToken:
    def test_a_job(self) -> None:
        """It is concealed before it is used, and meant for Sigstore."""
        asked, reporter = [], Remembering()

        def detect(audience: str) -> str:
            asked.append(audience)
            return jwt(audience, {"sub": "job"})

        found = token(JOB, log_in=None, detect=detect, reporter=reporter)
        assert asked == ["sigstore"]
        assert found in reporter.concealed

    def test_a_job_without_the_permission(self) -> None:
        """The way out is the one for signing."""
        with pytest.raises(CredentialsMissing) as caught:
            token(JOB, log_in=None, detect=lambda audience: None, reporter=Remembering())
        assert "id-token: write" in caught.value.hint

    def test_a_person(self, tmp_path: Path) -> None:
        """Where one sits there."""
        reporter = Remembering()
        assert token({}, log_in=lambda: "secret", reporter=reporter) == "secret"
        assert reporter.concealed == ["secret"]

    def test_nobody(self) -> None:
        """No job, and no terminal."""
        with pytest.raises(CredentialsMissing, match="nobody proves who signs"):
            token({}, log_in=None, reporter=Remembering())
