"""I52x: the version of a release among those that the index has of its project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from packaging.version import Version

from twine_stage.checks.additions import Addition, additions, named
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.listings import Project

_DATED = 1000
"""A part of a version that is as great as this is a year or a date, and skips as time does."""

_SERIES = 2
"""How many parts of a version name its series: 1.2 is the one of 1.2.3."""

Numbers = tuple[int, ...]


def _is_next(subject: Subject) -> Iterator[Problem]:
    for addition in additions(subject):
        version = addition.release.version
        published = _rivals(version, addition.project)
        if version in addition.project.versions or not published:
            continue
        newest = published[-1]
        if version < newest and not _is_of_older_series(version, published):
            yield Problem(
                str(addition.release),
                f"expected a version above {_highest(version, published)}, which the index has,"
                f" found {version}",
                "Installers choose the highest version, so that hardly anybody would get this one."
                " If it is mistyped, correct it.",
            )


def _rivals(version: Version, project: Project) -> Sequence[Version]:
    """The versions that installers could choose in place of one, the lowest first.

    Nobody gets what was yanked, nor a pre-release where there is a final one, unless by its name.
    """
    return [other for other in project.standing if version.is_prerelease or not other.is_prerelease]


def _is_of_older_series(version: Version, published: Sequence[Version]) -> bool:
    """Whether a version continues a series that is older than the newest one.

    A series is what begins alike: 1.2.x, or 1.x. A post-release continues its own release.
    """
    longest = max(_SERIES, len(version.release) - 1)
    if version.is_postrelease:
        longest = max(longest, len(version.release))
    for length in range(1, longest + 1):
        start = _start(version, length)
        series = [other for other in published if _start(other, length) == start]
        if series and version > max(series):
            return True
    return False


def _highest(version: Version, published: Sequence[Version]) -> Version:
    """The highest version that begins as this one does: of its own series, or else of all."""
    for length in range(_SERIES, 0, -1):
        start = _start(version, length)
        if series := [other for other in published if _start(other, length) == start]:
            return max(series)
    return published[-1]


def _start(version: Version, length: int) -> tuple[int, Numbers]:
    return version.epoch, _padded(version.release, length)[:length]


def _follows(subject: Subject) -> Iterator[Problem]:
    for addition in additions(subject):
        if skipped := _skipped(addition.release.version, addition.project.versions):
            before, expected = skipped
            yield Problem(
                str(addition.release),
                f"expected {expected} after {before}, the version before it on the index, found"
                f" {addition.release.version}",
                "If a version is left out on purpose, nothing has to be done.",
            )


def _skipped(version: Version, published: Sequence[Version]) -> tuple[str, str] | None:
    """The version before, and the one that would follow it; None where none is left out.

    Only the numbers count: pre-releases announce theirs, and whoever numbers development releases
    does not choose. What the project has done before is how it counts.
    """
    if version.is_devrelease:
        return None
    alike = [other for other in published if other.epoch == version.epoch]
    length = max(len(other.release) for other in (version, *alike))
    own = _padded(version.release, length)
    numbers = sorted({_padded(other.release, length) for other in alike if not other.is_devrelease})
    before = [other for other in numbers if other < own]
    if own in numbers or not before:
        return None
    place, leaps = _leap(before[-1], own)
    if max(own[: place + 2]) >= _DATED:
        return None
    habits = [done for at, done in (_leap(*pair) for pair in pairwise(numbers)) if at == place]
    usual = [max((done[which] for done in habits), default=0) for which in range(len(leaps))]
    if all(leap <= most for leap, most in zip(leaps, usual, strict=True)):
        return None
    expected = _padded((*own[:place], before[-1][place] + 1), len(version.release))
    return _spelled(before[-1]), _spelled(expected)


def _leap(before: Numbers, after: Numbers) -> tuple[int, Numbers]:
    """Which number is the first to grow, by how much too much, and what the next one begins with.

    From 1.2.5 to 1.3.0 the second grows, by nothing too much, and the third begins with nothing.
    """
    place = next(at for at, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1)
    return place, (after[place] - before[place] - 1, sum(after[place + 1 : place + 2]))


def _padded(numbers: Numbers, length: int) -> Numbers:
    return numbers + (0,) * (length - len(numbers))


def _spelled(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))


def _is_complete(subject: Subject) -> Iterator[Problem]:
    for addition in additions(subject):
        if others := _others(addition):
            yield Problem(
                str(addition.release),
                f"{addition.release} is published already, with files that are not among these:"
                f" {named(others)}",
                "If you meant to release something new, raise the version.",
            )


def _others(addition: Addition) -> list[str]:
    """What the index shows of the release and we do not have."""
    return [file.filename for file in addition.listing.files if file.filename not in addition.own]


RULES = (
    SetRule(
        code="I520",
        name="newest-of-series",
        severity=Severity.WARNING,
        summary="The version is above all that the index has of its series",
        judge=_is_next,
    ),
    SetRule(
        code="I521",
        name="no-version-skipped",
        severity=Severity.NOTICE,
        summary="The version follows the one before it on the index",
        judge=_follows,
    ),
    SetRule(
        code="I522",
        name="own-files-only",
        severity=Severity.NOTICE,
        summary="The index shows no files of the release that are not ours",
        judge=_is_complete,
    ),
)
