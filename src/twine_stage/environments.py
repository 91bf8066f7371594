"""Environments: the Pythons and platforms that files are made for, and what tags they take.

The order of the tags is that of packaging 26.3; the machine at hand is never asked, as packaging
does by default. ``tests/property/test_resolution.py`` holds the table against packaging.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import TypeVar

from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags
from packaging.version import Version

from twine_stage import platforms
from twine_stage.resolution import (
    Environment,
    Installable,
    Installer,
    Pair,
    Places,
    Platform,
    Python,
)

_Named = TypeVar("_Named", Python, Platform)

_PYTHON = re.compile(r"(cp|pp)3(\d{1,2})")
_PYPY = re.compile(r"pypy3\d{1,2}(_pp\d{2,3})")
_PYPY_73 = "_pp73"
"""The ABI of PyPy 7.3, which is told apart from later ones and not named."""
_FREE_THREADED_SINCE = 13
_PATCH = 99
"""A release of Python stands for its last patch, which any ``>=3.9.2`` admits."""

_MADE_FOR = tuple(
    (re.compile(systems), re.compile(pythons))
    for systems, pythons in (
        # Each version of Pyodide's platform belongs to one release of Python.
        (r"pyemscripten_2024_0_wasm32", r"cp312"),
        (r"pyemscripten_2025_0_wasm32", r"cp313"),
        (r"pyemscripten_2026_0_wasm32", r"cp314"),
        (r"pyemscripten_.*", r"cp\d+"),
        (r"(?:ios|android)_.*", r"cp3(?:1[3-9]|[2-9]\d)"),
        # All others are made for any platform but those, PyPy only for the usual ones.
        (r"manylinux_.*_(?:x86_64|i686|aarch64)|macosx_.*|win_amd64", r".*"),
        (r".*", r"cp.*"),
    )
)
"""Platforms, and the Pythons that there are for them; the first row that fits a platform counts."""


@lru_cache(maxsize=1)
def environments() -> tuple[Environment, ...]:
    """The table of environments: those that most releases are built for, and some older ones."""
    return tuple(
        Environment(python, platform)
        for python, platform in product(_pythons(), _platforms())
        if _is_made_for(python.name, platform.name)
    )


def environments_for(files: Iterable[Installable]) -> tuple[Environment, ...]:
    """The environments in which these files can be told apart.

    All of the table, and beyond it every Python that a tag of the files names, and every platform
    that is the oldest to take one. What lies between two of those chooses as the older does.
    """
    tags = frozenset(chain.from_iterable(file.filename.tags for file in files))
    pythons = _with(_pythons(), _named_pythons(tags))
    systems = _with(_platforms(), _oldest_platforms(tags))
    named = frozenset(_named_pairs(tags))
    return tuple(
        Environment(python, platform)
        for python, platform in product(pythons, systems)
        if _is_made_for(python.name, platform.name) or (python.name, platform.name) in named
    )


def local(
    *, implementation: str, version: str, flags: str, platform_tags: Sequence[str]
) -> Environment:
    """The environment of a running interpreter, of what it says of itself.

    Args:
        implementation: ``sys.implementation.name``.
        version: ``platform.python_version()``.
        flags: ``sys.abiflags``, or nothing where there are none; for PyPy the version of its ABI,
            such as ``_pp80``, or nothing for 7.3.
        platform_tags: ``packaging.tags.platform_tags()``, at least one.
    """
    short = {"cpython": "cp", "pypy": "pp"}.get(implementation, implementation)
    python = _build(short, Version(version), flags)
    others = (tag for tag in platform_tags if not tag.startswith("linux_"))
    newest = next(others, platform_tags[0])
    return Environment(python, platforms.listed(newest, platform_tags))


@lru_cache(maxsize=1)
def _pythons() -> tuple[Python, ...]:
    names = [
        *(("cp", str(minor)) for minor in range(9, 16)),
        *(("pp", str(minor)) for minor in range(9, 12)),
    ]
    return tuple(python for name in names for python in _python(*name))


@lru_cache(maxsize=1)
def _platforms() -> tuple[Platform, ...]:
    return (
        *(platforms.glibc(minor, arch) for arch in ("x86_64", "aarch64") for minor in (17, 28, 39)),
        *(platforms.glibc(39, arch) for arch in ("i686", "ppc64le", "s390x", "riscv64", "armv7l")),
        *(platforms.musl(2, arch) for arch in ("x86_64", "aarch64", "i686", "armv7l")),
        *(
            platforms.macos((major, 0), arch)
            for major in (12, 15, 26)
            for arch in ("x86_64", "arm64")
        ),
        *(platforms.exactly(tag) for tag in ("linux_armv6l", "win32", "win_amd64", "win_arm64")),
        *(platforms.pyodide(version) for version in ("2024_0", "2025_0", "2026_0")),
        *(platforms.android(34, abi) for abi in ("arm64_v8a", "x86_64")),
        platforms.ios((17, 0), "arm64_iphoneos"),
    )


def _with(table: Iterable[_Named], others: Iterable[_Named]) -> Iterable[_Named]:
    """What the table has, and what it has not."""
    found = {one.name: one for one in table}
    for other in others:
        found.setdefault(other.name, other)
    return found.values()


@lru_cache(maxsize=1 << 12)
def _is_made_for(python: str, platform: str) -> bool:
    pythons = next(row[1] for row in _MADE_FOR if row[0].fullmatch(platform))
    return pythons.fullmatch(python) is not None


def _named_pythons(tags: Iterable[Tag]) -> Iterator[Python]:
    """The Pythons that tags name."""
    for interpreter, abi in sorted({(tag.interpreter, tag.abi) for tag in tags}):
        if match := _PYTHON.fullmatch(interpreter):
            pypy = _PYPY.fullmatch(abi) if match[1] == "pp" else None
            yield from _python(match[1], match[2], pypy[1] if pypy else "")


def _oldest_platforms(tags: Iterable[Tag]) -> Iterator[Platform]:
    """The oldest platforms that take tags."""
    return map(platforms.oldest, sorted({tag.platform for tag in tags} - {"any"}))


def _named_pairs(tags: Iterable[Tag]) -> Iterator[tuple[str, str]]:
    """The names of the Pythons and platforms that take a tag which names both."""
    for tag in tags:
        for python in _named_pythons([tag]):
            if _pair(tag) in python.pairs[Installer.PIP]:
                yield from ((python.name, one.name) for one in _oldest_platforms([tag]))


@lru_cache(maxsize=128)
def _python(implementation: str, minor: str, abi: str = "") -> tuple[Python, ...]:
    """A release of Python, in the builds that there are of it; of PyPy that with an ABI."""
    version = Version(f"3.{minor}.{_PATCH}")
    if implementation == "pp":
        return (_build(implementation, version, "" if abi == _PYPY_73 else abi),)
    flags = ("", "t") if int(minor) >= _FREE_THREADED_SINCE else ("",)
    return tuple(_build(implementation, version, one) for one in flags)


def _build(implementation: str, version: Version, flags: str) -> Python:
    """One build of Python, and the pairs in packaging's order."""
    release = version.release[:2]
    name = f"{implementation}{release[0]}{release[1]}"
    match implementation:
        case "cp":
            own = _cpython(name, release, flags)
        case "pp":
            own = generic_tags(name, [f"pypy{name[2:]}{flags or _PYPY_73}"], ["-"])
        case _:
            own = generic_tags(name, [], ["-"])
    # Packaging's list, as pip asks for it, of a platform that stands for all.
    tags = [*own, *compatible_tags(release, name, ["-"])]
    # uv makes the same, but takes what is for any ABI of an interpreter for CPython alone.
    bound = [tag for tag in tags if implementation == "cp" or (name, "none") != _pair(tag)]
    lists = {Installer.PIP: tags, Installer.UV: bound}
    return Python(
        name=name + flags,
        version=version,
        pairs={one: _places(found, "-") for one, found in lists.items()},
        portable={one: _places(found, "any") for one, found in lists.items()},
    )


def _places(tags: Iterable[Tag], platform: str) -> Places:
    """The places of the pairs of tags with a platform."""
    return {_pair(tag): place for place, tag in enumerate(tags) if tag.platform == platform}


def _pair(tag: Tag) -> Pair:
    return tag.interpreter, tag.abi


def _cpython(name: str, release: tuple[int, ...], flags: str) -> Iterator[Tag]:
    """The own tags of CPython; a debug build takes the modules of a usual one too."""
    with_flags = name + flags
    if release < (3, 8) and not flags:
        with_flags += "m"  # 3.8 dropped the flag
    abis = dict.fromkeys((with_flags, with_flags.replace("d", "")))
    return cpython_tags(release, abis, ["-"])
