"""Completeness: what a release lacks beside the one before it, or beside what is expected of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from twine_stage.distributions import Filename, Kind
from twine_stage.listings import Project
from twine_stage.reach import ANY, Floor, Pythons, Reach, family, reaches
from twine_stage.releases import ReleaseId

_CPYTHONS = ((2, 7), *((3, minor) for minor in range(9, 16)))
"""What a wheel for every Python is for, beside the Pythons that other wheels name."""

_LAST_PATCH = 99
_FEW = 3

SYSTEMS = {
    "manylinux": "glibc",
    "musllinux": "musl",
    "macosx": "macOS",
    "ios": "iOS",
    "android": "Android API level",
}
"""Families of platforms of which a newer one takes what an older one takes, and what is newer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Some distributions that are not there: the sdist, or wheels.

    Empty ``platforms`` are all that the other release had; so are empty ``pythons``.
    """

    kind: Kind = Kind.WHEEL
    platforms: tuple[str, ...] = ()
    pythons: tuple[Pythons, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Wheels of platforms of one family that run on fewer systems than they did.

    ``pythons`` are empty where it is all that both releases have wheels for.
    """

    platforms: tuple[str, ...]
    before: Floor
    now: Floor
    pythons: tuple[Pythons, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Wheels that differ by their CPython alone; as many ``platforms`` are there with such."""

    pythons: tuple[Pythons, ...]
    wheels: int
    platforms: int


def previous(project: Project, release: ReleaseId) -> Version | None:
    """The release that came before one: the highest below it; None for the first.

    So 1.1.3 follows 1.1.2, whether there is a 2.0 or not. Final releases go before others, and
    what was yanked as a whole counts only where there is nothing else.
    """
    lower = [version for version in project.versions if version < release.version]
    preferred = [version for version in project.standing if version < release.version] or lower
    final = [version for version in preferred if not version.is_prerelease]
    return next(reversed(final or preferred), None)


def regressions(
    own: Iterable[Filename], before: Iterable[Filename], requires_python: Collection[str] = ()
) -> tuple[Missing, ...]:
    """What an earlier release had and this one lacks, in as few words as can tell it.

    A wheel is missing on a platform if no wheel takes its place there: one for the same Python, an
    abi3 wheel, or a portable one that was not beside it before. Pythons are not missed if none of
    this release's ``requires_python`` admits them; where nothing is required, all are admitted.
    """
    own, before = tuple(own), tuple(before)
    lacks_sdist = _has_sdist(before) and not _has_sdist(own)
    sdist = (Missing(kind=Kind.SDIST),) if lacks_sdist else ()
    gaps = _Gaps.between(reaches(own), reaches(before), _admitting(requires_python))
    return (*sdist, *gaps.told())


def raised(own: Iterable[Filename], before: Iterable[Filename]) -> tuple[Raised, ...]:
    """Where an earlier release had wheels for older systems than this one has."""
    new, old = reaches(own), reaches(before)
    every = _every([*new, *old])
    common: dict[str, list[Pythons]] = defaultdict(list)
    higher: dict[tuple[str, Floor, Floor], list[Pythons]] = defaultdict(list)
    platforms = {reach.platform for reach in old if family(reach.platform) in SYSTEMS}
    for platform, one in product(sorted(platforms), every):
        was, now = _floor(old, one, platform), _floor(new, one, platform)
        if was and now:
            common[platform].append(one)
        if was and now > was:
            higher[platform, was, now].append(one)
    alike: dict[tuple[str, Floor, Floor, tuple[Pythons, ...]], list[str]] = defaultdict(list)
    for (platform, was, now), pythons in higher.items():
        some = () if pythons == common[platform] else tuple(pythons)
        alike[family(platform), was, now, some].append(platform)
    return tuple(
        Raised(platforms=tuple(found), before=was, now=now, pythons=some)
        for (_, was, now, some), found in alike.items()
    )


def bundle(filenames: Iterable[Filename]) -> Bundle | None:
    """The wheels that abi3 wheels could replace, if the code can do with the stable ABI.

    They are those of platforms with a wheel for each of at least three releases of CPython. None
    where there are none, or where there is an abi3 wheel already.
    """
    wheels: dict[tuple[str, ...], set[Pythons]] = defaultdict(set)
    for filename in filenames:
        found = reaches([filename])
        if any(reach.pythons.is_stable for reach in found):
            return None
        if len(pythons := {reach.pythons for reach in found}) == 1:
            wheels[tuple(sorted(reach.platform for reach in found))] |= pythons
    usual = [{one for one in pythons if one.is_usual_cpython} for pythons in wheels.values()]
    many = [pythons for pythons in usual if len(pythons) >= _FEW]
    if not many:
        return None
    return Bundle(
        pythons=tuple(sorted(set[Pythons]().union(*many))),
        wheels=sum(map(len, many)),
        platforms=len(many),
    )


def unmet(
    expected: Mapping[str, Collection[str]], version: Version, filenames: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """The patterns that no file of a release fits, by the version specifier that asks for them.

    Every specifier that contains the version counts, also if that is a pre-release. Patterns are
    those of ``fnmatch``, letters as they are.

    Raises:
        InvalidSpecifier: a specifier is none.
    """
    missing = {
        specifier: tuple(
            pattern
            for pattern in patterns
            if not any(fnmatchcase(filename, pattern) for filename in filenames)
        )
        for specifier, patterns in expected.items()
        if SpecifierSet(specifier).contains(version, prereleases=True)
    }
    return {specifier: patterns for specifier, patterns in missing.items() if patterns}


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The platforms on which Pythons had a wheel, and on which they have none any more.

    ``platforms`` are all those that the release has wheels for.
    """

    had: Mapping[Pythons, set[str]]
    lack: Mapping[Pythons, set[str]]
    platforms: Collection[str]

    @classmethod
    def between(
        cls,
        own: Mapping[Reach, Floor],
        before: Mapping[Reach, Floor],
        admits: Callable[[Pythons], bool],
    ) -> _Gaps:
        """Compare two releases, and leave out the Pythons that are not admitted any more."""
        had: dict[Pythons, set[str]] = defaultdict(set)
        lack: dict[Pythons, set[str]] = defaultdict(set)
        every = _every([*own, *before])
        for need in before:
            included = [one for one in every if need.pythons.include(one)] or [need.pythons]
            wanted = [one for one in included if admits(one)]
            takers = [one.pythons for one in own if _takes_place(one, need, before)]
            left = [one for one in wanted if not any(taker.include(one) for taker in takers)]
            for pythons in {need.pythons, *wanted} if wanted else ():
                had[pythons].add(need.platform)
            for pythons in {need.pythons} if left and left == wanted else left:
                lack[pythons].add(need.platform)
        return cls(had, lack, {reach.platform for reach in own})

    def told(self) -> Iterator[Missing]:
        """What can be told together: Pythons that are gone everywhere, then the platforms."""
        gone = set[str]().union(*self.had.values()).difference(self.platforms)
        if gone and not self.platforms:
            yield Missing()
            return
        dropped = {
            pythons
            for pythons, platforms in self.lack.items()
            if platforms >= self.had[pythons] and len(platforms - gone) > 1
        }
        if dropped:
            yield Missing(pythons=tuple(sorted(dropped)))
        rest = {one: platforms for one, platforms in self.lack.items() if one not in dropped}
        yield from _by_platform(rest, gone)


def _by_platform(
    lack: Mapping[Pythons, Collection[str]], gone: Collection[str]
) -> Iterator[Missing]:
    """Together the platforms that lack the same; of those that are gone, few Pythons are named."""
    lacking: dict[str, list[Pythons]] = defaultdict(list)
    for one in sorted(lack):
        for platform in lack[one]:
            lacking[platform].append(one)
    alike: dict[tuple[bool, tuple[Pythons, ...]], list[str]] = defaultdict(list)
    for platform, found in sorted(lacking.items()):
        is_long = platform in gone and platform != ANY and len(found) > _FEW
        alike[platform == ANY, () if is_long else tuple(found)].append(platform)
    for (_, pythons), platforms in alike.items():
        yield Missing(platforms=tuple(platforms), pythons=pythons)


def _takes_place(one: Reach, need: Reach, before: Collection[Reach]) -> bool:
    """Whether a wheel serves where another is missing, as far as the platform goes."""
    return one.platform == need.platform or (one.platform == ANY and one not in before)


def _every(found: Iterable[Reach]) -> tuple[Pythons, ...]:
    """The single Pythons by which reaches can be told apart, in order."""
    lowest = {reach.pythons.lowest for reach in found}
    known = {Pythons(implementation="cp", version=version) for version in _CPYTHONS}
    return tuple(sorted(known.union(one for one in lowest if one)))


def _floor(found: Mapping[Reach, Floor], one: Pythons, platform: str) -> Floor:
    """The oldest system of a platform that has a wheel for a Python; empty where there is none."""
    floors = (
        floor
        for reach, floor in found.items()
        if reach.platform == platform and reach.pythons.include(one)
    )
    return min(floors, default=())


def _has_sdist(filenames: Iterable[Filename]) -> bool:
    return any(filename.kind is Kind.SDIST for filename in filenames)


def _admitting(requires_python: Iterable[str]) -> Callable[[Pythons], bool]:
    """Whether a release is for a Python; installers ignore a Requires-Python that is invalid."""
    try:
        specifiers = [SpecifierSet(text) for text in requires_python]
    except InvalidSpecifier:
        specifiers = []

    def admits(one: Pythons) -> bool:
        number = ".".join(map(str, one.version))
        patches = (f"{number}.0", f"{number}.{_LAST_PATCH}")
        try:
            return not specifiers or any(
                any(specifier.contains(patch) for patch in patches) for specifier in specifiers
            )
        except ValueError:  # a number of too many digits
            return True

    return admits
