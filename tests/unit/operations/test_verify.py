from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes import FakeClock, MemoryIndex, Remembering
from releasing import SDIST, WHEEL, Built, built, manifest_of
from staging import SPAM, stage
from twine_stage.digests import sha256
from twine_stage.errors import Damaged, UsageError, WrongState
from twine_stage.listings import ListedFile, Listing
from twine_stage.operations.freeze import freeze
from twine_stage.operations.verify import VerifyReport, hashed, manifests_of, settle, verify
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent

FILES = (built(WHEEL), built(SDIST))
MANIFEST = manifest_of(*FILES)
OTHER = "spam-1.0-1-py3-none-any.whl"


@dataclass
class Lagging(MemoryIndex):
    """An index that shows its files some looks late, and counts looks and downloads."""

    hidden: int = 0
    looks: int = 0
    downloads: list[str] = field(default_factory=list)

    def listing(self, release: ReleaseId) -> Listing:
        self.looks += 1
        if self.looks <= self.hidden:
            return Listing(release=release)
        return super().listing(release)

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        self.downloads.append(file.filename)
        return super().fetch(file)


def _index(*files: Built, hidden: int = 0, has_digests: bool = True) -> Lagging:
    index = Lagging(hidden=hidden, has_digests=has_digests)
    for file in files or FILES:
        index.put(file.name, file.content)
    return index


def _verify(index: MemoryIndex, *, deep: bool = False, wait: float = 0.0) -> VerifyReport:
    return verify(
        [MANIFEST], index, wait=wait, deep=deep, clock=index.clock, reporter=Remembering()
    )


class TestVerify:
    def test_exact(self) -> None:
        """An index that serves what was frozen is exact: status 0."""
        report = _verify(_index())
        (release,) = report.releases
        assert release.release == "spam==1.0"
        assert release.index == "https://example.org/legacy/"
        assert release.is_exact
        assert release.matching == (WHEEL, SDIST)
        assert report.exit_status == 0

    def test_each_difference(self) -> None:
        """What is missing, unexpected or different is named by kind: status 1."""
        index = _index(FILES[0])
        index.put(WHEEL, b"other")
        index.put(OTHER, b"appended")
        report = _verify(index)
        (release,) = report.releases
        assert not release.is_exact
        assert release.different == (WHEEL,)
        assert release.missing == (SDIST,)
        assert release.unexpected == (OTHER,)
        assert release.yanked == ()
        assert report.exit_status == 1

    def test_deep_looks_at_the_bytes(self) -> None:
        """An index that tells one digest and serves other bytes is found out by ``deep`` only."""

        @dataclass
        class Lying(Lagging):
            def listing(self, release: ReleaseId) -> Listing:
                told = super().listing(release)
                files = [
                    replace(file, sha256=MANIFEST.release.distributions[number].sha256)
                    for number, file in enumerate(told.files)
                ]
                return replace(told, files=tuple(files))

        index = Lying()
        index.put(WHEEL, FILES[0].content)
        index.put(SDIST, b"swapped")
        (release,) = _verify(index).releases
        assert release.is_exact
        (release,) = _verify(index, deep=True).releases
        assert release.matching == (WHEEL,)
        assert release.different == (SDIST,)

    def test_two_names_of_one_url_stay_two(self) -> None:
        """An index may serve the same content for both: the names are those of the listing."""

        @dataclass
        class Shared(Lagging):
            def listing(self, release: ReleaseId) -> Listing:
                told = super().listing(release)
                url = told.files[0].url
                return replace(told, files=tuple(replace(file, url=url) for file in told.files))

            def fetch(self, file: ListedFile) -> Iterator[bytes]:
                yield self.stored[WHEEL].content

        index = Shared(has_digests=False)
        for file in FILES:
            index.put(file.name, file.content)
        (release,) = _verify(index).releases
        assert (release.matching, release.different, release.missing) == ((WHEEL,), (SDIST,), ())

    def test_deep_downloads_only_what_matches(self) -> None:
        """A file that is different already, or was not frozen, is not downloaded."""
        index = _index()
        index.put(SDIST, b"other")
        index.put(OTHER, b"appended")
        _verify(index, deep=True)
        assert index.downloads == [WHEEL]

    def test_deep_without_digests_downloads_once(self) -> None:
        """Where digests had to be made by download, ``deep`` downloads nothing again."""
        index = _index(has_digests=False)
        (release,) = _verify(index, deep=True).releases
        assert release.is_exact
        assert sorted(index.downloads) == [WHEEL, SDIST]


