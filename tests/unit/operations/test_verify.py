from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from fakes import MemoryIndex, Remembering
from lagging import FILES, MANIFEST, OTHER, Lagging, lagging
from releasing import SDIST, WHEEL
from staging import SPAM, stage
from twine_stage.differences import Kind
from twine_stage.errors import Damaged, Unreachable, UsageError, WrongState
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.freeze import freeze
from twine_stage.operations.verify import VerifyReport, manifests_of, receipts_of, verify
from twine_stage.receipts import Receipt, receipt
from twine_stage.reporting import Silent


def _verify(
    index: MemoryIndex,
    *receipts: Receipt,
    ago: timedelta | None = None,
    deep: bool = False,
    wait: float = 0.0,
) -> VerifyReport:
    """Compare what was published some time ago, as far as that is known."""
    published = {} if ago is None else {MANIFEST.digest: index.clock.now() - ago}
    return verify(
        [MANIFEST],
        index,
        receipts=receipts,
        published=published,
        wait=wait,
        deep=deep,
        clock=index.clock,
        reporter=Remembering(),
    )


def _receipt(index: MemoryIndex, serial: int | None = None) -> Receipt:
    return receipt(
        index.listing(SPAM),
        index="memory",
        url=index.url,
        manifest=MANIFEST.digest,
        at="2026-01-01T12:00:00+00:00",
        serial=serial,
    )


class TestVerify:
    def test_exact(self) -> None:
        """An index that serves what was frozen is exact: status 0."""
        report = _verify(lagging())
        (release,) = report.releases
        assert release.release == "spam==1.0"
        assert release.index == "https://example.org/legacy/"
        assert release.is_exact
        assert release.matching == (WHEEL, SDIST)
        assert report.exit_status == 0

    def test_each_difference(self) -> None:
        """What is missing, unexpected or different is named by kind: status 1."""
        index = lagging(FILES[0])
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
            def project(self, name: NormalizedName) -> Project:
                told = super().project(name)
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
            def project(self, name: NormalizedName) -> Project:
                told = super().project(name)
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
        index = lagging()
        index.put(SDIST, b"other")
        index.put(OTHER, b"appended")
        _verify(index, deep=True)
        assert index.downloads == [WHEEL]

    def test_deep_without_digests_downloads_once(self) -> None:
        """Where digests had to be made by download, ``deep`` downloads nothing again."""
        index = lagging(has_digests=False)
        (release,) = _verify(index, deep=True).releases
        assert release.is_exact
        assert sorted(index.downloads) == [WHEEL, SDIST]


@dataclass
class Failing(Lagging):
    """An index that serves no file, and after some looks no page."""

    most: int = 9

    def project(self, name: NormalizedName) -> Project:
        if self.looks == self.most:
            raise Unreachable("memory: no route")
        return super().project(name)

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        raise Unreachable(f"memory: {file.filename} broke off")


class TestUnreachable:
    def fails(self, index: Failing, *, deep: bool) -> Unreachable:
        """Two manifests are compared, of which the second is the first again."""
        for file in FILES:
            index.put(file.name, file.content)
        with pytest.raises(Unreachable) as caught:
            verify(
                [MANIFEST, MANIFEST],
                index,
                wait=0.0,
                deep=deep,
                clock=index.clock,
                reporter=Remembering(),
            )
        return caught.value

    def test_what_was_found_before_is_told(self) -> None:
        """The releases until then: status 5."""
        error = self.fails(Failing(most=1), deep=False)
        assert isinstance(error.report, VerifyReport)
        assert [release.is_exact for release in error.report.releases] == [True]
        assert error.exit_status == 5

    def test_nothing_was_found_before(self) -> None:
        """A page that tells nothing wrong proves nothing with ``deep``: no report."""
        error = self.fails(Failing(), deep=True)
        assert error.report is None
        assert error.exit_status == 5

    def test_a_difference_stands(self) -> None:
        """What the page tells is wrong, whatever the bytes would be: status 1."""
        index = Failing()
        index.put(OTHER, b"appended")
        error = self.fails(index, deep=True)
        assert isinstance(error.report, VerifyReport)
        assert [release.unexpected for release in error.report.releases] == [(OTHER,)]
        assert error.exit_status == 1


