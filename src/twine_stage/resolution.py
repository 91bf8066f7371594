"""Resolution: which file of a release an installer chooses in an environment.

Read in the sources of pip 26.3, uv 0.13 and packaging 26.3, and held against both installers by
``tests/integration/test_resolution.py``. A wheel is the better the earlier its best tag stands in
the environment's list, then by its build number; an sdist is worse than any wheel. Of equals pip
takes the last on the index's page, uv the one with the smallest filename.

pip passes over a file that is not for its Python. uv chooses first, and looks at the lower bounds
of what the choice requires of Python afterwards; if they are too high, it gives up the version. So
files with different Requires-Python may leave uv with none; PyPI shows one for a whole release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product, takewhile
from typing import Generic, Protocol, TypeVar

from packaging.specifiers import Specifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import BuildTag
from packaging.version import Version

from twine_stage.distributions import Filename, Kind


class Installer(Enum):
    """The installers whose choice we know."""

    PIP = "pip"
    UV = "uv"


class Installable(Protocol):
    """A file that an installer may choose; a ``Distribution`` is one."""

    @property
    def filename(self) -> Filename:
        """Its name, which holds its tags."""
        ...

    @property
    def requires_python(self) -> str | None:
        """The versions of Python that it is for; None for all."""
        ...


File = TypeVar("File", bound=Installable)
Pair = tuple[str, str]
Places = Mapping[Pair, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Python:
    """An interpreter and the (interpreter, abi) pairs that installers take for it.

    Each has a place, 0 the best. ``pairs`` are those of tags with a platform; those of tags whose
    platform is ``any`` go on counting in ``portable``.
    """

    name: str
    version: Version
    pairs: Mapping[Installer, Places]
    portable: Mapping[Installer, Places]


@dataclass(frozen=True, slots=True, eq=False)
class Platform:
    """An operating system, named by its newest tag, and its tags with their places, 0 the best."""

    name: str
    tags: Mapping[Installer, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python on a platform.

    Its list of tags is a product, the pairs outside and the platforms inside. It has a thousand
    tags, so files are ranked by the two places and the list is only made where it is shown.
    """

    python: Python
    platform: Platform

    @property
    def name(self) -> str:
        """Such as ``cp313t manylinux_2_28_x86_64``."""
        return f"{self.python.name} {self.platform.name}"

    def tags(self, installer: Installer) -> Iterator[Tag]:
        """All tags that the environment takes, best first."""
        pairs = self.python.pairs[installer]
        for pair, platform in product(pairs, self.platform.tags[installer]):
            yield Tag(*pair, platform)
        for pair in self.python.portable[installer]:
            yield Tag(*pair, "any")


def pick(files: Iterable[File], environment: Environment, installer: Installer) -> File | None:
    """The file of one release that an installer chooses; None where it cannot use any.

    ``files`` stand in the order of the index's page, which most indexes sort by filename.
    """
    return Candidates(files).pick(environment, installer)


def ranking(
    files: Iterable[File], environment: Environment, installer: Installer
) -> tuple[File, ...]:
    """The files of one release that an installer can use, best first; order as for ``pick``."""
    return Candidates(files).ranking(environment, installer)


Merit = tuple[bool, int, int, BuildTag]
"""What files are sorted by, greatest first: a wheel's best pair, its best platform, its build."""

_SDIST: Merit = (False, 0, 0, ())


class _Stance(Enum):
    """What an installer makes of what a file requires of Python."""

    TAKES = "takes"
    PASSES = "passes"
    """It chooses as if the file were not there."""
    STOPS = "stops"
    """It chooses as if nothing were required, and has nothing if this is its choice."""


@dataclass(frozen=True, slots=True)
class _Usable(Generic[File]):
    """A file that a Python can use, if the platform can.

    ``ways`` are the places of the pairs that it takes, best first, each with the platforms for
    which the file is: a number that stands for a set of them, or None for ``any``. An sdist has
    none.
    """

    file: File
    ways: tuple[tuple[int, int | None], ...]
    stance: _Stance

    def merit(self, platforms: Mapping[int, int | None]) -> Merit | None:
        """Its merit where sets of platforms have these places; None where it cannot be used."""
        filename = self.file.filename
        if filename.kind is Kind.SDIST:
            return _SDIST
        for place, platform in self.ways:
            inner = 0 if platform is None else platforms[platform]
            if inner is not None:
                return (True, -place, -inner, filename.build)
        return None


