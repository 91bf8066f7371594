"""``stage freeze --sign`` and ``stage verify --identity``, against a Sigstore of this machine."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samples import write
from staging import SDIST, WHEEL

pytest.importorskip("sigstore", reason="the extra sign is not installed")

from servers.sigstore import IDENTITY, ISSUER, OTHER, SigstoreServer

Stage = Any
BY = ("--identity", IDENTITY, "--issuer", ISSUER, "--trust-config", "trust.json")
LOCAL = ("-r", "local")
SIGNATURE = Path(".stage/releases/spam-1.0/manifests/1.sigstore.json")
MANIFEST = Path("kept/spam-1.0.release.intoto.json")
BUNDLE = Path("kept/spam-1.0.release.sigstore.json")


@pytest.fixture
def sigstore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SigstoreServer]:
    with SigstoreServer() as server:
        (tmp_path / "trust.json").write_text(server.trust_config)
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)  # the library that finds identities reads them
        yield server


@pytest.fixture
def signed(stage: Stage, tmp_path: Path, sigstore: SigstoreServer) -> Stage:
    """A release that is published to the index in the stage, and signed."""
    write(tmp_path / "dist", WHEEL, SDIST)
    stage("add")
    frozen = sign(stage, sigstore, "--output", "kept")
    assert (frozen.status, stage("publish", *LOCAL).status) == (0, 0)
    return stage


def sign(stage: Stage, sigstore: SigstoreServer, *more: str) -> Any:
    given = ("freeze", "--sign", "--trust-config", "trust.json", *more)
    return stage(*given, environ=sigstore.environment)


class TestFreezing:
    def test_the_signature_stands_beside_the_manifest(self, signed: Stage, tmp_path: Path) -> None:
        """Its payload is the manifest, byte by byte; both are in the folder that was named."""
        bundle = json.loads((tmp_path / SIGNATURE).read_text())
        envelope = bundle["dsseEnvelope"]
        assert envelope["payloadType"] == "application/vnd.in-toto+json"
        assert (tmp_path / BUNDLE).read_bytes() == (tmp_path / SIGNATURE).read_bytes()
        manifest = (tmp_path / SIGNATURE).with_name("1.json").read_bytes()
        assert (tmp_path / MANIFEST).read_bytes() == manifest

    def test_what_is_said(self, stage: Stage, tmp_path: Path, sigstore: SigstoreServer) -> None:
        """Who signed, and where the signature is; never the token."""
        write(tmp_path / "dist", WHEEL)
        stage("add")
        shown = sign(stage, sigstore)
        assert f"spam==1.0 is signed by {IDENTITY} of {ISSUER}" in shown.stderr
        assert str(SIGNATURE) in shown.stdout
        [token] = sigstore.instance.tokens
        assert token not in shown.stdout
        masked = [line for line in shown.stderr.splitlines() if token in line]
        assert all(line.startswith("::add-mask::") for line in masked)

    def test_once_is_enough(self, signed: Stage, sigstore: SigstoreServer) -> None:
        """A manifest that is signed is told as it is."""
        again = sign(signed, sigstore, "spam", "--json")
        assert again.report["releases"][0]["bundle"].endswith("1.sigstore.json")
        assert len(sigstore.instance.tokens) == 1

    def test_thaw_takes_it_away(
        self, stage: Stage, tmp_path: Path, sigstore: SigstoreServer
    ) -> None:
        """What is frozen next is another manifest."""
        write(tmp_path / "dist", WHEEL)
        stage("add")
        sign(stage, sigstore)
        assert (tmp_path / SIGNATURE).exists()
        assert stage("thaw").status == 0
        assert not (tmp_path / SIGNATURE).exists()
        again = stage("freeze", "--json")
        assert (again.status, again.report["releases"][0]["bundle"]) == (0, None)

    def test_a_refusal_leaves_it_frozen(
        self, stage: Stage, tmp_path: Path, sigstore: SigstoreServer
    ) -> None:
        """What was done is told beside the error; the same command goes on from there."""
        write(tmp_path / "dist", WHEEL)
        stage("add")
        sigstore.instance.refuses = 503
        failed = sign(stage, sigstore, "--json")
        assert failed.status == 5
        assert failed.report["releases"][0]["bundle"] is None
        sigstore.instance.refuses = 0
        assert sign(stage, sigstore, "--json").report["releases"][0]["bundle"]

    def test_nobody_signs(self, stage: Stage, tmp_path: Path, sigstore: SigstoreServer) -> None:
        """Neither a job of CI nor a person."""
        write(tmp_path / "dist", WHEEL)
        stage("add")
        refused = stage("freeze", "--sign", "--trust-config", "trust.json")
        assert refused.status == 4
        assert "nobody proves who signs" in refused.stderr

    def test_a_trust_configuration_for_nothing(self, stage: Stage) -> None:
        """It is for ``--sign``."""
        refused = stage("freeze", "--trust-config", "trust.json")
        assert (refused.status, "is for --sign" in refused.stderr) == (2, True)


class TestVerifying:
    def test_the_signature_in_the_stage(self, signed: Stage) -> None:
        """It is proven before the index is compared."""
        shown = signed("verify", *LOCAL, *BY)
        assert shown.status == 0
        assert f"spam==1.0 is what {IDENTITY} of {ISSUER} signed" in shown.stderr

    def test_without_a_stage(self, signed: Stage, tmp_path: Path) -> None:
        """Manifest and signature are all it takes."""
        url = ("--repository-url", str(tmp_path / ".stage/index"), "--offline")
        empty = ("--stage-dir", tmp_path / "none")
        given = ("--manifest", MANIFEST, "--bundle", BUNDLE)
        assert signed("verify", *empty, *url, *given, *BY).status == 0

    def test_downloaded_files(self, signed: Stage) -> None:
        """The manifest that files are compared with is proven, too."""
        given = (f"dist/{WHEEL}", "--manifest", MANIFEST, "--bundle", BUNDLE)
        assert signed("verify", *given, *BY).status == 0
        assert signed("verify", *given, *BY[2:], "--identity", OTHER).status == 1

    def test_another_identity(self, signed: Stage) -> None:
        """Who signed is named, and the index is not asked."""
        shown = signed(
            "verify", "--repository-url", "http://127.0.0.1:9/", *BY, "--identity", OTHER
        )
        assert shown.status == 1
        assert f"does not prove a signature by {OTHER} of {ISSUER}" in shown.stderr
        assert IDENTITY in shown.stderr

    def test_another_issuer(self, signed: Stage) -> None:
        """An identity is worth as much as who vouches for it."""
        assert signed("verify", *LOCAL, *BY, "--issuer", "https://example.com").status == 1

    def test_another_manifest(self, signed: Stage, tmp_path: Path) -> None:
        """A byte is enough."""
        manifest = tmp_path / MANIFEST
        manifest.write_bytes(manifest.read_bytes() + b"\n")
        given = ("--manifest", MANIFEST, "--bundle", BUNDLE)
        shown = signed("verify", *LOCAL, *given, *BY)
        assert (shown.status, "but not over this manifest" in shown.stderr) == (1, True)

    def test_what_the_project_says(self, signed: Stage, tmp_path: Path) -> None:
        """Then a signature in the stage is proven without being asked for."""
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.stage.signature]\nidentity = "{OTHER}"\nissuer = "{ISSUER}"\n'
        )
        trust = ("--trust-config", "trust.json")
        assert signed("verify", *LOCAL, *trust).status == 1
        assert signed("verify", *LOCAL, *BY).status == 0

    def test_a_manifest_through_a_pipe(self, signed: Stage, tmp_path: Path) -> None:
        """It can be read only once; what it says is compared with what is signed."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        content = (tmp_path / MANIFEST).read_bytes()
        writer = threading.Thread(target=pipe.write_bytes, args=(content,))
        writer.start()
        shown = signed("verify", f"dist/{WHEEL}", "--manifest", pipe, "--bundle", BUNDLE, *BY)
        writer.join()
        assert shown.status == 0, shown.stderr

    def test_options_for_nothing(self, signed: Stage) -> None:
        """Whoever gives them expects a proof; without a signer there is none."""
        for given in (["--offline"], ["--trust-config", "trust.json"]):
            shown = signed("verify", *LOCAL, *given)
            assert (shown.status, "nobody says who signs" in shown.stderr) == (2, True)

    def test_half_of_it(self, signed: Stage) -> None:
        """An identity without an issuer, or a signature without both, proves nothing."""
        for given in (BY[:2], BY[2:4], ("--bundle", BUNDLE)):
            shown = signed("verify", *LOCAL, *given)
            assert (shown.status, "proves nothing unless" in shown.stderr) == (2, True)
