"""Platform names: from the newest tag of a platform to words for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass

Version = tuple[int, int]

FAMILIES = ("Linux", "Linux musl", "macOS", "Windows", "Android", "iOS", "Pyodide", "other")
"""The families of platforms, in the order in which they are shown."""

_VERSIONED = (
    (re.compile(r"manylinux_(\d+)_(\d+)_(\w+)"), "Linux", "glibc"),
    (re.compile(r"musllinux_(\d+)_(\d+)_(\w+)"), "Linux musl", "musl"),
    (re.compile(r"macosx_(\d+)_(\d+)_(\w+)"), "macOS", ""),
    (re.compile(r"ios_(\d+)_(\d+)_(\w+)"), "iOS", ""),
    (re.compile(r"android_(\d+)(_)(\w+)"), "Android", ""),
)
_PYODIDE = re.compile(r"(?:pyemscripten|pyodide)_(\d+)_(\d+)_wasm32")
"""Nothing made for one version of it runs on another, so that each is a machine of its own."""
_NAMED = {
    "win32": ("Windows", "x86"),
    "win_amd64": ("Windows", "x86_64"),
    "win_arm64": ("Windows", "arm64"),
}
_COMMON = ("x86_64", "arm64", "aarch64", "i686", "x86")
"""Machines that most people have, which are shown first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a platform is: a family, a machine, and the version of its C library or system."""

    family: str
    machine: str
    version: Version | None = None
    library: str = ""

    @property
    def sort_key(self) -> tuple[int, int, str, Version]:
        """Families in their order, common machines before others, old versions before new."""
        common = _COMMON.index(self.machine) if self.machine in _COMMON else len(_COMMON)
        return (FAMILIES.index(self.family), common, self.machine, self.version or (0, 0))


def place(tag: str) -> Place:
    """What the newest tag of a platform says; an unknown one is a machine of its own."""
    for pattern, family, library in _VERSIONED:
        if match := pattern.fullmatch(tag):
            version = (int(match[1]), int(match[2]) if match[2].isdecimal() else 0)
            return Place(family=family, machine=match[3], version=version, library=library)
    if match := _PYODIDE.fullmatch(tag):
        return Place(family="Pyodide", machine=f"{match[1]}.{match[2]}")
    if tag in _NAMED:
        family, machine = _NAMED[tag]
        return Place(family=family, machine=machine)
    if tag.startswith("linux_"):
        return Place(family="Linux", machine=tag.removeprefix("linux_"))
    return Place(family="other", machine=tag)


def words(tag: str) -> str:
    """A platform, and nothing newer or older: ``Linux x86_64 (glibc 2.36)``."""
    one = place(tag)
    return named(one, f"{one.library} {_text(one.version)}".strip() if one.version else "")


def named(one: Place, versions: str) -> str:
    """A machine in words, with its versions: ``Linux x86_64 (glibc 2.28+)``."""
    name = one.machine if one.family == "other" else f"{one.family} {one.machine}"
    return f"{name} ({versions})" if versions else name


def span(low: Version | None, beyond: Version | None) -> str:
    """Versions from ``low``, up to but not with ``beyond``: ``2.28+``, ``<12``, ``2.17…2.27``."""
    if low is None:
        return f"<{_text(beyond)}" if beyond else ""
    if beyond is None:
        return f"{_text(low)}+"
    major, minor = beyond
    last = f"{major}.{minor - 1}" if minor else str(major - 1)
    return f"{_text(low)}…{last}"


def _text(version: Version) -> str:
    major, minor = version
    return f"{major}.{minor}" if minor or major < 11 else str(major)  # noqa: PLR2004 - macOS 11
