from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from packaging.utils import NormalizedName

from fakes import FakeClock, MemoryIndex, Remembering
from lagging import FILES, MANIFEST, OTHER, Lagging, lagging
from releasing import SDIST, WHEEL
from twine_stage.digests import sha256
from twine_stage.errors import Unreachable
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.settling import Look, Looking, digest_of, hashed, served_at
from twine_stage.reporting import Reporter, Silent

HOST = "https://files.example.org/packages/"
BLAKE = "ab" * 32


def settle(
    index: MemoryIndex,
    *,
    wait: float,
    clock: FakeClock,
    reporter: Reporter,
    before: int | None = None,
) -> Look:
    """Look at an index for the release of two files."""
    looking = Looking(index=index, reporter=reporter, before=before)
    return looking.settle(MANIFEST, wait=wait, clock=clock)


class TestHashed:
    def test_told_digests_are_taken(self) -> None:
        """Nothing is downloaded, and nothing said, where the index tells all digests."""
        index, reporter = lagging(), Remembering()
        listing = index.listing(MANIFEST.id)
        assert hashed(listing, index, reporter) == listing
        assert not index.downloads
        assert not reporter.notes

    def test_untold_digests_are_made(self) -> None:
        """A digest that the index does not tell is made by download, and that is said."""
        index, reporter = lagging(has_digests=False), Remembering()
        listing = hashed(index.listing(MANIFEST.id), index, reporter)
        assert {file.filename: file.sha256 for file in listing.files} == {
            file.name: sha256(file.content) for file in FILES
        }
        assert {file.size for file in listing.files} == {len(file.content) for file in FILES}
        (note,) = reporter.notes
        assert note.startswith(
            "https://example.org/legacy/ tells no sha256 of 2 files of spam==1.0"
        )


class TestSettle:
    def test_once(self) -> None:
        """Without time to wait the index is asked once."""
        index = lagging(hidden=1)
        comparison = settle(index, wait=0, clock=index.clock, reporter=Silent()).comparison
        assert comparison.missing == (WHEEL, SDIST)
        assert index.looks == 1

    def test_until_all_is_there(self) -> None:
        """Missing files are looked for again; why it takes long is said once."""
        index, reporter = lagging(hidden=4), Remembering()
        began = index.clock.time
        look = settle(index, wait=300, clock=index.clock, reporter=reporter)
        assert look.comparison.is_exact
        assert len(look.listing.files) == 2
        assert index.looks == 5
        assert (index.clock.time - began).seconds == 1 + 2 + 4 + 8
        (note,) = reporter.notes
        assert f"does not show {WHEEL}, {SDIST} yet" in note
        assert "300 seconds" in note

    def test_pauses_grow_to_half_a_minute(self) -> None:
        """It never waits longer than asked, nor longer than 30 seconds between looks."""
        index = lagging(hidden=1000)
        began = index.clock.time
        settle(index, wait=100, clock=index.clock, reporter=Silent())
        assert (index.clock.time - began).seconds == 100
        assert index.looks == len([0, 1, 2, 4, 8, 16, 30, 30, 9])

    @pytest.mark.parametrize("name", [WHEEL, OTHER])
    def test_what_waiting_cannot_mend(self, name: str) -> None:
        """Other content, or a file too many, ends the waiting at once."""
        index = lagging(FILES[0])
        index.put(name, b"other")
        settle(index, wait=300, clock=index.clock, reporter=Silent())
        assert index.looks == 1

    def test_downloads_are_not_repeated(self) -> None:
        """While it waits, a file without a digest is downloaded once, and that is said once."""
        clock = FakeClock()

        @dataclass
        class Growing(Lagging):
            def project(self, name: NormalizedName) -> Project:
                told = super().project(name)
                return told if self.looks > 3 else replace(told, files=told.files[:1])

        index = Growing(clock=clock, has_digests=False)
        for file in FILES:
            index.put(file.name, file.content)
        reporter = Remembering()
        comparison = settle(index, wait=300, clock=clock, reporter=reporter).comparison
        assert comparison.is_exact
        assert index.downloads == [WHEEL, SDIST]
        assert len([note for note in reporter.notes if "no sha256" in note]) == 2


