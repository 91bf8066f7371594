"""Drop: files and releases leave the stage, and their content is freed."""

from __future__ import annotations

from pathlib import Path

import pytest

from journaling import published, sent
from samples import content_of, write
from staging import FILENAMES, LINUX, SDIST, SPAM, WHEEL, stage
from twine_stage.errors import LocalError, UsageError, WrongState
from twine_stage.operations.add import add, described
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze, freeze_release
from twine_stage.reporting import Silent
from twine_stage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with a draft of four files."""
    return stage(tmp_path)


def stored(store: Store) -> set[str]:
    """The digests of all contents."""
    return {path.name for path in store.root.glob("files/??/*")}


def test_a_file_leaves_its_draft(store: Store) -> None:
    """Its content is freed; the core metadata stays, which the other files share."""
    [gone] = [one for one in store.record(SPAM).current.distributions if one.filename.text == LINUX]
    report = drop(store, [LINUX])
    assert report.dropped == (described(gone),)
    assert (report.kept, report.exit_status) == ((), 0)
    assert report.freed == len(content_of(LINUX))
    names = {one.filename.text for one in store.record(SPAM).current.distributions}
    assert names == set(FILENAMES) - {LINUX}
    assert not store.has(gone.sha256)
    assert all(map(store.has, gone.contents[1:]))


def test_a_path_names_its_file(store: Store) -> None:
    """Whatever folder it was added from."""
    assert [one.filename for one in drop(store, [f"dist/{SDIST}"]).dropped] == [SDIST]


@pytest.mark.parametrize("target", ["nosuch.whl", "eggs==1"])
def test_the_hint_is_not_to_build_or_stage_it(store: Store, target: str) -> None:
    """Who drops something has no use for that."""
    with pytest.raises(WrongState, match=f"{target} is not staged") as caught:
        drop(store, [target])
    assert "stage status" in caught.value.hint


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_release_leaves_the_stage(store: Store, is_frozen: bool) -> None:  # noqa: FBT001 - a parameter
    """Whether it is a draft or frozen; nothing of it is left."""
    if is_frozen:
        freeze(store, [])
    report = drop(store, ["spam==1.0"])
    assert [one.filename for one in report.dropped] == sorted(FILENAMES)
    assert report.kept == ()
    assert store.releases() == ()
    assert stored(store) == set()


def test_a_file_of_a_frozen_release_stays(store: Store) -> None:
    """Thaw it first."""
    freeze(store, [])
    with pytest.raises(WrongState, match="is frozen") as caught:
        drop(store, [WHEEL])
    assert "stage thaw spam==1.0" in caught.value.hint


def test_a_file_of_a_published_release_stays(store: Store) -> None:
    """Only as a whole can it go, and its documents stay even then."""
    published(store)
    with pytest.raises(WrongState, match="is published") as caught:
        drop(store, [WHEEL])
    assert "the whole release can be dropped" in caught.value.hint


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("spam-1.0-cp39-cp39-win32.whl", WrongState),
        ("eggs-1.0.tar.gz", WrongState),
        ("eggs", WrongState),
        ("spam.whl", WrongState),
        ("spam==one", UsageError),
    ],
)
def test_all_that_are_named_or_none(store: Store, target: str, error: type[LocalError]) -> None:
    """One that is not staged, or means nothing, keeps the others."""
    with pytest.raises(error):
        drop(store, [WHEEL, target])
    assert len(store.record(SPAM).current.distributions) == 4


def test_files_and_releases_go_together(tmp_path: Path) -> None:
    """Each is told once, sorted by name."""
    store = stage(tmp_path, [SDIST, WHEEL, "eggs-1.0.tar.gz"])
    report = drop(store, ["eggs", WHEEL, WHEEL])
    assert [one.filename for one in report.dropped] == ["eggs-1.0.tar.gz", WHEEL]
    assert [str(one) for one in store.releases()] == ["spam==1.0"]
    drop(store, ["spam", SDIST])
    assert stored(store) == set()


def test_a_published_release_keeps_its_documents(store: Store) -> None:
    """Its content is on the index, so it is freed here."""
    manifest = published(store)
    report = drop(store, ["spam"])
    assert report.kept == ("spam==1.0: manifests, journals and receipts",)
    assert len(report.dropped) == 4
    assert stored(store) == set()
    record = store.record(SPAM)
    assert (record.state, record.latest) == ("published", manifest)


def test_what_is_half_published_stays(store: Store) -> None:
    """An index may have some of it, and only this stage knows what."""
    sent(store)
    with pytest.raises(WrongState, match="half published") as caught:
        drop(store, ["spam"])
    assert "stage publish spam==1.0" in caught.value.hint
    assert len(stored(store)) == 5


def test_a_draft_upon_what_was_published_goes_alone(tmp_path: Path) -> None:
    """A file of it, or with the release an unsent revision."""
    store = stage(tmp_path, [SDIST])
    first = published(store)
    add(store, [str(path) for path in write(tmp_path / "more", WHEEL, LINUX)], reporter=Silent())
    drop(store, [LINUX])
    record = store.record(SPAM)
    freeze_release(store, record, reason="a wheel")
    assert len(store.record(SPAM).manifests) == 2
    drop(store, ["spam"])
    record = store.record(SPAM)
    assert (record.manifests, record.state) == ((first,), "published")
    assert stored(store) == set()


def test_what_other_commands_left_is_swept(store: Store) -> None:
    """Content that nothing refers to goes with the next drop."""
    orphan = store.put([b"orphan"], name="orphan").sha256
    drop(store, [WHEEL])
    assert not store.has(orphan)
