"""The platform tags of wheels that PyPI takes (``warehouse/forklift/legacy.py``, August 2026)."""

from __future__ import annotations

import re

_MANYLINUX = "x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x"
_MACOS = "ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2"

MACOS = (11, 12, 13, 14, 15, 26)
"""The major versions of macOS after 10 that it knows; there is none between 15 and 26."""

_TAKEN = re.compile(
    "|".join(
        (
            r"any",
            r"win32|win_(?:arm64|amd64|ia64)",
            r"linux_(?:armv6l|armv7l)",
            r"manylinux(?:1|2010)_(?:x86_64|i686)",
            rf"manylinux2014_(?:{_MANYLINUX})",
            rf"manylinux_\d+_\d+_(?:{_MANYLINUX}|riscv64)",
            rf"musllinux_\d+_\d+_(?:{_MANYLINUX.replace('|ppc64|', '|')}|riscv64)",
            rf"macosx_10_\d+_(?:{_MACOS})",
            rf"macosx_(?:{'|'.join(map(str, MACOS))})_0_(?:{_MACOS})",
            r"ios_\d+_\d+_(?:arm64|x86_64)_(?:iphoneos|iphonesimulator)",
            r"android_\d+_(?:armeabi_v7a|arm64_v8a|x86|x86_64)",
            r"pyemscripten_\d+_\d+_wasm32\w*",
        )
    )
)
_LINUX = re.compile(r"linux_(?P<architecture>\w+)")
_MACOS_RELEASE = re.compile(rf"macosx_(?P<major>\d+)_\d+_(?:{_MACOS})")


def is_taken(platform: str) -> bool:
    """Whether PyPI takes wheels for a platform."""
    return _TAKEN.fullmatch(platform) is not None


def advice(platform: str) -> str:
    """What to do about a platform tag that is not taken."""
    if linux := _LINUX.fullmatch(platform):
        return (
            "It says nothing about the system libraries that the wheel needs: let auditwheel"
            f" repair it, which makes it manylinux_…_{linux['architecture']}."
        )
    if macos := _MACOS_RELEASE.fullmatch(platform):
        if int(macos["major"]) in MACOS:
            return f"After macOS 10 the minor version is 0: macosx_{macos['major']}_0."
        majors = ", ".join(map(str, MACOS))
        return f"Set MACOSX_DEPLOYMENT_TARGET to a release that PyPI knows: 10.9, say, or {majors}."
    return "Publish the wheel elsewhere, and let the sdist serve this platform."
