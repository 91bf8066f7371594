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


@pytest.mark.parametrize(
    "options", [("--state", "a.json", "--atom", "./a.json"), ("--atom", "stage-monitor.json")]
)
def test_the_feed_is_not_the_state(stage: Stage, tmp_path: Path, options: tuple[str, ...]) -> None:
    """One would be written over the other."""
    result = stage("monitor", "kept", *options, "--repository-url", tmp_path / "index")
    assert result.status == 2
    assert "expected two files for the feed and the state" in result.stderr


@pytest.fixture
def folder(stage: Stage, tmp_path: Path) -> Path:
    """An index in a folder, on which two releases are as they were frozen, as ``kept`` tells."""
    samples.write(tmp_path / "dist", WHEEL, "ham-1.0.tar.gz")
    assert stage("add").status == 0
    assert stage("freeze", "--output", "kept").status == 0
    assert stage("publish", "--repository-url", tmp_path / "index").status == 0
    return tmp_path / "index"


def test_a_release_whose_manifest_is_gone_is_told_once(
    stage: Stage, folder: Path, tmp_path: Path
) -> None:
    """In the feed, too; a manifest that is broken is no less."""
    look = ("monitor", "kept", "--repository-url", folder, "--atom", "feed.xml")
    assert stage(*look).status == 0
    manifest = tmp_path / "kept" / "ham-1.0.release.intoto.json"
    content = manifest.read_bytes()
    manifest.write_bytes(content[:200])
    broken = stage(*look)
    assert (broken.status, "ham-1.0.release.intoto.json: expected JSON" in broken.stderr) == (
        3,
        True,
    )
    manifest.unlink()
    told = stage(*look)
    assert told.status == 1
    line = "ham==1.0: unwatched: its manifest is no longer in kept"
    assert told.stdout.startswith(f"{line}\nwatched 1 release")
    assert f"<title>{line}</title>" in (tmp_path / "feed.xml").read_text()
    again = stage(*look)
    assert (again.status, again.stdout.partition(" on ")[0]) == (0, "exact 1 release")


def test_one_page_that_was_tampered_with_hides_no_other(
    stage: Stage, folder: Path, tmp_path: Path
) -> None:
    """It is not answered, with the reason; what the others show is told, by verify, too."""
    page = folder / "simple" / "ham" / "index.html"
    page.write_text(page.read_text().replace("</body>", '<a href="https://else.example/x">x</a>'))
    where = ("--repository-url", folder)
    watched = stage("monitor", "kept", *where, "--json")
    assert watched.status == 5
    (unanswered,) = watched.report["unanswered"]
    assert unanswered["name"] == "ham"
    assert "is not in index.json, but installers would follow it" in unanswered["message"]
    verified = stage("verify", *where)
    assert verified.status == 5
    assert "exact spam==1.0" in verified.stdout
    assert "installers would follow it" in verified.stderr
    assert "publish its releases again" not in verified.stderr
    listed = folder / "simple" / "spam"
    (listed / "index.html").unlink()
    assert stage("monitor", "kept", *where).status == 1
    assert stage("verify", *where).status == 1


@pytest.mark.parametrize("is_mounted", [False, True])
@pytest.mark.parametrize(
    "command",
    [("verify",), ("monitor", "kept"), ("audit", "spam"), ("adopt", "spam", "--output", "taken")],
)
@pytest.mark.usefixtures("folder")
def test_a_folder_that_is_no_index_does_not_answer(
    stage: Stage, tmp_path: Path, *, command: tuple[str, ...], is_mounted: bool
) -> None:
    """Nothing is said to be deleted where only a share is not mounted."""
    where = tmp_path / "share"
    if is_mounted:
        where.mkdir()
    result = stage(*command, "--repository-url", where)
    assert result.status == 5
    assert "expected an index in" in result.stderr
    assert not (tmp_path / "stage-monitor.json").exists()


def test_a_folder_that_is_no_index_yet_is_a_new_one(stage: Stage, tmp_path: Path) -> None:
    """For who is about to publish to it."""
    samples.write(tmp_path / "dist", WHEEL)
    where = ("--repository-url", tmp_path / "new")
    assert stage("check", "dist/*", *where).status == 0
    assert stage("explain", "dist/*", *where).status == 0
    assert stage("publish", "dist/*", *where).status == 0
