"""S4xx: the files of a release together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.checks.parsing import parsed
from twine_stage.contents import Contents
from twine_stage.distributions import Filename, Kind, kind_of

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


def _one_version(subject: Subject) -> Iterator[Problem]:
    filenames = [contents.filename for contents in subject.contents if contents.filename]
    for project, found in _by(filenames, lambda filename: filename.project).items():
        versions = sorted({filename.version for filename in found})
        if len(versions) > 1:
            yield Problem(
                project,
                f"expected one version of {project}, found {' and '.join(map(str, versions))}",
                "If the older files are left over from an earlier build, remove them.",
            )


def _one_sdist(subject: Subject) -> Iterator[Problem]:
    for release, found in subject.releases.items():
        names = sorted(
            {contents.name for contents in found if kind_of(contents.name) is Kind.SDIST}
        )
        if len(names) > 1:
            yield Problem(
                str(release),
                f"expected at most one sdist of {release}, found {' and '.join(names)}",
                "Keep the .tar.gz whose version is spelled as in the core metadata.",
            )


def _distinct_content(subject: Subject) -> Iterator[Problem]:
    for found in _by(subject.contents, lambda contents: contents.digests.sha256).values():
        first, *others = sorted({contents.name for contents in found})
        for name in others:
            yield Problem(
                name,
                f"expected a content of its own, found the same bytes as {first}",
                "Remove the one that was copied or renamed.",
            )


def _same_python(subject: Subject) -> Iterator[Problem]:
    for release, found in subject.releases.items():
        readable = [contents for contents in found if parsed(contents) is not None]
        groups = _by(readable, requires_python)
        if len(groups) > 1:
            said = "; ".join(
                f"{value or 'nothing'} in {group[0].name}" + _more(group)
                for value, group in sorted(groups.items())
            )
            yield Problem(
                str(release),
                f"expected one Requires-Python in all files of {release}, found {said}",
                "Build all files from the same sources.",
            )


def _one_spelling(subject: Subject) -> Iterator[Problem]:
    for release, found in subject.releases.items():
        spelled = _by(found, lambda contents: _version(contents.filename))
        if len(spelled) > 1:
            said = "; ".join(
                f"{version} in {group[0].name}" + _more(group)
                for version, group in sorted(spelled.items())
            )
            yield Problem(
                str(release),
                f"expected the version spelled in one way, found {said}",
                "Build all files from the same sources, with the version as it is to be shown.",
            )


def _version(filename: Filename | None) -> str:
    """How a filename spells its version, as far as it makes a difference to an index."""
    return str(filename.version) if filename else ""


def requires_python(contents: Contents) -> str:
    """What a file requires, in one spelling; nothing where it says nothing."""
    metadata = parsed(contents)
    return in_one_spelling((metadata.raw.get("requires_python") if metadata else None) or "")


def in_one_spelling(specifier: str) -> str:
    """A version specifier of which order and spaces make no difference."""
    try:
        return str(SpecifierSet(specifier))
    except InvalidSpecifier:
        return specifier


def _more(group: Sequence[Contents]) -> str:
    return f" and {len(group) - 1} more" if len(group) > 1 else ""


def _by(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    groups: dict[_K, list[_T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


RULES = (
    SetRule(
        code="S401",
        name="one-version",
        severity=Severity.WARNING,
        summary="The files are of one version of each project",
        judge=_one_version,
    ),
    SetRule(
        code="S402",
        name="one-sdist",
        severity=Severity.ERROR,
        summary="A release has at most one sdist",
        judge=_one_sdist,
    ),
    SetRule(
        code="S403",
        name="distinct-content",
        severity=Severity.ERROR,
        summary="No two names stand for the same bytes",
        judge=_distinct_content,
    ),
    SetRule(
        code="S404",
        name="same-requires-python",
        severity=Severity.WARNING,
        summary="All files of a release have the same Requires-Python",
        judge=_same_python,
    ),
    SetRule(
        code="S405",
        name="one-spelling",
        severity=Severity.WARNING,
        summary="All files of a release spell its version alike",
        judge=_one_spelling,
    ),
)
