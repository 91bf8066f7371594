from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from samples import distribution
from twine_stage.distributions import Distribution
from twine_stage.plan import Plan, Wave, plan

PYTHONS = [f"cp3{minor}-cp3{minor}" for minor in range(11, 14)]
PLATFORMS = [
    "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "musllinux_1_2_x86_64",
    "musllinux_1_2_aarch64",
    "macosx_10_13_x86_64",
    "macosx_11_0_arm64",
    "win_amd64",
    "win_arm64",
]


def spam(*tags: str, sizes: Mapping[str, int] | None = None) -> list[Distribution]:
    """Files of spam 1.0 by what follows the version; all of one size but those in ``sizes``."""
    names = [f"spam-1.0.{tag}" if tag == "tar.gz" else f"spam-1.0-{tag}.whl" for tag in tags]
    found = {
        tag: replace(distribution(name), size=100) for tag, name in zip(tags, names, strict=True)
    }
    for tag, size in (sizes or {}).items():
        found[tag] = replace(found[tag], size=size)
    return list(found.values())


def waves(made: Plan) -> list[list[str]]:
    """What the waves send, by what follows the version."""
    return [
        [str(dist.filename).removesuffix(".whl")[len("spam-1.0-") :] for dist in wave.distributions]
        for wave in made.waves
    ]


def sent(
    *tags: str, proven: tuple[str, ...] = (), sizes: Mapping[str, int] | None = None
) -> list[list[str]]:
    """The waves in which some files are sent to an index that shows each at once."""
    names = {f"spam-1.0.{tag}" if tag == "tar.gz" else f"spam-1.0-{tag}.whl" for tag in proven}
    made = plan(spam(*tags, sizes=sizes), proven=names, shows_each_file=True)
    assert made.knots == ()
    return waves(made)


def test_platform_wheels_go_side_by_side_and_the_sdist_last() -> None:
    """Of 23 wheels and an sdist a pilot goes alone, then the other wheels, then the sdist."""
    tags = [f"{python}-{platform}" for python in PYTHONS for platform in PLATFORMS][:23]
    made = sent(*tags, "tar.gz")
    assert [len(wave) for wave in made] == [1, 22, 1]
    assert made[-1] == ["tar.gz"]


def test_the_smallest_that_may_go_first_is_the_pilot() -> None:
    """The quickest probe goes first; an sdist would do harm."""
    tags = ("cp311-cp311-win32", "cp312-cp312-win32", "cp313-cp313-win32", "tar.gz")
    sizes = {"cp312-cp312-win32": 9, "tar.gz": 1}
    assert sent(*tags, sizes=sizes)[0] == ["cp312-cp312-win32"]


def test_a_file_that_others_wait_for_is_the_pilot() -> None:
    """If one file alone begins the longest chain, it goes first, and costs no wave."""
    new, old = "cp311-cp311-manylinux_2_28_x86_64", "cp311-cp311-manylinux_2_17_x86_64"
    assert sent(new, old, "cp311-cp311-win32", "tar.gz", sizes={"cp311-cp311-win32": 1}) == [
        [new],
        [old, "cp311-cp311-win32"],
        ["tar.gz"],
    ]


def test_platform_wheels_precede_portable_ones() -> None:
    """A portable wheel is worse than a platform wheel, and better than an sdist."""
    assert sent("tar.gz", "py3-none-any", "cp311-cp311-win32") == [
        ["cp311-cp311-win32"],
        ["py3-none-any"],
        ["tar.gz"],
    ]


def test_a_single_file_is_a_single_wave() -> None:
    """There is nothing to order."""
    assert sent("tar.gz") == [["tar.gz"]]


def test_what_is_proven_is_not_sent() -> None:
    """The rest goes without a pilot, since the release is there."""
    tags = ("cp311-cp311-win32", "cp312-cp312-win32", "cp313-cp313-win32", "tar.gz")
    assert sent(*tags, proven=tags[:1]) == [["cp312-cp312-win32", "cp313-cp313-win32"], ["tar.gz"]]
    assert sent(*tags, proven=tags) == []


