"""Standings: how our files stand to what an index shows of their release.

A release that is public is not changed by accident. What our own unfinished publication left out
is a completion; everything else that adds to public files is an append, which a person grants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from twine_stage.distributions import Distribution
from twine_stage.environments import environments_for
from twine_stage.impact import Change, Offered, impact, offered
from twine_stage.listings import ListedFile, Listing
from twine_stage.policy import Deadline, Openness, Verdict, moment
from twine_stage.releases import ReleaseId
from twine_stage.resolution import Installable


@dataclass(frozen=True, slots=True)
class New:
    """The index shows no file of the release."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The index shows every file of ours; ``others`` are files beside them that are not ours."""

    others: tuple[ListedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What the index shows is ours alone, and recent or recorded; ``missing`` is the rest."""

    missing: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """A public release would grow: what a person must see before it is granted.

    ``others`` are files that the index shows and that are not ours, ``additions`` ours that it
    lacks. ``age`` is how long ago the first file went up; None where the index gives no times.
    ``deadline`` is until when the index takes files, where that is known. If the index
    ``keeps_first``, it shows for every file what the first one requires of Python.
    """

    release: ReleaseId
    shown: tuple[ListedFile, ...]
    others: tuple[ListedFile, ...]
    additions: tuple[Distribution, ...]
    first_upload: datetime | None
    last_upload: datetime | None
    age: timedelta | None
    deadline: Deadline | None = None
    keeps_first: bool = False

    @property
    def sentence(self) -> str:
        """All of it in one sentence, without a full stop."""
        shown = ", ".join(file.filename for file in self.shown)
        additions = ", ".join(dist.filename.text for dist in self.additions)
        if not shown:
            return (
                f"{self.release} was published before, and this index shows nothing of it; "
                f"this would freeze another revision of it, with {additions}"
            )
        public = f"is public{_since(self)} with {shown}"
        change = f"would add {additions}" if additions else "would freeze another revision of it"
        return f"{self.release} {public}; this {change}"

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the additions change in the choices of installers, the most serious first."""
        before = offered(Listing(release=self.release, files=self.shown))
        added: Iterable[Installable] = self.additions
        if self.keeps_first and self.shown:
            required = self.shown[0].requires_python
            added = [Offered(dist.filename, required) for dist in self.additions]
        after = [*before, *added]
        return impact(before, after, environments_for(after))


Standing = New | Settled | Completion | Append


class Answer(Enum):
    """What becomes of files that a public release lacks."""

    CLOSED_BY_INDEX = auto()
    REFUSED_BY_PROJECT = auto()
    ASKED = auto()
    GRANTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A release that is public on an index and would get ``additions``, names of files of ours.

    What the index closed takes nothing. What the project closed takes no append; our own unfinished
    publication (not ``is_append``) is completed.
    """

    release: ReleaseId
    index_url: str
    verdict: Verdict
    additions: Sequence[str]
    is_append: bool

    @property
    def answer(self) -> Answer:
        """What is said to it, before anybody is asked."""
        if self.verdict.is_final:
            return Answer.CLOSED_BY_INDEX
        if not self.is_append:
            return Answer.GRANTED
        if self._is_closed or self.verdict.append == "refuse":
            return Answer.REFUSED_BY_PROJECT
        return Answer.GRANTED if self.verdict.append == "allow" else Answer.ASKED

    @property
    def refusal(self) -> str:
        """Why it gets nothing, in one sentence without a full stop."""
        if self._is_closed:
            why = f"takes no more files on {self.index_url}: {self.verdict.reason}"
        else:
            why = f"is public on {self.index_url}, and the project refuses appends"
        return f"{self.release} {why}; this would add {', '.join(self.additions)}"

    @property
    def way_out(self) -> str:
        """What to do where it gets nothing."""
        if self.verdict.is_final:
            return "Publish them in a new version."
        rule = "the rule" if self._is_closed else 'append = "refuse"'
        return f"Publish them in a new version; {rule} stands in [tool.stage] of pyproject.toml."

    @property
    def _is_closed(self) -> bool:
        return self.verdict.openness is Openness.CLOSED


@dataclass(frozen=True, slots=True)
class Clash:
    """A filename of ours under which the index shows other content: both digests."""

    filename: str
    own: str
    shown: str


def conflicts(own: Sequence[Distribution], listing: Listing) -> tuple[Clash, ...]:
    """The files of ours whose names the index shows with another digest; sorted by filename."""
    shown = listing.by_name
    return tuple(
        Clash(name, dist.sha256, digest)
        for name, dist in sorted({dist.filename.text: dist for dist in own}.items())
        if name in shown and (digest := shown[name].sha256) not in (None, dist.sha256)
    )


def stand(
    own: Sequence[Distribution],
    listing: Listing,
    *,
    has_journal: bool,
    now: datetime,
    prompt_after: timedelta,
    extends: bool = False,
    deadline: Deadline | None = None,
    keeps_first: bool = False,
) -> Standing:
    """How our files stand to what an index shows of their release.

    Args:
        own: all files that are meant to be public.
        listing: what the index shows; a file without digest counts as not ours.
        has_journal: whether we began to publish exactly these files there.
        now: aware, as the times of the listing are.
        prompt_after: up to this age a release that is ours alone is completed unasked.
        extends: our files are more than what we published before; that is always an append.
        deadline: until when the index takes files of the release, where that is known.
        keeps_first: the index shows for every file what the first requires of Python, as PyPI does.
    """
    if not listing.files and not extends:
        return New()
    ours = {(dist.filename.text, dist.sha256) for dist in own}
    shown = {(file.filename, file.sha256) for file in listing.files}
    others = tuple(file for file in listing.files if (file.filename, file.sha256) not in ours)
    missing = tuple(dist for dist in own if (dist.filename.text, dist.sha256) not in shown)
    if not missing and not extends:
        return Settled(others)
    age = now - listing.first_upload if listing.first_upload else None
    is_ours = not others and not extends
    if is_ours and (has_journal or age is None or age <= prompt_after):
        return Completion(missing)
    return Append(
        release=listing.release,
        shown=listing.files,
        others=others,
        additions=missing,
        first_upload=listing.first_upload,
        last_upload=listing.last_upload,
        age=age,
        deadline=deadline,
        keeps_first=keeps_first,
    )


def _since(append: Append) -> str:
    if append.age is None or append.first_upload is None:
        return ""
    return f" since {moment(append.first_upload)} ({_ago(append.age)})"


def _ago(age: timedelta) -> str:
    hours = int(age / timedelta(hours=1))
    if hours < 1:
        return "less than an hour ago"
    count, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")  # noqa: PLR2004
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
