from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from fakes import NOON, Remembering
from holding import PREVIEW, HoldingIndex, Room
from journaling import published
from samples import write
from staging import FILENAMES, SDIST, SPAM, WHEEL, stage
from twine_stage.errors import Damaged, StorageFailed, UsageError, WrongState
from twine_stage.journal import Canceled, Event, Opened, SessionOpened
from twine_stage.journal import Published as PublishedEvent
from twine_stage.manifest import Manifest
from twine_stage.operations import preview
from twine_stage.operations.add import add
from twine_stage.operations.freeze import freeze
from twine_stage.reporting import Silent
from twine_stage.store import Store

URL = "https://example.org/2.0/"
SESSION = "https://example.org/session/0"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with a draft of four files."""
    return stage(tmp_path)


def frozen(store: Store) -> Manifest:
    freeze(store, ["spam"])
    manifest = store.record(SPAM).latest
    assert manifest is not None
    return manifest


def folder_of(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path)).parent


def shown(folder: Path) -> list[str]:
    page = json.loads((folder / "simple" / "spam" / "index.json").read_text())
    return sorted(file["filename"] for file in page["files"])


class TestLocal:
    def test_a_draft_is_shown_and_stays_a_draft(self, store: Store) -> None:
        """All of its files; the folder is gone afterwards."""
        with preview.local(store, SPAM) as url:
            assert url.startswith("file:///")
            assert url.endswith("/simple/")
            assert shown(folder_of(url)) == sorted(FILENAMES)
            assert folder_of(url).stat().st_mode & 0o077 == 0
        assert not folder_of(url).exists()
        assert store.record(SPAM).state == "draft"

    def test_what_is_frozen_is_shown(self, store: Store) -> None:
        """By its manifest, or by its name."""
        manifest = frozen(store)
        for what in (manifest, SPAM):
            with preview.local(store, what) as url:
                assert shown(folder_of(url)) == sorted(FILENAMES)

    def test_an_error_in_the_block_leaves_nothing(self, store: Store) -> None:
        """Nor does an interruption."""
        seen: list[Path] = []

        def look() -> None:
            with preview.local(store, SPAM) as url:
                seen.append(folder_of(url))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            look()
        assert not seen[0].exists()

    def test_what_is_added_to_a_public_release_is_shown_upon_it(
        self, store: Store, tmp_path: Path
    ) -> None:
        """As the index will show both."""
        published(store)
        another = "spam-1.0-py2-none-any.whl"
        add(store, [str(write(tmp_path / "late", another)[0])], reporter=Silent())
        with preview.local(store, SPAM) as url:
            assert shown(folder_of(url)) == sorted([*FILENAMES, another])

    def test_what_the_stage_has_no_more_is_named(self, store: Store) -> None:
        """The rest is shown."""
        manifest = frozen(store)
        sdist = next(one for one in manifest.release.distributions if str(one.filename) == SDIST)
        shutil.rmtree(store.root / "files" / sdist.sha256[:2] / sdist.sha256)
        reporter = Remembering()
        with preview.local(store, manifest, reporter=reporter) as url:
            assert SDIST not in shown(folder_of(url))
        assert reporter.warnings == [f"not in the stage, so not in the preview: {SDIST}"]

    def test_nothing_at_hand_is_no_preview(self, store: Store) -> None:
        """What was published may be gone from the stage altogether."""
        manifest = frozen(store)
        shutil.rmtree(store.root / "files")
        with (
            pytest.raises(WrongState, match="no file of spam"),
            preview.local(store, manifest),
        ):
            pass

    def test_nothing_staged_is_no_preview(self, tmp_path: Path) -> None:
        """Another command may have dropped it meanwhile."""
        store = Store.create(tmp_path)
        with pytest.raises(WrongState, match="nothing of spam"), preview.local(store, SPAM):
            pass

    def test_other_bytes_than_were_staged_are_refused(self, store: Store) -> None:
        """The preview is of what will be sent."""
        dist = store.record(SPAM).current.distributions[0]
        [content] = (store.root / "files" / dist.sha256[:2] / dist.sha256).iterdir()
        content.chmod(0o644)
        content.write_bytes(b"something else")
        with pytest.raises(Damaged), preview.local(store, SPAM):
            pass


class TestFolders:
    def test_one_that_lasts(self) -> None:
        """Until somebody removes it, and readable by nobody else."""
        folder = preview.lasting()
        assert folder.stat().st_mode & 0o077 == 0
        folder.rmdir()

    def test_a_disk_that_refuses(self, tmp_path: Path) -> None:
        """In a sentence."""
        with pytest.raises(StorageFailed, match="a temporary folder"):
            preview.lasting(tmp_path / "missing")


def journaled(store: Store, manifest: Manifest, *events: Event) -> None:
    journal = store.journal(manifest, "house")
    first = Opened(
        at=NOON,
        release=str(SPAM),
        manifest=manifest.digest,
        index="house",
        url=URL,
        api="2.0",
    )
    for event in (first, *events):
        journal.append(event)


class TestSessions:
    OPENED = SessionOpened(at=NOON, session=SESSION)

    def of(self, store: Store, url: str = URL) -> str | None:
        return preview.session_of(store.record(SPAM), id="house", url=url)

    def test_the_journal_knows_it(self, store: Store) -> None:
        """For this manifest on this index."""
        journaled(store, frozen(store), self.OPENED)
        assert self.of(store) == SESSION
        assert self.of(store, "https://example.org/another/") is None

    def test_a_draft_was_held_nowhere(self, store: Store) -> None:
        """Nor was what no journal tells of."""
        assert self.of(store) is None
        frozen(store)
        assert self.of(store) is None

    @pytest.mark.parametrize("end", [PublishedEvent, Canceled])
    def test_a_session_that_ended_counts_no_more(
        self, store: Store, end: type[PublishedEvent | Canceled]
    ) -> None:
        """What is public is seen on the index itself."""
        journaled(store, frozen(store), self.OPENED, end(at=NOON))
        assert self.of(store) is None


class TestHeld:
    @pytest.fixture
    def index(self) -> HoldingIndex:
        """An index with the release in a session."""
        room = Room(SPAM, SESSION, files=dict.fromkeys(FILENAMES, b""))
        return HoldingIndex(rooms=[room])

    def held(self, store: Store, index: HoldingIndex) -> tuple[datetime | None, Remembering]:
        reporter = Remembering()
        state = preview.held(frozen(store), index, SESSION, reporter=reporter)
        assert state is None or (state.preview is not None and state.preview.value == PREVIEW)
        return state.expires_at if state else None, reporter

    def test_its_preview_is_the_index_s_own(self, store: Store, index: HoldingIndex) -> None:
        """With its end."""
        expires_at, reporter = self.held(store, index)
        assert expires_at == NOON
        assert (reporter.notes, reporter.warnings) == ([], [])

    def test_files_that_are_not_there_are_named(self, store: Store, index: HoldingIndex) -> None:
        """The preview is of less than was frozen then."""
        del index.rooms[0].files[WHEEL]
        assert self.held(store, index)[1].warnings == [f"the session does not hold {WHEEL}"]

    def test_an_index_without_previews(self, store: Store, index: HoldingIndex) -> None:
        """It is said why one is made here."""
        index.has_preview = False
        expires_at, reporter = self.held(store, index)
        assert expires_at is None
        assert "has no preview" in reporter.notes[0]

    @pytest.mark.parametrize("status", ["canceled", "published", None])
    def test_a_session_that_is_gone(
        self, store: Store, index: HoldingIndex, status: str | None
    ) -> None:
        """As well."""
        index.rooms = [Room(SPAM, SESSION, status=status)] if status else []
        expires_at, reporter = self.held(store, index)
        assert expires_at is None
        assert "is gone" in reporter.notes[0]


class TestGiven:
    def test_a_release_with_its_version(self) -> None:
        """Nothing else is known of it."""
        assert preview.given("spam==1.0", "https://example.org/preview/") == SPAM

    @pytest.mark.parametrize(
        ("release", "url", "problem"),
        [
            (None, "https://example.org/", "no release is named"),
            ("spam", "https://example.org/", "NAME==VERSION"),
            ("spam==1.0", "example.org/secret-token", "is no URL"),
        ],
    )
    def test_everything_else_means_nothing(
        self, release: str | None, url: str, problem: str
    ) -> None:
        """And the URL is in no message."""
        with pytest.raises(UsageError, match=problem) as caught:
            preview.given(release, url)
        assert "example.org" not in caught.value.message