class TestStale:
    def test_a_page_of_before(self) -> None:
        """What has the serial of before the change is stale, and the note says so."""
        index, reporter = lagging(hidden=2), Remembering()
        index.serials = [7, 7, 9]
        look = settle(index, wait=300, clock=index.clock, reporter=reporter, before=7)
        assert look.comparison.is_exact
        assert not look.is_stale
        (note,) = reporter.notes
        assert "yet (its page is stale: serial 7, as before); looking again" in note

    def test_in_the_end(self) -> None:
        """It is stale still when the time is over, which is no proof that anything is lost."""
        index = lagging(hidden=9)
        index.serials = [7] * 9
        look = settle(index, wait=1, clock=index.clock, reporter=Silent(), before=7)
        assert look.is_stale
        assert look.comparison.missing == (WHEEL, SDIST)

    @pytest.mark.parametrize(("serial", "before"), [(8, 7), (7, None), (None, 7)])
    def test_not_known_to_be(self, serial: int | None, before: int | None) -> None:
        """A later serial proves nothing, and neither does none."""
        index = lagging(hidden=1)
        index.serials = [serial] if serial is not None else []
        look = settle(index, wait=0, clock=index.clock, reporter=Silent(), before=before)
        assert not look.is_stale

    def test_unchanged(self) -> None:
        """A page with the ETag that it had is not read again; with the same serial alone it is."""
        index = lagging(hidden=2)
        index.serials = [7, 7, 7, 8, 9]
        look = settle(index, wait=300, clock=index.clock, reporter=Silent())
        assert look.comparison.is_exact
        assert index.unchanged == 2
        assert index.looks == 3


def test_digests_that_are_not_told_may_be_believed() -> None:
    """Where names are enough, nothing is downloaded."""
    index = lagging(has_digests=False)
    index.put(OTHER, b"other")
    look = Looking(index=index, reporter=Silent(), hashes=False).look(MANIFEST)
    assert look.comparison.matching == (WHEEL, SDIST)
    assert look.comparison.unexpected == (OTHER,)
    assert not index.downloads


@dataclass
class Addressed(MemoryIndex):
    """An index that shows one file by an address of its content, and serves others there."""

    served: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False

    def project(self, name: NormalizedName) -> Project:
        url = f"{HOST}00/11/{'2' * 60}/spam-0.9.tar.gz"
        old = ListedFile(filename="spam-0.9.tar.gz", url=url, sha256="0" * 64)
        told = super().project(name)
        return replace(told, files=(old, *told.files))

    def serves(self, file: ListedFile) -> bool:
        self.asked.append(file.url)
        if self.is_away:
            raise Unreachable("the file host does not answer")
        return file.url in self.served


DIST = replace(FILES[0].distribution, blake2b256=BLAKE)
ADDRESS = f"{HOST}ab/ab/{BLAKE[4:]}/{WHEEL}"


class TestDigestOf:
    def test_shown(self) -> None:
        """What the page shows counts, and no address is asked."""
        index = Addressed()
        index.put(WHEEL, FILES[0].content)
        assert digest_of(DIST, MANIFEST, index, Silent()) == DIST.sha256
        index.put(WHEEL, b"other")
        assert digest_of(DIST, MANIFEST, index, Silent()) == sha256(b"other")
        index.has_digests = False
        assert digest_of(DIST, MANIFEST, index, Silent()) == sha256(b"other")
        assert not index.asked

    def test_served(self) -> None:
        """What is served at the address of its content is there, and that is said."""
        index, reporter = Addressed(served=[ADDRESS]), Remembering()
        assert digest_of(DIST, MANIFEST, index, reporter) == DIST.sha256
        assert index.asked == [ADDRESS]
        (note,) = reporter.notes
        assert note == f"{WHEEL} is served already, and no page shows it yet: {ADDRESS}"

    @pytest.mark.parametrize("is_away", [False, True])
    def test_lost(self, *, is_away: bool) -> None:
        """What is neither shown nor served is believed lost, also where nobody answers."""
        assert digest_of(DIST, MANIFEST, Addressed(is_away=is_away), Silent()) is None

    def test_unknown_address(self) -> None:
        """Without an address nothing is asked."""
        index = Addressed()
        project = index.project(MANIFEST.id.project)
        assert served_at(replace(DIST, blake2b256=None), project, index) is None
        assert not index.asked
