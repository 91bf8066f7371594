"""Resolution: which file of a release an installer chooses in an environment.

Read in the sources of pip 26.3, uv 0.13 and packaging 26.3, and held against both installers by
``tests/integration/test_resolution.py``. A wheel is the better the earlier its best tag stands in
the environment's list, then by its build number; an sdist is worse than any wheel. Of equals pip
takes the last on the index's page, uv the one with the smallest filename.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain, product
from typing import Protocol, TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags, mac_platforms
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
Places = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """An interpreter and the (interpreter, abi) pairs that it takes, with their places, 0 the best.

    ``pairs`` are those of tags with a platform; those of tags whose platform is ``any`` go on
    counting in ``portable``.
    """

    name: str
    version: Version
    pairs: Places
    portable: Places

    def takes(self, file: Installable) -> bool:
        """Whether it can use a file on any platform at all."""
        if not _admits(file.requires_python, self.version):
            return False
        pairs = [(tag.interpreter, tag.abi) for tag in file.filename.tags]
        return not pairs or any(pair in self.pairs or pair in self.portable for pair in pairs)


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system, named by its newest tag, and its tags with their places, 0 the best."""

    name: str
    tags: Mapping[Installer, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python on a platform.

    Its list of tags is a product, the pairs outside and the platforms inside. It has a thousand
    tags, so a rank is computed from the two places and the list is only made where it is shown.
    """

    python: Python
    platform: Platform

    @property
    def name(self) -> str:
        """Such as ``cp313t manylinux_2_28_x86_64``."""
        return f"{self.python.name} {self.platform.name}"

    def tags(self, installer: Installer) -> Iterator[Tag]:
        """All tags that the environment takes, best first."""
        for pair, platform in product(self.python.pairs, self.platform.tags[installer]):
            yield Tag(*pair, platform)
        for pair in self.python.portable:
            yield Tag(*pair, "any")

    def rank(self, tag: Tag, installer: Installer) -> int | None:
        """How good a tag is, 0 the best; None if the environment does not take it."""
        platforms = self.platform.tags[installer]
        pair = (tag.interpreter, tag.abi)
        if tag.platform == "any":
            portable = self.python.portable.get(pair)
            return None if portable is None else portable * len(platforms)
        outer, inner = self.python.pairs.get(pair), platforms.get(tag.platform)
        return None if outer is None or inner is None else outer * len(platforms) + inner


def pick(files: Iterable[File], environment: Environment, installer: Installer) -> File | None:
    """The file of one release that an installer chooses; None where it cannot use any.

    ``files`` stand in the order of the index's page, which most indexes sort by filename.
    """
    return next(iter(ranking(files, environment, installer)), None)


def ranking(
    files: Iterable[File], environment: Environment, installer: Installer
) -> tuple[File, ...]:
    """The files of one release that an installer can use, best first; order as for ``pick``."""
    if installer is Installer.PIP:
        candidates = list(files)[::-1]
    else:
        candidates = sorted(files, key=lambda file: file.filename.text)
    keys = ((_merit(file, environment, installer), file) for file in candidates)
    usable = [(merit, file) for merit, file in keys if merit is not None]
    # Sorting is stable, backwards too: of equals the first stays the first.
    return tuple(file for _, file in sorted(usable, key=lambda item: item[0], reverse=True))


def environments_for(files: Iterable[Installable]) -> tuple[Environment, ...]:
    """The environments in which these files can be told apart.

    All of the table, and beyond it every Python that a tag of the files names, and every platform
    that is the oldest to take one. What lies between two of those chooses as the older does.
    """
    tags = frozenset(chain.from_iterable(file.filename.tags for file in files))
    named = {match.groups() for tag in tags if (match := _PYTHON.fullmatch(tag.interpreter))}
    pythons = {one.name: one for one in _pythons()}
    pythons |= {one.name: one for name in sorted(named) for one in _python(*name)}
    platforms = {one.name: one for one in _platforms()}
    oldest = map(_platform, sorted({tag.platform for tag in tags} - {"any"}))
    platforms |= {one.name: one for one in oldest}
    return tuple(Environment(*pair) for pair in product(pythons.values(), platforms.values()))


def _merit(
    file: Installable, environment: Environment, installer: Installer
) -> tuple[bool, int, BuildTag] | None:
    """What the files are sorted by, greatest first; None for a file that cannot be used."""
    if not environment.python.takes(file):
        return None
    if file.filename.kind is Kind.SDIST:
        return (False, 0, ())
    ranks = [environment.rank(tag, installer) for tag in file.filename.tags]
    best = min((rank for rank in ranks if rank is not None), default=None)
    return None if best is None else (True, -best, file.filename.build)


@lru_cache(maxsize=1024)
def _admits(requires_python: str | None, version: Version) -> bool:
    """Whether a Requires-Python admits a version; both installers ignore one that is invalid."""
    try:
        return SpecifierSet(requires_python or "").contains(version, prereleases=True)
    except InvalidSpecifier:
        return True


# What follows makes the table. The machine at hand is never asked, as packaging does by default.

_PYTHON = re.compile(r"(cp|pp)3(\d{1,2})")
_GLIBC = re.compile(r"manylinux_2_(\d{1,2})_(\w+)")
_MUSL = re.compile(r"musllinux_1_(\d{1,2})_(\w+)")
_MACOS = re.compile(r"macosx_(\d{1,2})_(\d{1,2})_(x86_64|arm64|universal2)")
_LEGACY = re.compile(r"(manylinux(?:1|2010|2014))_(\w+)")
_LEGACY_GLIBC = {"manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5}
_FREE_THREADED_SINCE = 13
_PATCH = 99
"""A release of Python stands for its last patch, which any ``>=3.9.2`` admits."""


@lru_cache(maxsize=1)
def environments() -> tuple[Environment, ...]:
    """The table of environments: those that most releases are built for, and some older ones."""
    return tuple(Environment(*pair) for pair in product(_pythons(), _platforms()))


@lru_cache(maxsize=1)
def _pythons() -> tuple[Python, ...]:
    names = [*(("cp", str(minor)) for minor in range(9, 16)), ("pp", "11")]
    return tuple(python for name in names for python in _python(*name))


@lru_cache(maxsize=1)
def _platforms() -> tuple[Platform, ...]:
    return (
        *(_glibc(minor, arch) for arch in ("x86_64", "aarch64") for minor in (17, 28, 39)),
        *(_glibc(39, arch) for arch in ("i686", "ppc64le", "s390x", "riscv64", "armv7l")),
        *(_musl(2, arch) for arch in ("x86_64", "aarch64")),
        *(_macos((major, 0), arch) for major in (12, 15) for arch in ("x86_64", "arm64")),
        *(_exactly(tag) for tag in ("linux_armv6l", "win32", "win_amd64", "win_arm64")),
    )


def _python(implementation: str, minor_text: str) -> tuple[Python, ...]:
    """A release of Python, in the builds that there are of it."""
    minor = int(minor_text)
    name = f"{implementation}3{minor}"
    if implementation == "pp":
        tags = generic_tags(name, [f"pypy3{minor}_pp73"], ["-"])
        return (_listed(name, minor, tags, interpreter="pp3"),)
    builds = [f"{name}m" if minor < 8 else name]  # noqa: PLR2004 - 3.8 dropped the flag
    builds += [f"{name}t"] * (minor >= _FREE_THREADED_SINCE)
    return tuple(
        _listed(
            abi.removesuffix("m"), minor, cpython_tags((3, minor), [abi], ["-"]), interpreter=name
        )
        for abi in builds
    )


def _listed(name: str, minor: int, own: Iterator[Tag], *, interpreter: str) -> Python:
    """The pairs in packaging's order: its list for a platform that stands for all."""
    tags = [*own, *compatible_tags((3, minor), interpreter, ["-"])]
    places = {(tag.interpreter, tag.abi, tag.platform): place for place, tag in enumerate(tags)}
    return Python(
        name=name,
        version=Version(f"3.{minor}.{_PATCH}"),
        pairs={key[:2]: place for key, place in places.items() if key[2] == "-"},
        portable={key[:2]: place for key, place in places.items() if key[2] == "any"},
    )


def _platform(tag: str) -> Platform:
    """The oldest platform that takes a tag, as far as we know the tag."""
    if match := _GLIBC.fullmatch(tag):
        return _glibc(int(match[1]), match[2])
    if match := _LEGACY.fullmatch(tag):
        return _glibc(_LEGACY_GLIBC[match[1]], match[2])
    if match := _MUSL.fullmatch(tag):
        return _musl(int(match[1]), match[2])
    if match := _MACOS.fullmatch(tag):
        major, minor, arch = int(match[1]), int(match[2]), match[3]
        first = "x86_64" if major == 10 else "arm64"  # noqa: PLR2004 - the last before Apple's own
        return _macos((major, minor), first if arch == "universal2" else arch)
    return _exactly(tag)


def _glibc(minor: int, arch: str) -> Platform:
    oldest = 5 if arch in ("x86_64", "i686") else 17
    legacy = {version: name for name, version in _LEGACY_GLIBC.items()}
    tags = [f"linux_{arch}"]
    for version in range(minor, oldest - 1, -1):
        tags.append(f"manylinux_2_{version}_{arch}")
        if version in legacy:
            tags.append(f"{legacy[version]}_{arch}")
    return _ordered(f"manylinux_2_{minor}_{arch}", tags)


def _musl(minor: int, arch: str) -> Platform:
    tags = [f"musllinux_1_{version}_{arch}" for version in range(minor, -1, -1)]
    return _ordered(f"musllinux_1_{minor}_{arch}", [f"linux_{arch}", *tags])


def _macos(version: tuple[int, int], arch: str) -> Platform:
    return _ordered(f"macosx_{version[0]}_{version[1]}_{arch}", mac_platforms(version, arch))


def _exactly(tag: str) -> Platform:
    return _ordered(tag, [tag])


def _ordered(name: str, tags: Iterable[str]) -> Platform:
    """A platform whose tags stand in pip's order; uv takes the native ``linux_*`` last."""
    ordered = list(tags)
    by_uv = sorted(ordered, key=lambda tag: tag.startswith("linux_"))
    return Platform(
        name,
        {
            Installer.PIP: {tag: place for place, tag in enumerate(ordered)},
            Installer.UV: {tag: place for place, tag in enumerate(by_uv)},
        },
    )
