"""``stage monitor``: one look at many releases, beside the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from packaging.utils import NormalizedName

from twine_stage.changes import Change
from twine_stage.errors import StageError, Unreachable, UsageError
from twine_stage.indexes.base import Index
from twine_stage.listings import Project
from twine_stage.looks import Entry, SeenProject, Standing, State
from twine_stage.operations import asking
from twine_stage.operations.clock import Clock
from twine_stage.operations.looking import ADDITIONS, look
from twine_stage.operations.silence import silence
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
    """What says nothing now, a page or an address: of which project or file, and why."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorReport:
    """What changed since the last look, and what differs still.

    ``state`` is the file that is kept, ``since`` the moment of the last look, None at the first.
    ``counts_standing`` says that what differs still counts as what is new does. ``outdated`` are
    the pages that are of before the last look, and were not compared.
    """

    index: str
    state: str
    since: datetime | None
    changes: tuple[Change, ...]
    releases: tuple[MonitoredRelease, ...]
    unanswered: tuple[Unanswered, ...]
    counts_standing: bool = False
    outdated: tuple[Unanswered, ...] = ()

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
    lost: Sequence[Change] = (),
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
        lost: the releases that are watched no longer.
        clock: for the moment.
        tell: is given the state before it is kept: what it fails to tell is told by the next look.

    Raises:
        Unreachable: the index answered no question; the state is as it was.
        StageError: it cannot be asked.
    """
    now = clock.now()
    before = state or State(index=index.url, begun=now, at=now)
    pages = _pages(watched, index, before, now, window)
    projects, changes, unanswered = pages.seen, [*lost, *pages.changes], pages.unanswered
    if asks_addresses:
        projects, silenced, unknown = silence(watched, index, projects)
        changes, unanswered = [*changes, *silenced], [*unanswered, *_told(unknown.items())]
    after = replace(
        before,
        at=now,
        projects={**before.projects, **projects},
        manifests={one.digest: (str(one.release), one.revision) for one in watched},
        folders={str(one.release): one.folder for one in watched if one.folder},
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
        outdated=tuple(pages.outdated),
    )
    return report, after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """The projects as they are seen now, what changed, and which pages say nothing now."""

    seen: dict[str, SeenProject] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    outdated: list[Unanswered] = field(default_factory=list)
    unanswered: list[Unanswered]


def _pages(
    watched: Sequence[Watched],
    index: Index,
    state: State,
    now: datetime,
    window: timedelta | None,
) -> _Pages:
    by_project: dict[NormalizedName, list[Watched]] = defaultdict(list)
    for one in watched:
        by_project[one.release.project].append(one)
    answers = asking.pages(
        index, {name: _etag(state.projects.get(name), own) for name, own in by_project.items()}
    )
    _expect_any(answers)
    pages = _Pages(unanswered=_told(answers.unknown.items()))
    for name, own in by_project.items():
        if name not in answers.known:
            continue
        page, seen = answers.known[name], state.projects.get(name)
        if page is None:
            pages.seen[name] = replace(state.projects[name], at=now)
        elif age := _age(page, seen, now):
            pages.outdated.append(Unanswered(name=name, message=age))
        else:
            pages.seen[name], found = look(own, page, seen, now, window=window)
            pages.changes.extend(_dated(change, page, index) for change in found)
    return pages


def _age(page: Project, seen: SeenProject | None, now: datetime) -> str:
    """That a page is older than the one that was seen, in words: what it shows is no news.

    Caches give such answers for minutes. An index that was set up anew counts from 1 again, and
    must not be taken for that for ever.
    """
    if seen is None or page.serial is None or seen.serial is None or now - seen.at > _STALE_FOR:
        return ""
    if page.serial >= seen.serial:
        return ""
    serials = f"serial {page.serial}, and {seen.serial} then"
    return f"its page is of before the last look ({serials}), and was not compared"


def _told(unknown: Iterable[tuple[str, Unreachable]]) -> list[Unanswered]:
    """What did not answer, sorted, with the reasons."""
    found = (Unanswered(name=name, message=error.message) for name, error in unknown)
    return sorted(found, key=lambda one: one.name)


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
    told_of_all = "" if change.files else f": {change.message}"
    told = "\n".join((url, change.release, change.kind, *change.files, now.isoformat()))
    return Entry(
        id=uuid5(NAMESPACE_URL, told).urn,
        at=now,
        title=f"{change.release}: {change.title}{told_of_all}",
        text="\n".join(change.sentences),
    )
