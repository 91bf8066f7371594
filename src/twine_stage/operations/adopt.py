"""Adopt: manifests of what an index shows now, of releases that nobody froze."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from packaging.utils import NormalizedName, canonicalize_name

from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import Conflict, UsageError, WrongState
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing, Project, filename_of
from twine_stage.manifest import Manifest
from twine_stage.manifest import adopt as manifest_of
from twine_stage.operations.adopting import Keeper
from twine_stage.operations.clock import Clock
from twine_stage.operations.downloading import Downloading
from twine_stage.operations.standing import refuse_twins
from twine_stage.receipts import receipt
from twine_stage.releases import ReleaseId, group
from twine_stage.reporting import Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRelease:
    """What became of a release: ``adopted``, ``kept`` or ``left out``; ``message`` says why.

    A release that has a manifest keeps it. ``digest`` is the release digest and ``manifest`` the
    manifest's SHA-256, as they are now; empty for what was left out. ``files`` are the names that
    the index shows, ``downloaded`` those of which it did not tell all. ``path`` is where the
    manifest was written; empty where that is the stage.
    """

    release: str
    index: str
    outcome: str
    message: str = ""
    digest: str = ""
    manifest: str = ""
    files: tuple[str, ...] = ()
    downloaded: tuple[str, ...] = ()
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
        """0: it is taken as it is."""
        return 0


def adopt(
    keeper: Keeper,
    names: Sequence[str],
    index: Index,
    *,
    clock: Clock,
    reporter: Reporter,
) -> AdoptReport:
    """Take releases over as an index shows them now.

    Args:
        keeper: where the manifests go; what it has is never replaced.
        names: each ``NAME==VERSION``, or ``NAME`` for all releases of a project.
        index: what is trusted to show the releases as they are.
        clock: for the receipts.
        reporter: hears of what has to be downloaded.

    Raises:
        UsageError: a name is none.
        WrongState: the index shows nothing of what is named.
        Unreachable: the index did not answer.
        StorageFailed: the disk refused.
    """
    wanted = _wanted(names)
    projects = {name: index.project(name) for name in wanted}
    adopting = _Adopting(index, keeper, clock, reporter, Downloading(index, reporter))
    listings = [
        (listing, projects[name].serial)
        for name, versions in sorted(wanted.items())
        for listing in _listings(projects[name], versions, index)
    ]
    return AdoptReport(
        releases=tuple(adopting.adopt(listing, serial) for listing, serial in listings),
        passed_over=tuple(
            file.filename
            for name in sorted(wanted)
            for file in projects[name].files
            if filename_of(file.filename) is None
        ),
    )


@dataclass(frozen=True, slots=True)
class _Adopting:
    """Adopts releases from one index, one by one."""

    index: Index
    keeper: Keeper
    clock: Clock
    reporter: Reporter
    downloading: Downloading

    def adopt(self, listing: Listing, serial: int | None) -> AdoptedRelease:
        """Keep a manifest of what is listed, as of a serial, unless there is one."""
        at = self.clock.now()
        untold = [file for file in listing.files if file.sha256 is None or file.size is None]
        try:
            whole = self._whole(listing, untold)
            refuse_twins((), whole.files)
        except Conflict as error:
            return self._left_out(listing, error.message)
        [release] = group(map(_taken, whole.files))  # which spells the version by the files
        manifest = manifest_of(release)
        seen = receipt(
            whole,
            index=self.index.id,
            url=self.index.url,
            manifest=manifest.digest,
            at=at.isoformat(),
            serial=serial,
        )
        try:
            kept, path = self.keeper.keep(manifest, seen)
        except WrongState as error:
            return self._left_out(listing, error.message)
        return AdoptedRelease(
            release=str(listing.release),
            index=self.index.url,
            outcome="adopted" if kept is None else "kept",
            message=_message(kept, manifest),
            digest=(kept or manifest).release.digest,
            manifest=(kept or manifest).digest,
            files=tuple(file.filename for file in whole.files),
            downloaded=tuple(file.filename for file in untold),
            path=path,
        )

    def _whole(self, listing: Listing, untold: Sequence[ListedFile]) -> Listing:
        """The listing with the digests and sizes that the index does not tell, by download.

        Raises:
            Conflict: what is served is not what the index tells.
        """
        if untold:
            self.reporter.note(
                f"{self.index.url} does not tell digest and size of {len(untold)} files of "
                f"{listing.release}: what it serves is downloaded and hashed"
            )
        self.downloading.hash(untold)
        return replace(listing, files=tuple(map(self._served, listing.files)))

    def _served(self, file: ListedFile) -> ListedFile:
        served = self.downloading.done.get(file.url)
        if served is None:
            return file
        if file.sha256 not in (None, served.sha256):
            raise Conflict(
                f"{file.filename}: {self.index.url} tells the digest {file.sha256} and serves "
                f"{served.sha256}"
            )
        return replace(file, sha256=served.sha256, size=served.size)

    def _left_out(self, listing: Listing, message: str) -> AdoptedRelease:
        return AdoptedRelease(
            release=str(listing.release),
            index=self.index.url,
            outcome="left out",
            message=message,
            files=tuple(file.filename for file in listing.files),
        )


def _message(kept: Manifest | None, shown: Manifest) -> str:
    if kept is None:
        return ""
    if kept.release.digest == shown.release.digest:
        return "the index shows what its manifest names"
    return f"the index shows other files than its manifest names: stage verify {kept.id}"


def _taken(file: ListedFile) -> Distribution:
    """A file as an index shows it, of which digest and size are known."""
    return Distribution(
        filename=Filename.parse(file.filename),
        sha256=file.sha256 or "",
        size=file.size or 0,
        core_metadata=file.core_metadata,
        requires_python=file.requires_python,
    )


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
