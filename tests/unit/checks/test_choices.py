from __future__ import annotations

import pytest

from samples import content_of, metadata, sdist, wheel
from scanned import SDIST, WHEEL, scanned
from showing import judged, project, shown
from twine_stage import checks
from twine_stage.checks import Finding
from twine_stage.contents import Contents

LINUX = "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
TWIN = "spam-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
BOTH = "spam-1.0-py2.py3-none-any.whl"
BUILT = "spam-1.0-1-py3-none-any.whl"
OLD = "spam-1.0-cp38-cp38-win32.whl"
SOUND = [WHEEL, SDIST, LINUX, OLD]


def found(code: str, *files: str | Contents) -> tuple[Finding, ...]:
    contents = [scanned(file) if isinstance(file, str) else file for file in files]
    return checks.run(contents, select=[code])


def pinned(name: str, requires_python: str) -> Contents:
    """A wheel that requires some Python."""
    return scanned(name, wheel(core_metadata=metadata(Requires_Python=requires_python)))


@pytest.mark.parametrize("code", ["S420", "S421", "S422", "S423"])
def test_a_sound_release(code: str) -> None:
    """A pure wheel, two for one Python and platform each, and an sdist; names without a grammar."""
    assert found(code, *SOUND, scanned("spam.whl", content_of(WHEEL))) == ()


def test_s420_two_that_are_equally_good() -> None:
    """Both are named, and where that is; a pair that is as good for one Python alone, too."""
    first, second = found("S420", WHEEL, BOTH, LINUX, TWIN)

    assert (first.severity.value, first.file, second.file) == ("warning", "spam==1.0", "spam==1.0")
    assert f"found that pip takes {LINUX} and uv {TWIN} on 3 of 304 environments" in first.message
    assert first.message.endswith("such as cp311 manylinux_2_28_x86_64")
    assert f"found that pip takes {WHEEL} and uv {BOTH} on 301 of 304" in second.message
    assert second.message.endswith("such as cp39 manylinux_2_28_x86_64")


def test_s420_where_uv_takes_nothing() -> None:
    """There are no two of which one could be left out: what is wrong is its Requires-Python."""
    [finding] = found("S420", pinned(WHEEL, ">=3.9,newer"))
    assert f"found that pip takes {WHEEL} and uv nothing" in finding.message
    assert "see that it is a version specifier" in finding.hint
    [finding] = found("S420", WHEEL, BOTH)
    assert finding.hint == "Leave one of the two out."


def test_s420_on_a_platform_that_few_know() -> None:
    """Then that one is the example."""
    [finding] = found(
        "S420", "spam-1.0-cp311-abi3-win_arm64.whl", "spam-1.0-cp311.py2-abi3-win_arm64.whl"
    )
    assert finding.message.endswith("such as cp311 win_arm64")


def test_s420_where_the_index_has_the_release() -> None:
    """Ties with public files are another matter; of two sdists S402 tells."""
    contents = [scanned(WHEEL), scanned(BOTH)]
    assert judged("S420", contents, project(SDIST)) == ()
    assert len(judged("S420", contents, project("spam-0.9.tar.gz"))) == 1
    assert found("S420", SDIST, scanned("spam-1.0.0.tar.gz", sdist(version="1.0.0"))) == ()


def test_s421_where_others_are_chosen() -> None:
    """Every wheel that takes its place is named."""
    built = "spam-1.0-1-py2.py3-none-any.whl"
    [finding] = found("S421", WHEEL, built, LINUX, SDIST)

    assert (finding.severity.value, finding.file) == ("warning", WHEEL)
    assert finding.message.endswith(f"choose {built}, {LINUX} wherever they could use it")


def test_s421_beside_public_files() -> None:
    """What the index shows counts, but for what is yanked; only our files are judged."""
    contents = [scanned(WHEEL)]
    [finding] = judged("S421", contents, project(BUILT, "spam-1.0-py3-none-any.whl.x"))

    assert finding.file == WHEEL
    assert finding.message.endswith(f"choose {BUILT} wherever they could use it")
    assert judged("S421", contents, project(shown(BUILT, yanked=""))) == ()
    assert judged("S421", [scanned(BUILT)], project(WHEEL)) == ()


def test_s421_where_no_python_is_admitted() -> None:
    """What it requires is told; one Python that its tags name is enough."""
    [finding] = found("S421", pinned(OLD, ">=3.9"), pinned(WHEEL, ">=3.9"))

    assert finding.file == OLD
    assert finding.message.endswith("its Requires-Python (>=3.9) rules out each of its tags")
    assert found("S421", pinned(OLD, ">=3.8"), pinned(WHEEL, ">=3.8")) == ()


def test_s422_tags_that_nobody_takes() -> None:
    """The tags are named; of several one that is taken is enough."""
    [finding] = found("S422", WHEEL, "spam-1.0-cp311-cp312-win32.whl")

    assert (finding.severity.value, finding.file) == ("notice", "spam-1.0-cp311-cp312-win32.whl")
    assert finding.message.endswith("found cp311-cp312-win32")
    assert found("S422", WHEEL, "spam-1.0-cp311-cp311.cp312-win32.whl") == ()


def test_s423_a_build_tag_alone() -> None:
    """The newest build takes the place of each other one; S421 does not tell of those again."""
    newest = "spam-1.0-2-py3-none-any.whl"
    one, other = found("S423", newest, WHEEL, BUILT)

    assert (one.severity.value, one.file, other.file) == ("warning", newest, newest)
    assert one.message.endswith(f"the place of {BUILT}")
    assert other.message.endswith(f"the place of {WHEEL}")
    assert found("S421", newest, WHEEL, BUILT) == ()


def test_s423_a_build_tag_beside_other_tags() -> None:
    """A build tag that no other wheel is measured by says nothing."""
    assert found("S423", BUILT, LINUX, BOTH) == ()
