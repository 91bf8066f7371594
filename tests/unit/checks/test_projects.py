from __future__ import annotations

import pytest

from scanned import SDIST, WHEEL, scanned
from showing import judged, project
from twine_stage.profiles import GENERIC

OLD = "spam-0.9.tar.gz"


def test_i506_an_archived_project() -> None:
    """What was said of it is told."""
    archived = project(OLD, status="archived", status_reason="see eggs")

    [finding] = judged("I506", [scanned(WHEEL), scanned(SDIST)], archived)

    assert (finding.severity.value, finding.file) == ("error", "spam")
    assert "spam is archived (see eggs)" in finding.message


@pytest.mark.parametrize("status", ["active", "deprecated", "quarantined", "odd"])
def test_i506_a_project_that_is_not_archived(status: str) -> None:
    """A project that is deprecated takes files."""
    assert judged("I506", [scanned(WHEEL)], project(OLD, status=status)) == ()


@pytest.mark.parametrize("code", ["I506", "I507"])
@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_nothing_new_is_no_matter(code: str, status: str) -> None:
    """To look at a release that is public harms nobody."""
    assert judged(code, [scanned(WHEEL)], project(WHEEL, status=status)) == ()


def test_i507_a_quarantined_project() -> None:
    """It takes files, and nobody sees them."""
    [finding] = judged("I507", [scanned(WHEEL)], project(status="quarantined"))

    assert (finding.severity.value, finding.file) == ("warning", "spam")
    assert "spam into quarantine: it takes files" in finding.message


@pytest.mark.parametrize("status", ["active", "archived"])
def test_i507_a_project_that_is_not_quarantined(status: str) -> None:
    """Any other status is not this one."""
    assert judged("I507", [scanned(WHEEL)], project(OLD, status=status)) == ()


@pytest.mark.parametrize(
    "name",
    [
        "json",  # a package
        "textwrap",  # a module
        "email_mime_text",  # one in a package in a package
        "concurrent",  # what modules lie in
        "urllib2",  # of a Python long gone
        "distutils",  # no more in the newest
    ],
)
def test_i508_a_module_of_the_standard_library(name: str) -> None:
    """Of any Python, by its normalized name."""
    new = project(name=name, is_known=False)

    [finding] = judged("I508", [scanned(f"{name}-1.0.tar.gz")], new)

    assert finding.severity.value == "error"
    assert finding.file == new.name


@pytest.mark.parametrize("name", ["spam", "json2", "jsons", "pathlib_mate"])
def test_i508_another_name(name: str) -> None:
    """What only begins alike is another name."""
    new = project(name=name, is_known=False)
    assert judged("I508", [scanned(f"{name}-1.0.tar.gz")], new) == ()


def test_i508_a_project_that_there_is() -> None:
    """What has the name already keeps it; and other indexes have no such rule."""
    file = scanned("json-1.0.tar.gz")

    assert judged("I508", [file], project(name="json")) == ()
    assert judged("I508", [file], project(name="json", is_known=False), profile=GENERIC) == ()


def test_i509_a_name_too_much_alike() -> None:
    """The names that it is taken for are told."""
    new = project(is_known=False)

    [finding] = judged("I509", [scanned(WHEEL)], new, lookalikes={new.name: ("sp-am", "s.pam")})

    assert (finding.severity.value, finding.file) == ("error", "spam")
    assert finding.message.endswith("the index has s.pam, sp-am")


def test_i509_a_name_of_its_own() -> None:
    """Nothing like it, or a project that there is, or an index without the rule."""
    new, old = project(is_known=False), project()
    alike = {new.name: ("sp-am",)}

    assert judged("I509", [scanned(WHEEL)], new, lookalikes={new.name: ()}) == ()
    assert judged("I509", [scanned(WHEEL)], old, lookalikes=alike) == ()
    assert judged("I509", [scanned(WHEEL)], new, lookalikes=alike, profile=GENERIC) == ()


def test_i510_a_project_that_is_new() -> None:
    """It is said once, for all files."""
    [finding] = judged("I510", [scanned(WHEEL), scanned(SDIST)], project(is_known=False))

    assert (finding.severity.value, finding.file) == ("notice", "spam")
    assert "the index does not know spam" in finding.message
    assert "takes it for good" in finding.hint
    [finding] = judged("I510", [scanned(WHEEL)], project(is_known=False), profile=GENERIC)
    assert finding.hint == "Look at the name and at the index once more."


def test_i510_a_project_that_is_known() -> None:
    """A project without a file may be known; and of an index that was not asked nothing is said."""
    assert judged("I510", [scanned(WHEEL)], project()) == ()
    assert judged("I510", [scanned(WHEEL)]) == ()
