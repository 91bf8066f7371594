from __future__ import annotations

from typing import Any

import pytest

from samples import metadata, wheel
from scanned import SDIST, WHEEL, scanned
from showing import judged, project, shown
from twine_stage.checks import Finding
from twine_stage.contents import Contents
from twine_stage.listings import ListedFile
from twine_stage.policy import Openness, Verdict
from twine_stage.profiles import GENERIC, PYPI
from twine_stage.releases import ReleaseId

CODES = ["I540", "I541", "I542", "I543"]
LINUX = "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
WINDOWS = "spam-1.0-cp311-cp311-win_amd64.whl"
BOTH = "spam-1.0-py2.py3-none-any.whl"
BUILT = "spam-1.0-1-py3-none-any.whl"


def found(
    code: str, new: str | Contents, *public: ListedFile | str, **facts: Any
) -> tuple[Finding, ...]:
    """What a rule finds in a file that is added to what is public."""
    contents = scanned(new) if isinstance(new, str) else new
    return judged(code, [contents], project(*public), **facts)


def verdict(openness: Openness) -> dict[str, Any]:
    is_recent = openness is Openness.YOUNG
    found = Verdict(openness=openness, reason="so", is_recent=is_recent)
    return {"verdicts": {ReleaseId.parse("spam==1.0"): found}}


@pytest.mark.parametrize(
    ("code", "severity", "new", "public", "end"),
    [
        (
            "I540",
            "notice",
            WINDOWS,
            [LINUX],
            "found nothing before: by pip and uv on 1 of 304 environments, such as cp311 win_amd64",
        ),
        (
            "I541",
            "warning",
            WINDOWS,
            [SDIST],
            f"before: {SDIST}, by pip and uv on 1 of 304 environments, such as cp311 win_amd64",
        ),
        (
            "I542",
            "error",
            BUILT,
            [WHEEL, LINUX],
            (
                f"choose it instead of {WHEEL}, by pip and uv on 301 of 304 environments, such as"
                " cp39 manylinux_2_28_x86_64"
            ),
        ),
        (
            "I543",
            "error",
            BOTH,
            [WHEEL, SDIST],
            (
                f"chosen instead of {WHEEL}, by uv alone on 304 of 304 environments, such as"
                " cp39 manylinux_2_28_x86_64"
            ),
        ),
    ],
)
def test_one_file_one_finding(
    code: str, severity: str, new: str, public: list[str], end: str
) -> None:
    """Each effect has its rule: what was chosen before is told, by whom, and where."""
    [finding] = found(code, new, *public)

    assert (finding.severity.value, finding.file) == (severity, new)
    assert finding.message.endswith(end)
    for other in set(CODES) - {code}:
        assert found(other, new, *public) == ()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("new", "public"),
    [
        (BUILT, ["spam-0.9-py3-none-any.whl"]),
        (SDIST, [WHEEL]),
        ("spam-1.0-py2-none-any.whl", [WHEEL]),
        (WHEEL, [WHEEL]),
    ],
)
def test_what_changes_nothing(code: str, new: str, public: list[str]) -> None:
    """A new release, an sdist beside a wheel for all, a file for others, and one that is there."""
    assert found(code, new, *public) == ()


@pytest.mark.parametrize("public", [[LINUX], [SDIST], [WHEEL, LINUX]])
def test_what_is_allowed(public: list[str]) -> None:
    """A file that is named may do anything; the name of another one allows nothing."""
    assert any(found(code, WINDOWS, *public) for code in CODES)
    assert not any(found(code, WINDOWS, *public, allowed=frozenset([WINDOWS])) for code in CODES)
    assert any(found(code, WINDOWS, *public, allowed=frozenset([LINUX])) for code in CODES)


def test_a_release_of_which_nothing_was_asked() -> None:
    """Without an index there is nothing to compare with."""
    assert judged("I542", [scanned(BUILT)]) == ()


def test_the_rest_of_an_unfinished_publication() -> None:
    """What is public is ours and recent: the release changes as it was meant to."""
    files, young = [scanned(WHEEL), scanned(BUILT)], verdict(Openness.YOUNG)
    own = shown(WHEEL, sha256=scanned(WHEEL).digests.sha256)

    assert judged("I542", files, project(own), **young) == ()
    assert judged("I542", files, project(WHEEL), **young) == ()
    assert len(judged("I542", files, project(own), **verdict(Openness.OLD))) == 1
    assert len(judged("I542", files, project(own))) == 1
    assert len(judged("I542", files, project(shown(WHEEL, sha256="0" * 64)), **young)) == 1
    assert len(judged("I542", files, project(own, LINUX), **young)) == 1


def test_a_file_that_is_yanked_is_chosen_by_nobody() -> None:
    """Its place is free."""
    yanked = shown(WHEEL, yanked="broken")

    assert found("I542", BUILT, yanked) == ()
    [finding] = found("I540", BUILT, yanked)
    assert "on 304 of 304 environments" in finding.message


def test_many_places_are_told_shortly() -> None:
    """Three of them, and how many there are more."""
    public = [f"spam-1.0-py3{minor}-none-any.whl" for minor in (9, 10, 11, 12, 13)]
    [finding] = found("I542", "spam-1.0-cp39.cp310.cp311.cp312.cp313-none-any.whl", *public)
    assert finding.message.count("instead of") == 1
    assert finding.message.count("by pip and uv") == 3
    assert finding.message.endswith("; and 2 more such changes")


def test_pypi_shows_what_the_first_file_requires() -> None:
    """Another index shows what each file requires of Python."""
    public = shown(SDIST, requires_python=">=3.14")
    new = scanned(WHEEL, wheel(core_metadata=metadata(Requires_Python=">=3.15")))

    [on_pypi] = found("I541", new, public, profile=PYPI)
    [elsewhere] = found("I541", new, public, profile=GENERIC)
    assert "such as cp314 manylinux" in on_pypi.message
    assert "such as cp315 manylinux" in elsewhere.message
