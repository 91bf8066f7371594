from __future__ import annotations

import pytest
from packaging.tags import android_platforms, ios_platforms, mac_platforms

from twine_stage import platforms
from twine_stage.resolution import Installer

PIP, UV = Installer


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("win_amd64", "win_amd64"),
        ("manylinux_2_41_x86_64", "manylinux_2_41_x86_64"),
        ("manylinux_2_38_loongarch64", "manylinux_2_38_loongarch64"),
        ("manylinux2014_s390x", "manylinux_2_17_s390x"),
        ("manylinux2010_x86_64", "manylinux_2_12_x86_64"),
        ("manylinux1_i686", "manylinux_2_5_i686"),
        ("musllinux_1_3_x86_64", "musllinux_1_3_x86_64"),
        ("macosx_26_0_arm64", "macosx_26_0_arm64"),
        ("macosx_26_0_universal2", "macosx_26_0_arm64"),
        ("macosx_10_9_x86_64", "macosx_10_9_x86_64"),
        ("macosx_10_9_universal2", "macosx_10_9_x86_64"),
        ("macosx_10_6_intel", "macosx_10_6_intel"),
        ("ios_13_0_arm64_iphoneos", "ios_13_0_arm64_iphoneos"),
        ("android_21_arm64_v8a", "android_21_arm64_v8a"),
        ("pyemscripten_2027_1_wasm32", "pyemscripten_2027_1_wasm32"),
        ("pyodide_2025_0_wasm32", "pyemscripten_2025_0_wasm32"),
        ("freebsd_14_3_release_amd64", "freebsd_14_3_release_amd64"),
    ],
)
def test_the_oldest_platform_takes_the_tag(tag: str, name: str) -> None:
    """It is named by its newest tag, which need not be the one asked for."""
    found = platforms.oldest(tag)

    assert found.name == name
    assert all(tag in found.tags[installer] for installer in Installer)


def test_tags_stand_newest_first_and_before_their_alias() -> None:
    """A PEP 600 tag stands before its legacy alias; pip takes the native tag first, uv last."""
    glibc = platforms.glibc(17, "x86_64")
    tags = list(glibc.tags[PIP])

    assert tags[:4] == [
        "linux_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
        "manylinux_2_16_x86_64",
    ]
    assert tags[-2:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64"]
    assert list(glibc.tags[UV]) == [*tags[1:], tags[0]]


def test_the_native_tag_is_where_the_installer_has_it() -> None:
    """Wherever it stood."""
    for tags in (["linux_s390x", "a", "b"], ["a", "b", "linux_s390x"]):
        found = platforms.listed("a", tags)
        assert list(found.tags[PIP]) == ["linux_s390x", "a", "b"]
        assert list(found.tags[UV]) == ["a", "b", "linux_s390x"]


def test_only_x86_has_a_glibc_older_than_2_17() -> None:
    """There were no tags for older ones elsewhere."""
    tags = list(platforms.glibc(17, "aarch64").tags[PIP])
    assert tags == ["linux_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]


def test_the_tags_of_a_device_are_those_of_packaging() -> None:
    """For macOS, iOS and Android packaging tells them without looking at a machine."""
    found = [platforms.macos((26, 0), "arm64"), platforms.ios((17, 2), "arm64_iphoneos")]
    found.append(platforms.android(34, "arm64_v8a"))

    assert [list(one.tags[UV]) for one in found] == [
        list(mac_platforms((26, 0), "arm64")),
        list(ios_platforms((17, 2), "arm64_iphoneos")),
        list(android_platforms(34, "arm64_v8a")),
    ]
