"""Policy: may files still be added to a release, and until when?

A project says how long its releases stay open; an index may have a rule of its own, as PyPI has: 14
days from the first file. All rules hold together, so the strictest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Literal

from packaging.version import Version

from twine_stage.listings import Listing, Project
from twine_stage.releases import ReleaseId

Newer = Literal["never", "same-series", "any"]
Appending = Literal["prompt", "refuse", "allow"]

NEWER: tuple[Newer, ...] = ("never", "same-series", "any")
"""Which newer release closes one, the least strict first."""

APPENDING: tuple[Appending, ...] = ("prompt", "refuse", "allow")
"""What becomes of an append that nobody asked for."""

_NEAR = timedelta(hours=1)
_NEVER = datetime.max.replace(tzinfo=timezone.utc)


class Openness(Enum):
    """Whether a release takes further files."""

    NEW = "new"
    """The index shows no file of it."""
    YOUNG = "young"
    """Its first file is recent: what completes it goes unasked."""
    OLD = "old"
    """It has been public for a while: whoever adds to it is asked."""
    CLOSED = "closed"
    """Nothing is added any more: by the index's rule, or by the project's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a project wants of its releases.

    Up to the age ``prompt_after`` a release that has no files but ours is completed unasked.
    ``close_after_first`` and ``close_after_last`` are how long after its first and its last file a
    release stays open; None is for ever. ``close_on_newer`` closes it once a newer final release is
    out, of its series or any. ``append`` is what becomes of an append, however open the release is.
    """

    prompt_after: timedelta = timedelta(days=1)
    close_after_first: timedelta | None = None
    close_after_last: timedelta | None = None
    close_on_newer: Newer = "never"
    append: Appending = "prompt"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last moment at which an index takes files of a release, and how long that is from now.

    It is an upper bound: an index counts from its own first record of a release, and the file that
    made it may have been removed since.
    """

    at: datetime
    left: timedelta

    @property
    def is_near(self) -> bool:
        """Whether it is a matter of minutes."""
        return self.left < _NEAR

    @property
    def clause(self) -> str:
        """Until when, how long that is, and what is uncertain about it."""
        return (
            f"until {moment(self.at)} ({in_words(self.left)} left), at most: the index counts from "
            "its own first record of the release, which may be older than the oldest file that it "
            "shows"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How open a release is, why (a clause: ``the index closed it on …``), and until when.

    ``changes_at`` is the last moment at which it is as open as now; None where no time changes
    that, or the index gives no times. ``is_recent`` says that what has no files but ours is
    completed unasked, also where appends are closed. ``is_final`` says that the index itself closed
    it, so that no setting opens it again; ``deadline`` is when it will. ``append`` is what becomes
    of an append as long as it is open, as the policy has it.
    """

    openness: Openness
    reason: str
    changes_at: datetime | None = None
    is_recent: bool = False
    is_final: bool = False
    deadline: Deadline | None = None
    append: Appending = "prompt"


@dataclass(frozen=True, slots=True)
class _End:
    """The last moment at which a rule leaves a release open, and what is said after it."""

    at: datetime
    reason: str
    is_final: bool


def judge(
    project: Project, release: ReleaseId, policy: Policy, *, window: timedelta | None, now: datetime
) -> Verdict:
    """Whether a release takes further files.

    A release of which nothing is shown is new, whatever the policy. Times that the index does not
    give close nothing.

    Args:
        project: what the index shows of all releases.
        release: the one that is judged.
        policy: what the project wants.
        window: how long after its first file the index takes further ones; None where it has no
            such rule, or none that we know.
        now: aware, as the times of the index are.
    """
    listing = project.listing(release)
    if not listing.files:
        reason = "the index shows no file of it"
        return Verdict(openness=Openness.NEW, reason=reason, append=policy.append)
    ends = tuple(_ends(listing, policy, window))
    last = next((end.at for end in ends if end.is_final and now <= end.at), None)
    verdict = _closed(ends, _newer(project, release, policy), now) or _open(
        listing, ends, policy.prompt_after, now
    )
    return replace(
        verdict,
        is_recent=_is_recent(listing, policy.prompt_after, now),
        deadline=Deadline(last, last - now) if last else None,
        append=policy.append,
    )


def _ends(listing: Listing, policy: Policy, window: timedelta | None) -> Iterator[_End]:
    """When each rule closes the release, as far as times are known."""
    first, last = listing.first_upload, listing.last_upload
    rules = (
        (first, window, "its first file", True),
        (first, policy.close_after_first, "its first file (close-after-first)", False),
        (last, policy.close_after_last, "its last file (close-after-last)", False),
    )
    for start, span, since, is_final in rules:
        if start and span is not None and (at := _later(start, span)):
            what = "the index closed it" if is_final else "it closed"
            yield _End(at, f"{what} on {moment(at)}, {in_words(span)} after {since}", is_final)


def _closed(ends: Sequence[_End], newer: Version | None, now: datetime) -> Verdict | None:
    """The verdict of the first rule that closes; the index's own comes first."""
    over = next((end for end in ends if now > end.at), None)
    if over is not None:
        return Verdict(openness=Openness.CLOSED, reason=over.reason, is_final=over.is_final)
    if newer is not None:
        reason = f"it closed when {newer} came out (close-on-newer)"
        return Verdict(openness=Openness.CLOSED, reason=reason)
    return None


def _open(
    listing: Listing, ends: Sequence[_End], prompt_after: timedelta, now: datetime
) -> Verdict:
    """Young or old, and until when."""
    first = listing.first_upload
    if first is None:
        reason = "the index does not tell when its files came"
        return Verdict(openness=Openness.YOUNG, reason=reason)
    limit, until = in_words(prompt_after), _later(first, prompt_after)
    moments = [end.at for end in ends]
    if _is_recent(listing, prompt_after, now):
        openness, reason = Openness.YOUNG, f"its first file is no older than {limit} (prompt-after)"
        moments += [until] if until else []
    else:
        openness, reason = Openness.OLD, f"its first file is older than {limit} (prompt-after)"
    return Verdict(openness=openness, reason=reason, changes_at=min(moments, default=None))


def _is_recent(listing: Listing, prompt_after: timedelta, now: datetime) -> bool:
    return listing.first_upload is None or now - listing.first_upload <= prompt_after


def _newer(project: Project, release: ReleaseId, policy: Policy) -> Version | None:
    """The final release that closed this one by coming out, the first of them.

    Pre-releases, post-releases and what was yanked close nothing. A local version is one of its
    public version.
    """
    if policy.close_on_newer == "never":
        return None
    depth = _depth(project.versions)
    own = _series(release.version, depth)
    standing = {Version(version.public) for version in project.standing}
    newer = [
        version
        for version in standing
        if version > release.version and not (version.is_prerelease or version.is_postrelease)
    ]
    if policy.close_on_newer == "same-series":
        newer = [version for version in newer if _series(version, depth) == own]
    return min(newer, key=lambda version: (_came_out(project, version), version), default=None)


def _came_out(project: Project, public: Version) -> datetime:
    """When a version, or a local one of it, came out; what gives no time, last."""
    local = (version for version in project.standing if Version(version.public) == public)
    found = (project.listing(ReleaseId(project.name, version)).first_upload for version in local)
    return min(filter(None, found), default=_NEVER)


def _depth(versions: Iterable[Version]) -> int:
    """How many numbers name a series: two (1.1 of 1.1.2) where any version has three, else one."""
    return 2 if any(len(version.release) > 2 for version in versions) else 1  # noqa: PLR2004


def _series(version: Version, depth: int) -> tuple[int, ...]:
    """The epoch and the first numbers; 1 is 1.0."""
    return (version.epoch, *(*version.release, 0)[:depth])


def _later(start: datetime, span: timedelta) -> datetime | None:
    """That long after; None where that is beyond all calendars."""
    try:
        return start + span
    except OverflowError:
        return None


def moment(time: datetime) -> str:
    """A moment, to the minute: ``2026-01-31 12:00 UTC``."""
    return f"{time.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"


def in_words(span: timedelta) -> str:
    """A span of time in its two largest units: ``3 days 2 hours``."""
    if not span:
        return "0 minutes"
    minutes = int(span.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    amounts = ((days, "day"), (hours, "hour"), (minutes % 60, "minute"))
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in amounts if count]
    return " ".join(told[:2]) or "less than a minute"
