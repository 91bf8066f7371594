"""Verify: compare what was frozen with what the index serves, and say each difference by name."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from twine_stage.comparison import Comparison, compare
from twine_stage.errors import UsageError, WrongState
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.operations.clock import Clock
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store

_DOWNLOADS = 4
"""How many files are downloaded side by side."""

_LONGEST_PAUSE = 30.0
"""Seconds between two looks at an index that does not show all yet."""

_LARGEST_MANIFEST = 64 << 20
"""Bytes; a manifest of a hundred thousand files is half as large."""


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
        looking = _Looking(index, reporter)
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
    return _Looking(index, reporter).settle(manifest, wait, clock)


def hashed(listing: Listing, index: Index, reporter: Reporter) -> Listing:
    """The listing with the digests that the index does not tell: by download, and it is said.

    Raises:
        Unreachable: the index did not answer.
    """
    return _Looking(index, reporter).hashed(listing)


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
    read = tuple(_read(path) for path in files)
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
    """Looks at an index; ``digests`` are what was downloaded, by URL, so as not to do it again."""

    index: Index
    reporter: Reporter
    digests: dict[str, ListedFile] = field(default_factory=dict)

    def settle(
        self, manifest: Manifest, wait: float, clock: Clock
    ) -> tuple[Listing, Comparison]:
        deadline = clock.monotonic() + wait
        pause = 1.0
        while True:
            listing = self.hashed(self.index.listing(manifest.id))
            comparison = compare(manifest, listing)
            left = deadline - clock.monotonic()
            is_lag = comparison.missing and not (comparison.different or comparison.unexpected)
            if not is_lag or left <= 0:
                return listing, comparison
            if pause == 1.0:
                count = len(comparison.missing)
                self.reporter.note(
                    f"{self.index.url} does not show {count} of the files of {manifest.id} yet; "
                    f"looking again for up to {wait:g} seconds"
                )
            clock.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def hashed(self, listing: Listing) -> Listing:
        unknown = [file.filename for file in listing.files if file.sha256 is None]
        if any(file.url not in self.digests for file in listing.files if file.sha256 is None):
            self.reporter.note(
                f"{self.index.url} tells no sha256 of {', '.join(unknown)}: what it serves is "
                "downloaded and hashed"
            )
        return self.downloaded(listing, unknown)

    def downloaded(self, listing: Listing, names: Iterable[str]) -> Listing:
        """The listing with the digests of what is really served under some names."""
        wanted = [file for file in listing.files if file.filename in set(names)]
        missing = [file for file in wanted if file.url not in self.digests]
        self.digests.update(self._download(missing))
        ...
