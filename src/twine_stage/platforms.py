"""Platforms: the operating systems that wheels are made for, and what platform tags they take.

The machine at hand is never asked, as packaging does by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from packaging.tags import ios_platforms, mac_platforms

from twine_stage.resolution import Installer, Platform

_LINUX = re.compile(r"(manylinux_2|musllinux_1)_(\d{1,2})_(\w+)")
_LEGACY = re.compile(r"(manylinux(?:1|2010|2014))_(\w+)")
_APPLE = re.compile(r"(macosx|ios)_(\d{1,2})_(\d{1,2})_(\w+)")
_ANDROID = re.compile(r"android_(\d{1,2})_(\w+)")
_PYODIDE = re.compile(r"(?:pyemscripten|pyodide)_(\d{4}_\d{1,2})_wasm32")

_LEGACY_GLIBC = {"manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5}
_OLDEST_GLIBC = {"x86_64": 5, "i686": 5}
_OLDEST_GLIBC_ELSEWHERE = 17
_OLDEST_ANDROID = 16
_LAST_OF_INTEL_ALONE = 10


@lru_cache(maxsize=512)
def oldest(tag: str) -> Platform:
    """The oldest platform that takes a tag, as far as we know the tag."""
    if match := _LINUX.fullmatch(tag):
        libc, minor, arch = match.groups()
        return glibc(int(minor), arch) if libc == "manylinux_2" else musl(int(minor), arch)
    if match := _LEGACY.fullmatch(tag):
        return glibc(_LEGACY_GLIBC[match[1]], match[2])
    if match := _APPLE.fullmatch(tag):
        system, version, arch = match[1], (int(match[2]), int(match[3])), match[4]
        return macos(version, arch) if system == "macosx" else ios(version, arch)
    if match := _ANDROID.fullmatch(tag):
        return android(int(match[1]), match[2])
    match = _PYODIDE.fullmatch(tag)
    return pyodide(match[1]) if match else exactly(tag)


def glibc(minor: int, arch: str) -> Platform:
    """A Linux with glibc 2.``minor``."""
    legacy = {version: name for name, version in _LEGACY_GLIBC.items()}
    tags = [f"linux_{arch}"]
    for version in range(minor, _OLDEST_GLIBC.get(arch, _OLDEST_GLIBC_ELSEWHERE) - 1, -1):
        tags.append(f"manylinux_2_{version}_{arch}")
        if version in legacy:
            tags.append(f"{legacy[version]}_{arch}")
    return listed(f"manylinux_2_{minor}_{arch}", tags)


def musl(minor: int, arch: str) -> Platform:
    """A Linux with musl 1.``minor``."""
    tags = [f"musllinux_1_{version}_{arch}" for version in range(minor, -1, -1)]
    return listed(f"musllinux_1_{minor}_{arch}", [f"linux_{arch}", *tags])


def macos(version: tuple[int, int], arch: str) -> Platform:
    """A macOS; the architecture of a tag for several is the one that it was first made for."""
    if arch == "universal2":
        arch = "x86_64" if version[0] <= _LAST_OF_INTEL_ALONE else "arm64"
    elif arch not in ("x86_64", "arm64"):
        return exactly(f"macosx_{version[0]}_{version[1]}_{arch}")
    return listed(f"macosx_{version[0]}_{version[1]}_{arch}", mac_platforms(version, arch))


def ios(version: tuple[int, int], multiarch: str) -> Platform:
    """An iOS, or a simulator of it: ``arm64_iphoneos``, say."""
    return listed(f"ios_{version[0]}_{version[1]}_{multiarch}", ios_platforms(version, multiarch))


def android(level: int, abi: str) -> Platform:
    """An Android, by its API level."""
    # Packaging's own list asks the machine even if it is told all.
    tags = [f"android_{older}_{abi}" for older in range(level, _OLDEST_ANDROID - 1, -1)]
    return listed(f"android_{level}_{abi}", tags)


def pyodide(version: str) -> Platform:
    """A version of Pyodide's platform, under its name by PEP 783 and the one from before."""
    names = [f"{prefix}_{version}_wasm32" for prefix in ("pyemscripten", "pyodide")]
    return listed(names[0], names)


def exactly(tag: str) -> Platform:
    """A platform that takes one tag."""
    return listed(tag, [tag])


def listed(name: str, tags: Iterable[str]) -> Platform:
    """A platform with its tags; the native ``linux_*`` is pip's first choice, and uv's last."""
    by_uv = sorted(tags, key=lambda tag: tag.startswith("linux_"))
    by_pip = sorted(by_uv, key=lambda tag: not tag.startswith("linux_"))
    return Platform(
        name,
        {
            Installer.PIP: {tag: place for place, tag in enumerate(by_pip)},
            Installer.UV: {tag: place for place, tag in enumerate(by_uv)},
        },
    )
