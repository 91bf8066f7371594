"""Audit: the past of every release of a project, as far as an index still shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from twine_stage.histories import Append, History, Terms, histories
from twine_stage.impact import Change
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Project, filename_of
from twine_stage.operations.adopt import project_name
from twine_stage.operations.clock import Clock
from twine_stage.operations.provenance import provenance_of
from twine_stage.policy import Openness
from twine_stage.publishers import Provenance, strangers


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedFile:
    """A file as the index shows it; None is what the index does not tell.

    ``after_seconds`` is how long after the first file of the release it came. ``yanked`` is the
    reason given, which may be empty; None for a file that is not yanked. ``publisher`` is who its
    provenance says published it, where that was read.
    """

    filename: str
    size: int | None
    sha256: str | None
    uploaded_at: datetime | None
    after_seconds: float | None
    yanked: str | None
    has_provenance: bool
    publisher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedAppend:
    """Files that were appended together.

    ``is_late`` says that the index takes none so late, by the rule that it has today.
    """

    at: datetime
    after_seconds: float
    is_late: bool
    files: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRelease:
    """What is known of a release.

    ``exposure_seconds`` is from its first file to the last that was not appended. ``unproven`` are
    the files without provenance, where others have it; ``is_without_provenance`` says that the
    release has none, and the one before it had. ``strangers`` are files whose publisher is not
    that of most of the release, which is told beside each; ``publishers_before`` those of the
    release before, where all are others; both only where publishers were read. ``names`` and
    ``versions`` are how its filenames spell them. ``openness`` is ``open``, ``closed`` or
    ``unknown``. An open release takes files until ``open_until``, or for ever as far as any rule is
    known; ``closed_by`` is the rule by which one is closed today.
    """

    project: str
    release: str
    version: str
    first_upload: datetime | None
    last_upload: datetime | None
    exposure_seconds: float | None
    openness: str
    open_until: datetime | None
    closed_by: str
    appends: tuple[AuditedAppend, ...]
    yanked: tuple[str, ...]
    unproven: tuple[str, ...]
    is_without_provenance: bool
    names: tuple[str, ...]
    versions: tuple[str, ...]
    files: tuple[AuditedFile, ...]
    strangers: Mapping[str, str] = field(default_factory=dict)
    publishers_before: tuple[str, ...] = ()

    @property
    def appended(self) -> tuple[str, ...]:
        """The names of all files that were appended."""
        return tuple(name for append in self.appends for name in append.files)

    @property
    def publishers(self) -> tuple[str, ...]:
        """All that its files are from, as far as that was read; sorted."""
        return tuple(sorted({file.publisher for file in self.files if file.publisher}))

    @property
    def is_spelled_in_ways(self) -> bool:
        """Whether its filenames spell the name or the version in several ways."""
        return len(self.names) > 1 or len(self.versions) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedProject:
    """What is known of a project.

    ``window_seconds`` is how long after its first file the index takes files of a release; None
    where it has no such rule, or none that is known. ``status`` is None where there is no such
    project. ``unknown`` are sentences: what the index does
    not tell, and what therefore cannot be known. ``passed_over`` are files of no known release.
    """

    project: str
    index: str
    is_known: bool
    status: str | None
    status_reason: str
    window_seconds: float | None
    unknown: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """The projects that were asked about, and their releases, the oldest version first.

    ``at`` is when the index was asked. ``append_after_seconds`` is the time after which a file
    counts as appended.
    """

    at: datetime
    append_after_seconds: float
    projects: tuple[AuditedProject, ...]
    releases: tuple[AuditedRelease, ...]

    @property
    def exit_status(self) -> int:
        """0: it is shown, not judged."""
        return 0


def audit(
    names: Sequence[str],
    index: Index,
    terms: Terms,
    *,
    clock: Clock,
    reads_publishers: bool = False,
) -> AuditReport:
    """Look at the past of projects.

    Args:
        names: of the projects.
        index: where to look.
        terms: what an append is, and how long releases stay open.
        clock: for what is open now.
        reads_publishers: read the provenance of each file, which is one request for each.

    Raises:
        UsageError: a name is none.
        Unreachable: the index did not answer.
    """
    now = clock.now()
    wanted = sorted({project_name(name) for name in names})
    projects = [index.project(name) for name in wanted]
    return AuditReport(
        at=now,
        append_after_seconds=terms.policy.prompt_after.total_seconds(),
        projects=tuple(_project(project, index, terms.window) for project in projects),
        releases=tuple(
            release
            for project in projects
            for release in _compared(
                _releases(project, terms, now), _publishers(project, index, reads_publishers)
            )
        ),
    )


def _publishers(project: Project, index: Index, is_asked: bool) -> Mapping[str, str]:  # noqa: FBT001 - the only switch
    """Who published which file, of those whose provenance can be read."""
    found = provenance_of(project.files if is_asked else (), index)
    return {name: str(one) for name, one in found.items() if isinstance(one, Provenance)}


def _compared(
    releases: Iterable[AuditedRelease], publishers: Mapping[str, str]
) -> Iterator[AuditedRelease]:
    """Releases with their publishers, each compared with the one before it that has any."""
    before: tuple[str, ...] = ()
    for release in releases:
        own = {one.filename: publishers.get(one.filename) for one in release.files}
        told = replace(
            release,
            files=tuple(replace(one, publisher=own[one.filename]) for one in release.files),
            strangers=strangers({name: one for name, one in own.items() if one}),
        )
        is_other = bool(told.publishers) and not set(told.publishers) & set(before)
        yield replace(told, publishers_before=before if is_other else ())
        before = told.publishers or before


def _project(project: Project, index: Index, window: timedelta | None) -> AuditedProject:
    return AuditedProject(
        project=project.name,
        index=index.url,
        is_known=project.is_known,
        status=project.status if project.is_known else None,
        status_reason=project.status_reason,
        window_seconds=None if window is None else window.total_seconds(),
        unknown=tuple(_unknown([one for one in project.files if filename_of(one.filename)])),
        passed_over=tuple(
            file.filename for file in project.files if filename_of(file.filename) is None
        ),
    )


def _unknown(files: Sequence[ListedFile]) -> Iterator[str]:
    """What cannot be known for want of facts."""
    lacks = (
        (
            "when files were uploaded",
            "how long releases were incomplete, what was appended, and how long they stay open",
            [file.uploaded_at is None for file in files],
        ),
        ("sizes", "how large files are", [file.size is None for file in files]),
        (
            "digests",
            "whether a file still has the bytes that it once had",
            [file.sha256 is None for file in files],
        ),
    )
    for fact, consequence, lacking in lacks:
        if any(lacking):
            whose = "" if all(lacking) else f" of {sum(lacking)} of {len(lacking)} files"
            yield f"the index does not tell {fact}{whose}, so nobody can know {consequence}"
    if files and not any(file.provenance for file in files):
        yield "the index shows no provenance, so nobody can know who published which file"


def _releases(project: Project, terms: Terms, now: datetime) -> Iterator[AuditedRelease]:
    had_provenance = False
    for history in histories(project, terms, now=now):
        yield _release(history, had_provenance=had_provenance)
        had_provenance = history.has_provenance


def _release(history: History, *, had_provenance: bool) -> AuditedRelease:
    listing, verdict = history.listing, history.verdict
    first = listing.first_upload
    is_closed = verdict.openness is Openness.CLOSED
    is_known = is_closed or first is not None
    return AuditedRelease(
        project=listing.release.project,
        release=str(listing.release),
        version=str(listing.release.version),
        first_upload=first,
        last_upload=listing.last_upload,
        exposure_seconds=_seconds(history.exposure),
        openness=("closed" if is_closed else "open") if is_known else "unknown",
        open_until=verdict.changes_at,
        closed_by=history.closed_by,
        appends=tuple(map(_append, history.appends)),
        yanked=history.yanked,
        unproven=history.unproven,
        is_without_provenance=had_provenance and not history.has_provenance,
        names=history.names,
        versions=history.versions,
        files=tuple(_file(file, first) for file in listing.files),
    )


def _append(append: Append) -> AuditedAppend:
    return AuditedAppend(
        at=append.at,
        after_seconds=append.after.total_seconds(),
        is_late=append.is_late,
        files=append.files,
        changes=append.changes,
    )


def _file(file: ListedFile, first: datetime | None) -> AuditedFile:
    after = file.uploaded_at - first if file.uploaded_at and first else None
    return AuditedFile(
        filename=file.filename,
        size=file.size,
        sha256=file.sha256,
        uploaded_at=file.uploaded_at,
        after_seconds=_seconds(after),
        yanked=file.yanked,
        has_provenance=file.provenance is not None,
    )


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
