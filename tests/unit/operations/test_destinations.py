"""Destinations: an index is asked for what the checks need, and for no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from packaging.utils import NormalizedName

from fakes import NOON, MemoryIndex, Remembering
from samples import content_of
from staging import SDIST, SPAM
from twine_stage.checks import Destination
from twine_stage.errors import Unreachable
from twine_stage.listings import Project
from twine_stage.operations.destinations import Terms, asked, unasked
from twine_stage.policy import Openness
from twine_stage.profiles import GENERIC, PYPI
from twine_stage.releases import ReleaseId


@dataclass
class Asked(MemoryIndex):
    """An index that remembers what it was asked, and may not tell its names."""

    tells_names: bool = True
    questions: list[str] = field(default_factory=list)

    def project(self, name: NormalizedName) -> Project:
        self.questions.append(name)
        return super().project(name)

    def _knows(self, name: NormalizedName) -> bool:
        return self.is_known

    def project_names(self) -> list[str]:
        self.questions.append("names")
        if not self.tells_names:
            raise Unreachable("no list of projects")
        return super().project_names()


def ask(index: Asked, terms: Terms, releases: Iterable[ReleaseId] = (SPAM,)) -> Destination:
    return asked(terms, index, tuple(releases), now=NOON, reporter=Remembering())


def test_nothing_is_asked_of_an_index_that_is_not_named() -> None:
    """What the settings say is known all the same."""
    terms = Terms(profile=PYPI, expected={">1": ("*.whl",)}, allowed=frozenset((SDIST,)))

    found = unasked(terms)

    assert (found.profile, found.expected, found.allowed) == (
        PYPI, {">1": ("*.whl",)}, frozenset((SDIST,)),
    )  # fmt: skip
    assert not found.projects


def test_a_project_is_asked_about_once() -> None:
    """However many of its releases are judged."""
    index = Asked()
    index.put(SDIST, content_of(SDIST))

    found = ask(index, Terms(), (SPAM, ReleaseId.parse("spam==2.0")))

    assert index.questions == ["spam"]
    assert [verdict.openness for verdict in found.verdicts.values()] == [
        Openness.YOUNG,
        Openness.NEW,
    ]


def test_what_was_asked_already_is_not_asked_again() -> None:
    """Whoever publishes has the page."""
    index = Asked()
    project = Project(name=SPAM.project)

    found = asked(
        Terms(), index, [SPAM], now=NOON, reporter=Remembering(), projects={SPAM.project: project}
    )

    assert not index.questions
    assert found.projects == {SPAM.project: project}


@pytest.mark.parametrize(
    ("terms", "names", "questions"),
    [
        (Terms(profile=PYPI), ("5-pam", "eggs", "s.Pam"), ["spam", "names"]),
        (Terms(profile=PYPI), (), ["spam"]),
        (Terms(profile=GENERIC), ("s.Pam",), ["spam"]),
    ],
)
def test_all_names_are_asked_for_a_new_project_of_pypi_alone(
    terms: Terms, names: tuple[str, ...], questions: list[str]
) -> None:
    """The list is long, and no other index refuses a name that looks like another."""
    index = Asked(is_known=not names, names=names)

    found = ask(index, terms)

    assert index.questions == questions
    assert found.lookalikes == ({"spam": ("s.Pam",)} if questions[1:] else {})


def test_names_that_cannot_be_had_stop_nothing() -> None:
    """The index will refuse the name if it must; that is told."""
    index, reporter = Asked(is_known=False, tells_names=False), Remembering()

    found = asked(Terms(profile=PYPI), index, [SPAM], now=NOON, reporter=reporter)

    assert not found.lookalikes
    [warning] = reporter.warnings
    assert warning.endswith("is not known: no list of projects")
