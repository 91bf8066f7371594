"""Matrix: the environments of a release as a table, in which those that are alike are one.

Rows are Pythons, columns are platforms. What lies between two known versions of a platform chooses
as the older one does, so that a column of several versions is true for all between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from twine_stage.operations.explain import Choice, ExplainedEnvironment, ExplainedRelease
from twine_stage.render.platform_names import Place, named, place, span

_NOTHING = "·"
_ANY = (0, 0)

Cell = ExplainedEnvironment


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Platforms that choose alike, on every Python.

    ``machines`` and ``versions`` are what stands in its heading below the ``family``; ``covers``
    says the same in full.
    """

    family: str
    machines: str
    versions: str
    covers: str
    platforms: tuple[str, ...]

    @property
    def is_told(self) -> bool:
        """Whether the heading says all that it covers."""
        return "," not in self.covers and ";" not in self.covers


@dataclass(frozen=True, slots=True)
class Row:
    """Pythons that choose alike, on the columns that are shown together."""

    pythons: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as ``cp312`` or ``cp39…cp311``."""
        first, last = self.pythons[0], self.pythons[-1]
        return first if first == last else f"{first}…{last}"


class Matrix:
    """The environments of a release by Python and platform, and the labels of its files."""

    def __init__(self, release: ExplainedRelease) -> None:
        self.release = release
        self.cells = {(one.python, one.platform): one for one in release.environments}
        self.pythons = sorted({one.python for one in release.environments}, key=_age)
        platforms = {one.platform for one in release.environments}
        self.places = dict(
            sorted(((tag, place(tag)) for tag in platforms), key=lambda item: item[1].sort_key)
        )
        self.labels = _labels(release)
        self._portable = {
            one.filename
            for one in release.files
            if one.kind == "sdist" or one.filename.endswith("-any.whl")
        }

    def cell(self, row: Row, column: Column) -> Cell | None:
        """What is chosen in all environments of a cell; None where there is no environment."""
        return self._cell(row.pythons[0], column.platforms)

    def match(self, filename: str | None) -> str:
        """How well a choice fits: ``own`` for a wheel built for the platform, or ``portable``.

        Else ``sdist``, or ``none`` where nothing can be installed.
        """
        if filename is None:
            return "none"
        if filename not in self._portable:
            return "own"
        return "portable" if filename.endswith(".whl") else "sdist"

    def begins_series(self, row: Row) -> bool:
        """Whether another implementation or build begins here."""
        before = self.pythons.index(row.pythons[0]) - 1
        return before >= 0 and _series(self.pythons[before]) != _series(row.pythons[0])

    def is_here(self, row: Row, column: Column) -> bool:
        """Whether a cell is what the local environment gets: the newest that is no newer."""
        local = self.release.local
        if local is None or local.python not in row.pythons:
            return False
        one = place(local.platform)
        older = [
            tag
            for tag, other in self.places.items()
            if _machine(other) == _machine(one) and (other.version or _ANY) <= (one.version or _ANY)
        ]
        return bool(older) and older[-1] in column.platforms

    def label(self, choice: Choice) -> str:
        """The labels of what the installers choose: one, or one for each if they differ."""
        names = [self.labels[name] if name else _NOTHING for name in choice.values()]
        return names[0] if len(set(names)) == 1 else "/".join(names)

    def text(self, cell: Cell | None) -> str:
        """What stands in a cell: the choice, and what it was before if that is another one."""
        if cell is None:
            return ""
        chosen = self.label(cell.chosen)
        return f"{self.label(cell.before)}→{chosen}" if cell.before and cell.is_changed else chosen

    def rows(self, columns: Sequence[Column]) -> tuple[Row, ...]:
        """The rows of some columns; neighbours that are alike are one."""

        def alike(python: str) -> object:
            return (_series(python), [self._facts(python, one.platforms) for one in columns])

        return tuple(Row(tuple(group)) for _, group in groupby(self.pythons, alike))

    def columns(self, *, is_compact: bool) -> tuple[Column, ...]:
        """A column for all platforms of a family that choose alike.

        What nothing was built for is one column of each family or, to be compact, the last of all.
        """
        found: list[Column] = []
        elsewhere: list[str] = []
        for family, group in groupby(self.places, key=lambda tag: self.places[tag].family):
            tags = list(group)
            rest = [tag for tag in tags if self._is_portable(tag)]
            alike = self._alike(tag for tag in tags if tag not in rest)
            found += [self._column(some, is_all=some == tags) for some in alike]
            if is_compact:
                elsewhere += rest
            elif rest:
                found.append(self._rest(family, rest, "others" if alike else "all"))
        if elsewhere:
            found.append(self._rest("elsewhere" if found else "everywhere", elsewhere, ""))
        return tuple(found)

    def _rest(self, family: str, tags: Sequence[str], machines: str) -> Column:
        return Column(
            family=family,
            machines=machines,
            versions="",
            covers=self._covers(tags),
            platforms=tuple(tags),
        )

    def _column(self, tags: Sequence[str], *, is_all: bool) -> Column:
        machines = list(dict.fromkeys(self.places[tag].machine for tag in tags))
        spans = {self._span(machine) for machine in self._by_machine(tags)}
        several = "all" if is_all else f"{machines[0]}+{len(machines) - 1}"
        return Column(
            family=self.places[tags[0]].family,
            machines=several if len(machines) > 1 else machines[0],
            versions=spans.pop() if len(spans) == 1 else "",
            covers=self._covers(tags),
            platforms=tuple(tags),
        )

    def _by_machine(self, tags: Iterable[str]) -> list[tuple[str, ...]]:
        grouped = groupby(tags, key=lambda tag: _machine(self.places[tag]))
        return [tuple(group) for _, group in grouped]

    def _family(self, tags: Sequence[str]) -> str:
        return self.places[tags[0]].family

    def _covers(self, tags: Iterable[str]) -> str:
        """Machines with their versions, under the name of their family."""
        told = []
        for family, group in groupby(self._by_machine(tags), key=self._family):
            first, *others = [self._name(machine) for machine in group]
            told.append(", ".join((first, *(text.removeprefix(f"{family} ") for text in others))))
        return "; ".join(told)

    def _name(self, tags: tuple[str, ...]) -> str:
        """Such as ``Linux x86_64 (glibc 2.28+)``; the tags are of one machine."""
        first, versions = self.places[tags[0]], self._span(tags)
        return named(first, f"{first.library} {versions}".strip() if versions else "")

    def _span(self, tags: tuple[str, ...]) -> str:
        """The versions of one machine that some of its tags stand for."""
        first, last = self.places[tags[0]], self.places[tags[-1]]
        known = [one.version for one in self.places.values() if _machine(one) == _machine(first)]
        is_lowest = known.index(first.version) == 0 and self._is_portable(tags[0])
        beyond = known[known.index(last.version) + 1 :]
        return span(None if is_lowest else first.version, beyond[0] if beyond else None)

    def _is_portable(self, platform: str) -> bool:
        """Whether no file that is chosen there was built for it."""
        return all(
            name is None or name in self._portable
            for python in self.pythons
            if (cell := self._cell(python, [platform]))
            for choice in (cell.chosen, cell.before or {})
            for name in choice.values()
        )

    def _cell(self, python: str, platforms: Sequence[str]) -> Cell | None:
        """Any of the environments, which are alike."""
        keys = ((python, platform) for platform in platforms)
        return next((self.cells[key] for key in keys if key in self.cells), None)

    def _facts(self, python: str, platforms: Sequence[str]) -> object:
        cell = self._cell(python, platforms)
        return cell and (cell.chosen, cell.before)

    def _alike(self, tags: Iterable[str]) -> list[list[str]]:
        """Groups of platforms that choose alike on each Python that they have in common."""
        groups: list[tuple[dict[str, object], list[str]]] = []
        for tag in tags:
            facts = {
                python: facts for python in self.pythons if (facts := self._facts(python, [tag]))
            }
            for known, group in groups:
                if all(known.get(python, fact) == fact for python, fact in facts.items()):
                    known.update(facts)
                    group.append(tag)
                    break
            else:
                groups.append((facts, [tag]))
        return [group for _, group in groups]


def _machine(one: Place) -> tuple[str, str]:
    return (one.family, one.machine)


def _series(python: str) -> tuple[str, str]:
    """The implementation and the build; rows of one series may be merged."""
    return (python[:2], python.lstrip("cp0123456789"))


def _age(python: str) -> tuple[str, str, int]:
    """CPython first, then its free-threaded builds, then PyPy; the old before the new."""
    implementation, build = _series(python)
    return (implementation, build, int(python[3:].removesuffix(build)))


def _labels(release: ExplainedRelease) -> dict[str, str]:
    """Numbers for wheels in the order of the files, ``s`` for the sdist."""
    wheels = [one.filename for one in release.files if one.kind == "wheel"]
    sdists = [one.filename for one in release.files if one.kind == "sdist"]
    numbered = {name: str(number) for number, name in enumerate(wheels, start=1)}
    return numbered | {name: "s" * number for number, name in enumerate(sdists, start=1)}
