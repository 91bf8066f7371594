"""What is asked of sigstore, and what becomes of its answers, with an instance of this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sigstore", reason="the extra sign is not installed")

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sigstore.dsse import Envelope
from sigstore.errors import TUFError
from sigstore.models import Bundle, ClientTrustConfig, TransparencyLogEntry
from sigstore.oidc import IdentityError

import releasing
from servers.sigstore import IDENTITY, ISSUER, OTHER, SigstoreServer, identity_token
from twine_stage.errors import (
    CredentialsMissing,
    Damaged,
    NotSigned,
    Refused,
    Unreachable,
    UsageError,
)
from twine_stage.signers import Signer
from twine_stage.sigstore_bridge import Sigstore

BY = Signer(IDENTITY, ISSUER)
CONTENT = releasing.manifest_of(releasing.built(releasing.WHEEL)).dumps()


@pytest.fixture(scope="module")
def server() -> Iterator[SigstoreServer]:
    with SigstoreServer() as found:
        yield found


@pytest.fixture
def instance(server: SigstoreServer, tmp_path: Path) -> Sigstore:
    server.instance.refuses = 0
    return described(server, tmp_path)


def described(server: SigstoreServer, folder: Path) -> Sigstore:
    path = folder / "trust.json"
    path.write_text(server.trust_config)
    return Sigstore(path)


def changed(bundle: bytes, payload: bytes) -> bytes:
    """A bundle with another payload under the same signature."""
    document = json.loads(bundle)
    document["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    return json.dumps(document).encode()


def signed_as(kind: str, server: SigstoreServer) -> bytes:
    """A bundle whose envelope is in order, and says that it holds something else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    certificate = server.instance.certificate(request, identity_token())
    signed = f"DSSEv1 {len(kind)} {kind} {len(CONTENT)} ".encode() + CONTENT
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    document = {
        "payload": base64.b64encode(CONTENT).decode(),
        "payloadType": kind,
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
    envelope = json.dumps(document)
    pem = base64.b64encode(certificate.public_bytes(Encoding.PEM)).decode()
    proposed = {"spec": {"proposedContent": {"envelope": envelope, "verifiers": [pem]}}}
    entry = TransparencyLogEntry._from_v1_response(server.instance.entry(proposed))  # noqa: SLF001
    read = Envelope._from_json(envelope)  # noqa: SLF001 - nothing public makes such a bundle
    return Bundle._from_parts(certificate, read, entry).to_json().encode()  # noqa: SLF001


class TestSigning:
    def test_exactly_these_bytes(self, instance: Sigstore) -> None:
        """They stand in the envelope as they were handed over, and come back from the proof."""
        signature = instance.sign(CONTENT, identity_token())
        envelope = json.loads(signature.bundle)["dsseEnvelope"]
        assert base64.b64decode(envelope["payload"]) == CONTENT
        assert envelope["payloadType"] == "application/vnd.in-toto+json"
        assert signature.signer == BY
        assert instance.verify(signature.bundle, BY, name="bundle") == CONTENT

    def test_a_token_for_others(self, instance: Sigstore) -> None:
        """It is not sent, and not shown."""
        token = identity_token(audience="pypi")
        with pytest.raises(CredentialsMissing, match="cannot be signed with") as caught:
            instance.sign(CONTENT, token)
        assert token not in str(caught.value)

    @pytest.mark.parametrize(("status", "error"), [(403, Refused), (503, Unreachable)])
    def test_a_refusal(
        self, instance: Sigstore, server: SigstoreServer, status: int, error: type[Exception]
    ) -> None:
        """In its own words; but the token is not shown, even where the answer repeats it."""
        server.instance.refuses = status
        token = identity_token()
        with pytest.raises(error, match=r"Sigstore does not sign.*: no, not ") as caught:
            instance.sign(CONTENT, token)
        assert token not in str(caught.value)

    def test_no_answer(self, tmp_path: Path) -> None:
        """Nobody listens any more."""
        with SigstoreServer() as gone:
            instance = described(gone, tmp_path)
        with pytest.raises(Unreachable, match="Sigstore did not sign"):
            instance.sign(CONTENT, identity_token())

    def test_a_broken_trust_configuration(self, tmp_path: Path) -> None:
        """It is an error of its own, not one of the signing."""
        with pytest.raises(UsageError, match="expected a trust configuration"):
            Sigstore(tmp_path / "none").sign(CONTENT, identity_token())
        (tmp_path / "odd").write_text("{}")
        with pytest.raises(Damaged, match="expected a trust configuration of Sigstore"):
            Sigstore(tmp_path / "odd").sign(CONTENT, identity_token())


class TestVerifying:
    def test_another_payload(self, instance: Sigstore) -> None:
        """One byte, and the signature is none."""
        bundle = instance.sign(CONTENT, identity_token()).bundle
        with pytest.raises(NotSigned, match="does not prove a signature by"):
            instance.verify(changed(bundle, CONTENT + b" "), BY, name="bundle")

    @pytest.mark.parametrize("other", [Signer(OTHER, ISSUER), Signer(IDENTITY, "https://x.org")])
    def test_another_signer(self, instance: Sigstore, other: Signer) -> None:
        """Identity and issuer count, both."""
        bundle = instance.sign(CONTENT, identity_token()).bundle
        with pytest.raises(NotSigned):
            instance.verify(bundle, other, name="bundle")

    def test_another_instance(self, instance: Sigstore, tmp_path: Path) -> None:
        """Whoever can make an authority of their own is not trusted."""
        bundle = instance.sign(CONTENT, identity_token()).bundle
        with SigstoreServer() as other, pytest.raises(NotSigned):
            described(other, tmp_path).verify(bundle, BY, name="bundle")

    def test_another_kind_of_payload(self, instance: Sigstore, server: SigstoreServer) -> None:
        """What is signed as something else is no statement."""
        bundle = signed_as("text/plain", server)
        with pytest.raises(NotSigned, match="signs text/plain, expected application/vnd"):
            instance.verify(bundle, BY, name="bundle")

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"mediaType": "x"}'])
    def test_no_bundle(self, instance: Sigstore, content: bytes) -> None:
        """It is named, in one line."""
        with pytest.raises(Damaged, match=r"one\.json: expected a Sigstore bundle") as caught:
            instance.verify(content, BY, name="one.json")
        assert "\n" not in str(caught.value)
        assert "https://" not in str(caught.value)  # nor the pages of a library that read it

    def test_the_roots_on_this_machine(
        self, instance: Sigstore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Offline the public instance is trusted as it came with the extra; ours is not it."""
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        bundle = instance.sign(CONTENT, identity_token()).bundle
        with pytest.raises(NotSigned):
            Sigstore(is_offline=True).verify(bundle, BY, name="bundle")

    def test_no_roots(self, instance: Sigstore) -> None:
        """Then there is no answer, neither yes nor no."""

        def public(is_offline: bool) -> ClientTrustConfig:  # noqa: FBT001 - as it is called
            raise TUFError("no answer")

        bundle = instance.sign(CONTENT, identity_token()).bundle
        with pytest.raises(Unreachable, match="the roots of trust of Sigstore cannot be had"):
            Sigstore(public=public).verify(bundle, BY, name="bundle")


class TestLoggingIn:
    def test_a_person(self, instance: Sigstore, capfd: pytest.CaptureFixture[str]) -> None:
        """They are led to the issuer of the instance; stdout is kept for results."""
        asked = []

        def browse(issuer: str) -> str:
            asked.append(issuer)
            print("Enter verification code: ")  # noqa: T201 - as sigstore does
            return "token"

        assert Sigstore(instance.trust_config, log_in_at=browse).log_in() == "token"
        assert asked[0].startswith("http://127.0.0.1:")
        assert capfd.readouterr().out == ""

    def test_a_person_who_does_not(self, instance: Sigstore) -> None:
        """It is said so."""

        def browse(issuer: str) -> str:
            raise IdentityError("Error response from auth endpoint: access_denied")

        with pytest.raises(CredentialsMissing, match="does not learn who you are: Error response"):
            Sigstore(instance.trust_config, log_in_at=browse).log_in()

    def test_an_issuer_that_is_down(self, instance: Sigstore) -> None:
        """No browser is opened."""
        with pytest.raises(Unreachable, match="Sigstore did not sign"):
            instance.log_in()
