"""F1xx: the filename, and whether the core metadata agree with it."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import canonicalize_name

from twine_stage.checks.base import FileRule, Problem, Severity
from twine_stage.checks.parsing import parsed, version_of
from twine_stage.contents import Contents, shown
from twine_stage.distributions import Filename
from twine_stage.errors import InvalidDistribution

_REBUILD = "Build the file again; never rename one."
_NAMED = 3


def _grammar(contents: Contents) -> Iterator[Problem]:
    if contents.filename is not None:
        return
    try:
        Filename.parse(contents.name)
    except InvalidDistribution as error:
        yield Problem(
            contents.name,
            "expected a filename NAME-VERSION.tar.gz or NAME-VERSION-PYTHON-ABI-PLATFORM.whl:"
            f" {error.problem}",
            _REBUILD,
        )


def _project(contents: Contents) -> Iterator[Problem]:
    metadata = parsed(contents)
    if contents.filename is None or metadata is None:
        return
    name = metadata.raw.get("name")
    if name is None or canonicalize_name(name) != contents.filename.project:
        yield Problem(
            contents.name,
            f"the filename says project {contents.filename.project!r},"
            f" the core metadata {_said(name, metadata.unparsed.get('name'))}",
            _REBUILD,
        )


def _version(contents: Contents) -> Iterator[Problem]:
    metadata = parsed(contents)
    if contents.filename is None or metadata is None:
        return
    version = metadata.raw.get("version")
    if version_of(version) != contents.filename.version:
        yield Problem(
            contents.name,
            f"the filename says version '{contents.filename.version}',"
            f" the core metadata {_said(version, metadata.unparsed.get('version'))}",
            _REBUILD,
        )


def _said(value: str | None, several: list[str] | None) -> str:
    """What the metadata say, in words: a value, several, or nothing."""
    if value is not None:
        return f"say {shown(repr(value))}"
    return (
        f"say {' and '.join(shown(repr(value)) for value in several[:_NAMED])}"
        if several
        else "say nothing"
    )


RULES = (
    FileRule(
        code="F101",
        name="filename-grammar",
        severity=Severity.ERROR,
        summary="The filename follows the grammar of wheels or sdists",
        judge=_grammar,
    ),
    FileRule(
        code="F102",
        name="filename-project",
        severity=Severity.ERROR,
        summary="The filename and the core metadata name the same project",
        judge=_project,
    ),
    FileRule(
        code="F103",
        name="filename-version",
        severity=Severity.ERROR,
        summary="The filename and the core metadata name the same version",
        judge=_version,
    ),
)
