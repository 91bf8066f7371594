from __future__ import annotations

import pytest

from twine_stage.exports.machines import machine, machines


@pytest.mark.parametrize(
    ("tag", "key", "libc", "since"),
    [
        ("any", "any", None, ()),
        ("win32", "windows-x86", None, ()),
        ("win_amd64", "windows-x86_64", None, ()),
        ("win_arm64", "windows-arm64", None, ()),
        ("linux_x86_64", "linux-x86_64", None, ()),
        ("linux_armv7l", "linux-armv7l", None, ()),
        ("manylinux_2_28_x86_64", "linux-x86_64", "glibc", (2, 28)),
        ("manylinux2014_aarch64", "linux-arm64", "glibc", (2, 17)),
        ("manylinux1_i686", "linux-x86", "glibc", (2, 5)),
        ("musllinux_1_2_x86_64", "linux-musl-x86_64", "musl", (1, 2)),
        ("macosx_11_0_arm64", "macos-arm64", None, (11, 0)),
        ("macosx_10_9_x86_64", "macos-x86_64", None, (10, 9)),
        ("ios_13_0_arm64_iphoneos", "ios-arm64_iphoneos", None, (13, 0)),
        ("android_21_arm64_v8a", "android-arm64_v8a", None, (21,)),
        ("pyodide_2025_0_wasm32", "emscripten-wasm32", None, (2025, 0)),
        ("pyemscripten_2026_0_wasm32", "emscripten-wasm32", None, (2026, 0)),
        ("zos_3_1", "zos_3_1", None, ()),
    ],
)
def test_a_tag_says_platform_architecture_and_what_it_needs(
    tag: str, key: str, libc: str | None, since: tuple[int, ...]
) -> None:
    """An architecture has one word on all systems."""
    found = machine(tag)
    assert (found.key, found.libc, found.since) == (key, libc, since)


def test_of_several_tags_for_a_machine_the_least_demanding_counts() -> None:
    """The file runs there."""
    (found,) = machines(["manylinux_2_28_x86_64", "manylinux2014_x86_64"])
    assert found.since == (2, 17)


def test_a_tag_for_several_architectures_is_each_of_them() -> None:
    """Who looks for one of them finds it."""
    found = machines(["macosx_11_0_universal2"])
    assert [one.key for one in found] == ["macos-arm64", "macos-x86_64"]