class TestHashed:
    def test_told_digests_are_taken(self) -> None:
        """Nothing is downloaded, and nothing said, where the index tells all digests."""
        index, reporter = _index(), Remembering()
        listing = index.listing(MANIFEST.id)
        assert hashed(listing, index, reporter) == listing
        assert not index.downloads
        assert not reporter.notes

    def test_untold_digests_are_made(self) -> None:
        """A digest that the index does not tell is made by download, and that is said."""
        index, reporter = _index(has_digests=False), Remembering()
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
        index = _index(hidden=1)
        _, comparison = settle(MANIFEST, index, wait=0, clock=index.clock, reporter=Silent())
        assert comparison.missing == (WHEEL, SDIST)
        assert index.looks == 1

    def test_until_all_is_there(self) -> None:
        """Missing files are looked for again; why it takes long is said once."""
        index, reporter = _index(hidden=4), Remembering()
        began = index.clock.time
        listing, comparison = settle(
            MANIFEST, index, wait=300, clock=index.clock, reporter=reporter
        )
        assert comparison.is_exact
        assert len(listing.files) == 2
        assert index.looks == 5
        assert (index.clock.time - began).seconds == 1 + 2 + 4 + 8
        (note,) = reporter.notes
        assert f"does not show {WHEEL}, {SDIST} yet" in note
        assert "300 seconds" in note

    def test_pauses_grow_to_half_a_minute(self) -> None:
        """It never waits longer than asked, nor longer than 30 seconds between looks."""
        index = _index(hidden=1000)
        began = index.clock.time
        settle(MANIFEST, index, wait=100, clock=index.clock, reporter=Silent())
        assert (index.clock.time - began).seconds == 100
        assert index.looks == len([0, 1, 2, 4, 8, 16, 30, 30, 9])

    @pytest.mark.parametrize("name", [WHEEL, OTHER])
    def test_what_waiting_cannot_mend(self, name: str) -> None:
        """Other content, or a file too many, ends the waiting at once."""
        index = _index(FILES[0])
        index.put(name, b"other")
        settle(MANIFEST, index, wait=300, clock=index.clock, reporter=Silent())
        assert index.looks == 1

    def test_downloads_are_not_repeated(self) -> None:
        """While it waits, a file without a digest is downloaded once, and that is said once."""
        clock = FakeClock()

        @dataclass
        class Growing(Lagging):
            def listing(self, release: ReleaseId) -> Listing:
                told = super().listing(release)
                return told if self.looks > 3 else replace(told, files=told.files[:1])

        index = Growing(clock=clock, has_digests=False)
        for file in FILES:
            index.put(file.name, file.content)
        reporter = Remembering()
        _, comparison = settle(MANIFEST, index, wait=300, clock=clock, reporter=reporter)
        assert comparison.is_exact
        assert index.downloads == [WHEEL, SDIST]
        assert len([note for note in reporter.notes if "no sha256" in note]) == 2


class TestManifests:
    def test_all_that_is_frozen(self, tmp_path: Path) -> None:
        """Without names the latest manifest of each frozen release counts, drafts do not."""
        store = stage(tmp_path, ["spam-1.0.tar.gz", "spam-1.1.tar.gz"])
        freeze(store, ["spam==1.0"])
        assert [manifest.id for manifest in manifests_of(store, [], [])] == [SPAM]

    def test_named(self, tmp_path: Path) -> None:
        """A release that is named is taken alone."""
        store = stage(tmp_path, ["spam-1.0.tar.gz", "spam-1.1.tar.gz"])
        freeze(store, ["spam==1.0", "spam==1.1"])
        (manifest,) = manifests_of(store, ["spam==1.1"], [])
        assert str(manifest.id) == "spam==1.1"

    def test_draft(self, tmp_path: Path) -> None:
        """A draft that is named cannot be compared, and the way out is named."""
        store = stage(tmp_path)
        with pytest.raises(WrongState, match="is a draft") as caught:
            manifests_of(store, ["spam"], [])
        assert "stage freeze spam==1.0" in caught.value.hint

    def test_nothing_frozen(self, tmp_path: Path) -> None:
        """A stage without anything frozen proves nothing, and says so."""
        with pytest.raises(WrongState, match="nothing is frozen"):
            manifests_of(stage(tmp_path), [], [])

    def test_file_without_a_stage(self, tmp_path: Path) -> None:
        """A manifest in a file needs no stage."""
        path = tmp_path / "kept.json"
        path.write_bytes(MANIFEST.dumps())
        assert manifests_of(None, [], [path]) == (MANIFEST,)

    def test_file_and_name(self, tmp_path: Path) -> None:
        """Files come first, then what is named."""
        store = stage(tmp_path, ["spam-1.1.tar.gz"])
        freeze(store, ["spam"])
        path = tmp_path / "kept.json"
        path.write_bytes(MANIFEST.dumps())
        found = manifests_of(store, ["spam==1.1"], [path])
        assert [str(manifest.id) for manifest in found] == ["spam==1.0", "spam==1.1"]

    def test_neither(self) -> None:
        """Without a stage and without a file there is nothing to compare with."""
        with pytest.raises(WrongState, match="found neither") as caught:
            manifests_of(None, [], [])
        assert "--manifest" in caught.value.hint

    def test_no_file(self, tmp_path: Path) -> None:
        """A file that is not there is a usage error."""
        with pytest.raises(UsageError, match="No such file"):
            manifests_of(None, [], [tmp_path / "none.json"])

    def test_damaged_file(self, tmp_path: Path) -> None:
        """A file that is no manifest is damaged, under its own name."""
        path = tmp_path / "kept.json"
        path.write_bytes(b"{}")
        with pytest.raises(Damaged, match=r"kept\.json: _type: missing"):
            manifests_of(None, [], [path])

    def test_huge_file(self, tmp_path: Path) -> None:
        """A file that is far too large for a manifest is not read as one."""
        path = tmp_path / "kept.json"
        with path.open("wb") as file:
            file.truncate((64 << 20) + 1)
        with pytest.raises(Damaged, match="found more than 64 MiB"):
            manifests_of(None, [], [path])
