from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from samples import metadata, wheel
from scanned import SDIST, scanned
from showing import judged, project, shown
from twine_stage.checks import Finding
from twine_stage.contents import Contents
from twine_stage.listings import Project

EXPECTED = {">=1": ("*-win_amd64.whl", "*-win32.whl", "*.tar.gz"), "<1": ()}
LINUX = "manylinux_2_28_x86_64"


def names(version: str, pythons: str, platforms: str) -> list[str]:
    """The names of wheels for each CPython on each platform."""
    return [
        f"spam-{version}-cp{python}-cp{python}-{platform}.whl"
        for python, platform in product(pythons.split(), platforms.split())
    ]


def contents(*filenames: str, **fields: str) -> list[Contents]:
    """Sound files of those names."""
    return [scanned(name, _content(name, fields)) for name in filenames]


def _content(name: str, fields: dict[str, str]) -> bytes | None:
    if not fields or not name.endswith(".whl"):
        return None
    project, version, *_, python, abi, platform = name.removesuffix(".whl").split("-")
    about = metadata(project, version, **fields)
    return wheel(project, version, tag=f"{python}-{abi}-{platform}", core_metadata=about)


def expected(*filenames: str, public: Project | None = None) -> tuple[Finding, ...]:
    projects = [public] if public else []
    return judged("S410", contents(*filenames), *projects, expected=EXPECTED)


def lost(own: Sequence[str], *public: object, **fields: str) -> str:
    """What S411 says, after the release before it; nothing if it is silent."""
    findings = judged("S411", contents(*own, **fields), project(*public))  # type: ignore[arg-type]
    return "".join(finding.message for finding in findings).removeprefix("expected all that 0.9 ")


def test_s410_files_that_are_expected() -> None:
    """What no file fits is named, with the specifier that asks for it."""
    [finding] = expected(SDIST)

    assert (finding.code, finding.severity.value, finding.file) == ("S410", "error", "spam==1.0")
    assert finding.message == (
        'expected what ">=1" says in [tool.stage.expect], found no file that fits'
        " *-win_amd64.whl and *-win32.whl"
    )


def test_s410_what_is_public_counts() -> None:
    """With what the index shows of the release already, one wheel may be all that is left."""
    rest, last = [SDIST, *names("1.0", "313", "win32")], names("1.0", "313", "win_amd64")

    assert expected(*last, public=project(*rest)) == ()
    assert expected(*rest, *last) == ()
    assert len(expected(*last, public=project("spam-0.9.tar.gz"))) == 1


def test_s410_what_nothing_is_expected_of() -> None:
    """An empty list asks for nothing, nor does a specifier that does not contain the version."""
    assert expected("spam-0.5-py3-none-any.whl") == ()
    assert judged("S410", contents(SDIST)) == ()


def test_s411_less_than_before() -> None:
    """The release before is named, and in few words what it had."""
    own = names("1.0", "312 313", LINUX)
    public = ["spam-0.9.tar.gz", *names("0.9", "312 313", f"{LINUX} win_arm64")]

    [finding] = judged("S411", contents(*own), project(*public))

    assert (finding.code, finding.severity.value, finding.file) == ("S411", "warning", "spam==1.0")
    assert finding.message == (
        "expected all that 0.9 has, found no sdist; no win_arm64 wheels for cp312 and cp313"
    )


@pytest.mark.parametrize(
    ("own", "public", "told"),
    [
        ([SDIST], ["spam-0.9-py3-none-any.whl"], "no wheels"),
        ([*names("1.0", "313", "win32")], ["spam-0.9-py3-none-any.whl"], "no py3-none-any wheel"),
        (
            names("1.0", "313", "win32"),
            names("0.9", "312 313", "win32"),
            "no win32 wheel for cp312",
        ),
        (
            names("1.0", "313", "win32 win_amd64"),
            names("0.9", "312 313", "win32 win_amd64"),
            "no wheels for cp312",
        ),
        (
            names("1.0", "310 311 312 313", "win32"),
            names("0.9", "310 311 312 313", "win32 win_amd64"),
            "no win_amd64 wheels",
        ),
    ],
)
def test_s411_in_words(own: list[str], public: list[str], told: str) -> None:
    """One wheel, the wheels of a Python, those of a platform, and all of them."""
    assert lost(own, *public) == f"has, found {told}"


