from __future__ import annotations

from itertools import product

import pytest
from packaging.version import Version

from showing import project, shown
from twine_stage.completeness import (
    Bundle,
    Missing,
    Raised,
    bundle,
    previous,
    raised,
    regressions,
    unmet,
)
from twine_stage.distributions import Filename, Kind
from twine_stage.releases import ReleaseId

SDIST = Filename.parse("spam-1.0.tar.gz")


def wheels(*tags: str) -> list[Filename]:
    return [Filename.parse(f"spam-1.0-{tag}.whl") for tag in tags]


def built(pythons: str, platforms: str) -> list[Filename]:
    """Wheels for each of some CPythons on each of some platforms: ``39 313t``, ``win32``."""
    pairs = product(pythons.split(), platforms.split())
    return wheels(*(f"cp{one.rstrip('t')}-cp{one}-{platform}" for one, platform in pairs))


def told(missing: tuple[Missing, ...]) -> list[str]:
    """Platforms and Pythons as text: ``win32: cp39 cp310``; a star for all."""
    return [
        "sdist"
        if one.kind is Kind.SDIST
        else f"{' '.join(one.platforms) or '*'}: {' '.join(map(str, one.pythons)) or '*'}"
        for one in missing
    ]


def lost(own: list[Filename], before: list[Filename], *requires_python: str) -> list[str]:
    return told(regressions(own, before, requires_python))


def risen(own: list[Filename], before: list[Filename]) -> list[Raised]:
    return list(raised(own, before))


def before(version: str, *files: str) -> str:
    """The release that came before one of spam."""
    release = ReleaseId.parse(f"spam=={version}")
    return str(previous(project(*(shown(file) for file in files)), release))


def sdists(*versions: str) -> list[str]:
    return [f"spam-{version}.tar.gz" for version in versions]


@pytest.mark.parametrize(
    ("version", "published", "expected"),
    [
        ("2.1.0", ["1.9", "2.0.9", "2.0.10", "2.2"], "2.0.10"),
        ("1.1.3", ["1.0", "1.1.2", "1.2.0", "2.0"], "1.1.2"),
        ("2.0.post1", ["1.9", "2.0", "2.1"], "2.0"),
        ("2.1", ["2.0", "2.1rc1", "2.1.dev3"], "2.0"),
        ("2.1rc2", ["2.0", "2.1rc1"], "2.0"),
        ("1.0", ["1.0rc1", "1.0b2", "1.0"], "1.0rc1"),
        ("1.0", ["1.0", "1.1"], "None"),
        ("1.0", [], "None"),
    ],
)
def test_the_release_before(version: str, published: list[str], expected: str) -> None:
    """The highest below, a final one if there is any."""
    assert before(version, *sdists(*published)) == expected


def test_yanked_releases_come_last() -> None:
    """One that has a file which is not yanked counts; others only where there are no others."""
    yanked = shown("spam-1.1.tar.gz", yanked="broken")
    release = ReleaseId.parse("spam==1.2")

    assert previous(project("spam-1.0.tar.gz", yanked), release) == Version("1.0")
    assert previous(project("spam-1.0rc1.tar.gz", yanked), release) == Version("1.0rc1")
    assert previous(project("spam-1.1-py3-none-any.whl", yanked), release) == Version("1.1")
    assert previous(project(yanked, "spam.rar"), release) == Version("1.1")


def test_a_wheel_that_is_missing() -> None:
    """It is named by Python and platform; others of the release do not matter."""
    files = built("312 313 314", "win_arm64 manylinux_2_28_x86_64")

    assert lost([one for one in files if "cp313-win_arm64" not in one.text], files) == [
        "win_arm64: cp313"
    ]
    assert lost([*files, *wheels("cp315-cp315-win32")], files) == []


def test_the_sdist_is_missing() -> None:
    """It is named first; one more is none too few."""
    assert lost([], [SDIST, *wheels("py3-none-any")]) == ["sdist", "*: *"]
    assert lost([SDIST], []) == []
    assert lost([SDIST], [SDIST]) == []


