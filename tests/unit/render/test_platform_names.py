from __future__ import annotations

import pytest

from twine_stage.environments import environments
from twine_stage.render.platform_names import FAMILIES, place, span, words


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("manylinux_2_28_x86_64", "Linux x86_64 (glibc 2.28)"),
        ("musllinux_1_2_aarch64", "Linux musl aarch64 (musl 1.2)"),
        ("linux_armv6l", "Linux armv6l"),
        ("macosx_10_13_x86_64", "macOS x86_64 (10.13)"),
        ("macosx_14_0_arm64", "macOS arm64 (14)"),
        ("win32", "Windows x86"),
        ("win_amd64", "Windows x86_64"),
        ("android_34_arm64_v8a", "Android arm64_v8a (34)"),
        ("ios_17_0_arm64_iphoneos", "iOS arm64_iphoneos (17)"),
        ("pyemscripten_2025_0_wasm32", "Pyodide 2025.0"),
        ("pyodide_2024_0_wasm32", "Pyodide 2024.0"),
        ("wasi_wasm32", "wasi_wasm32"),
    ],
)
def test_a_platform_in_words(tag: str, text: str) -> None:
    """As people say it, with the version that its tag names."""
    assert words(tag) == text


def test_every_platform_of_the_table_has_a_family() -> None:
    """None is shown by its bare tag."""
    families = {place(one.platform.name).family for one in environments()}
    assert families == set(FAMILIES) - {"other"}


@pytest.mark.parametrize(
    ("low", "beyond", "text"),
    [
        (None, None, ""),
        ((2, 28), None, "2.28+"),
        (None, (2, 28), "<2.28"),
        ((2, 17), (2, 28), "2.17…2.27"),
        ((10, 9), (11, 0), "10.9…10"),
        ((11, 0), (14, 0), "11…13"),
    ],
)
def test_versions_from_one_up_to_another(
    low: tuple[int, int] | None, beyond: tuple[int, int] | None, text: str
) -> None:
    """In as few characters as that takes."""
    assert span(low, beyond) == text


def test_common_machines_come_first() -> None:
    """And old versions before new ones."""
    tags = ["linux_armv6l", "manylinux_2_28_x86_64", "win32", "manylinux_2_17_x86_64"]
    assert sorted(tags, key=lambda tag: place(tag).sort_key) == [
        "manylinux_2_17_x86_64",
        "manylinux_2_28_x86_64",
        "linux_armv6l",
        "win32",
    ]