class Candidates(Generic[File]):
    """The files of one release, made ready to be ranked in many environments.

    They stand in the order that ``pick`` wants. What they mean to a Python, and what to a platform,
    is found out once for each.
    """

    def __init__(self, files: Iterable[File]) -> None:
        self._files = list(files)
        self._sets: dict[frozenset[str], int] = {}
        self._pairs = [self._pairs_of(file.filename) for file in self._files]
        self._portable = {number for names, number in self._sets.items() if "any" in names}
        self._usable: dict[tuple[Python, Installer], list[_Usable[File]]] = {}
        self._places: dict[tuple[Platform, Installer], dict[int, int | None]] = {}

    def pick(self, environment: Environment, installer: Installer) -> File | None:
        """The file that an installer chooses; None where it cannot use any."""
        return next(iter(self.ranking(environment, installer)), None)

    def ranking(self, environment: Environment, installer: Installer) -> tuple[File, ...]:
        """The files that an installer can use, best first, up to one at which it stops."""
        ranked = self._ranked(environment, installer)
        return tuple(one.file for one in takewhile(lambda one: one.stance is _Stance.TAKES, ranked))

    def spoiler(self, environment: Environment, installer: Installer) -> File | None:
        """The file that an installer chooses only to give up the version; None if it does not."""
        ranked = self._ranked(environment, installer)
        return next((one.file for one in ranked[:1] if one.stance is _Stance.STOPS), None)

    def _ranked(self, environment: Environment, installer: Installer) -> list[_Usable[File]]:
        places = self._places_on(environment.platform, installer)
        merits = [
            (merit, usable)
            for usable in self._usable_by(environment.python, installer)
            if (merit := usable.merit(places)) is not None
        ]
        # Sorting is stable, backwards too: of equals the first stays the first.
        merits.sort(key=lambda item: item[0], reverse=True)
        return [usable for _, usable in merits]

    def _pairs_of(self, filename: Filename) -> dict[Pair, int]:
        """The pairs of a file, each with the number of the set of platforms that go with it."""
        platforms: dict[Pair, set[str]] = {}
        for tag in filename.tags:
            platforms.setdefault((tag.interpreter, tag.abi), set()).add(tag.platform)
        return {
            pair: self._sets.setdefault(frozenset(found), len(self._sets))
            for pair, found in platforms.items()
        }

    def _usable_by(self, python: Python, installer: Installer) -> list[_Usable[File]]:
        """What a Python can use, in the order in which an installer prefers equals."""
        key = (python, installer)
        if key not in self._usable:
            taken = python.pairs[installer], python.portable[installer]
            found = [
                _Usable(file, ways, stance)
                for file, pairs in zip(self._files, self._pairs, strict=True)
                if ((ways := self._ways(pairs, *taken)) or file.filename.kind is Kind.SDIST)
                and (stance := _stance(file.requires_python or "", python.version, installer))
                is not _Stance.PASSES
            ]
            if installer is Installer.PIP:
                found.reverse()
            else:
                found.sort(key=lambda usable: usable.file.filename.text)
            self._usable[key] = found
        return self._usable[key]

    def _ways(
        self, found: Mapping[Pair, int], pairs: Places, portable: Places
    ) -> tuple[tuple[int, int | None], ...]:
        ways: list[tuple[int, int | None]] = [
            (pairs[pair], number) for pair, number in found.items() if pair in pairs
        ]
        ways += [
            (portable[pair], None)
            for pair, number in found.items()
            if number in self._portable and pair in portable
        ]
        return tuple(sorted(ways, key=lambda way: way[0]))

    def _places_on(self, platform: Platform, installer: Installer) -> dict[int, int | None]:
        """How good a platform finds each set of platforms; None for one that it does not take."""
        key = (platform, installer)
        if key not in self._places:
            tags = platform.tags[installer]
            self._places[key] = {
                number: min((tags[name] for name in names if name in tags), default=None)
                for names, number in self._sets.items()
            }
        return self._places[key]


@lru_cache(maxsize=1024)
def _stance(requires_python: str, version: Version, installer: Installer) -> _Stance:
    """What an installer makes of a Requires-Python that may be no specifier at all."""
    try:
        return _stance_on(SpecifierSet(requires_python), version, installer)
    except ValueError:  # InvalidSpecifier is one, and so is a number of too many digits
        return _Stance.TAKES if installer is Installer.PIP else _Stance.PASSES


def _stance_on(specifiers: SpecifierSet, version: Version, installer: Installer) -> _Stance:
    if installer is Installer.PIP:
        is_met = specifiers.contains(version, prereleases=True)
        return _Stance.TAKES if is_met else _Stance.PASSES
    are_met = all(_is_above(version, specifier) for specifier in specifiers)
    return _Stance.TAKES if are_met else _Stance.STOPS


def _is_above(version: Version, specifier: Specifier) -> bool:
    """Whether a version is above the lower bound of a specifier, if that has one."""
    if specifier.operator not in (">=", ">", "==", "~="):
        return True
    bound = Version(specifier.version.removesuffix(".*"))
    return version > bound if specifier.operator == ">" else version >= bound
