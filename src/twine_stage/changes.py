"""Changes: what an index shows of a release, beside what it showed at the last look.

A comparison with a manifest tells what differs; this tells what is new. A fact that an index does
not tell is no change of it, but for a digest: without that, nothing is proven any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from twine_stage import impact
from twine_stage.distributions import Distribution
from twine_stage.listings import ListedFile, Listing


class News(Enum):
    """What may happen to a release once it is public."""

    APPENDED = "appended"
    """A file is there that was neither shown before nor frozen."""
    APPEARED = "appeared"
    """A file that was missing is shown, as it was frozen."""
    SWAPPED = "swapped"
    """Other content stands under a name."""
    RESTORED = "restored"
    """What was frozen stands under its name again, where other content did."""
    DELETED = "deleted"
    """A file is no longer shown."""
    YANKED = "yanked"
    UNYANKED = "unyanked"
    METADATA = "metadata"
    """Other core metadata, or another Requires-Python, is shown of a file."""
    PROVENANCE = "provenance"
    """The index shows provenance where it showed none, or none where it did."""
    RECREATED = "recreated"
    """The same content was uploaded again: the file was deleted meanwhile."""
    UNTOLD = "untold"
    """The index tells no SHA-256 of a file that it showed with one, or that was missing."""
    STATUS = "status"
    """The project is in another state (PEP 792), or is gone, or is back."""
    UNREACHABLE = "unreachable"
    """An address of the receipt no longer answers."""
    REACHABLE = "reachable"
    """It answers again."""


GONE = "no longer shown"
"""What is said of a file that was deleted."""

_AT_ONCE = frozenset(
    (News.APPEARED, News.DELETED, News.YANKED, News.UNYANKED, News.RECREATED, News.UNREACHABLE)
)
"""What is done to a release as a whole with one click, and told in one sentence then."""

_MISSING = "missing"
"""What the first look calls a file that is not there, and nobody knows whether it ever was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a release, or of a project as a whole.

    ``release`` is ``NAME==VERSION``, or ``NAME`` of a project. ``kind`` is a value of ``News``, or
    of ``differences.Kind`` at the first look, and for a file that is spelled otherwise. ``files``
    are filenames; none where no file alone is meant. ``uploaded_at`` and ``impact`` are those of a
    file that was appended.
    """

    release: str
    kind: str
    files: tuple[str, ...]
    message: str
    cause: str = ""
    uploaded_at: datetime | None = None
    impact: tuple[impact.Change, ...] = ()

    @property
    def title(self) -> str:
        """What happened to what, in a few words."""
        match self.files:
            case ():
                return self.kind
            case (name,):
                return f"{name} {self.kind}"
            case names:
                return f"all {len(names)} files {self.kind}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is to be said of it: what, why, when, and for whom."""
        said = [self.message, self.cause]
        if self.uploaded_at and "appended on" not in self.cause:
            said.append(f"uploaded {_moment(self.uploaded_at)}")
        return (*filter(None, said), *map(_effect, self.impact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What an index showed of a file, as far as that is compared; None is what it did not say."""

    sha256: str | None = None
    uploaded_at: datetime | None = None
    yanked: str | None = None
    requires_python: str | None = None
    core_metadata: str | None = None
    is_proven: bool = False

    @classmethod
    def of(cls, file: ListedFile) -> Sighting:
        """What a listing says of a file."""
        return cls(
            sha256=file.sha256,
            uploaded_at=file.uploaded_at,
            yanked=file.yanked,
            requires_python=file.requires_python,
            core_metadata=file.core_metadata,
            is_proven=bool(file.provenance),
        )


Sightings = Mapping[str, Sighting]


def sightings(listing: Listing) -> dict[str, Sighting]:
    """What a listing says of its files, by filename."""
    return {file.filename: Sighting.of(file) for file in listing.files}


def changes(
    release: str, before: Sightings, now: Sightings, *, frozen: Mapping[str, Distribution]
) -> tuple[Change, ...]:
    """What changed between two looks, sorted by kind and file.

    Args:
        release: ``NAME==VERSION``.
        before: the files that were shown.
        now: the files that are shown.
        frozen: the files of its manifest.
    """
    found = [
        Change(
            release=release,
            kind=kind.value,
            files=(name,),
            message=message,
            uploaded_at=now[name].uploaded_at if kind is News.APPENDED else None,
        )
        for name in sorted(before.keys() | now.keys())
        for kind, message in _of_file(before.get(name), now.get(name), frozen.get(name))
    ]
    return gathered(found, total=max(len(before), len(now)))


def gathered(found: Iterable[Change], *, total: int) -> tuple[Change, ...]:
    """One change where the same happened to each of ``total`` files, which are two at least."""
    kinds: dict[str, list[Change]] = defaultdict(list)
    for change in found:
        kinds[change.kind].append(change)
    at_once = {kind.value for kind in _AT_ONCE} | {_MISSING}
    return tuple(
        change
        for kind in sorted(kinds)
        for change in (
            [_whole(kinds[kind])]
            if kind in at_once and len(kinds[kind]) == total > 1
            else sorted(kinds[kind], key=lambda one: one.files)
        )
    )


def _whole(found: list[Change]) -> Change:
    first = found[0]
    of_all = {_MISSING: "frozen, and not shown", News.DELETED.value: GONE}
    same = of_all.get(first.kind, first.message)
    return Change(
        release=first.release,
        kind=first.kind,
        files=tuple(sorted(name for change in found for name in change.files)),
        message=f"all {len(found)} files: {same}",
        cause=first.cause,
    )


def status(project: str, before: str, now: str, *, reason: str = "") -> tuple[Change, ...]:
    """What became of a project; ``gone`` stands for one that the index does not know."""
    if before == now:
        return ()
    because = f" ({reason})" if reason else ""
    if now == "gone":
        message = f"the index no longer has the project, which was {before}"
    elif before == "gone":
        message = f"the index has the project again; it is {now}{because}"
    else:
        message = f"the project was {before}, and is {now}{because}"
    return (Change(release=project, kind=News.STATUS.value, files=(), message=message),)


def _of_file(
    before: Sighting | None, now: Sighting | None, frozen: Distribution | None
) -> Iterator[tuple[News, str]]:
    if now is None:
        yield News.DELETED, GONE if frozen else f"{GONE}; it was never frozen"
    elif before is None:
        yield _new(now, frozen)
    elif now.sha256 is None and before.sha256 is not None:
        yield News.UNTOLD, "no SHA-256 is told of it any more"
    else:
        yield from _again(before, now, frozen)


def _new(now: Sighting, frozen: Distribution | None) -> tuple[News, str]:
    if frozen is None:
        return News.APPENDED, "shown now, and not frozen"
    if now.sha256 == frozen.sha256:
        return News.APPEARED, "missing before, and shown now as it was frozen"
    if now.sha256 is None:
        return News.UNTOLD, "missing before, and shown now without a SHA-256"
    return News.SWAPPED, f"frozen with sha256 {frozen.sha256}, and shown now with {now.sha256}"


def _again(
    before: Sighting, now: Sighting, frozen: Distribution | None
) -> Iterator[tuple[News, str]]:
    """What is new of a file that is still shown."""
    old = before.sha256 or (frozen.sha256 if frozen else None)
    is_swapped = old is not None and now.sha256 not in (None, old)
    if is_swapped:
        is_frozen = frozen is not None and now.sha256 == frozen.sha256
        message = f"sha256 {old} before, and {_then(now.sha256, frozen.sha256 if frozen else None)}"
        yield News.RESTORED if is_frozen else News.SWAPPED, message
    elif before.uploaded_at and now.uploaded_at and now.uploaded_at > before.uploaded_at:
        first, again = _moment(before.uploaded_at), _moment(now.uploaded_at)
        yield News.RECREATED, f"uploaded {first}, and the same content again {again}"
    if before.yanked is None and now.yanked is not None:
        said = f" ({now.yanked})" if now.yanked else ""
        yield News.YANKED, f"yanked{said}"
    if before.yanked is not None and now.yanked is None:
        yield News.UNYANKED, "yanked before, and no longer"
    if is_swapped:
        return  # the rest belongs to the other content
    if facts := list(_metadata(before, now, frozen)):
        yield News.METADATA, "; ".join(facts)
    if before.is_proven != now.is_proven:
        told = "shown now" if now.is_proven else "no longer shown"
        yield News.PROVENANCE, f"provenance {told}"


def _metadata(before: Sighting, now: Sighting, frozen: Distribution | None) -> Iterator[str]:
    old = before.core_metadata or (frozen.core_metadata if frozen else None)
    if before.core_metadata and now.core_metadata is None:
        yield "core metadata no longer shown"
    elif old and now.core_metadata not in (None, old):
        then = _then(now.core_metadata, frozen.core_metadata if frozen else None)
        yield f"core metadata sha256 {old} before, and {then}"
    if (before.requires_python or "") != (now.requires_python or ""):
        then = _then(now.requires_python, frozen.requires_python if frozen else None)
        yield f"Requires-Python {before.requires_python or 'any'} before, and {then}"


def _then(now: str | None, frozen: str | None) -> str:
    """What is told now; of what was put right that it was."""
    return f"{now} again, as it was frozen" if now and now == frozen else f"{now or 'any'} now"


def _effect(change: impact.Change) -> str:
    """What an added file changes for those who install."""
    other = change.instead_of
    instead = "where there was nothing" if other is None else f"instead of {other}"
    return f"chosen {instead}, by {change.audience}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
