from __future__ import annotations

from samples import content_of
from scanned import SDIST, WHEEL, scanned
from showing import project
from twine_stage.checks import Destination
from twine_stage.checks.additions import additions, by_project, named
from twine_stage.checks.base import Subject
from twine_stage.listings import Project

EGGS = "eggs-2.0.tar.gz"
OTHER = "spam-2.0.tar.gz"


def subject(*names: str, projects: tuple[Project, ...]) -> Subject:
    known = {project.name: project for project in projects}
    odd = scanned("odd.whl", content_of(WHEEL))
    return Subject([*map(scanned, names), odd], Destination(projects=known))


def test_what_the_index_does_not_show_is_an_addition() -> None:
    """By release, with what the index shows of it; a project that was not asked about has none."""
    [found] = additions(subject(WHEEL, SDIST, EGGS, projects=(project(SDIST),)))

    assert str(found.release) == "spam==1.0"
    assert [file.name for file in found.files] == [WHEEL]
    assert found.own == {WHEEL, SDIST}
    assert [file.filename for file in found.listing.files] == [SDIST]


def test_what_is_public_is_none() -> None:
    """A release of which all files are public changes nothing."""
    assert list(additions(subject(WHEEL, SDIST, projects=(project(SDIST, WHEEL),)))) == []


def test_the_releases_of_a_project_come_together() -> None:
    """Each project has the new files of all its releases."""
    both = (project(), project(name="eggs"))
    found = by_project(additions(subject(WHEEL, EGGS, OTHER, projects=both)))

    assert [(project.name, [file.name for file in files]) for project, files in found] == [
        ("spam", [WHEEL, OTHER]),
        ("eggs", [EGGS]),
    ]


def test_many_names_are_told_shortly() -> None:
    """The first five in order, and how many follow."""
    assert named(["b", "a"]) == "a, b"
    assert named("edcba") == "a, b, c, d, e"
    assert named("gfedcba") == "a, b, c, d, e and 2 more"
