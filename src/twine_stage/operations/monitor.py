"""``stage monitor``: one look at many releases, beside the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from packaging.utils import NormalizedName

from twine_stage.changes import Change, News, gathered
from twine_stage.errors import StageError, Unreachable, UsageError
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Project
from twine_stage.looks import Entry, SeenProject, SeenRelease, Standing, State
from twine_stage.operations import asking
from twine_stage.operations.clock import Clock
from twine_stage.operations.looking import ADDITIONS, look
from twine_stage.operations.watched import Watched
from twine_stage.store.writing import storing, write

_STALE_FOR = timedelta(days=1)
"""How long a page that is older than the last one is taken for a cache's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredRelease:
    """A release that is watched.

    ``seen_at`` is the last look at which its page answered, None if it never did. ``differences``
    are those from its manifest that stand; ``silent`` are the files whose address in the receipt
    does not answer.
    """

    release: str
    seen_at: datetime | None
    differences: tuple[Standing, ...]
    silent: tuple[str, ...]

    @property
    def is_as_frozen(self) -> bool:
        """Whether nothing differs, as far as it was seen."""
        return not (self.differences or self.silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A page or an address that could not be asked: the project or the file, and why."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorReport:
    """What changed since the last look, and what differs still.

    ``state`` is the file that is kept, ``since`` the moment of the last look, None at the first.
    ``counts_standing`` says that what differs still counts as what is new does.
    """

    index: str
    state: str
    since: datetime | None
    changes: tuple[Change, ...]
    releases: tuple[MonitoredRelease, ...]
    unanswered: tuple[Unanswered, ...]
    counts_standing: bool = False

    @property
    def standing(self) -> tuple[MonitoredRelease, ...]:
        """The releases that differ from their manifests."""
        return tuple(release for release in self.releases if not release.is_as_frozen)

    @property
    def exit_status(self) -> int:
        """1 for what is new, which is told once; else 5 if not all could be asked; else 0."""
        if self.changes or (self.counts_standing and self.standing):
            return 1
        return Unreachable.exit_status if self.unanswered else 0


def read_state(path: Path, *, url: str) -> State | None:
    """What the last look at an index left; None if there was none.

    Raises:
        UsageError: the file is about another index.
        Damaged: it is not a state.
        NewerFormat: a later version wrote it.
        StorageFailed: it cannot be read.
    """
    with storing(str(path), verb="read"):
        if not path.exists():
            return None
        content = path.read_bytes()
    state = State.loads(content, name=str(path))
    if state.index != url:
        raise UsageError(
            f"{path}: expected the state of {url}, found that of {state.index}",
            hint="Keep a file for each index: --state FILE",
        )
    return state


def monitor(
    watched: Sequence[Watched],
    index: Index,
    *,
    state: State | None,
    path: Path,
    asks_addresses: bool = False,
    counts_standing: bool = False,
    window: timedelta | None = None,
    clock: Clock,
    tell: Callable[[State], None] | None = None,
) -> tuple[MonitorReport, State]:
    """Look at releases, and keep what was seen.

    Args:
        watched: the releases.
        index: where to look.
        state: what the last look left, if there was one.
        path: where the state is kept.
        asks_addresses: ask the addresses of the receipts, too.
        counts_standing: what differs still counts as what is new does.
        window: how long after its first file the index takes files of a release.
        clock: for the moment.
        tell: is given the state before it is kept: what it fails to tell is told by the next look.

    Raises:
        Unreachable: the index answered no question; the state is as it was.
        StageError: it cannot be asked.
    """
    now = clock.now()
    before = state or State(index=index.url, begun=now, at=now)
    projects, changes, unanswered = _pages(watched, index, before, now, window)
    if asks_addresses:
        projects, silenced, more = _addresses(watched, index, projects)
        changes, unanswered = [*changes, *silenced], [*unanswered, *more]
    after = replace(
        before,
        at=now,
        projects={**before.projects, **projects},
        manifests={one.digest: (str(one.release), one.revision) for one in watched},
    ).told(_entry(change, index.url, now) for change in changes)
    if tell:
        tell(after)
    write(path, after.dumps())
    report = MonitorReport(
        index=index.url,
        state=str(path),
        since=state.at if state else None,
        changes=tuple(changes),
        releases=tuple(_monitored(one, after) for one in watched),
        unanswered=tuple(unanswered),
        counts_standing=counts_standing,
    )
    return report, after


def _pages(
    watched: Sequence[Watched],
    index: Index,
    state: State,
    now: datetime,
    window: timedelta | None,
) -> tuple[dict[str, SeenProject], list[Change], list[Unanswered]]:
    """The projects as they are seen now, what changed, and what did not answer."""
    by_project: dict[NormalizedName, list[Watched]] = defaultdict(list)
    for one in watched:
        by_project[one.release.project].append(one)
    answers = asking.pages(
        index, {name: _etag(state.projects.get(name), own) for name, own in by_project.items()}
    )
    _expect_any(answers)
    projects: dict[str, SeenProject] = {}
    changes: list[Change] = []
    for name, own in by_project.items():
        if name not in answers.known:
            continue
        page, seen = answers.known[name], state.projects.get(name)
        if page is None:
            projects[name] = replace(state.projects[name], at=now)
        elif not _is_stale(page, seen, now):
            projects[name], found = look(own, page, seen, now, window=window)
            changes += [_dated(change, page, index) for change in found]
    unanswered = [
        Unanswered(name=name, message=error.message) for name, error in answers.unknown.items()
    ]
    return projects, changes, sorted(unanswered, key=lambda one: one.name)


def _is_stale(page: Project, seen: SeenProject | None, now: datetime) -> bool:
    """Whether a page is older than the one that was seen: what it shows is no news.

    Caches give such answers for minutes. An index that was set up anew counts from 1 again, and
    must not be taken for that for ever.
    """
    if seen is None or None in (page.serial, seen.serial) or now - seen.at > _STALE_FOR:
        return False
    return (page.serial or 0) < (seen.serial or 0)


def _dated(change: Change, page: Project, index: Index) -> Change:
    """A file that was added, with the time that its address tells where the page tells none."""
    if change.kind not in ADDITIONS or change.uploaded_at:
        return change
    (file,) = (one for one in page.files if one.filename in change.files)
    try:
        return replace(change, uploaded_at=index.modified_at(file))
    except Unreachable:  # it is only a help
        return change


def _etag(seen: SeenProject | None, own: Iterable[Watched]) -> str:
    """The ETag of a page, of which all was seen that is wanted now; nothing for another."""
    if seen is None:
        return ""
    manifests = {name: release.manifest for name, release in seen.releases.items()}
    is_same = all(manifests.get(str(one.release)) == one.digest for one in own)
    return seen.etag if is_same else ""


def _expect_any(answers: asking.Answers[NormalizedName, Project | None]) -> None:
    if answers.unknown and not answers.known:
        error: StageError = next(iter(answers.unknown.values()))
        raise error


def _addresses(
    watched: Sequence[Watched], index: Index, projects: Mapping[str, SeenProject]
) -> tuple[dict[str, SeenProject], list[Change], list[Unanswered]]:
    """The same, with what became of the addresses of the receipts of projects that were seen."""
    wanted: dict[tuple[str, str], list[ListedFile]] = {
        (one.release.project, str(one.release)): [file for file in one.receipt.files if file.url]
        for one in watched
        if one.receipt and one.release.project in projects
    }
    answers = asking.addresses(index, {file for files in wanted.values() for file in files})
    found = dict(projects)
    changes: list[Change] = []
    for (name, release), files in wanted.items():
        seen = found[name].releases[release]
        silent = tuple(
            file.filename
            for file in files
            if not answers.known.get(file, file.filename not in seen.silent)
        )
        changes += _silenced(release, seen, silent, total=len(files))
        releases = {**found[name].releases, release: replace(seen, silent=silent)}
        found[name] = replace(found[name], releases=releases)
    unanswered = [
        Unanswered(name=file.filename, message=error.message)
        for file, error in answers.unknown.items()
    ]
    return found, changes, sorted(unanswered, key=lambda one: one.name)


def _silenced(
    release: str, seen: SeenRelease, silent: Sequence[str], *, total: int
) -> tuple[Change, ...]:
    told = (
        (News.UNREACHABLE, set(silent) - set(seen.silent), "its address no longer answers"),
        (News.REACHABLE, set(seen.silent) - set(silent), "its address answers again"),
    )
    found = [
        Change(release=release, kind=kind.value, files=(name,), message=message)
        for kind, names, message in told
        for name in sorted(names)
    ]
    return gathered(found, total=total)


def _monitored(one: Watched, state: State) -> MonitoredRelease:
    project = state.projects.get(one.release.project)
    seen = project.releases.get(str(one.release)) if project else None
    return MonitoredRelease(
        release=str(one.release),
        seen_at=project.at if project and seen else None,
        differences=seen.differences if seen else (),
        silent=seen.silent if seen else (),
    )


def _entry(change: Change, url: str, now: datetime) -> Entry:
    """A change as the feed tells it; its id is the same wherever it is made again."""
    told = "\n".join((url, change.release, change.kind, *change.files, now.isoformat()))
    return Entry(
        id=uuid5(NAMESPACE_URL, told).urn,
        at=now,
        title=f"{change.release}: {change.title}",
        text="\n".join(change.sentences),
    )
