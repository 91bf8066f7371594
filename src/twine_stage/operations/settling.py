"""Settling: looking at an index until it shows a release, however long its caches take."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from twine_stage.addresses import predicted
from twine_stage.comparison import Comparison, compare
from twine_stage.distributions import Distribution
from twine_stage.errors import Unreachable
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.operations.clock import Clock
from twine_stage.operations.downloading import Downloading
from twine_stage.reporting import Reporter

PROPAGATION = timedelta(minutes=15)
"""How long a file that PyPI accepted may be missing from what its caches answer."""

_LONGEST_PAUSE = 30.0
"""Seconds between two looks at an index that does not show all yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an index shows of a project at one moment, and of a release of it beside its manifest.

    ``is_stale`` says that the page is of before a change that is known: an answer to another
    question. That it is not set proves nothing.
    """

    project: Project
    listing: Listing
    comparison: Comparison
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Looks at an index; what it had to download for a look is not downloaded for the next.

    Args:
        index: where to look.
        reporter: hears of every byte.
        before: the serial of the project before it was changed; what still has it is stale.
        hashes: digests that the index does not tell are made by download; else they are believed.
        skips_gone: a file that is shown and not served stays without a digest; else it is an error.
    """

    index: Index
    reporter: Reporter
    before: int | None = None
    hashes: bool = True
    skips_gone: bool = False
    downloading: Downloading = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "downloading", Downloading(self.index, self.reporter))

    def settle(self, manifest: Manifest, *, wait: float, clock: Clock) -> Look:
        """Look until the index shows all, or what waiting cannot mend, or time is over.

        ``wait`` is in seconds; the pauses are 1, 2, 4 and so on up to 30 seconds. With 0 it looks
        once. Whether a page has changed is told by its ETag alone, never by the serial.

        Raises:
            Unreachable: the index did not answer.
        """
        deadline = clock.monotonic() + wait
        pause = 1.0
        look = self.look(manifest)
        while True:
            comparison = look.comparison
            left = deadline - clock.monotonic()
            is_final = comparison.different or comparison.unexpected or not comparison.missing
            if is_final or left <= 0:
                return look
            if pause == 1:
                self._note_wait(look, wait)
            clock.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)
            look = self._again(manifest, look)

    def look(self, manifest: Manifest) -> Look:
        """Look once; raises as ``settle`` does."""
        return self._judged(manifest, self.index.project(manifest.id.project))

    def hashed(self, listing: Listing) -> Listing:
        """The listing with the digests that the index does not tell: by download, and it is said.

        Raises:
            Unreachable: the index did not answer.
        """
        unknown = [file for file in listing.files if file.sha256 is None]
        if any(file.url not in self.downloading.done for file in unknown):
            self.reporter.note(
                f"{self.index.url} tells no sha256 of {len(unknown)} files of "
                f"{listing.release}: what it serves is downloaded and hashed"
            )
        self.downloading.hash(unknown, skips_gone=self.skips_gone)
        return self.served(listing, [file.filename for file in unknown])

    def served(self, listing: Listing, names: Collection[str]) -> Listing:
        """The listing with what was downloaded under some names, as far as anything was."""
        done = self.downloading.done
        files = (
            (file, done.get(file.url) if file.filename in names else None) for file in listing.files
        )
        return replace(
            listing,
            files=tuple(
                replace(file, sha256=found.sha256, size=found.size) if found else file
                for file, found in files
            ),
        )

    def _again(self, manifest: Manifest, last: Look) -> Look:
        project = self.index.project_since(manifest.id.project, last.project.etag)
        return last if project is None else self._judged(manifest, project)

    def _judged(self, manifest: Manifest, project: Project) -> Look:
        told = project.listing(manifest.id)
        listing = self.hashed(told) if self.hashes else _believed(told, manifest)
        serial, before = project.serial, self.before
        return Look(
            project=with_listing(project, listing),
            listing=listing,
            comparison=compare(manifest, listing),
            is_stale=serial is not None and before is not None and serial <= before,
        )

    def _note_wait(self, look: Look, wait: float) -> None:
        why = f" (its page is stale: serial {look.project.serial}, as before)"
        self.reporter.note(
            f"{self.index.url} does not show {', '.join(look.comparison.missing)} yet"
            f"{why if look.is_stale else ''}; looking again for up to {wait:g} seconds"
        )


def _believed(listing: Listing, manifest: Manifest) -> Listing:
    """The listing with the digests that it does not tell, as they were frozen."""
    frozen = {dist.filename.text: dist.sha256 for dist in manifest.release.distributions}
    files = (
        replace(file, sha256=file.sha256 or frozen.get(file.filename)) for file in listing.files
    )
    return replace(listing, files=tuple(files))


def hashed(listing: Listing, index: Index, reporter: Reporter) -> Listing:
    """The listing with the digests that the index does not tell; see ``Looking.hashed``."""
    return Looking(index=index, reporter=reporter).hashed(listing)


def with_listing(project: Project, listing: Listing) -> Project:
    """The project with the files of a release as they are known by now."""
    files = listing.by_name
    return replace(project, files=tuple(files.get(file.filename, file) for file in project.files))


def digest_of(
    distribution: Distribution, manifest: Manifest, index: Index, reporter: Reporter
) -> str | None:
    """The SHA-256 of what an index has under the name of a file that was sent; None for nothing.

    Pages come from caches: before a file is believed lost, its address is asked, which its content
    tells.

    Raises:
        Unreachable: the index did not answer.
    """
    project = index.project(manifest.id.project)
    shown = project.listing(manifest.id).by_name.get(distribution.filename.text)
    if shown is None:
        url = served_at(distribution, project, index)
        if url is None:
            return None
        reporter.note(f"{distribution.filename} is served already, and no page shows it yet: {url}")
        return distribution.sha256
    return hashed(Listing(release=manifest.id, files=(shown,)), index, reporter).files[0].sha256


def served_at(distribution: Distribution, project: Project, index: Index) -> str | None:
    """The address that the content of a file has on an index, if it answers; else None."""
    url = predicted(distribution, project)
    if url is None:
        return None
    file = ListedFile(filename=distribution.filename.text, url=url, sha256=distribution.sha256)
    with suppress(Unreachable):
        return url if index.serves(file) else None
    return None
