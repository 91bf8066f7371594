"""S41x: what a release lacks beside the one before it, or beside what is expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.version import Version

from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.checks.parsing import parsed
from twine_stage.checks.sets import requires_python
from twine_stage.completeness import (
    SYSTEMS,
    Missing,
    Raised,
    bundle,
    previous,
    raised,
    regressions,
    unmet,
)
from twine_stage.distributions import Filename, Kind
from twine_stage.listings import ListedFile, filename_of
from twine_stage.reach import ANY, Floor, family
from twine_stage.releases import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Successor:
    """A release, with what it will have, and the one before it on the index."""

    release: ReleaseId
    own: tuple[Filename, ...]
    requires_python: frozenset[str]
    before: Version
    had: tuple[Filename, ...]


def _as_expected(subject: Subject) -> Iterator[Problem]:
    for release, own in _whole(subject):
        names = {filename.text for filename in own}
        found = unmet(subject.destination.expected, release.version, names)
        for specifier, patterns in found.items():
            yield Problem(
                str(release),
                f'expected what "{specifier}" says in [tool.stage.expect], found no file that fits'
                f" {_in_words(patterns)}",
                "Build what is missing, and add it before anything is published.",
            )


def _no_regression(subject: Subject) -> Iterator[Problem]:
    for one in _successors(subject):
        if missing := regressions(one.own, one.had, one.requires_python):
            yield Problem(
                str(one.release),
                f"expected all that {one.before} has, found no {'; no '.join(map(_what, missing))}",
                "If it is left out on purpose, nothing has to be done. Otherwise look at the job"
                " that builds it.",
            )


def _no_bundle(subject: Subject) -> Iterator[Problem]:
    for release, own in _whole(subject):
        if found := bundle(own):
            yield Problem(
                str(release),
                f"{found.wheels} wheels, for {_in_words(map(str, found.pythons))} on"
                f" {_count(found.platforms, 'platform')}, could perhaps be"
                f" {_count(found.platforms, 'abi3 wheel')}",
                "If the code can do with the stable ABI (Py_LIMITED_API). Otherwise: --ignore S412",
            )


def _as_old_systems(subject: Subject) -> Iterator[Problem]:
    for one in _successors(subject):
        for found in raised(one.own, one.had):
            yield Problem(
                str(one.release),
                f"{_which(found)} need {SYSTEMS[family(found.platforms[0])]} {_dotted(found.now)};"
                f" in {one.before} they need {_dotted(found.before)}",
                "Where the system is older, installers take the sdist now, or an older release.",
            )


def _successors(subject: Subject) -> Iterator[_Successor]:
    for release, own in _whole(subject):
        project = subject.destination.projects.get(release.project)
        before = previous(project, release) if project else None
        if project is None or before is None:
            continue
        files = project.listing(ReleaseId(release.project, before)).files
        readable = (one for one in subject.releases[release] if parsed(one))
        yield _Successor(
            release=release,
            own=own,
            requires_python=frozenset(map(requires_python, readable)),
            before=before,
            had=_names([file for file in files if file.yanked is None] or files),
        )


def _whole(subject: Subject) -> Iterator[tuple[ReleaseId, tuple[Filename, ...]]]:
    """Each release with all that it will have: the files that are judged, and those shown."""
    for release, found in subject.releases.items():
        listing = subject.listing(release)
        own = tuple(contents.filename for contents in found if contents.filename)
        yield release, own + _names(listing.files if listing else ())


def _names(files: Iterable[ListedFile]) -> tuple[Filename, ...]:
    return tuple(name for file in files if (name := filename_of(file.filename)))


def _what(missing: Missing) -> str:
    """Such as ``win32 and win_arm64 wheels for cp313``."""
    if missing.kind is Kind.SDIST:
        return "sdist"
    if missing.platforms == (ANY,):
        return f"{_in_words(f'{pythons}-any' for pythons in missing.pythons)} wheel"
    is_one = len(missing.platforms) == len(missing.pythons) == 1
    words = [_in_words(missing.platforms), "wheel" if is_one else "wheels"]
    if missing.pythons:
        words += ["for", _in_words(map(str, missing.pythons))]
    return " ".join(filter(None, words))


def _which(found: Raised) -> str:
    """Such as ``manylinux_x86_64 wheels for cp313``."""
    wheels = f"{_in_words(found.platforms)} wheels"
    return f"{wheels} for {_in_words(map(str, found.pythons))}" if found.pythons else wheels


def _in_words(words: Iterable[str]) -> str:
    """``a, b and c``; nothing of nothing."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _dotted(floor: Floor) -> str:
    return ".".join(map(str, floor))


RULES = (
    SetRule(
        code="S410",
        name="as-expected",
        severity=Severity.ERROR,
        summary="A release has the files that [tool.stage.expect] names for its version",
        judge=_as_expected,
    ),
    SetRule(
        code="S411",
        name="as-before",
        severity=Severity.WARNING,
        summary="A release has wheels for all that the one before it had wheels for, and an sdist",
        judge=_no_regression,
    ),
    SetRule(
        code="S412",
        name="one-for-many",
        severity=Severity.NOTICE,
        summary="No wheels differ by their CPython alone where an abi3 wheel could do",
        judge=_no_bundle,
    ),
    SetRule(
        code="S413",
        name="systems-as-before",
        severity=Severity.NOTICE,
        summary="Wheels run on all systems on which those of the release before ran",
        judge=_as_old_systems,
    ),
)
