"""The end of a publication: how much is proven, and what is said where it cannot be yet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from fakes import MemoryIndex
from publishing import LONG_AGO, Publisher
from releasing import WHEEL
from samples import content_of
from staging import FILENAMES, SPAM, stage
from twine_stage.errors import Conflict, NotYetVisible, Unreachable
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.proving import Until

HOST = "https://files.example.org/packages/"


@dataclass
class Serving(MemoryIndex):
    """Serves all that it took at addresses of the content, whether its page shows it or not."""

    serial: int | None = None
    serves_nothing: bool = False
    asked: list[str] = field(default_factory=list)

    def project(self, name: NormalizedName) -> Project:
        url = f"{HOST}00/11/{'2' * 60}/spam-0.9.tar.gz"
        old = ListedFile(filename="spam-0.9.tar.gz", url=url, sha256="0" * 64)
        told = super().project(name)
        return replace(told, files=(old, *told.files), serial=self.serial)

    def serves(self, file: ListedFile) -> bool:
        self.asked.append(file.filename)
        return file.filename in self.stored and not self.serves_nothing


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(stage(tmp_path))


@pytest.fixture
def serving(tmp_path: Path) -> Publisher:
    """An index that has another release of the project."""
    return Publisher(stage(tmp_path), index=Serving())


class TestUntil:
    def test_accepted(self, publisher: Publisher) -> None:
        """Nobody looks whether the index shows it: no error, no receipt."""
        publisher.index.faults = ["hidden"]
        done = publisher(until=Until.ACCEPTED)
        assert done.outcome == "published"
        record = publisher.store.record(SPAM)
        assert record.state == "published"
        assert not record.receipts

    def test_visible(self, publisher: Publisher) -> None:
        """Each file must be shown, and that is all: no receipt yet; the next run keeps one."""
        publisher.index.faults = ["hidden"]
        assert isinstance(publisher.fails(until=Until.VISIBLE), NotYetVisible)
        done = publisher(until=Until.VISIBLE, wait=60)
        assert done.outcome == "published"
        assert not publisher.store.record(SPAM).receipts
        publisher()
        assert publisher.store.record(SPAM).receipts

    def test_visible_without_digests(self, publisher: Publisher) -> None:
        """An index that tells no digests is believed, and nothing is downloaded."""
        publisher.index.has_digests = False
        assert publisher(until=Until.VISIBLE).outcome == "published"
        assert not publisher.reporter.notes

    def test_visible_with_other_content(self, publisher: Publisher) -> None:
        """Other content under a name of ours is a conflict all the same."""

        class Swapping(MemoryIndex):
            def publish(self) -> None:
                super().publish()
                self.put(WHEEL, b"other")

        publisher.index = Swapping()
        assert isinstance(publisher.fails(until=Until.VISIBLE), Conflict)


class TestNotYetVisible:
    def test_stale_and_served(self, serving: Publisher) -> None:
        """The page is called stale, and what is served at its address is named."""
        assert isinstance(serving.index, Serving)
        serving.index.serial = 7
        serving.index.faults = ["hidden"]
        error = serving.fails()
        assert isinstance(error, NotYetVisible)
        hidden = serving.index.posts[0]
        assert error.message.endswith(
            f"does not show yet: {hidden}; its page is stale, of before the publication; "
            f"served at their addresses already: {hidden}"
        )

    def test_neither(self, serving: Publisher) -> None:
        """Without serials, and with nothing served, neither is claimed."""
        assert isinstance(serving.index, Serving)
        serving.index.faults, serving.index.serves_nothing = ["hidden"], True
        assert serving.fails().message.endswith(f"yet: {serving.index.posts[0]}")


class TestLost:
    def test_an_unclear_answer(self, serving: Publisher) -> None:
        """A file that was stored without an answer, and is only served, is not sent again."""

        class Slow(Serving):
            def project(self, name: NormalizedName) -> Project:
                told = super().project(name)
                lost = self.posts[:1]
                files = tuple(file for file in told.files if file.filename not in lost)
                return replace(told, files=files)

        serving.index = Slow(faults=["late"])
        error = serving.fails()
        assert isinstance(error, NotYetVisible)
        assert serving.index.posts.count(serving.index.posts[0]) == 1

    @pytest.mark.parametrize(("serves_nothing", "times"), [(False, 1), (True, 2)])
    def test_not_shown_for_long(
        self, serving: Publisher, times: int, *, serves_nothing: bool
    ) -> None:
        """What no page shows after a quarter of an hour is sent again, unless it is served."""
        assert isinstance(serving.index, Serving)
        serving.index.faults = ["hidden"]
        assert isinstance(serving.fails(), NotYetVisible)
        hidden = serving.index.posts[0]
        serving.index.stored[hidden].lag = 1000
        serving.index.clock.sleep(16 * 60)
        serving.index.serves_nothing = serves_nothing
        assert isinstance(serving.fails(), NotYetVisible)
        assert serving.index.posts.count(hidden) == times


class TestPublishers:
    def test_unreachable(self, publisher: Publisher) -> None:
        """Who published is good to know: where it cannot be read, the receipt is kept without."""

        class Mute(MemoryIndex):
            def document(self, file: ListedFile, url: str) -> bytes | None:
                raise Unreachable("no")

        publisher.index = Mute(attestations=dict.fromkeys(FILENAMES, 1))
        for name in FILENAMES:
            publisher.index.put(name, content_of(name), at=LONG_AGO)
        assert publisher().outcome == "present"
        [receipt] = publisher.store.record(SPAM).receipts.values()
        assert receipt.publishers == {}