def test_a_platform_that_is_gone() -> None:
    """Up to three Pythons are named, more are all; platforms alike are told together."""
    few, many = "312 313 314", "311 312 313 314"
    left = "manylinux_2_28_x86_64"

    assert lost(built(few, left), built(few, f"{left} win32 win_arm64")) == [
        "win32 win_arm64: cp312 cp313 cp314"
    ]
    assert lost(built(many, left), built(many, f"{left} win32 win_arm64")) == ["win32 win_arm64: *"]


def test_pythons_that_are_gone_everywhere() -> None:
    """They are named once, and platforms that are gone beside them do not tell them again."""
    all_three = "win32 win_amd64 macosx_11_0_arm64"

    assert lost(built("312 313", all_three), built("311 312 313 313t", all_three)) == [
        "*: cp311 cp313t"
    ]
    assert lost(built("312 313", "win32 win_amd64"), built("311 312 313", all_three)) == [
        "*: cp311",
        "macosx_arm64: cp312 cp313",
    ]


def test_a_source_only_release() -> None:
    """That there are no wheels is one sentence."""
    assert lost([SDIST], [SDIST, *built("311 312", "win32 win_amd64")]) == ["*: *"]


def test_pythons_that_are_not_admitted_are_not_missed() -> None:
    """By any patch release; where nothing valid is required, all are admitted."""
    own, files = built("310", "win32"), built("39 310", "win32")

    assert lost(own, files, ">=3.10") == []
    assert lost(own, files, ">=3.9.2") == ["win32: cp39"]
    assert lost(own, files, ">=3.10", ">=3.8") == ["win32: cp39"]
    assert lost(own, files) == lost(own, files, "three") == ["win32: cp39"]
    assert lost(own, files, f">={'9' * 5000}") == ["win32: cp39"]
    assert lost([], wheels("py2-none-any"), ">=3.8") == []


def test_a_newer_baseline_is_the_same_platform() -> None:
    """Of glibc, musl and macOS; universal2 stands for both machines."""
    old = "manylinux2014_x86_64 musllinux_1_1_x86_64 macosx_10_9_x86_64 macosx_11_0_arm64"
    new = "manylinux_2_28_x86_64 musllinux_1_2_x86_64 macosx_10_13_universal2"

    assert lost(built("313", new), built("313", old)) == []
    assert lost(built("313", old), built("313", new)) == []


def test_an_abi3_wheel_takes_the_place_of_many() -> None:
    """Of the usual builds, from its version on."""
    many = built("39 310 311 312 313", "win32 win_amd64")
    stable = wheels("cp39-abi3-win32", "cp39-abi3-win_amd64")

    assert lost(stable, many) == []
    assert lost(wheels("cp310-abi3-win32", "cp310-abi3-win_amd64"), many) == ["*: cp39"]
    assert lost(stable, [*many, *built("313t", "win32")]) == ["win32: cp313t"]


def test_many_take_the_place_of_an_abi3_wheel() -> None:
    """Those that are left out are named, and all of them by the abi3 wheel's own name."""
    stable = wheels("cp311-abi3-win32")

    assert lost(built("311 312 313 314 315", "win32"), stable) == []
    assert lost(built("311 312 314 315", "win32"), stable) == ["win32: cp313"]
    assert lost(built("311", "win_amd64"), stable) == ["win32: cp311-abi3"]


def test_a_portable_wheel_takes_the_place_of_others_if_it_is_new() -> None:
    """One that was beside them before was what installers did not choose."""
    portable, own = wheels("py3-none-any"), built("313", "win32")

    assert lost(portable, own) == []
    assert lost(portable, [*portable, *own]) == ["win32: cp313"]
    assert lost(own, portable) == ["any: py3-none"]


def test_a_portable_wheel_and_its_platform() -> None:
    """Wheels of one platform are never told together with such as are for any."""
    assert lost(wheels("cp313-cp313-win32"), wheels("py3-none-any", "py3-none-win_amd64")) == [
        "any: py3-none",
        "win_amd64: py3-none",
    ]
    assert lost(wheels("py3-none-any"), wheels("py2.py3-none-any")) == ["any: py2-none"]