def test_who_has_a_choice_already_waits_for_nothing() -> None:
    """A file that is worse than what is public disturbs nobody: no wave for it."""
    assert sent("py3-none-any", "cp311-cp311-win32", "tar.gz", proven=("py3-none-any",)) == [
        ["cp311-cp311-win32", "tar.gz"]
    ]


def test_the_greatest_of_a_wave_starts_first() -> None:
    """In a wave platform wheels stand first, and of a kind the greatest."""
    tags = ("cp311-cp311-win32", "cp312-cp312-win32", "py3-none-macosx_12_0_arm64", "py3-none-any")
    made = sent(*tags, proven=("py3-none-any",), sizes={tags[1]: 200, tags[2]: 300})
    assert made == [[tags[2], tags[1], tags[0]]]


@pytest.mark.parametrize("stray", ["py2-none-any", "cp27-cp27m-win32", "graalpy311-none-win32"])
def test_wheels_for_unknown_environments_keep_the_general_order(stray: str) -> None:
    """A wheel for an environment that we do not know still precedes the sdist."""
    assert sent(stray, "tar.gz", sizes={"tar.gz": 1}) == [[stray], ["tar.gz"]]


def test_an_index_that_shows_all_at_once_needs_no_order() -> None:
    """One wave sends everything, and there are no knots."""
    files = spam("py2.py3-none-any", "py3-none-any", "tar.gz")
    made = plan(files, proven=(), shows_each_file=False)
    assert [len(wave.distributions) for wave in made.waves] == [3]
    assert made.knots == ()
    names = {dist.filename.text for dist in files}
    done = plan(files, proven=names, shows_each_file=False)
    assert done == Plan(waves=(), present=made.waves[0].distributions)


def test_a_tie_is_a_knot() -> None:
    """Where pip and uv choose differently no order is right: both stand in the plan by name."""
    made = plan(spam("py2.py3-none-any", "py3-none-any", "tar.gz"), proven=(), shows_each_file=True)
    (knot,) = made.knots
    assert knot.filenames == ("spam-1.0-py2.py3-none-any.whl", "spam-1.0-py3-none-any.whl")
    assert "cp311 win32" in knot.environments
    assert len(knot.environments) == len(set(knot.environments)) > 200
    assert [len(wave) for wave in waves(made)] == [1, 1, 1]
    assert waves(made)[-1] == ["tar.gz"]


def test_a_knot_goes_in_one_wave() -> None:
    """Files of a knot stay together, and their pilot is a file beside them."""
    tags = ("py2.py3-none-win32", "py3-none-win32", "cp311-cp311-macosx_12_0_arm64")
    made = plan(spam(*tags, sizes={tags[0]: 1}), proven=(), shows_each_file=True)
    assert waves(made) == [[tags[2]], [tags[1], tags[0]]]
    assert {name.split()[1] for name in made.knots[0].environments} == {"win32"}


def test_compressed_tags_can_prefer_each_other() -> None:
    """Two wheels, each better than the other somewhere, are a knot of both environments."""
    tags = (
        "cp311-cp311-win32.macosx_11_0_arm64",
        "cp311-abi3-win32",
        "1-cp311-cp311-macosx_11_0_arm64",
    )
    # On Windows the first is the best, on macOS the third; the second is only second on Windows.
    assert plan(spam(*tags), proven=(), shows_each_file=True).knots == ()
    tags = (
        "cp39.cp311-none-win32",
        "cp310.cp311-none-win32",
        "py3-none-win32",
    )
    made = plan(spam(*tags), proven=(), shows_each_file=True)
    assert [set(knot.environments) for knot in made.knots] == [{"cp311 win32"}]


def test_a_wave_is_a_value() -> None:
    """Equal files make equal waves."""
    assert Wave(tuple(spam("tar.gz"))) == Wave(tuple(spam("tar.gz")))
