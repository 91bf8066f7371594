from __future__ import annotations

import pytest

from twine_stage.distributions import Filename
from twine_stage.reach import Pythons, family, reaches


def of(*tags: str) -> dict[str, tuple[int, ...]]:
    """What wheels with some tags are for, in words."""
    names = [Filename.parse(f"spam-1.0-{tag}.whl") for tag in tags]
    return {f"{one.pythons} {one.platform}": floor for one, floor in reaches(names).items()}


def pythons(tag: str) -> Pythons:
    """The Pythons of a tag without a platform."""
    [reach] = reaches([Filename.parse(f"spam-1.0-{tag}-any.whl")])
    return reach.pythons


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("cp313-cp313-win_amd64", {"cp313 win_amd64": ()}),
        ("cp313-cp313t-win_arm64", {"cp313t win_arm64": ()}),
        ("cp37-cp37m-win32", {"cp37 win32": ()}),
        ("cp36-cp36dm-win32", {"cp36d win32": ()}),
        ("cp27-cp27mu-manylinux1_i686", {"cp27mu manylinux_i686": (2, 5)}),
        ("cp39-abi3-musllinux_1_2_x86_64", {"cp39-abi3 musllinux_x86_64": (1, 2)}),
        ("pp311-pypy311_pp73-macosx_10_15_x86_64", {"pp311 macosx_x86_64": (10, 15)}),
        ("graalpy311-graalpy242_311_native-any", {"graalpy311 any": ()}),
        ("py3-none-linux_armv6l", {"py3-none linux_armv6l": ()}),
        ("py2.py3-none-any", {"py2-none any": (), "py3-none any": ()}),
        (
            "cp313-cp313-macosx_10_13_universal2",
            {"cp313 macosx_arm64": (11, 0), "cp313 macosx_x86_64": (10, 13)},
        ),
        ("cp313-cp313-ios_13_0_arm64_iphoneos", {"cp313 ios_arm64_iphoneos": (13, 0)}),
        ("cp313-cp313-android_21_arm64_v8a", {"cp313 android_arm64_v8a": (21,)}),
        ("cp313-cp313-pyodide_2025_0_wasm32", {"cp313 pyodide_wasm32": (2025, 0)}),
        ("cp314-cp314-pyemscripten_2026_0_wasm32", {"cp314 pyodide_wasm32": (2026, 0)}),
        ("spam-none-any", {}),
    ],
)
def test_the_words_for_a_tag(tag: str, expected: dict[str, tuple[int, ...]]) -> None:
    """Pythons as filenames name them, platforms without their versions, which are floors."""
    assert of(tag) == expected


def test_the_oldest_system_counts() -> None:
    """Of one wheel with several tags, and of several wheels."""
    assert of(
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp313-cp313-manylinux2014_x86_64.manylinux_2_24_x86_64",
    ) == {"cp313 manylinux_x86_64": (2, 17)}


def test_an_sdist_reaches_none() -> None:
    """It is for all, and for none in particular."""
    assert reaches([Filename.parse("spam-1.0.tar.gz")]) == {}


@pytest.mark.parametrize(
    ("tag", "inside", "outside"),
    [
        ("cp39-abi3", ["cp39-cp39", "cp314-cp314"], ["cp38-cp38", "cp313-cp313t", "pp310-pp73"]),
        ("cp314-abi3t", ["cp314-cp314t", "cp315-cp315t"], ["cp314-cp314", "cp313-cp313t"]),
        ("py3-none", ["cp39-cp39", "cp313-cp313t", "pp310-pp73"], ["cp27-cp27m"]),
        ("py310-none", ["cp310-cp310", "pp311-pp73"], ["cp39-cp39"]),
        ("cp313-none", ["cp313-cp313", "cp313-cp313t"], ["cp314-cp314", "cp312-cp312"]),
        ("cp3-none", ["cp39-cp39"], ["pp310-pp73", "cp27-cp27m"]),
        ("cp313-cp313", ["cp313-cp313"], ["cp313-cp313t", "cp314-cp314"]),
    ],
)
def test_which_pythons_a_tag_includes(tag: str, inside: list[str], outside: list[str]) -> None:
    """Those that an installer would take such a wheel on."""
    assert all(pythons(tag).include(pythons(one)) for one in inside)
    assert not any(pythons(tag).include(pythons(one)) for one in outside)


@pytest.mark.parametrize(
    ("tag", "lowest"),
    [
        ("cp39-abi3", "cp39"),
        ("cp314-abi3t", "cp314t"),
        ("py310-none", "cp310"),
        ("pp310-pp73", "pp310"),
        ("cp313-cp313t", "cp313t"),
        ("py3-none", "None"),
    ],
)
def test_the_lowest_python_of_a_tag(tag: str, lowest: str) -> None:
    """One build of one version; a tag without a minor version has none."""
    assert str(pythons(tag).lowest) == lowest


def test_usual_and_stable() -> None:
    """One release of CPython 3 in its usual build; a wheel for many of them."""
    tags = ("cp313-cp313", "cp313-cp313t", "cp27-cp27m", "pp310-pp73", "cp39-abi3")
    assert [tag for tag in tags if pythons(tag).is_usual_cpython] == ["cp313-cp313"]
    assert [tag for tag in tags if pythons(tag).is_stable] == ["cp39-abi3"]


def test_the_family_of_a_platform() -> None:
    """What comes before the machine."""
    assert [family(name) for name in ("manylinux_x86_64", "win32")] == ["manylinux", "win32"]


def test_they_stand_in_the_order_of_versions() -> None:
    """3.9 before 3.10, and the usual build before the free-threaded one."""
    tags = ["pp310-pp73", "cp313-cp313t", "cp310-cp310", "cp313-cp313", "cp39-cp39"]
    assert [*map(str, sorted(map(pythons, tags)))] == ["cp39", "cp310", "cp313", "cp313t", "pp310"]
