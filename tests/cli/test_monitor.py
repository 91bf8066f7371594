"""``stage monitor`` on the command line: what it watches, where it keeps it, what it ends with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Timeout
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import samples
from servers.legacy import LegacyServer
from twine_stage.store.locks import LONG, locked

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
EXTRA = "spam-1.0-1-py3-none-any.whl"
Stage = Any


@pytest.fixture
def index() -> Iterator[LegacyServer]:
    """An index on this machine, with ETags."""
    with LegacyServer(has_etags=True) as server:
        yield server


@pytest.fixture
def where(stage: Stage, index: LegacyServer, tmp_path: Path) -> tuple[str, ...]:
    """Options for the index, on which a release is as it was frozen, as ``kept`` tells."""
    samples.write(tmp_path / "dist", WHEEL, SDIST)
    options = ("--repository-url", index.url, "--simple-url", index.simple_url, "--api", "legacy")
    assert stage("add").status == 0
    assert stage("freeze", "--output", "kept").status == 0
    login = ("-u", "build", "-p", "secret", "--non-interactive")
    assert stage("publish", *options, *login).status == 0
    return options


def test_a_folder_is_watched(
    stage: Stage, index: LegacyServer, where: tuple[str, ...], tmp_path: Path
) -> None:
    """The first look is quiet, an appended file is told once, and then only named."""
    first = stage("monitor", "kept", *where)
    assert (first.status, first.stdout.partition(" on ")[0]) == (0, "exact 1 release")
    assert (tmp_path / "stage-monitor.json").exists()
    index.put(EXTRA, samples.content_of(EXTRA))
    second = stage("monitor", "kept", *where, "--json")
    assert second.status == 1
    (change,) = second.report["changes"]
    assert (change["release"], change["kind"], change["files"]) == (
        "spam==1.0",
        "appended",
        [EXTRA],
    )
    assert change["uploaded_at"]
    assert {effect["instead_of"] for effect in change["impact"]} == {WHEEL}
    third = stage("monitor", "kept", *where)
    assert third.status == 0
    assert "still differs: spam==1.0: 1 unexpected" in third.stdout
    assert stage("monitor", "kept", *where, "--standing").status == 1


def test_the_stage_is_watched_if_nothing_is_named(
    stage: Stage, index: LegacyServer, where: tuple[str, ...], tmp_path: Path
) -> None:
    """With its receipts, whose addresses are asked; the state is kept in it."""
    assert stage("monitor", "--urls", *where).status == 0
    assert list((tmp_path / ".stage").glob("monitor-127*.json"))
    stored = index.files[WHEEL]
    index.pages[f"/files/{WHEEL}"] = (404, {}, b"")
    result = stage("monitor", "--urls", *where, "--json")
    assert [(one["kind"], one["files"]) for one in result.report["changes"]] == [
        ("unreachable", [WHEEL])
    ]
    assert stored.sha256 not in result.stdout


def test_a_list_and_a_state_and_a_feed(
    stage: Stage, index: LegacyServer, where: tuple[str, ...], tmp_path: Path
) -> None:
    """Each where it is named; without receipts there are no addresses, and that is said."""
    (tmp_path / "list.txt").write_text("kept\n")
    options = ("--list", "list.txt", "--state", "known.json", "--atom", "feed.xml", "--urls")
    first = stage("monitor", *options, *where)
    assert first.status == 0
    assert "no addresses to ask" in first.stderr
    assert json.loads((tmp_path / "known.json").read_text())["schema"] == 1
    index.put(EXTRA, samples.content_of(EXTRA))
    assert stage("monitor", *options, *where).status == 1
    assert (tmp_path / "feed.xml").read_text().count("<entry>") == 1


def test_what_the_feed_could_not_tell_is_told_by_the_next_look(
    stage: Stage, index: LegacyServer, where: tuple[str, ...], tmp_path: Path
) -> None:
    """A feed that cannot be written leaves the state as it was, and no change is lost."""
    assert stage("monitor", "kept", *where).status == 0
    index.put(EXTRA, samples.content_of(EXTRA))
    (tmp_path / "folder").mkdir()
    refused = stage("monitor", "kept", "--atom", "folder", *where)
    assert refused.status == 3
    assert "cannot write folder" in refused.stderr
    assert EXTRA in stage("monitor", "kept", "--atom", "feed.xml", *where).stdout
    assert (tmp_path / "feed.xml").read_text().count("<entry>") == 1


@contextmanager
def held(path: Path, command: str) -> Iterator[None]:
    """Another look, in a thread, that holds a state."""
    taken, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(path.with_name(f".{path.name}.lock"), what="it", command=command):
            taken.set()
            enough.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        try:
            assert taken.wait(30)
            yield
        finally:
            enough.set()
            holding.result(30)


def test_a_second_look_waits_for_the_first(
    stage: Stage, index: LegacyServer, where: tuple[str, ...], tmp_path: Path
) -> None:
    """What the first one told is not told again; only the lock stays, and no holder's name."""
    state = tmp_path / "known" / "state.json"
    look = ("monitor", "kept", "--state", "known/state.json", *where)
    assert stage(*look).status == 0
    before = state.read_bytes()
    index.put(EXTRA, samples.content_of(EXTRA))
    assert stage(*look).status == 1
    after = state.read_bytes()
    state.write_bytes(before)
    with ThreadPoolExecutor(1) as pool:
        with held(state, "monitor"):
            second = pool.submit(stage, *look)
            with pytest.raises(Timeout):
                second.result(0.5)
            state.write_bytes(after)
        assert second.result(30).status == 0
    assert sorted(path.name for path in state.parent.iterdir()) == [
        ".state.json.lock",
        "state.json",
    ]


def test_a_look_that_cannot_wait_says_for_whom(
    stage: Stage, where: tuple[str, ...], tmp_path: Path
) -> None:
    """By the name of the state, and of who holds it."""
    with held(tmp_path / "stage-monitor.json", LONG):
        result = stage("monitor", "kept", *where)
    assert result.status == 3
    assert f"{tmp_path / 'stage-monitor.json'} is held by {LONG}, process " in result.stderr


def test_an_index_that_does_not_answer_is_status_5(
    stage: Stage, where: tuple[str, ...], tmp_path: Path
) -> None:
    """And nothing is kept."""
    dead = ("--repository-url", "http://127.0.0.1:9/", "--simple-url", "http://127.0.0.1:9/simple/")
    assert stage("monitor", "kept", *dead).status == 5
    assert not (tmp_path / "stage-monitor.json").exists()


def test_nothing_to_watch_is_a_usage_error(stage: Stage, tmp_path: Path) -> None:
    """The sentence says what can be watched."""
    (tmp_path / "empty").mkdir()
    result = stage("monitor", "empty", "--repository-url", str(tmp_path / "index"))
    assert result.status == 2
    assert "expected manifests to watch" in result.stderr