def test_wheels_of_unknown_pythons() -> None:
    """What no other wheel can be held against is held against its like."""
    assert lost(wheels("pp3-none-win32"), wheels("pp3-none-win32")) == []
    assert lost([], wheels("pp3-none-win32")) == ["*: *"]


def test_a_raised_baseline() -> None:
    """Platforms of one system are told together; the Pythons only where others are not raised."""
    old, new = built("312 313", "manylinux2014_x86_64 manylinux2014_aarch64"), "manylinux_2_28"

    assert risen(built("312 313", f"{new}_x86_64 {new}_aarch64"), old) == [
        Raised(platforms=("manylinux_aarch64", "manylinux_x86_64"), before=(2, 17), now=(2, 28))
    ]
    [found] = risen([*built("312", f"{new}_x86_64"), *built("313", "manylinux1_x86_64")], old)
    assert (found.platforms, [*map(str, found.pythons)]) == (("manylinux_x86_64",), ["cp312"])


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("manylinux_2_17_x86_64", "manylinux2014_x86_64"),
        ("manylinux_2_5_x86_64", "manylinux2014_x86_64"),
        ("macosx_11_0_arm64", "macosx_10_9_x86_64"),
        ("pyodide_2025_0_wasm32", "pyodide_2024_0_wasm32"),
        ("win_amd64", "win_amd64"),
        ("macosx_14_0_arm64 macosx_11_0_arm64", "macosx_11_0_arm64"),
        ("macosx_11_0_arm64", "macosx_10_15_x86_64.macosx_10_15_universal2"),
    ],
)
def test_a_baseline_that_is_not_raised(now: str, then: str) -> None:
    """The same in other words, an older one, another platform, or one without floors."""
    assert risen(built("313", now), built("313", then)) == []


def test_a_baseline_is_that_of_the_wheel_that_serves() -> None:
    """A wheel for an older Python that serves too has its own; new Pythons were never lower."""
    old = wheels("cp37-abi3-manylinux2014_x86_64", "cp39-abi3-manylinux_2_28_x86_64")
    new = wheels("cp37-abi3-manylinux2014_x86_64", "cp311-abi3-manylinux_2_34_x86_64")

    assert risen(new, old) == []
    assert risen(built("313", "manylinux_2_28_x86_64"), built("312", "manylinux2014_x86_64")) == []


def test_releases_of_the_shape_that_numpy_has() -> None:
    """A Python dropped and one added, newer systems, PyPy moved on: what is told is short."""
    linux, mac = (
        "manylinux_2_{0}_x86_64 manylinux_2_{0}_aarch64",
        "macosx_11_0_arm64 macosx_14_0_arm64",
    )
    old = [
        *built("310 311 312 313 313t", f"{linux.format(17)} musllinux_1_1_x86_64 {mac} win_amd64"),
        *wheels("pp310-pypy310_pp73-win_amd64", "pp310-pypy310_pp73-manylinux_2_17_x86_64"),
    ]
    new = [
        *built(
            "311 312 313 314 313t 314t", f"{linux.format(27)} musllinux_1_2_x86_64 {mac} win_amd64"
        ),
        *wheels("pp311-pypy311_pp73-win_amd64", "pp311-pypy311_pp73-manylinux_2_27_x86_64"),
    ]

    assert lost(new, old, ">=3.11") == []
    assert lost(new, old, ">=3.10") == ["*: cp310 pp310"]
    assert [(one.platforms[0], one.now, one.pythons) for one in raised(new, old)] == [
        ("manylinux_aarch64", (2, 27), ()),
        ("musllinux_x86_64", (1, 2), ()),
    ]


def test_releases_of_the_shape_that_cryptography_has() -> None:
    """Two abi3 wheels, the higher of which moves on, and a free-threaded one beside them."""
    old_linux, new_linux = "manylinux2014_x86_64", "manylinux_2_28_x86_64"
    lowest = [f"cp37-abi3-{old_linux}", f"cp37-abi3-{new_linux}", "cp37-abi3-win_amd64"]
    old = wheels(*lowest, f"cp39-abi3-{new_linux}", "cp39-abi3-win_amd64")
    new = wheels(*lowest, f"cp311-abi3-{new_linux}", "cp311-abi3-win_amd64", "cp314-cp314t-win32")

    assert lost(new, old) == []
    assert risen(new, old) == []
    assert lost(wheels(f"cp311-abi3-{new_linux}", f"cp38-abi3-{old_linux}"), new, ">=3.8") == [
        "win32: cp314t",
        "win_amd64: cp37-abi3 cp311-abi3",
    ]


