"""``stage adopt`` on a served index: into a stage, and into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samples import content_of
from servers.legacy import LegacyServer

Stage = Any
NAMES = ("spam-1.0-py3-none-any.whl", "spam-1.0.tar.gz", "spam-1.1.tar.gz")


@pytest.fixture
def index() -> Iterator[LegacyServer]:
    """An index with two releases of spam that nobody here published."""
    with LegacyServer(simple_path="/legacy/simple/") as server:
        for name in NAMES:
            server.put(name, content_of(name))
        yield server


def test_a_project_is_watched_from_today(stage: Stage, index: LegacyServer) -> None:
    """The stage is made; verify compares with what was adopted, and names what changed since."""
    at = ("--repository-url", index.url)
    adopted = stage("adopt", "spam", *at)
    assert adopted.status == 0
    lines = adopted.stdout.splitlines()
    assert lines[0].startswith(f"adopted spam==1.0 from {index.url}: 2 files ")
    assert lines[1].startswith(f"adopted spam==1.1 from {index.url}: 1 file ")
    assert stage("verify", *at).status == 0
    assert stage("status").stdout.count("published on 127.0.0.1-") == 2
    index.put("spam-1.1-py3-none-any.whl", content_of("spam-1.1-py3-none-any.whl"))
    assert stage("verify", *at).status == 1
    again = stage("adopt", "spam==1.1", *at, "--json")
    assert [one["outcome"] for one in again.report["releases"]] == ["kept"]


def test_a_folder_needs_no_stage(stage: Stage, index: LegacyServer, tmp_path: Path) -> None:
    """And none is made."""
    at = ("--repository-url", index.url)
    adopted = stage("adopt", "spam==1.0", "--output", "kept", *at)
    path = tmp_path / "kept" / "spam-1.0.release.intoto.json"
    assert adopted.status == 0
    assert f" to {path}: 2 files" in adopted.stdout
    assert not (tmp_path / ".stage").exists()
    assert stage("verify", "--manifest", path, *at).status == 0


def test_an_index_that_has_only_html_is_downloaded(stage: Stage, index: LegacyServer) -> None:
    """It tells no sizes; that is said, with each file."""
    index.is_html_only = True
    adopted = stage("adopt", "spam==1.0", "--repository-url", index.url)
    assert adopted.status == 0
    said = " ".join(adopted.stderr.split())
    assert "does not tell the size of 2 files: what it serves is downloaded" in said
    assert " 0 B " not in said


def test_what_was_yanked_then_is_as_it_was(stage: Stage, index: LegacyServer) -> None:
    """It is told, and only what changes from then on is told by verify and monitor."""
    at = ("--repository-url", index.url)
    index.files[NAMES[1]].yanked = "broken"
    adopted = stage("adopt", "spam==1.0", *at)
    assert f"the index shows as yanked: {NAMES[1]}" in adopted.stdout
    verified = stage("verify", *at)
    assert verified.status == 0
    assert "2 files as frozen, 1 of them yanked by then already" in verified.stdout
    assert stage("monitor", *at).status == 0
    index.files[NAMES[0]].yanked = "broken"
    assert stage("verify", *at).status == 1
    assert stage("monitor", *at).status == 1


def test_what_the_index_told_of_a_file_counts(stage: Stage, index: LegacyServer) -> None:
    """Installers choose by Requires-Python: another one is no release as it was adopted."""
    at = ("--repository-url", index.url)
    index.files[NAMES[0]].requires_python = ">=3.10"
    assert stage("adopt", "spam==1.0", "--output", "kept", *at).status == 0
    manifest = ("--manifest", "kept/spam-1.0.release.intoto.json")
    assert stage("verify", *manifest, *at).status == 0
    index.files[NAMES[0]].requires_python = ">=3.14"
    verified = stage("verify", *manifest, *at, "--json")
    assert verified.status == 1
    [difference] = verified.report["releases"][0]["differences"]
    assert difference["kind"] == "metadata"
    monitored = stage("monitor", "kept", *at, "--json")
    assert [one["kind"] for one in monitored.report["changes"]] == ["metadata"]
    [release] = stage("monitor", "kept", "--standing", *at, "--json").report["releases"]
    assert [one["kind"] for one in release["differences"]] == ["metadata"]


def test_files_that_cannot_be_had_are_all_named(stage: Stage, index: LegacyServer) -> None:
    """Their release is left out, the other is adopted, and the status says to try again."""
    index.is_html_only = True
    for name in NAMES[:2]:
        index.pages[f"/files/{name}"] = (404, {}, b"")
    adopted = stage("adopt", "spam", "--repository-url", index.url)
    first, reason, second = adopted.stdout.splitlines()
    assert adopted.status == 5
    assert first.startswith(f"left out spam==1.0 from {index.url}: 2 files")
    assert all(f"cannot download {name}: nothing is at its address" in reason for name in NAMES[:2])
    assert second.startswith("adopted spam==1.1")


def test_what_came_since_wants_a_reason(stage: Stage, index: LegacyServer, tmp_path: Path) -> None:
    """It is named, and with a reason it is the next revision, which verify and monitor take."""
    at = ("--repository-url", index.url)
    assert stage("adopt", "spam", *at).status == 0
    assert stage("monitor", *at).status == 0
    index.put("spam-1.1-py3-none-any.whl", content_of("spam-1.1-py3-none-any.whl"))
    named = stage("adopt", "spam==1.1", *at)
    assert "also shows spam-1.1-py3-none-any.whl: with --reason TEXT" in named.stdout
    assert stage("monitor", *at).status == 1
    summary = tmp_path / "summary.md"
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    adopted = stage("adopt", "spam==1.1", "--reason", "a wheel", *at, environ=environ)
    assert adopted.status == 0
    assert "revision 2 takes over spam-1.1-py3-none-any.whl" in adopted.stdout
    assert "### stage adopt\n\n```text\nadopted spam==1.1" in summary.read_text()
    assert stage("verify", *at).status == 0
    assert stage("monitor", "--standing", *at).status == 0


def test_nothing_is_made_where_there_is_nothing(stage: Stage, index: LegacyServer) -> None:
    """A release that the index does not show is a local error."""
    result = stage("adopt", "eggs==1.0", "--repository-url", index.url)
    assert result.status == 3
    assert "there is nothing to adopt" in result.stderr


def test_a_release_must_be_named(stage: Stage) -> None:
    """Nobody adopts by accident."""
    assert stage("adopt").status == 2
