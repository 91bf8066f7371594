"""Histories: what an index shows of a release's past, told from the times of its files.

An index shows what stands there now. What was removed, or removed and made again, leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from packaging.version import Version

from twine_stage.distributions import Filename, Kind
from twine_stage.environments import environments_for
from twine_stage.impact import Change, Offered, impact
from twine_stage.listings import ListedFile, Listing, Project, filename_of
from twine_stage.policy import Openness, Policy, Verdict, in_words, judge, moment
from twine_stage.releases import ReleaseId

TOGETHER = timedelta(hours=1)
"""Files of an append that came no longer apart than this came together."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a history is judged by.

    ``policy`` says after which time a file is an append (``prompt_after``), and how long releases
    stay open; ``window`` is how long an index takes files of a release, None where that is not
    known.
    """

    policy: Policy
    window: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Files that came together, after the release had been public for a while.

    ``after`` is how long after the first file; ``is_late`` says that the index takes none so late,
    by the rule that it has today. ``changes`` are those in the choices of installers, the most
    serious first; those of files that were yanked since are among them.
    """

    at: datetime
    after: timedelta
    is_late: bool
    files: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one release.

    ``exposure`` is from its first file to the last that was no append; None where the index gives
    no times. ``unproven`` are the files without provenance, where others have it. ``names`` and
    ``versions`` are the ways in which its filenames spell them. ``verdict`` is as it were if nobody
    were asked, so that it changes only when the release closes; ``closed_by`` is the rule by which
    it is closed today, if it is.
    """

    listing: Listing
    exposure: timedelta | None
    appends: tuple[Append, ...]
    yanked: tuple[str, ...]
    unproven: tuple[str, ...]
    names: tuple[str, ...]
    versions: tuple[str, ...]
    verdict: Verdict
    closed_by: str

    @property
    def has_provenance(self) -> bool:
        """Whether the index shows the provenance of any file."""
        return any(file.provenance for file in self.listing.files)


def histories(project: Project, terms: Terms, *, now: datetime) -> tuple[History, ...]:
    """What is known of all releases of a project, the oldest version first.

    Args:
        project: what the index shows.
        terms: what the releases are judged by.
        now: aware.
    """
    by_version: dict[Version, list[ListedFile]] = {version: [] for version in project.versions}
    for file in project.files:  # once, since a project may have thousands of files
        name = filename_of(file.filename)
        if name and name.project == project.name:
            by_version[name.version].append(file)
    unasked = replace(terms.policy, prompt_after=timedelta.max)  # only what closes one counts
    found = []
    for version, files in by_version.items():
        release = ReleaseId(project.name, version)
        own = replace(project, files=tuple(files))
        judged = own if terms.policy.close_on_newer == "never" else project
        verdict = judge(judged, release, unasked, window=terms.window, now=now)
        found.append(_history(own.listing(release), verdict, terms))
    return tuple(found)


def _history(listing: Listing, verdict: Verdict, terms: Terms) -> History:
    parsed = [name for file in listing.files if (name := filename_of(file.filename))]
    return History(
        listing=listing,
        exposure=_exposure(listing, terms.policy),
        appends=tuple(_appends(listing, terms)),
        yanked=tuple(file.filename for file in listing.files if file.yanked is not None),
        unproven=_unproven(listing.files),
        names=tuple(sorted(set(map(spelled_name, parsed)))),
        versions=tuple(sorted(set(map(spelled_version, parsed)))),
        verdict=verdict,
        closed_by=_closed_by(listing, verdict, terms.window),
    )


def _closed_by(listing: Listing, verdict: Verdict, window: timedelta | None) -> str:
    """The rule that closes a release; that of an index may be younger than the release."""
    first = listing.first_upload
    if verdict.is_final and first and window is not None:
        return (
            f"by the rule that the index has today: it takes files for {in_words(window)} after "
            f"the first, here until {moment(first + window)}"
        )
    return verdict.reason if verdict.openness is Openness.CLOSED else ""


def spelled_name(filename: Filename) -> str:
    """The project as a filename spells it."""
    if filename.kind is Kind.WHEEL:
        return filename.text.partition("-")[0]
    return filename.text.rpartition("-")[0]


def spelled_version(filename: Filename) -> str:
    """The version as a filename spells it."""
    if filename.kind is Kind.WHEEL:
        return filename.text.split("-")[1]
    return filename.text.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")[2]


def _timed(listing: Listing) -> list[tuple[datetime, ListedFile]]:
    """The files whose time is known, by time."""
    known = [(file.uploaded_at, file) for file in listing.files if file.uploaded_at]
    return sorted(known, key=lambda pair: (pair[0], pair[1].filename))


def _exposure(listing: Listing, policy: Policy) -> timedelta | None:
    first = listing.first_upload
    if first is None:
        return None
    own = (at for at, _ in _timed(listing) if at - first <= policy.prompt_after)
    return max(own) - first


def _appends(listing: Listing, terms: Terms) -> Iterator[Append]:
    """What was appended, in the order of time."""
    first = listing.first_upload
    if first is None:
        return
    timed = _timed(listing)
    own = sum(at - first <= terms.policy.prompt_after for at, _ in timed)
    before = [file for file in listing.files if file.uploaded_at is None]
    before += [file for _, file in timed[:own]]
    for at, files in _together(timed[own:]):
        after = at - first
        yield Append(
            at=at,
            after=after,
            is_late=terms.window is not None and after > terms.window,
            files=tuple(sorted(file.filename for file in files)),
            changes=_changes(before, [*before, *files]),
        )
        before += files


def _together(
    timed: Iterable[tuple[datetime, ListedFile]],
) -> list[tuple[datetime, list[ListedFile]]]:
    """Files that came together, and when the first of them did."""
    groups: list[tuple[datetime, list[ListedFile]]] = []
    last: datetime | None = None
    for at, file in timed:
        if last is None or at - last > TOGETHER:
            groups.append((at, []))
        groups[-1][1].append(file)
        last = at
    return groups


def _changes(before: Sequence[ListedFile], after: Sequence[ListedFile]) -> tuple[Change, ...]:
    """What is chosen otherwise; as if nothing had been yanked, which nobody knows the time of."""
    offered = _offers(after)
    return impact(_offers(before), offered, environments_for(offered))


def _offers(files: Iterable[ListedFile]) -> list[Offered]:
    return [
        Offered(name, file.requires_python)
        for file in files
        if (name := filename_of(file.filename)) is not None
    ]


def _unproven(files: Sequence[ListedFile]) -> tuple[str, ...]:
    """The files without provenance, unless all are."""
    lacking = tuple(file.filename for file in files if not file.provenance)
    return lacking if len(lacking) < len(files) else ()
