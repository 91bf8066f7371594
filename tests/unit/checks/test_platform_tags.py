from __future__ import annotations

import pytest

from twine_stage.checks import platform_tags


@pytest.mark.parametrize(
    "platform",
    [
        "any",
        "win32",
        "win_arm64",
        "win_amd64",
        "win_ia64",
        "linux_armv6l",
        "linux_armv7l",
        "manylinux1_i686",
        "manylinux2010_x86_64",
        "manylinux2014_armv7l",
        "manylinux2014_ppc64",
        "manylinux_2_17_ppc64",
        "manylinux_2_39_riscv64",
        "musllinux_1_2_ppc64le",
        "musllinux_1_2_riscv64",
        "macosx_10_9_universal2",
        "macosx_10_99_ppc",
        "macosx_11_0_arm64",
        "macosx_15_0_fat3",
        "macosx_26_0_x86_64",
        "ios_13_0_arm64_iphoneos",
        "ios_13_0_x86_64_iphonesimulator",
        "android_21_arm64_v8a",
        "android_24_x86",
        "pyemscripten_2025_0_wasm32",
    ],
)
def test_platforms_that_pypi_takes(platform: str) -> None:
    """Some of each kind, the odd ones among them."""
    assert platform_tags.is_taken(platform)


@pytest.mark.parametrize(
    ("platform", "advice"),
    [
        ("linux_x86_64", "manylinux_…_x86_64"),
        ("linux_aarch64", "auditwheel"),
        ("macosx_11_1_arm64", "macosx_11_0"),
        ("macosx_16_0_arm64", "11, 12, 13, 14, 15, 26"),
        ("macosx_27_0_arm64", "MACOSX_DEPLOYMENT_TARGET"),
        ("macosx_9_0_ppc", "MACOSX_DEPLOYMENT_TARGET"),
        ("macosx_10_9_arm65", "sdist"),
        ("macosx_11_0_arm65", "sdist"),
        ("macosx_11_arm64", "sdist"),
        ("win_arm32", "sdist"),
        ("manylinux1_aarch64", "sdist"),
        ("manylinux_2_17_loongarch64", "sdist"),
        ("manylinux2014_riscv64", "sdist"),
        ("musllinux_1_2_ppc64", "sdist"),
        ("ios_13_0_arm64", "sdist"),
        ("android_21_mips", "sdist"),
        ("emscripten_4_0_9_wasm32", "sdist"),
        ("pyodide_2025_0_wasm32", "sdist"),
        ("wasi_0_0_wasm32", "sdist"),
        ("freebsd_14_0_release_amd64", "sdist"),
        ("any2", "sdist"),
    ],
)
def test_platforms_that_it_refuses(platform: str, advice: str) -> None:
    """With a way out that fits."""
    assert not platform_tags.is_taken(platform)
    assert advice in platform_tags.advice(platform)
