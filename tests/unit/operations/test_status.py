"""Status: what is staged, in which state."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import NOON, MemoryIndex
from journaling import opened, published, sent
from samples import content_of, write
from staging import LINUX, SDIST, SPAM, WHEEL, stage
from twine_stage.digests import sha256
from twine_stage.errors import Damaged
from twine_stage.journal import Published, SessionOpened, Uploaded
from twine_stage.operations.add import add
from twine_stage.operations.freeze import freeze, freeze_release
from twine_stage.operations.publish import publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.standing import meant
from twine_stage.operations.status import FileStatus, Sent, status
from twine_stage.reporting import Silent
from twine_stage.store import Store


def test_an_empty_stage_holds_nothing(tmp_path: Path) -> None:
    """Looking is always fine."""
    report = status(Store.create(tmp_path))
    assert (report.releases, report.exit_status) == ((), 0)


def test_a_release_is_told_with_its_files(tmp_path: Path) -> None:
    """Sorted by name; the release digest is that of SHA256SUMS."""
    store = stage(tmp_path, [SDIST, WHEEL])
    [release] = status(store).releases
    assert (release.release, release.project, release.version) == ("spam==1.0", "spam", "1.0")
    assert release.state == "draft"
    assert release.digest == store.record(SPAM).current.digest
    assert release.files == tuple(
        FileStatus(
            filename=name, kind=kind, size=len(content_of(name)), sha256=sha256(content_of(name))
        )
        for name, kind in ((WHEEL, "wheel"), (SDIST, "sdist"))
    )


def test_releases_are_sorted_by_project_and_age(tmp_path: Path) -> None:
    """1.10 comes after 1.9."""
    store = stage(tmp_path, ["spam-1.10.tar.gz", "spam-1.9.tar.gz", "eggs-2.0.tar.gz"])
    names = [release.release for release in status(store).releases]
    assert names == ["eggs==2.0", "spam==1.9", "spam==1.10"]


def test_the_state_follows_the_release(tmp_path: Path) -> None:
    """Draft, frozen, published."""
    store = stage(tmp_path, [SDIST])
    states = [status(store).releases[0].state]
    freeze(store, [])
    states.append(status(store).releases[0].state)
    published(store)
    states.append(status(store).releases[0].state)
    assert states == ["draft", "frozen", "published"]


def test_a_damaged_document_is_named(tmp_path: Path) -> None:
    """Nothing is guessed."""
    store = stage(tmp_path, [SDIST])
    [entry] = store.root.glob("releases/*/draft/*")
    entry.write_text("{}")
    with pytest.raises(Damaged, match=entry.name):
        status(store)


def test_where_a_release_is_public_is_told(tmp_path: Path) -> None:
    """The indexes that were told to show the latest revision."""
    store = stage(tmp_path)
    assert status(store).releases[0].published_on == ()
    index = MemoryIndex()
    publish(store, index, [SPAM], PublishOptions(wait=0), clock=index.clock, reporter=Silent())
    [release] = status(store).releases
    assert (release.state, release.revision, release.published_on) == ("published", 1, ("memory",))


def test_what_is_public_stays_visible(tmp_path: Path) -> None:
    """Beside a draft of more files, and beside the next revision."""
    store = stage(tmp_path, [WHEEL])
    published(store)
    add(store, [str(path) for path in write(tmp_path, SDIST)], reporter=Silent())
    [release] = status(store).releases
    assert (release.state, len(release.files)) == ("draft", 1)
    assert (release.published_on, release.published_files) == (("pypi",), 1)
    freeze_release(store, store.record(SPAM), files=meant(store.record(SPAM)), reason="grown")
    [release] = status(store).releases
    assert (release.state, release.revision, len(release.files)) == ("frozen", 2, 2)
    assert (release.published_on, release.published_files) == (("pypi",), 1)


def test_how_far_a_publication_came_is_told(tmp_path: Path) -> None:
    """What the journal says that the index accepted."""
    store = stage(tmp_path, [WHEEL, SDIST])
    manifest = opened(store)
    assert status(store).releases[0].sent == ()
    sent(store)
    assert status(store).releases[0].sent == (Sent("pypi", 0, 2),)
    accepted = Uploaded(at=NOON, filename=WHEEL, sha256=sha256(content_of(WHEEL)))
    store.journal(manifest, "pypi").append(accepted)
    assert status(store).releases[0].sent == (Sent("pypi", 1, 2),)
    store.journal(manifest, "pypi").append(SessionOpened(at=NOON, session="https://example.org/1"))
    assert status(store).releases[0].sent == (Sent("pypi", 0, 2),)
    published(store)
    assert status(store).releases[0].sent == ()


def test_how_far_it_came_is_told_beside_a_draft(tmp_path: Path) -> None:
    """Of the files that were frozen, not of those that are added after it was public elsewhere."""
    store = stage(tmp_path, [WHEEL, SDIST])
    manifest = sent(store)
    begun = store.journal(manifest, "pypi").events()[0]
    for event in (begun, Published(at=NOON)):
        store.journal(manifest, "local").append(event)
    add(store, [str(path) for path in write(tmp_path, LINUX)], reporter=Silent())
    [release] = status(store).releases
    assert (release.state, len(release.files)) == ("draft", 1)
    assert release.sent == (Sent("pypi", 0, 2),)
