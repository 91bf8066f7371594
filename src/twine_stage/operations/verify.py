"""Verify: compare what was frozen with what the index serves, and say each difference by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twine_stage.comparison import Comparison, compare
from twine_stage.errors import WrongState
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.operations.clock import Clock
from twine_stage.operations.downloading import Downloading
from twine_stage.operations.manifest_files import read_manifest
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store

_LONGEST_PAUSE = 30.0
"""Seconds between two looks at an index that does not show all yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRelease:
    """What the index serves of one release; the lists are those of ``Comparison``.

    ``index`` is the URL that was asked.
    """

    release: str
    index: str
    is_exact: bool
    matching: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    different: tuple[str, ...]
    yanked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What the index serves of each release asked for."""

    releases: tuple[VerifiedRelease, ...]

    @property
    def exit_status(self) -> int:
        """0 if it serves exactly what was frozen, else 1."""
        return 0 if all(release.is_exact for release in self.releases) else 1


def verify(
    manifests: Sequence[Manifest],
    index: Index,
    *,
    wait: float,
    deep: bool,
    clock: Clock,
    reporter: Reporter,
) -> VerifyReport:
    """Compare manifests with an index.

    Args:
        manifests: what was frozen.
        index: where to look.
        wait: seconds that missing files of a release may still take to appear.
        deep: download what matches, and hash it; nothing is kept.
        clock: for the pauses.
        reporter: hears of every byte.

    Raises:
        Unreachable: the index did not answer.
    """
    found = []
    for manifest in manifests:
        looking = _looking(index, reporter)
        listing, comparison = looking.settle(manifest, wait, clock)
        if deep:
            comparison = compare(manifest, looking.downloaded(listing, comparison.matching))
        found.append(_verified(manifest, index, comparison))
    return VerifyReport(tuple(found))


def settle(
    manifest: Manifest, index: Index, *, wait: float, clock: Clock, reporter: Reporter
) -> tuple[Listing, Comparison]:
    """Look until the index shows all, or something that waiting cannot mend, or time is over.

    ``wait`` is in seconds; the pauses are 1, 2, 4 and so on up to 30 seconds. With 0 it looks
    once.

    Raises:
        Unreachable: the index did not answer.
    """
    return _looking(index, reporter).settle(manifest, wait, clock)


def hashed(listing: Listing, index: Index, reporter: Reporter) -> Listing:
    """The listing with the digests that the index does not tell: by download, and it is said.

    Raises:
        Unreachable: the index did not answer.
    """
    return _looking(index, reporter).hashed(listing)


def manifests_of(
    store: Store | None, names: Sequence[str], files: Sequence[Path]
) -> tuple[Manifest, ...]:
    """The manifests to verify: those in files, then the latest of each release named.

    Without either, the latest of all that are frozen in the stage.

    Raises:
        UsageError: a file cannot be read.
        Damaged: it is not a manifest.
        WrongState: a release is not frozen; or nothing is; or there is no stage.
    """
    read = tuple(read_manifest(path) for path in files)
    if files and not names:
        return read
    if store is None:
        raise WrongState(
            "expected a stage here or a manifest, found neither",
            hint="Name a manifest: stage verify --manifest FILE",
        )
    releases = selection.releases(store, names, default=lambda record: record.latest is not None)
    if not releases:
        raise WrongState("nothing is frozen in this stage", hint="Freeze a release: stage freeze")
    return read + tuple(_latest(store.record(release)) for release in releases)


@dataclass(frozen=True, slots=True)
class _Looking:
    """Looks at an index; what it had to download for a look is not downloaded for the next."""

    index: Index
    reporter: Reporter
    downloading: Downloading

    def settle(self, manifest: Manifest, wait: float, clock: Clock) -> tuple[Listing, Comparison]:
        deadline = clock.monotonic() + wait
        pause = 1.0
        while True:
            listing = self.hashed(self.index.listing(manifest.id))
            comparison = compare(manifest, listing)
            left = deadline - clock.monotonic()
            is_final = comparison.different or comparison.unexpected or not comparison.missing
            if is_final or left <= 0:
                return listing, comparison
            if pause == 1:
                self._note_wait(comparison, wait)
            clock.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def hashed(self, listing: Listing) -> Listing:
        unknown = [file for file in listing.files if file.sha256 is None]
        if any(file.url not in self.downloading.done for file in unknown):
            self.reporter.note(
                f"{self.index.url} tells no sha256 of {len(unknown)} files of "
                f"{listing.release}: what it serves is downloaded and hashed"
            )
        return self.downloaded(listing, [file.filename for file in unknown])

    def downloaded(self, listing: Listing, names: Collection[str]) -> Listing:
        """The listing with what is really served under some names."""
        wanted = frozenset(names)
        self.downloading.hash(file for file in listing.files if file.filename in wanted)
        return replace(
            listing,
            files=tuple(
                self._served(file) if file.filename in wanted else file for file in listing.files
            ),
        )

    def _served(self, file: ListedFile) -> ListedFile:
        """The file as it is listed now, with the digest and size of what its URL serves."""
        served = self.downloading.done[file.url]
        return replace(file, sha256=served.sha256, size=served.size)

    def _note_wait(self, comparison: Comparison, wait: float) -> None:
        self.reporter.note(
            f"{self.index.url} does not show {', '.join(comparison.missing)} yet; looking again "
            f"for up to {wait:g} seconds"
        )


def _looking(index: Index, reporter: Reporter) -> _Looking:
    return _Looking(index, reporter, Downloading(index, reporter))


def _verified(manifest: Manifest, index: Index, comparison: Comparison) -> VerifiedRelease:
    return VerifiedRelease(
        release=str(manifest.id),
        index=index.url,
        is_exact=comparison.is_exact,
        matching=comparison.matching,
        missing=comparison.missing,
        unexpected=comparison.unexpected,
        different=comparison.different,
        yanked=comparison.yanked,
    )


def _latest(record: Record) -> Manifest:
    if record.latest is None:
        raise WrongState(
            f"{record.release} is a draft: there is nothing frozen to compare with",
            hint=f"Freeze it first: stage freeze {record.release}",
        )
    return record.latest
