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
    assert "does not tell digest and size of 2 files of spam==1.0" in adopted.stderr


def test_nothing_is_made_where_there_is_nothing(stage: Stage, index: LegacyServer) -> None:
    """A release that the index does not show is a local error."""
    result = stage("adopt", "eggs==1.0", "--repository-url", index.url)
    assert result.status == 3
    assert "there is nothing to adopt" in result.stderr


def test_a_release_must_be_named(stage: Stage) -> None:
    """Nobody adopts by accident."""
    assert stage("adopt").status == 2
