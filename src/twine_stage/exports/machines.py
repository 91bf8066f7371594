"""Machines: what a platform tag says, in the few words by which downloads are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<platform>any)",
        r"(?P<libc>many|musl)(?P<platform>linux)_(?P<since>\d+_\d+)_(?P<arch>\w+)",
        r"(?P<libc>many)(?P<platform>linux)(?P<legacy>1|2010|2014)_(?P<arch>\w+)",
        r"(?P<platform>macosx|ios)_(?P<since>\d+_\d+)_(?P<arch>\w+)",
        r"(?P<platform>android)_(?P<since>\d+)_(?P<arch>\w+)",
        r"(?P<platform>pyemscripten|pyodide)_(?P<since>\d+_\d+)_(?P<arch>\w+)",
        r"(?P<platform>linux|win)_(?P<arch>\w+)",
        r"(?P<platform>win)(?P<arch>32)",
    )
)

_LEGACY = {"1": "2_5", "2010": "2_12", "2014": "2_17"}
_LIBCS = {"many": "glibc", "musl": "musl"}
_PLATFORMS = {
    "macosx": "macos",
    "win": "windows",
    "pyodide": "emscripten",
    "pyemscripten": "emscripten",
}
_ARCHES = {"amd64": "x86_64", "aarch64": "arm64", "i686": "x86", "i386": "x86", "32": "x86"}
_SEVERAL = {"universal2": ("arm64", "x86_64"), "intel": ("x86", "x86_64")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A platform, an architecture, and what it must have at least.

    ``platform`` is one of ``any``, ``linux``, ``macos``, ``windows``, ``ios``, ``android`` and
    ``emscripten``, or the tag where it is none of these; ``arch`` is ``any``, ``x86_64``,
    ``arm64``, ``x86``, or as the tag has it. ``libc`` is ``glibc`` or ``musl`` where the tag tells;
    ``since`` the oldest version of the C library or of the system, ``()`` where it does not.
    """

    platform: str
    arch: str
    libc: str | None = None
    since: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """``linux-x86_64``, ``linux-musl-x86_64``, ``any``: what newest releases are listed by."""
        if self.platform == "any":
            return "any"
        parts = (self.platform, self.libc if self.libc == "musl" else "", self.arch)
        return "-".join(part for part in parts if part)

    @property
    def sort_key(self) -> tuple[str, tuple[int, ...]]:
        """By name, the least demanding first."""
        return (self.key, self.since)


def machines(tags: Iterable[str]) -> tuple[Machine, ...]:
    """The machines that platform tags mean, sorted; of each the least demanding."""
    every = (one for tag in tags for one in _each(machine(tag)))
    found: dict[str, Machine] = {}
    for one in sorted(every, key=lambda one: one.sort_key):
        found.setdefault(one.key, one)
    return tuple(found.values())


def machine(tag: str) -> Machine:
    """What a platform tag says; ``arch`` is the tag's own word where it means several."""
    match = next(filter(None, (pattern.fullmatch(tag) for pattern in _PATTERNS)), None)
    said = match.groupdict() if match else {"platform": tag}
    since = said.get("since") or _LEGACY.get(said.get("legacy", ""), "")
    arch = said.get("arch", "any" if tag == "any" else "")
    return Machine(
        platform=_PLATFORMS.get(said["platform"], said["platform"]),
        arch=_ARCHES.get(arch, arch),
        libc=_LIBCS.get(said.get("libc", "")),
        since=tuple(map(int, since.split("_"))) if since else (),
    )


def _each(one: Machine) -> Iterable[Machine]:
    """The machines that one with a word for several architectures means."""
    return (replace(one, arch=arch) for arch in _SEVERAL.get(one.arch, (one.arch,)))
