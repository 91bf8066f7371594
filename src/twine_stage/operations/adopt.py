"""Adopt: manifests of what an index shows now, of releases that nobody froze."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from packaging.utils import NormalizedName, canonicalize_name

from twine_stage.errors import Conflict, Unreachable, UsageError, WrongState
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing, Project, filename_of
from twine_stage.operations.adopting import Adoption, Keeper, Kept
from twine_stage.operations.clock import Clock
from twine_stage.operations.downloading import Downloading
from twine_stage.operations.standing import refuse_twins
from twine_stage.receipts import Receipt, receipt
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRelease:
    """What became of a release: ``adopted``, ``kept`` or ``left out``; ``message`` says why.

    A release that has a manifest keeps it, unless its next revision was asked for. ``digest`` is
    the release digest, ``manifest`` the manifest's SHA-256 and ``revision`` its number, as they are
    now; empty and 0 for what was left out. ``files`` are the names that the manifest has, or that
    the index shows of what was left out; ``yanked`` are those that the index shows as yanked,
    ``downloaded`` those of which it did not tell all, and ``unanswered`` those of them that could
    not be had. ``path`` is where the manifest was written; empty where that is the stage.
    """

    release: str
    index: str
    outcome: str
    message: str = ""
    revision: int = 0
    digest: str = ""
    manifest: str = ""
    files: tuple[str, ...] = ()
    yanked: tuple[str, ...] = ()
    downloaded: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptReport:
    """All releases that were meant, sorted.

    ``passed_over`` are files of the projects that no manifest can name: what they are called
    follows no grammar of today.
    """

    releases: tuple[AdoptedRelease, ...]
    passed_over: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """5 if a release was left out since files of it could not be had; else 0."""
        is_whole = not any(release.unanswered for release in self.releases)
        return 0 if is_whole else Unreachable.exit_status


def adopt(
    keeper: Keeper,
    names: Sequence[str],
    index: Index,
    *,
    reason: str | None = None,
    clock: Clock,
    reporter: Reporter,
) -> AdoptReport:
    """Take releases over as an index shows them now.

    Args:
        keeper: where the manifests go; what it has gives way to its next revision alone.
        names: each ``NAME==VERSION``, or ``NAME`` for all releases of a project.
        index: what is trusted to show the releases as they are.
        reason: why files are taken over that came since a manifest; without it none are.
        clock: for the receipts.
        reporter: hears of what has to be downloaded.

    Raises:
        UsageError: a name is none, or the reason is empty.
        WrongState: the index shows nothing of what is named.
        Unreachable: the index did not answer.
        StorageFailed: the disk refused.
    """
    wanted = _wanted(names)
    projects = {name: index.project(name) for name in wanted}
    listings = [
        listing
        for name, versions in sorted(wanted.items())
        for listing in _listings(projects[name], versions, index)
    ]
    downloading = Downloading(index, reporter)
    failures = downloading.attempt(_announced(listings, index, reporter))
    adopting = _Adopting(index, keeper, reason, clock, downloading.done, failures)
    return AdoptReport(
        releases=tuple(
            adopting.adopt(listing, projects[listing.release.project].serial)
            for listing in listings
        ),
        passed_over=tuple(
            file.filename
            for name in sorted(wanted)
            for file in projects[name].files
            if filename_of(file.filename) is None
        ),
    )


def _untold(listing: Listing) -> list[ListedFile]:
    """The files of which the index does not tell both digest and size."""
    return [file for file in listing.files if file.sha256 is None or file.size is None]


def _announced(
    listings: Iterable[Listing], index: Index, reporter: Reporter
) -> Sequence[ListedFile]:
    """The files that have to be downloaded, and why, which is said once."""
    untold = [file for listing in listings for file in _untold(listing)]
    lacks = {
        "digest": sum(file.sha256 is None for file in untold),
        "size": sum(file.size is None for file in untold),
    }
    told = [
        f"the {fact} of {count} file{'' if count == 1 else 's'}"
        for fact, count in lacks.items()
        if count
    ]
    if told:
        reporter.note(
            f"{index.url} does not tell {' and '.join(told)}: what it serves is downloaded and "
            "hashed"
        )
    return untold


@dataclass(frozen=True, slots=True)
class _Adopting:
    """Adopts releases from one index, one by one.

    ``served`` are the files that were downloaded, ``failures`` why others were not, by URL.
    """

    index: Index
    keeper: Keeper
    reason: str | None
    clock: Clock
    served: Mapping[str, ListedFile]
    failures: Mapping[str, str]

    def adopt(self, listing: Listing, serial: int | None) -> AdoptedRelease:
        """Keep a manifest of what is listed, as of a serial, unless there is one."""
        at = self.clock.now()
        untold = _untold(listing)
        lost = [file for file in untold if file.url in self.failures]
        if lost:
            told = (f"cannot download {one.filename}: {self.failures[one.url]}" for one in lost)
            return self._left_out(listing, "; ".join(told), lost)
        try:
            whole = replace(listing, files=tuple(map(self._whole, listing.files)))
            refuse_twins((), whole.files)
            adoption = Adoption(
                listing=whole,
                reason=self.reason,
                receipt=partial(self._receipt, whole, serial, at),
            )
            kept = self.keeper.keep(adoption)
        except (Conflict, WrongState) as error:
            return self._left_out(listing, error.message)
        return AdoptedRelease(
            release=str(listing.release),
            index=self.index.url,
            outcome="adopted" if kept.is_new else "kept",
            message=_message(kept, adoption),
            revision=kept.manifest.revision,
            digest=kept.manifest.release.digest,
            manifest=kept.manifest.digest,
            files=tuple(dist.filename.text for dist in kept.manifest.release.distributions),
            yanked=tuple(file.filename for file in whole.files if file.yanked is not None),
            downloaded=tuple(file.filename for file in untold),
            path=kept.path,
        )

    def _whole(self, file: ListedFile) -> ListedFile:
        """A file with the digest and the size that were found by download.

        Raises:
            Conflict: what is served is not what the index tells.
        """
        served = self.served.get(file.url)
        if served is None:
            return file
        if file.sha256 not in (None, served.sha256):
            raise Conflict(
                f"{file.filename}: {self.index.url} tells the digest {file.sha256} and serves "
                f"{served.sha256}"
            )
        return replace(file, sha256=served.sha256, size=served.size)

    def _receipt(
        self, listing: Listing, serial: int | None, at: datetime, manifest: str
    ) -> Receipt:
        return receipt(
            listing,
            index=self.index.id,
            url=self.index.url,
            manifest=manifest,
            at=at.isoformat(),
            serial=serial,
        )

    def _left_out(
        self, listing: Listing, message: str, unanswered: Iterable[ListedFile] = ()
    ) -> AdoptedRelease:
        return AdoptedRelease(
            release=str(listing.release),
            index=self.index.url,
            outcome="left out",
            message=message,
            files=tuple(file.filename for file in listing.files),
            unanswered=tuple(file.filename for file in unanswered),
        )


def _message(kept: Kept, adoption: Adoption) -> str:
    """How a manifest and what the index shows stand to the one that there was."""
    if kept.before is None:
        return ""
    growth = ", ".join(adoption.growth(kept.before))
    if kept.is_new:
        return f"revision {kept.manifest.revision} takes over {growth}"
    if growth:
        return f"the index also shows {growth}: with --reason TEXT its next revision names that"
    if kept.manifest.release.digest == adoption.release.digest:
        return "the index shows what its manifest names"
    return f"the index shows other files than its manifest names: stage verify {kept.manifest.id}"


def _wanted(names: Iterable[str]) -> dict[NormalizedName, list[ReleaseId]]:
    """The releases that are meant, by project; none where all are."""
    found: dict[NormalizedName, list[ReleaseId]] = {}
    whole = set()
    for name in names:
        if "==" in name:
            release = ReleaseId.parse(name)
            found.setdefault(release.project, []).append(release)
        else:
            whole.add(project_name(name))
    return found | {name: [] for name in whole}


def project_name(text: str) -> NormalizedName:
    """Read the name of a project.

    Raises:
        UsageError: it is none.
    """
    try:
        return canonicalize_name(text, validate=True)
    except ValueError:
        raise UsageError(
            f"expected the name of a project, found {text!r}", hint="For example: spam"
        ) from None


def _listings(project: Project, releases: Sequence[ReleaseId], index: Index) -> list[Listing]:
    """What is shown of the releases; of all of the project if none are named."""
    meant = releases or [ReleaseId(project.name, version) for version in project.versions]
    if not meant:
        raise WrongState(
            f"{index.url} shows no release of {project.name}: there is nothing to adopt",
            hint="See that the name is spelled as it is meant, and that this is the index.",
        )
    by_id = dict.fromkeys(sorted(meant, key=lambda release: release.sort_key))
    listings = [project.listing(release) for release in by_id]
    for listing in listings:
        if not listing.files:
            raise WrongState(
                f"{index.url} shows no file of {listing.release}: there is nothing to adopt",
                hint=f"stage audit {project.name} shows which releases there are.",
            )
    return listings
