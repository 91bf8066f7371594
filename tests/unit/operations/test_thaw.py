"""Thaw: a manifest that no index has received becomes a draft again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import NOON
from journaling import opened, published, sent
from samples import write
from staging import FILENAMES, LINUX, SDIST, SPAM, WHEEL, stage
from twine_stage import journal
from twine_stage.errors import WrongState
from twine_stage.operations.add import add
from twine_stage.operations.freeze import freeze, freeze_release
from twine_stage.operations.thaw import ThawedRelease, thaw
from twine_stage.reporting import Silent
from twine_stage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with a frozen release."""
    store = stage(tmp_path)
    freeze(store, [])
    return store


def test_a_frozen_release_is_a_draft_again(store: Store) -> None:
    """With the same files; the manifest is gone."""
    before = store.record(SPAM).current
    report = thaw(store, ["spam"])
    assert report.releases == (ThawedRelease("spam==1.0", tuple(sorted(FILENAMES))),)
    assert report.exit_status == 0
    record = store.record(SPAM)
    assert (record.state, record.manifests, record.draft) == ("draft", (), before)


def test_freezing_again_makes_the_same_manifest(store: Store) -> None:
    """It is a pure function of the files."""
    before = store.record(SPAM).latest
    thaw(store, [])
    freeze(store, [])
    assert store.record(SPAM).latest == before


def test_without_names_all_are_thawed_that_can_be(tmp_path: Path) -> None:
    """A draft, and what an index has received, are left alone."""
    store = stage(tmp_path, [SDIST, "eggs-1.0.tar.gz", "ham-1.0.tar.gz", "tea-1.0.tar.gz"])
    freeze(store, ["spam", "eggs", "tea"])
    published(store)
    assert [one.release for one in thaw(store, []).releases] == ["eggs==1.0", "tea==1.0"]
    assert thaw(store, []).releases == ()


def test_a_draft_cannot_be_thawed(tmp_path: Path) -> None:
    """It is one."""
    store = stage(tmp_path, [SDIST])
    with pytest.raises(WrongState, match="nothing to thaw"):
        thaw(store, ["spam"])


def test_what_an_index_may_have_stays_frozen(store: Store) -> None:
    """Half published or published; the way out is to finish."""
    sent(store)
    with pytest.raises(WrongState, match="may have received") as caught:
        thaw(store, ["spam"])
    assert "stage publish spam==1.0" in caught.value.hint
    published(store)
    with pytest.raises(WrongState):
        thaw(store, ["spam"])


def test_a_draft_upon_what_was_published_cannot_be_thawed(tmp_path: Path) -> None:
    """The manifest that is there was received."""
    store = stage(tmp_path, [SDIST])
    published(store)
    add(store, [str(path) for path in write(tmp_path / "more", WHEEL)], reporter=Silent())
    with pytest.raises(WrongState, match="nothing to thaw"):
        thaw(store, ["spam"])


def test_a_publication_that_sent_nothing_is_forgotten(store: Store) -> None:
    """Its journal is about a manifest that is no more; the next must not be taken for it."""
    opened(store)
    thaw(store, ["spam"])
    freeze(store, ["spam"])
    assert store.record(SPAM).progress == {}


def test_a_revision_gives_back_only_what_it_added(tmp_path: Path) -> None:
    """Neither what was published before, nor what was carried over from the index."""
    store = stage(tmp_path, [SDIST])
    published(store)
    add(store, [str(path) for path in write(tmp_path / "more", WHEEL, LINUX)], reporter=Silent())
    record = store.record(SPAM)
    assert record.draft is not None
    wheel, linux = sorted(record.draft.distributions, key=lambda one: one.filename.text)[::-1]
    assert record.base is not None
    files = (*record.base.release.distributions, wheel)
    freeze_release(store, record, files=files, carried=[linux], reason="Linux")
    thaw(store, ["spam"])
    record = store.record(SPAM)
    assert record.draft is not None
    assert [one.filename.text for one in record.draft.distributions] == [WHEEL]
    assert [one.revision for one in record.manifests] == [1]


def test_a_thaw_that_was_killed_is_finished(store: Store) -> None:
    """The draft is whole, the manifest still there: it goes."""
    manifest = store.record(SPAM).latest
    assert manifest is not None
    thaw(store, [])
    store.write_manifest(manifest)
    assert store.record(SPAM).state == "draft"
    assert [one.release for one in thaw(store, ["spam"]).releases] == ["spam==1.0"]
    assert store.record(SPAM).manifests == ()


def test_what_a_killed_thaw_had_begun_is_in_nobodys_way(store: Store) -> None:
    """A draft that has no name yet, and one that is empty but for a temporary file."""
    folder = store.root / "releases" / "spam-1.0"
    for path in (folder / ".tmp-draft" / "old.json", folder / "draft" / ".tmp-half"):
        path.parent.mkdir()
        path.write_text("half")
    assert store.record(SPAM).state == "frozen"
    thaw(store, [])
    assert sorted(path.name for path in (folder / "draft").iterdir()) == [
        f"{name}.json" for name in sorted(FILENAMES)
    ]


def test_the_way_out_is_said(store: Store) -> None:
    """What was sent can be finished; what waits in a session can be discarded, too."""
    sent(store)
    with pytest.raises(WrongState) as caught:
        thaw(store, ["spam"])
    assert caught.value.hint == "stage publish spam==1.0 finishes it."
    manifest = store.record(SPAM).latest
    assert manifest is not None
    session = journal.SessionOpened(at=NOON, session="https://example.org/sessions/1")
    store.journal(manifest, "pypi").append(session)
    with pytest.raises(WrongState) as caught:
        thaw(store, ["spam"])
    assert caught.value.hint == (
        "stage publish spam==1.0 finishes it; stage cancel spam==1.0 discards what the index "
        "holds of it."
    )
    published(store)
    with pytest.raises(WrongState) as caught:
        thaw(store, ["spam"])
    assert caught.value.hint == "What is published never changes: raise the version."
