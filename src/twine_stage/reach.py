"""Reach: the Pythons and the platforms that wheels are for, as people speak of them.

``manylinux_2_17_x86_64`` and ``manylinux_2_28_x86_64`` are one platform, of which the second wants
a newer system; ``cp39-abi3`` is for CPython 3.9 and every one after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.tags import Tag

from twine_stage.distributions import Filename

ANY = "any"

_INTERPRETER = re.compile(r"([a-z]+)(\d)(\d*)")
_STABLE = {"abi3": False, "abi3t": True}
"""The stable ABIs, and whether they are those of free-threaded builds."""

_PLATFORM = re.compile(r"([a-z]+)_(\d+(?:_\d+)*)_(\w+)")
_LEGACY = re.compile(r"(manylinux1|manylinux2010|manylinux2014)_(\w+)")
_GLIBC = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
_FAMILIES = {"pyemscripten": "pyodide"}  # PEP 783 renamed it
_MACHINES = {
    "universal2": ("x86_64", "arm64"),
    "intel": ("x86_64", "i386"),
    "fat64": ("x86_64", "ppc64"),
    "universal": ("x86_64", "i386", "ppc64", "ppc"),
}
"""What macOS calls files for several machines."""

_FIRST = {"macosx_arm64": (11, 0)}
"""The first system of a platform; a tag for several machines may name an older one."""

Floor = tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Pythons:
    """The Pythons that one tag of a wheel is for.

    ``implementation`` is that of the tag (``cp``, ``pp``, or ``py`` for every one), ``version`` the
    only one or the lowest, as far as it is said. ``abi`` is ``abi3``, ``abi3t`` or ``none``, or
    empty for a single build of one version; ``build`` is what tells that from others, such as
    ``t``.
    """

    implementation: str
    version: tuple[int, ...]
    build: str = ""
    abi: str = ""

    def include(self, one: Pythons) -> bool:
        """Whether one build of one version is among them."""
        follows = one.version[0] == self.version[0] and one.version >= self.version
        if self.implementation == "py":
            return follows
        if self.implementation != one.implementation:
            return False
        if self.abi in _STABLE:
            return follows and ("t" in one.build) == _STABLE[self.abi]
        if self.abi == "none":
            return one.version[: len(self.version)] == self.version
        return self == one

    @property
    def is_stable(self) -> bool:
        """Whether they are those of a stable ABI."""
        return self.abi in _STABLE

    @property
    def is_usual_cpython(self) -> bool:
        """Whether they are one version of CPython 3, in its usual build."""
        return (self.implementation, self.build, self.abi) == ("cp", "", "") and self.version > (3,)

    @property
    def lowest(self) -> Pythons | None:
        """The lowest of them; None where no minor version is said."""
        if len(self.version) == 1:
            return None
        implementation = "cp" if self.implementation == "py" else self.implementation
        build = "t" if _STABLE.get(self.abi) else self.build
        return Pythons(implementation=implementation, version=self.version, build=build)

    def __str__(self) -> str:
        """As a filename says it: ``cp313t``, ``cp39-abi3``, ``py3-none``."""
        interpreter = f"{self.implementation}{''.join(map(str, self.version))}{self.build}"
        return f"{interpreter}-{self.abi}" if self.abi else interpreter


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """Some Pythons on a platform, such as ``manylinux_x86_64``, ``win32`` or ``any``."""

    pythons: Pythons
    platform: str


def reaches(filenames: Iterable[Filename]) -> Mapping[Reach, Floor]:
    """What wheels are for, each with the oldest system on which one of them runs.

    The floor is a version of glibc, musl, macOS and so on, or empty for a platform without
    versions. Tags of no known form are left out.
    """
    found: dict[Reach, Floor] = {}
    for filename in filenames:
        for tag in filename.tags:
            for reach, floor in _reaches(tag):
                found[reach] = min(floor, found.get(reach, floor))
    return found


def family(platform: str) -> str:
    """What kind of system a platform is: ``manylinux`` for ``manylinux_x86_64``."""
    return platform.partition("_")[0]


def _reaches(tag: Tag) -> Iterator[tuple[Reach, Floor]]:
    pythons = _pythons(tag)
    if pythons is not None:
        for platform, floor in _platforms(tag.platform):
            yield Reach(pythons, platform), floor


def _pythons(tag: Tag) -> Pythons | None:
    match = _INTERPRETER.fullmatch(tag.interpreter)
    if match is None:
        return None
    implementation, major, minor = match.groups()
    version = (int(major), int(minor)) if minor else (int(major),)
    if tag.abi in _STABLE or tag.abi == "none":
        return Pythons(implementation=implementation, version=version, abi=tag.abi)
    return Pythons(implementation=implementation, version=version, build=_build(tag, version))


def _build(tag: Tag, version: tuple[int, ...]) -> str:
    """What the ABI says beyond the interpreter; the "m" of CPython 3 never told builds apart."""
    if not tag.abi.startswith(tag.interpreter):
        return ""
    build = tag.abi.removeprefix(tag.interpreter)
    return build if version < (3,) else build.removesuffix("m")


def _platforms(tag: str) -> Iterator[tuple[str, Floor]]:
    if legacy := _LEGACY.fullmatch(tag):
        yield f"manylinux_{legacy[2]}", _GLIBC[legacy[1]]
    elif match := _PLATFORM.fullmatch(tag):
        system, floor = match[1], tuple(map(int, match[2].split("_")))
        machines = _MACHINES.get(match[3], (match[3],)) if system == "macosx" else (match[3],)
        for machine in machines:
            platform = f"{_FAMILIES.get(system, system)}_{machine}"
            yield platform, max(floor, _FIRST.get(platform, floor))
    else:
        yield tag, ()
