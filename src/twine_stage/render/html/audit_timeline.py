"""Timelines of the page of ``stage audit``: when files came, all in one picture and by release.

How long after the first file of its release a file came is drawn on one scale for all: a minute, an
hour, a day and a year have equal room, more or less.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from twine_stage.operations.audit import AuditedFile, AuditedRelease
from twine_stage.render import amounts
from twine_stage.render.audits import span
from twine_stage.render.html.frame import element, text

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 31_557_600
_UNIT = 20
"""Seconds at which the scale begins to be logarithmic."""
_MARKS = ((_MINUTE, "1 min"), (_HOUR, "1 h"), (_DAY, "1 day"), (_YEAR, "1 year"))
_NEAR = 0.055
"""Marks that are closer than this part of the scale would cover each other."""
_WIDE = 0.12
"""The same for the last one, whose label is wide."""
_STEPS = 60
"""Places on the scale that are told apart; files at the same place are one dot."""
_FEWER_STEPS = 20
_CROWD = 60
"""Releases with which a picture becomes crowded."""
_NAMED = 6
_YEARS = (1, 2, 5, 10, 20)
_MOST_YEARS = 9


@dataclass(frozen=True, slots=True)
class Scale:
    """Places from 0 to 1 for spans of time up to ``longest`` seconds; ``window`` is marked, too."""

    longest: float
    window: float | None

    def place(self, seconds: float) -> float:
        """Where a span of time stands."""
        top = max(self.longest, _DAY) * 1.25
        return math.log1p(max(seconds, 0) / _UNIT) / math.log1p(top / _UNIT)

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """Places and what to write there; the window of the index goes before what is near it.

        Of what lies far beyond the last of them, the longest span is marked.
        """
        own = [] if self.window is None else [(self.window, f"{self.window / _DAY:g} days")]
        found: list[tuple[float, str]] = []
        for seconds, label in (*own, *_MARKS):
            place = self.place(seconds)
            if place < 1 and all(abs(place - other) > _NEAR for other, _ in found):
                found.append((place, label))
        place = self.place(self.longest)
        if self.longest > _DAY and all(place - other > _WIDE for other, _ in found):
            found.append((place, f"{self.longest / _DAY:.0f} days"))
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Dot:
    """Files of a release that came at about the same time."""

    seconds: float
    files: tuple[AuditedFile, ...]
    kind: str

    @property
    def classes(self) -> str:
        """What it looks like: its kind, and whether all of it is yanked."""
        is_yanked = all(one.yanked is not None for one in self.files)
        return f"dot {self.kind}{' gone' if is_yanked else ''}"

    @property
    def size(self) -> str:
        """Its diameter grows with the number of files, slowly."""
        return f"{min(0.5 + 0.09 * math.sqrt(len(self.files) - 1), 1.1):.2f}rem"

    @property
    def title(self) -> str:
        """What it stands for."""
        names = [one.filename for one in self.files]
        more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
        when = f"{span(self.seconds)} after the first" if self.seconds else "the first"
        said = f"{amounts.count(len(names), 'file')}, {when}"
        return f"{said}: {', '.join((*names[:_NAMED], *more))}"


def scale(releases: Sequence[AuditedRelease], window: float | None) -> Scale:
    """The scale on which all files of some releases have room."""
    spans = [one.after_seconds or 0.0 for release in releases for one in release.files]
    return Scale(max(spans, default=0.0), window)


def dots(release: AuditedRelease, on: Scale, *, steps: int = _STEPS) -> tuple[Dot, ...]:
    """The files of a release whose time is known, by place and kind."""
    kinds = {
        name: "late" if append.is_late else "appended"
        for append in release.appends
        for name in append.files
    }
    found: dict[tuple[int, str], list[AuditedFile]] = defaultdict(list)
    for file in release.files:
        if file.after_seconds is not None:
            step = round(on.place(file.after_seconds) * steps)
            found[step, kinds.get(file.filename, "own")].append(file)
    return tuple(
        Dot(min(one.after_seconds or 0.0 for one in files), tuple(files), kind)
        for (_, kind), files in sorted(found.items())
    )


def track(release: AuditedRelease, on: Scale) -> str:
    """The line of a release, from its first file to its last."""
    drawn = dots(release, on)
    if not drawn:
        return element("span", class_="track")
    last = max(on.place(dot.seconds) for dot in drawn)
    line = element("i", class_="line", style=f"--x: {last:.4f}")
    marks = (element("i", class_="mark", style=f"--x: {place:.4f}") for place, _ in on.marks)
    shown = (
        element(
            "i",
            class_=dot.classes,
            style=f"--x: {on.place(dot.seconds):.4f}; --d: {dot.size}",
            title=dot.title,
        )
        for dot in drawn
    )
    return element("span", *marks, line, *shown, class_="track", aria_hidden="true")


def axis(on: Scale) -> str:
    """What stands above the lines: 0 is the first file of a release."""
    labels = (
        element("i", text(label), style=f"--x: {place:.4f}")
        for place, label in ((0.0, "0"), *on.marks)
    )
    return element(
        "span", *labels, class_="axis", aria_hidden="true", title="time since the first file"
    )


def chart(releases: Sequence[AuditedRelease], on: Scale, ids: dict[str, str]) -> str:
    """All uploads in one picture: the day, and how long after the first file of its release.

    Args:
        releases: those of one project.
        on: how the spans of time are drawn.
        ids: where each release stands on the page.
    """
    times = [one.uploaded_at for release in releases for one in release.files if one.uploaded_at]
    if not times:
        return ""
    period = _Period(min(times), max(times))
    steps = _STEPS if len(releases) < _CROWD else _FEWER_STEPS
    said = "Each dot is files of a release: to the right by the day, upwards by the time since the "
    rows = (
        element("i", element("b", text(label)), class_="row", style=f"--y: {place:.4f}")
        for place, label in ((0.0, "first file"), *on.marks)
    )
    return element(
        "div",
        *rows,
        *_columns(period),
        *(
            _drawn(dot, release.release, ids, style=f"{_at(dot, period)}; {_up(dot, on)}")
            for release in releases
            for dot in dots(release, on, steps=steps)
        ),
        class_="chart",
        role="img",
        aria_label=f"{said}first file of its release",
    )


@dataclass(frozen=True, slots=True)
class _Period:
    first: datetime
    last: datetime

    def place(self, time: datetime) -> float:
        whole = max(self.last - self.first, timedelta(days=1))
        return (time - self.first) / whole


def _columns(period: _Period) -> Iterator[str]:
    """A mark for each year, or for some; the two ends where there is hardly one."""
    first, last = period.first.year + 1, period.last.year
    step = next((one for one in _YEARS if (last - first) / one < _MOST_YEARS), _YEARS[-1])
    years = [year for year in range(first, last + 1) if year % step == 0]
    marks = [(datetime(year, 1, 1, tzinfo=timezone.utc), str(year)) for year in years]
    if len(marks) < 2:  # noqa: PLR2004 - two make a scale
        marks = [(time, f"{time:%Y-%m-%d}") for time in dict.fromkeys((period.first, period.last))]
    for time, label in marks:
        place = min(max(period.place(time), 0), 1)
        side = " start" if place < _NEAR else " end" if place > 1 - _NEAR else ""
        style = f"--x: {place:.4f}"
        yield element("i", element("b", text(label)), class_=f"column{side}", style=style)


def _at(dot: Dot, period: _Period) -> str:
    time = min(one.uploaded_at for one in dot.files if one.uploaded_at)
    return f"--x: {period.place(time):.4f}"


def _up(dot: Dot, on: Scale) -> str:
    return f"--y: {on.place(dot.seconds):.4f}; --d: {dot.size}"


def _drawn(dot: Dot, release: str, ids: dict[str, str], *, style: str) -> str:
    return element(
        "a",
        class_=dot.classes,
        style=style,
        href=f"#{ids[release]}",
        title=f"{release}: {dot.title}",
        tabindex="-1",
    )
