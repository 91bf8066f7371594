from __future__ import annotations

from dataclasses import replace

import pytest

from samples import metadata, wheel
from scanned import SDIST, WHEEL, scanned
from showing import judged, project, shown
from twine_stage.checks import Finding
from twine_stage.contents import Contents
from twine_stage.listings import Project
from twine_stage.profiles import GENERIC, PYPI, Profile

OTHER = "spam-1.0-py2-none-any.whl"
OLD = "spam-0.9.tar.gz"
SMALL = Profile(name="pypi", max_project_size=1000)


def is_error(finding: Finding) -> bool:
    return finding.severity.value == "error"


def pinned(requires_python: str) -> Contents:
    extra = {"Requires_Python": requires_python} if requires_python else {}
    return scanned(WHEEL, wheel(core_metadata=metadata(**extra)))


def sized(size: int) -> Contents:
    contents = scanned(WHEEL)
    return replace(contents, digests=replace(contents.digests, size=size))


def test_i501_other_content_under_the_same_name() -> None:
    """Both digests are named, shortened."""
    contents = scanned(WHEEL)

    [finding] = judged("I501", [contents], project(shown(WHEEL, sha256="0" * 64)))

    assert (finding.severity.value, finding.file) == ("error", WHEEL)
    assert contents.digests.sha256[:12] in finding.message
    assert finding.message.endswith("found 000000000000")


@pytest.mark.parametrize("sha256", [None, scanned(WHEEL).digests.sha256])
def test_i501_the_same_content(sha256: str | None) -> None:
    """Nor is a file whose digest the index does not tell, nor one that it does not have."""
    contents = [scanned(WHEEL), scanned(SDIST), scanned("spam.whl", wheel())]

    assert judged("I501", contents, project(shown(WHEEL, sha256=sha256))) == ()
    assert judged("I501", contents) == ()


def test_i502_the_same_bytes_under_another_name() -> None:
    """The name that has them already is told, of whichever release."""
    public = shown("spam-0.9-py3-none-any.whl", sha256=scanned(WHEEL).digests.sha256)

    [finding] = judged("I502", [scanned(WHEEL), scanned(SDIST)], project(public))

    assert (finding.severity.value, finding.file) == ("error", WHEEL)
    assert "found the same bytes as spam-0.9-py3-none-any.whl" in finding.message


@pytest.mark.parametrize(
    "public",
    [
        shown(WHEEL, sha256=scanned(WHEEL).digests.sha256),
        shown(OTHER, sha256="0" * 64),
        shown(OTHER),
    ],
)
def test_i502_bytes_of_its_own(public: object) -> None:
    """A file that is public under its name is no copy, nor one beside others."""
    assert judged("I502", [scanned(WHEEL)], project(public)) == ()  # type: ignore[arg-type]


def test_i503_another_sdist_is_public() -> None:
    """One of the same version, however it is spelled."""
    [finding] = judged("I503", [scanned(SDIST)], project("spam-1.0.0.tar.gz", OTHER))

    assert (finding.severity.value, finding.file) == ("error", SDIST)
    assert finding.message.endswith("but the index shows spam-1.0.0.tar.gz")


@pytest.mark.parametrize("public", ["spam-1.0.0.tar.gz", "spam-1.0.zip"])
def test_i503_a_second_sdist_is_told_once(public: str) -> None:
    """Which of the two an installer builds is no further fault."""
    errors = [one for one in judged("I5", [scanned(SDIST)], project(public)) if is_error(one)]

    assert [one.code for one in errors] == ["I503"]


@pytest.mark.parametrize("public", [(), (SDIST,), (WHEEL, OLD), ("spam-1.1.tar.gz",)])
def test_i503_the_only_sdist(public: tuple[str, ...]) -> None:
    """Wheels, other versions, and the sdist itself are not in its way."""
    assert judged("I503", [scanned(SDIST), scanned(OTHER)], project(*public)) == ()


def test_i503_a_wheel_beside_an_sdist() -> None:
    """A wheel may be added to a release that has its sdist."""
    assert judged("I503", [scanned(WHEEL)], project("spam-1.0.0.tar.gz")) == ()


