"""I50x and I51x: the files against the files that an index shows."""

from __future__ import annotations

from collections.abc import Iterator

from twine_stage.checks.additions import additions, by_project, named
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.checks.sets import in_one_spelling, requires_python
from twine_stage.digests import SHORT
from twine_stage.distributions import Kind, kind_of
from twine_stage.listings import Project, filename_of
from twine_stage.sizes import exact

_NEARLY = 0.9

_ASK_FOR_MORE = (
    "If the index has granted the project more, say so in pyproject.toml: max-project-size in"
    " [tool.stage.index.NAME]. Otherwise ask for it, or delete what nobody needs any more."
)


def _no_conflict(subject: Subject) -> Iterator[Problem]:
    for release, found in subject.releases.items():
        listing = subject.listing(release)
        shown = listing.by_name if listing else {}
        for contents in found:
            listed = shown.get(contents.name)
            if listed and listed.sha256 and listed.sha256 != contents.digests.sha256:
                yield Problem(
                    contents.name,
                    f"the index serves other bytes under this name: expected SHA-256"
                    f" {contents.digests.sha256[:SHORT]}, found {listed.sha256[:SHORT]}",
                    "A published file never changes: build the change as a new version.",
                )


def _no_twin(subject: Subject) -> Iterator[Problem]:
    for project, files in by_project(additions(subject)):
        shown = {file.sha256: file.filename for file in project.files if file.sha256}
        for contents in files:
            if twin := shown.get(contents.digests.sha256):
                yield Problem(
                    contents.name,
                    f"expected a content of its own, found the same bytes as {twin}, which the"
                    " index shows",
                    "A copy that was renamed says nothing new: build the file.",
                )


def _no_other_sdist(subject: Subject) -> Iterator[Problem]:
    for addition in additions(subject):
        public = [
            file.filename for file in addition.listing.files if kind_of(file.filename) is Kind.SDIST
        ]
        for contents in addition.files:
            if public and kind_of(contents.name) is Kind.SDIST:
                yield Problem(
                    contents.name,
                    f"expected no other sdist of {addition.release}, but the index shows"
                    f" {named(public)}",
                    "A release has one sdist: build what has changed as a new version.",
                )


def _fits_into_project(subject: Subject) -> Iterator[Problem]:
    for project, size, limit in _sizes(subject):
        if size > limit:
            yield Problem(
                project.name,
                f"expected at most {exact(limit)} in all files of {project.name} together, found"
                f" {exact(size)} with those that are new",
                _ASK_FOR_MORE,
            )


def _leaves_room(subject: Subject) -> Iterator[Problem]:
    for project, size, limit in _sizes(subject):
        if _NEARLY * limit < size <= limit:
            yield Problem(
                project.name,
                f"with these files, {project.name} has {exact(size)} of the {exact(limit)} that"
                " it may have",
                _ASK_FOR_MORE,
            )


def _sizes(subject: Subject) -> Iterator[tuple[Project, int, int]]:
    """The projects with the size they would have, and how large they may be, in bytes."""
    limit = subject.destination.profile.max_project_size
    if limit is not None:
        for project, files in by_project(additions(subject)):
            yield project, project.size + sum(file.digests.size for file in files), limit


def _same_python(subject: Subject) -> Iterator[Problem]:
    # What says nothing may come from an index that tells nothing; that of PyPI tells.
    tells_all = subject.destination.profile.is_pypi
    for addition in additions(subject):
        shown = {
            in_one_spelling(file.requires_python or "")
            for file in addition.listing.files
            if file.requires_python or tells_all
        }
        for contents in addition.files:
            if shown and (own := requires_python(contents)) not in shown:
                public = named(value or "nothing" for value in shown)
                yield Problem(
                    contents.name,
                    f"expected the Requires-Python of {addition.release} on the index, which is"
                    f" {public}, found {own or 'nothing'}",
                    "Build all files of a release from the same sources; a change of what it"
                    " requires is a new version.",
                )


def _same_spelling(subject: Subject) -> Iterator[Problem]:
    for addition in additions(subject):
        shown = {_spelling(file.filename) for file in addition.listing.files}
        for contents in addition.files:
            if shown and (own := _spelling(contents.name)) not in shown:
                yield Problem(
                    contents.name,
                    f"expected the version as the index spells it, {named(shown)}, found {own}",
                    "Both are the same version: spell it as it was published first.",
                )


def _spelling(filename: str) -> str:
    """How a filename spells its version, as far as it makes a difference to an index."""
    parsed = filename_of(filename)
    return str(parsed.version) if parsed else ""


OF_CONTENT = (
    SetRule(
        code="I501",
        name="no-conflict",
        severity=Severity.ERROR,
        summary="The index serves no other content under the same name",
        judge=_no_conflict,
    ),
    SetRule(
        code="I502",
        name="new-content",
        severity=Severity.ERROR,
        summary="The index does not serve the same content under another name",
        judge=_no_twin,
    ),
    SetRule(
        code="I503",
        name="only-sdist",
        severity=Severity.ERROR,
        summary="The index shows no other sdist of the release",
        judge=_no_other_sdist,
    ),
    SetRule(
        code="I504",
        name="project-size",
        severity=Severity.ERROR,
        summary="All files of the project together are as large as the index allows, or smaller",
        judge=_fits_into_project,
    ),
    SetRule(
        code="I505",
        name="project-has-room",
        severity=Severity.WARNING,
        summary="The files of the project are not nearly as large as the index allows",
        judge=_leaves_room,
    ),
)

OF_RELEASE = (
    SetRule(
        code="I511",
        name="requires-python-as-listed",
        severity=Severity.WARNING,
        summary="The files have the Requires-Python that the index shows of the release",
        judge=_same_python,
    ),
    SetRule(
        code="I512",
        name="version-as-listed",
        severity=Severity.WARNING,
        summary="The files spell the version as the index does",
        judge=_same_spelling,
    ),
)