def test_releases_of_the_shape_that_orjson_has() -> None:
    """One file for both machines of macOS becomes one for each, and more."""
    both = "macosx_10_15_x86_64.macosx_11_0_arm64.macosx_10_15_universal2"

    assert lost(built("313", "macosx_10_15_x86_64 macosx_15_0_arm64"), built("313", both)) == []
    [found] = risen(built("313", "macosx_10_15_x86_64 macosx_15_0_arm64"), built("313", both))
    assert (found.platforms, found.before, found.now) == (("macosx_arm64",), (11, 0), (15, 0))


def test_releases_of_the_shape_that_ruff_has() -> None:
    """Programs in wheels for any Python."""
    old = wheels(*(f"py3-none-{one}" for one in ("win32", "win_arm64", "linux_armv6l")))

    assert lost(wheels("py3-none-win32", "py3-none-linux_armv6l"), old) == ["win_arm64: py3-none"]
    assert lost(wheels("py3-none-win32"), old) == ["linux_armv6l win_arm64: py3-none"]


def test_a_bundle() -> None:
    """Wheels for three releases of CPython, platform by platform."""
    found = bundle(
        [SDIST, *built("311 312 313 313t", "win32 win_amd64"), *built("311", "ios_1_0_x")]
    )

    assert found is not None
    assert ([*map(str, found.pythons)], found.wheels, found.platforms) == (
        ["cp311", "cp312", "cp313"],
        6,
        2,
    )


@pytest.mark.parametrize(
    "files",
    [
        built("312 313", "win32 win_amd64"),
        built("312 313 313t 314t", "win32"),
        [*built("311 312 313", "win32"), *wheels("cp311-abi3-win_amd64")],
        wheels("py310-none-win32", "py311-none-win32", "py312-none-win32"),
        wheels("cp310.cp311.cp312-none-win32", "py3-none-win32"),
        [SDIST],
    ],
)
def test_no_bundle(files: list[Filename]) -> None:
    """Too few, not the usual builds, or one is abi3 already."""
    assert bundle(files) is None


def test_builds_and_baselines_do_not_make_a_bundle_larger() -> None:
    """A second build of a wheel is the same wheel, a newer baseline the same platform."""
    files = wheels(
        "cp311-cp311-macosx_10_9_x86_64",
        "1-cp311-cp311-macosx_10_9_x86_64",
        "cp312-cp312-macosx_10_13_x86_64",
        "cp313-cp313-macosx_10_13_x86_64",
    )
    found = bundle(files)
    assert isinstance(found, Bundle)
    assert (found.wheels, found.platforms) == (3, 1)


NEW = {
    ">=2": ("*-win_amd64.whl", "*.tar.gz"),
    "<2": ("*.tar.gz",),
    "==2.*": ("*-any.whl",),
    ">0": (),
}


@pytest.mark.parametrize(
    ("version", "files", "expected"),
    [
        ("1.9", ["spam-1.9.tar.gz"], {}),
        ("1.9", [], {"<2": ("*.tar.gz",)}),
        ("2.0", ["a-win_amd64.whl"], {">=2": ("*.tar.gz",), "==2.*": ("*-any.whl",)}),
        ("3.0rc1", ["a.tar.gz"], {">=2": ("*-win_amd64.whl",)}),
        ("3.0", ["a-win_amd64.whl", "a.tar.gz"], {}),
        ("3.0", ["a-WIN_AMD64.whl", "a.tar.gz"], {">=2": ("*-win_amd64.whl",)}),
    ],
)
def test_expected_files(version: str, files: list[str], expected: dict[str, tuple[str]]) -> None:
    """Each specifier that contains the version counts, and each of its patterns."""
    assert unmet(NEW, Version(version), files) == expected
