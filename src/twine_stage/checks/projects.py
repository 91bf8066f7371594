"""I506 to I510: the project to which the files would come, as the index has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from packaging.utils import canonicalize_name

from twine_stage.checks.additions import additions, by_project, named
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.listings import Project


def _not_archived(subject: Subject) -> Iterator[Problem]:
    for project, _ in by_project(additions(subject)):
        if project.status == "archived":
            yield Problem(
                project.name,
                f"the index says that {project.name} is archived{_because(project)}, and takes no"
                " files for it",
                "An owner can take it out of the archive, in the settings of the project there.",
            )


def _not_quarantined(subject: Subject) -> Iterator[Problem]:
    for project, _ in by_project(additions(subject)):
        if project.status == "quarantined":
            yield Problem(
                project.name,
                f"the index has put {project.name} into quarantine{_because(project)}: it takes"
                " files, and shows none of them",
                "Ask those who run the index; until then nobody can install what you publish.",
            )


def _because(project: Project) -> str:
    return f" ({project.status_reason})" if project.status_reason else ""


def _no_module(subject: Subject) -> Iterator[Problem]:
    for project in _new_projects(subject):
        if project.name in _standard_library():
            yield Problem(
                project.name,
                "expected a name that Python itself does not use, found that of a module of its"
                " standard library",
                "The index takes no new project of this name: choose another.",
            )


def _no_lookalike(subject: Subject) -> Iterator[Problem]:
    for project in _new_projects(subject):
        if others := subject.destination.lookalikes.get(project.name):
            yield Problem(
                project.name,
                f"expected a name that is taken for no other, but the index has {named(others)}",
                "If one of these is meant, correct the name; else the index wants another one.",
            )


def _known(subject: Subject) -> Iterator[Problem]:
    is_for_good = subject.destination.profile.is_pypi
    for project in _new_projects(subject):
        yield Problem(
            project.name,
            f"the index does not know {project.name}: this would be the first release of a new"
            " project",
            "Look at the name once more; the first upload takes it for good."
            if is_for_good
            else "Look at the name and at the index once more.",
        )


def _new_projects(subject: Subject) -> list[Project]:
    """The projects that would be made by the upload."""
    return [project for project, _ in by_project(additions(subject)) if not project.is_known]


@lru_cache(maxsize=1)
def _standard_library() -> frozenset[str]:
    """The names of all modules that any Python came with, and of what they lie in, normalized."""
    from stdlib_list import short_versions, stdlib_list  # noqa: PLC0415 - reads its lists

    modules = {module for version in short_versions for module in stdlib_list(version)}
    parents = {
        module.rsplit(".", depth)[0] for module in modules for depth in range(module.count(".") + 1)
    }
    return frozenset(map(canonicalize_name, parents))


RULES = (
    SetRule(
        code="I506",
        name="not-archived",
        severity=Severity.ERROR,
        summary="The project is not archived",
        judge=_not_archived,
    ),
    SetRule(
        code="I507",
        name="not-quarantined",
        severity=Severity.WARNING,
        summary="The index has not put the project into quarantine",
        judge=_not_quarantined,
    ),
    SetRule(
        code="I508",
        name="no-standard-module",
        severity=Severity.ERROR,
        summary="A new project is not called as a module of Python's standard library",
        judge=_no_module,
        is_of_pypi=True,
    ),
    SetRule(
        code="I509",
        name="no-lookalike",
        severity=Severity.ERROR,
        summary="A new project is not called nearly as one that there is",
        judge=_no_lookalike,
        is_of_pypi=True,
    ),
    SetRule(
        code="I510",
        name="known-project",
        severity=Severity.NOTICE,
        summary="The index knows the project",
        judge=_known,
    ),
)