class TestReceipts:
    def test_compared(self) -> None:
        """What the receipt says is compared, and its moment told."""
        index = lagging()
        kept = _receipt(index)
        del index.stored[SDIST]
        (release,) = _verify(index, kept).releases
        (difference,) = release.differences
        assert (difference.kind, difference.file) == (Kind.MISSING, SDIST)
        assert difference.cause.startswith("it was deleted")
        assert release.compared_with == "2026-01-01T12:00:00+00:00"
        assert not release.is_stale

    def test_of_another_manifest(self) -> None:
        """A receipt counts for its own manifest alone."""
        index = lagging()
        (release,) = _verify(index, replace(_receipt(index), manifest="0" * 64)).releases
        assert release.compared_with is None

    def test_what_was_not_compared_before(self) -> None:
        """A release that shows each frozen file may be other than it was."""
        index = lagging()
        kept = _receipt(index)
        early = [replace(file, uploaded_at=file.uploaded_at) for file in kept.files]
        for file in index.stored.values():
            file.at = file.at.replace(year=2027)
        report = _verify(index, replace(kept, files=tuple(early)))
        (release,) = report.releases
        assert [one.kind for one in release.differences] == [Kind.RECREATED]
        assert not release.is_exact
        assert report.exit_status == 1

    def test_stale(self) -> None:
        """An answer of before the receipt is stale, never a failure: status 6."""
        index = lagging(hidden=1)
        index.serials = [6]
        report = _verify(index, _receipt(MemoryIndex(), serial=7))
        (release,) = report.releases
        assert release.is_stale
        assert not release.is_exact
        assert report.exit_status == 6

    def test_stale_and_different(self) -> None:
        """What is wrong by an answer of now weighs more."""
        stale, wrong = lagging(hidden=1), lagging(hidden=1)
        stale.serials = [6]
        releases = [
            *_verify(stale, _receipt(MemoryIndex(), serial=7)).releases,
            *_verify(wrong).releases,
        ]
        assert VerifyReport(tuple(releases)).exit_status == 1

    def test_stale_and_exact(self) -> None:
        """An old page that shows all proves all."""
        index = lagging()
        kept = _receipt(MemoryIndex(), serial=7)
        index.serials = [6]
        assert _verify(index, kept).exit_status == 0

    def test_of_the_stage(self, tmp_path: Path) -> None:
        """The receipt of this index and this very manifest is taken."""
        store, index = stage(tmp_path, [SDIST]), MemoryIndex()
        freeze(store, ["spam"])
        (manifest,) = manifests_of(store, [], [])
        kept = replace(_receipt(index), manifest=manifest.digest)
        assert receipts_of(store, [manifest], index, [], reporter=Silent()) == ()
        store.write_receipt(manifest, "elsewhere", kept)
        assert receipts_of(store, [manifest], index, [], reporter=Silent()) == ()
        store.write_receipt(manifest, "memory", replace(kept, manifest="0" * 64))
        assert receipts_of(store, [manifest], index, [], reporter=Silent()) == ()
        store.write_receipt(manifest, "memory", kept)
        assert receipts_of(store, [manifest], index, [], reporter=Silent()) == (kept,)

    def test_of_a_file(self, tmp_path: Path) -> None:
        """A receipt in a file needs no stage, but its manifest."""
        index, path = lagging(), tmp_path / "receipt.json"
        kept = _receipt(index)
        path.write_bytes(kept.dumps())
        assert receipts_of(None, [MANIFEST], index, [path], reporter=Silent()) == (kept,)
        with pytest.raises(UsageError, match="expected a receipt of one of the manifests"):
            receipts_of(None, [], index, [path], reporter=Silent())

    def test_no_file(self, tmp_path: Path) -> None:
        """A receipt that is not there is a usage error."""
        with pytest.raises(UsageError, match="No such file"):
            receipts_of(None, [MANIFEST], lagging(), [tmp_path / "none.json"], reporter=Silent())


class TestPublished:
    """The moment of the publication, where there is no receipt."""

    SOON = timedelta(minutes=14)

    def test_just_now(self) -> None:
        """What is missing may still be on its way: status 6."""
        report = _verify(lagging(FILES[0]), ago=self.SOON)
        (release,) = report.releases
        (difference,) = release.differences
        assert (difference.kind, difference.file) == (Kind.MISSING, SDIST)
        assert difference.cause.endswith("not propagated yet, or removed since")
        assert release.is_stale
        assert report.exit_status == 6

    def test_long_ago(self) -> None:
        """No cache is so old."""
        report = _verify(lagging(FILES[0]), ago=timedelta(minutes=16))
        assert report.exit_status == 1
        assert not report.releases[0].is_stale

    def test_something_else_is_wrong(self) -> None:
        """No cache makes up files."""
        index = lagging(FILES[0])
        index.put(OTHER, b"appended")
        assert _verify(index, ago=self.SOON).exit_status == 1

    def test_a_receipt_tells_more(self) -> None:
        """What was seen once and is gone was deleted."""
        index = lagging()
        kept = _receipt(index)
        del index.stored[SDIST]
        report = _verify(index, kept, ago=self.SOON)
        assert report.releases[0].differences[0].cause.startswith("it was deleted")
        assert report.exit_status == 1


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