def test_s411_as_much_as_before() -> None:
    """With what is public already; pre-releases, yanked files and newer releases do not count."""
    own = names("1.0", "313", "win32")

    assert lost(own, *names("0.9", "313", "win32"), *names("1.1", "312 313", "win32")) == ""
    assert (
        lost(own, *names("0.9", "313", "win32 win_arm64"), *names("1.0", "313", "win_arm64")) == ""
    )
    assert lost(own, *names("0.9", "313", "win32"), "spam-1.0rc1-py3-none-any.whl") == ""
    assert (
        lost(own, *own, shown("spam-0.9.tar.gz", yanked="broken"), *names("0.9", "313", "win32"))
        == ""
    )


def test_s411_a_release_that_was_yanked_as_a_whole() -> None:
    """It counts where it is the only one."""
    assert lost([SDIST], shown("spam-0.9-py3-none-any.whl", yanked="")) == "has, found no wheels"


def test_s411_the_first_release() -> None:
    """There is nothing to compare it with; nor is there where no index was asked."""
    assert lost([SDIST]) == ""
    assert judged("S411", contents(SDIST)) == ()


def test_s411_pythons_that_the_release_is_not_for() -> None:
    """What Requires-Python does not admit is not missed."""
    own, public = names("1.0", "313", "win32"), names("0.9", "39 313", "win32")

    assert lost(own, *public, Requires_Python=">=3.10") == ""
    assert lost(own, *public, Requires_Python=">=3.9") == "has, found no win32 wheel for cp39"


def test_s411_without_metadata() -> None:
    """Other rules judge a file without metadata; here it restricts nothing."""
    [whole] = contents(*names("1.0", "313", "win32"), Requires_Python=">=3.10")
    empty = replace(whole, core_metadata=None)

    [finding] = judged("S411", [empty], project(*names("0.9", "39 313", "win32")))

    assert finding.message.endswith("no win32 wheel for cp39")


def test_s412_many_that_could_be_one() -> None:
    """How many wheels, of which Pythons, and how many they could be; it is no more than a hint."""
    [finding] = judged("S412", contents(*names("1.0", "311 312 313", f"win32 {LINUX}")))

    assert (finding.code, finding.severity.value, finding.file) == ("S412", "notice", "spam==1.0")
    assert finding.message == (
        "6 wheels, for cp311, cp312 and cp313 on 2 platforms, could perhaps be 2 abi3 wheels"
    )


def test_s412_with_those_that_are_public() -> None:
    """Also one platform."""
    [finding] = judged(
        "S412",
        contents(*names("1.0", "313", "win32")),
        project(*names("1.0", "311 312", "win32"), *names("0.9", "310", "win32")),
    )
    assert finding.message.endswith("on 1 platform, could perhaps be 1 abi3 wheel")


@pytest.mark.parametrize(
    "own",
    [
        names("1.0", "312 313", "win32 win_amd64"),
        [*names("1.0", "311 312 313", "win32"), "spam-1.0-cp39-abi3-win_amd64.whl"],
        [SDIST],
    ],
)
def test_s412_as_few_as_can_be(own: list[str]) -> None:
    """Two are not many, and where there is an abi3 wheel it is known of."""
    assert judged("S412", contents(*own)) == ()


def test_s413_newer_systems() -> None:
    """Platforms, what they need, and what they needed."""
    own, public = (
        names(version, "312 313", f"manylinux_2_{glibc}_x86_64 manylinux_2_{glibc}_aarch64")
        for version, glibc in (("1.0", 28), ("0.9", 17))
    )
    [finding] = judged("S413", contents(*own), project(*public))

    assert (finding.code, finding.severity.value, finding.file) == ("S413", "notice", "spam==1.0")
    assert finding.message == (
        "manylinux_aarch64 and manylinux_x86_64 wheels need glibc 2.28; in 0.9 they need 2.17"
    )


def test_s413_of_some_pythons() -> None:
    """They are named where others are as they were."""
    own = [*names("1.0", "312", "macosx_10_9_x86_64"), *names("1.0", "313", "macosx_11_0_x86_64")]
    public = names("0.9", "312 313", "macosx_10_9_x86_64")

    [finding] = judged("S413", contents(*own), project(*public))

    assert finding.message == (
        "macosx_x86_64 wheels for cp313 need macOS 11.0; in 0.9 they need 10.9"
    )


@pytest.mark.parametrize("floor", ["2_17", "2_5"])
def test_s413_the_same_systems(floor: str) -> None:
    """The same in other words, or older ones."""
    own = names("1.0", "313", f"manylinux_{floor}_x86_64")

    assert (
        judged("S413", contents(*own), project(*names("0.9", "313", "manylinux2014_x86_64"))) == ()
    )
    assert judged("S413", contents(*own)) == ()
