"""``stage verify FILES``: in an empty folder, with a manifest from a file or from a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samples import content_of, write
from servers.legacy import LegacyServer
from staging import SDIST, WHEEL
from staging import stage as staged
from twine_stage.digests import sha256
from twine_stage.errors import UsageError
from twine_stage.operations.freeze import freeze
from twine_stage.operations.manifest_files import expect_private

Stage = Any
PAGE = "/kept/manifest.json"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Of a wheel and an sdist, which are in ``dl``."""
    write(tmp_path / "dl", WHEEL, SDIST)
    freeze(staged(tmp_path / "elsewhere", [WHEEL, SDIST]), [], output=tmp_path)
    return tmp_path / "spam-1.0.release.intoto.json"


@pytest.fixture
def server(manifest: Path) -> Iterator[LegacyServer]:
    """Serves the manifest."""
    with LegacyServer() as running:
        running.pages[PAGE] = (200, {}, manifest.read_bytes())
        yield running


def digest(name: str) -> str:
    """Of a sample; gzip does not write the same bytes on every Python."""
    return sha256(content_of(name))


def test_a_line_per_file(stage: Stage, manifest: Path) -> None:
    """And the sum, without a stage or an index."""
    result = stage("verify", "dl/*", "--manifest", manifest)
    assert result.status == 0, result.stderr
    assert result.stdout == (
        f"matching  {digest(WHEEL)[:12]}  spam-1.0-py3-none-any.whl\n"
        f"matching  {digest(SDIST)[:12]}  spam-1.0.tar.gz\n"
        "2 of 2 files as frozen: spam==1.0\n"
    )
    assert not (manifest.parent / ".stage").exists()


def test_differences_are_told(stage: Stage, manifest: Path, tmp_path: Path) -> None:
    """In the terminal, as JSON, and as annotations of a run on GitHub."""
    (tmp_path / "dl" / SDIST).write_bytes(b"")
    arguments = ("verify", f"dl/{SDIST}", "--manifest", manifest.name, "--all")
    result = stage(*arguments, environ={"GITHUB_ACTIONS": "true"})
    assert result.status == 1
    assert f"different {SDIST}: frozen with sha256 {digest(SDIST)}" in result.stdout
    assert f"missing {WHEEL}: frozen with sha256 {digest(WHEEL)}" in result.stdout
    assert "0 of 1 file as frozen: spam==1.0" in result.stdout
    assert f"::error title=stage verify::{SDIST} is different: frozen with" in result.stderr
    report = stage(*arguments, "--json").report
    assert set(report) == {"compared_with", "files", "ignored"}
    assert set(report["files"][0]) == {"filename", "outcome", "release", "sha256", "message"}


def test_a_name_steers_no_terminal(stage: Stage, manifest: Path, tmp_path: Path) -> None:
    """Whoever made the file chose it; it is shown whole."""
    name = "\x1b[2J" + 200 * "x" + ".whl"
    (tmp_path / "dl" / name).write_bytes(b"")
    result = stage("verify", "dl/", "--manifest", manifest)
    assert "\x1b" not in result.stdout + result.stderr
    assert result.stdout.count("\\x1b[2J" + 200 * "x" + ".whl") == 2


def test_a_manifest_from_a_server(stage: Stage, server: LegacyServer) -> None:
    """Without any credential, through redirects, for files and for an index alike."""
    server.pages["/latest"] = (302, {"Location": PAGE}, b"")
    url = f"{server.base}/latest"
    environ = {"TWINE_USERNAME": "build", "TWINE_PASSWORD": "not-a-secret"}
    assert stage("verify", "dl/", "--manifest", url, environ=environ).status == 0
    index = ("--repository-url", server.url, "--simple-url", server.simple_url)
    assert stage("verify", "--manifest", url, *index, environ=environ).status == 1
    asked = [headers for _, path, headers in server.requests if path in ("/latest", PAGE)]
    assert len(asked) == 4
    assert not any("authorization" in headers for headers in asked)


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        ((404, {}, b""), 5, "found: 404 Not Found"),
        ((200, {}, b"<html>"), 3, "expected JSON"),
        ((200, {}, b" " * ((64 << 20) + 2)), 3, "expected a manifest, found more than 64 MiB"),
        ((302, {"Location": "http://example.org/"}, b""), 2, "begins with https://"),
        ((302, {"Location": "https://a:b@example.org/"}, b""), 2, "without a user name"),
        ((302, {"Location": "/kept/manifest.json"}, b""), 5, "found: 302 Found"),
    ],
)
def test_a_server_that_has_no_manifest(
    stage: Stage, server: LegacyServer, answer: Any, status: int, problem: str
) -> None:
    """One sentence, with the URL as far as it is no secret."""
    server.pages[PAGE] = answer
    result = stage("verify", "dl/", "--manifest", f"{server.base}{PAGE}?token=hush")
    assert result.status == status
    assert problem in result.stderr
    assert "hush" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["dl/"], "expected a manifest to compare dl/ with, found none"),
        (["dl/", "spam==1.0"], "expected files alone or releases alone, found dl/ and spam==1.0"),
        (["--all"], "expected files with --all, found none"),
        (["dl/", "--deep", "--wait", "3"], "expected files without --wait, --deep"),
        (["dl/", "--receipt", "none"], "expected files without --receipt"),
        (["dl/", "-r", "ps"], "expected files without --repository"),
        (["dl/", "--simple-url", "x", "-u", "me"], "files without --simple-url, --username"),
        (["nothing.whl", "--manifest", "m"], "expected a manifest at"),
        (["dl/", "--manifest", "http://example.org/m"], "expected a URL that begins with https://"),
        (["dl/", "--manifest", "https://a:hush@example.org/m"], "without a user name"),
        (["dl/", "--manifest", "https://[/m"], "expected a URL that begins with https://"),
    ],
)
@pytest.mark.usefixtures("manifest")
def test_what_cannot_be_meant(stage: Stage, arguments: list[str], problem: str) -> None:
    """Said with the status of a usage error, before anything is read."""
    result = stage("verify", *arguments)
    assert result.status == 2
    assert problem in result.stderr
    assert "hush" not in result.stderr


def test_a_page_of_the_network_does_not_lead_to_this_machine() -> None:
    """What listens here may think that only its own people ask."""
    with pytest.raises(UsageError, match="stays there"):
        expect_private("http://127.0.0.1/m", begun="https://example.org/m")


def test_one_document(stage: Stage, manifest: Path) -> None:
    """Also for files."""
    assert json.loads(stage("verify", "dl/", "--manifest", manifest, "--json").stdout)["ok"]


def test_a_folder_without_a_slash(stage: Stage, manifest: Path) -> None:
    """It could be the name of a project; what to write instead is said."""
    result = stage("verify", "dl", "--manifest", manifest)
    assert (result.status, "put a slash behind it" in result.stderr) == (3, True)
