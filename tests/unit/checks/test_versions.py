from __future__ import annotations

import pytest

from scanned import SDIST, WHEEL, scanned
from showing import judged, project, shown
from twine_stage.checks import Finding
from twine_stage.listings import Project


def published(versions: str) -> Project:
    return project(*(f"spam-{version}.tar.gz" for version in versions.split()))


def of(code: str, version: str, versions: str) -> tuple[Finding, ...]:
    """What a rule finds of a version where the index has others."""
    return judged(code, [scanned(f"spam-{version}.tar.gz")], published(versions))


@pytest.mark.parametrize(
    ("version", "versions", "highest"),
    [
        ("1.2.3", "1.2.2 1.2.4", "1.2.4"),
        ("1.2.3", "1.2.4 2.0.0", "1.2.4"),
        ("1.1.0", "1.0.0 1.2.0", "1.2.0"),
        ("1.1.0", "1.0.0 1.2.0 2.0.0", "1.2.0"),
        ("1.0", "2.0", "2.0"),
        ("1.9", "2.0 3.1", "3.1"),
        ("2.0rc2", "1.0 2.0", "2.0"),
        ("2.0a1", "1.0 2.0a2", "2.0a2"),
        ("1.2.3", "1.2.3rc1 1.2.4", "1.2.4"),
        ("1.2", "1!1.0", "1!1.0"),
        ("3", "2 4", "4"),
        ("1.0.post1", "1.0 1.0.post2", "1.0.post2"),
    ],
)
def test_i520_a_version_below_what_there_is(version: str, versions: str, highest: str) -> None:
    """The highest of its series is told, else of the series around it, else of all."""
    [finding] = of("I520", version, versions)

    assert (finding.severity.value, finding.file) == ("warning", f"spam=={version}")
    assert finding.message == (
        f"expected a version above {highest}, which the index has, found {version}"
    )


@pytest.mark.parametrize(
    ("version", "versions"),
    [
        ("1.0", ""),
        ("1.1", "1.0"),
        ("1.0.1", "1.0.0"),
        ("1.0", "1.0rc1"),
        ("1.2.3", "1.2.2 1.3.0"),
        ("1.2.3", "1.2.2 2.0.0rc1"),
        ("1.4", "1.3 2.0"),
        ("2024.2", "2024.1 2025.1"),
        ("1.9.0rc1", "1.8.0 2.0.0"),
        ("1.0.post1", "1.0 1.1"),
        ("1.0.0.post1", "1.0.0 1.0.1"),
        ("1.2.3.4", "1.2.3.3 1.2.4.0"),
        ("1.2.3", "1.2.3 1.2.4"),
        ("1!1.0", "2024.1"),
        ("1.5", "1.4 1.6rc1"),
        ("1.0", "0.9 1.1.dev3"),
    ],
)
def test_i520_a_version_that_comes_next(version: str, versions: str) -> None:
    """The highest of all, or of a series that goes on beside a newer one; or published already."""
    own = scanned(f"spam-{version}-py3-none-any.whl")
    assert judged("I520", [own], published(versions)) == ()


def test_i520_what_was_yanked_is_in_nobody_s_way() -> None:
    """A version that was mistyped once, and yanked, is not told for ever."""
    mistyped = shown("spam-2.5.tar.gz", yanked="mistyped")

    found = judged("I520", [scanned("spam-2.1.tar.gz")], project("spam-2.0.tar.gz", mistyped))

    assert found == ()


@pytest.mark.parametrize(
    ("version", "versions", "before", "expected"),
    [
        ("1.4", "1.1 1.2", "1.2", "1.3"),
        ("2.3.0", "2.0.0 2.1.0", "2.1.0", "2.2.0"),
        ("4.0", "2.1.0", "2.1.0", "3.0"),
        ("1.2.5", "1.2.3", "1.2.3", "1.2.4"),
        ("1.3.1", "1.2.5", "1.2.5", "1.3.0"),
        ("1.4rc1", "1.2", "1.2", "1.3"),
        ("54", "44 45", "45", "46"),
        ("1.2.7", "1.2.5 1.3.0 2.0.0", "1.2.5", "1.2.6"),
        ("1.6", "1.0 1.2", "1.2", "1.3"),
        ("2.1", "1.0 1.1 1.3", "1.3", "2.0"),
        ("1.4", "1.2 1.3.dev1", "1.2", "1.3"),
    ],
)
def test_i521_a_version_that_skips(version: str, versions: str, before: str, expected: str) -> None:
    """The version before is told, and the one that would follow."""
    [finding] = of("I521", version, versions)

    assert (finding.severity.value, finding.file) == ("notice", f"spam=={version}")
    assert finding.message == (
        f"expected {expected} after {before}, the version before it on the index, found {version}"
    )


@pytest.mark.parametrize(
    ("version", "versions"),
    [
        ("1.0", ""),
        ("7.0", "8.0"),
        ("1.3", "1.2"),
        ("1.3", "1.2 1.4"),
        ("2.0.0", "1.9.7"),
        ("1.3.0", "1.2"),
        ("2", "1.9.7"),
        ("1.2.post1", "1.2"),
        ("1.4", "1.2 1.4a1"),
        ("1.4.dev7", "1.2"),
        ("1.4", "1.0 1.2"),  # it skips as a rule
        ("24.4", "23.1 24.1"),
        ("24.1", "21.4 22.1 23.2"),
        ("2024.11", "2024.1"),
        ("2026.1", "2023.4"),
        ("20260131", "20251224"),
        ("1.0.20260131", "1.0.20251224"),
        ("1!2.0", "2024.1"),
    ],
)
def test_i521_a_version_that_follows(version: str, versions: str) -> None:
    """One more, or what counts as the project is used to, or as time does."""
    if version == "24.4":
        versions += " 20.1 20.4"
    assert of("I521", version, versions) == ()


def test_i522_a_version_that_is_public_with_other_files() -> None:
    """They are named."""
    public = project("spam-1.0-cp311-none-any.whl", SDIST, "spam-2.0.tar.gz")

    [finding] = judged("I522", [scanned(WHEEL)], public)

    assert (finding.severity.value, finding.file) == ("notice", "spam==1.0")
    assert finding.message.endswith(f"among these: spam-1.0-cp311-none-any.whl, {SDIST}")


@pytest.mark.parametrize("public", [(), (SDIST,), (WHEEL, SDIST), ("spam-2.0.tar.gz",)])
def test_i522_a_version_that_is_ours_alone(public: tuple[str, ...]) -> None:
    """A release that is new, or that we began, or that is there as it is."""
    assert judged("I522", [scanned(WHEEL), scanned(SDIST)], project(*public)) == ()


def test_i522_nothing_new() -> None:
    """A part of what is public adds nothing."""
    assert judged("I522", [scanned(WHEEL)], project(WHEEL, SDIST)) == ()