def test_i504_a_project_too_large() -> None:
    """What the index shows counts, of all releases, and what is new."""
    public = project(shown(OLD, size=600), shown("spam-0.8.tar.gz"))

    [finding] = judged("I504", [sized(401)], public, profile=SMALL)

    assert (finding.severity.value, finding.file) == ("error", "spam")
    assert "at most 1,000 bytes in" in finding.message
    assert "found 1,001 bytes with" in finding.message
    assert "max-project-size" in finding.hint


def test_i504_just_small_enough() -> None:
    """At the limit it still goes; and what is public does not count twice."""
    public = project(shown(OLD, size=600))

    assert judged("I504", [sized(400)], public, profile=SMALL) == ()
    assert judged("I504", [sized(900)], project(shown(WHEEL, size=900)), profile=SMALL) == ()


@pytest.mark.parametrize("profile", [PYPI, GENERIC])
def test_i504_far_from_the_limit(profile: Profile) -> None:
    """PyPI's limit is far, and where none is known there is none."""
    public = project(shown(OLD, size=8 * 1024**3))

    assert judged("I504", [sized(1000)], public, profile=profile) == ()
    assert judged("I505", [sized(1000)], public, profile=profile) == ()


def test_i505_a_project_that_is_nearly_full() -> None:
    """From nine tenths of the limit on, up to the limit."""
    [finding] = judged("I505", [sized(301)], project(shown(OLD, size=600)), profile=SMALL)

    assert (finding.severity.value, finding.file) == ("warning", "spam")
    assert "has 901 bytes of the 1,000 bytes" in finding.message


@pytest.mark.parametrize("size", [300, 401])
def test_i505_a_project_with_room_or_without_any(size: int) -> None:
    """What is too large is told by the error alone."""
    assert judged("I505", [sized(size)], project(shown(OLD, size=600)), profile=SMALL) == ()


@pytest.mark.parametrize(("own", "told"), [(">=3.10", ">=3.10"), ("", "nothing")])
def test_i511_another_requires_python(own: str, told: str) -> None:
    """What the index keeps is told, and what the file says."""
    public = project(shown(OTHER, requires_python=">=3.9"))

    [finding] = judged("I511", [pinned(own)], public)

    assert (finding.severity.value, finding.file) == ("warning", WHEEL)
    assert finding.message.endswith(f"which is >=3.9, found {told}")


def test_i511_the_index_keeps_nothing() -> None:
    """PyPI tells what it keeps, if it is nothing; of another index that is not known."""
    [finding] = judged("I511", [pinned(">=3.9")], project(OTHER))

    assert finding.message.endswith("which is nothing, found >=3.9")
    assert judged("I511", [pinned(">=3.9")], project(OTHER), profile=GENERIC) == ()


@pytest.mark.parametrize(
    "public",
    [
        project(),
        project(OLD),
        project(shown(OTHER, requires_python="<4, >=3.9")),
        project(shown(OTHER, requires_python=">=3.8"), shown(SDIST, requires_python=">=3.9,<4")),
        project(shown(WHEEL, requires_python=">=3")),
    ],
)
def test_i511_the_same_requires_python(public: Project) -> None:
    """One that the index shows, in any spelling; or the release is new, or the file public."""
    assert judged("I511", [pinned(">= 3.9, <4")], public) == ()


def test_i512_the_version_in_another_spelling() -> None:
    """Both spellings are told."""
    name = "spam-1.0.0.tar.gz"

    [finding] = judged("I512", [scanned(name)], project(OTHER))

    assert (finding.severity.value, finding.file) == ("warning", name)
    assert "as the index spells it, 1.0, found 1.0.0" in finding.message


@pytest.mark.parametrize("public", [(), (OTHER,), ("spam-1.00-py2-none-any.whl",), (OLD,)])
def test_i512_the_same_spelling(public: tuple[str, ...]) -> None:
    """What is normalized away makes no difference."""
    own = [scanned(WHEEL), scanned(SDIST)]

    assert judged("I512", own, project(*public)) == ()
