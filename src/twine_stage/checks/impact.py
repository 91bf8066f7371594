"""I54x: what files would change in the choices that installers make of a public release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from twine_stage.checks.additions import Addition, additions, is_append
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.checks.choices import built
from twine_stage.distributions import Kind, kind_of
from twine_stage.environments import environments_for
from twine_stage.impact import Change, Effect, Offered, impact, offered
from twine_stage.resolution import Installer

_MOST_VICTIMS = 3
_WAY_OUT = (
    "Publish it in a new version, or with tags that no public file has. If it is meant, say so:"
    " --allow-shadow {}"
)


def _judge(effect: Effect, told: str, hint: str) -> Callable[[Subject], Iterator[Problem]]:
    def judge(subject: Subject) -> Iterator[Problem]:
        for addition in additions(subject):
            if _is_completion(subject, addition):
                continue
            changes, count = _impact_of(addition, is_pypi=subject.destination.profile.is_pypi)
            files = {change.file for change in changes if change.effect is effect}
            if effect in (Effect.SHADOWS, Effect.TIE):
                files = {file for file in files if kind_of(file) is Kind.WHEEL}  # else it is I503's
            for file in sorted(files - subject.destination.allowed):
                done = [one for one in changes if (one.effect, one.file) == (effect, file)]
                yield Problem(file, told.format(_sentence(done, count)), hint.format(file))

    return judge


def _impact_of(addition: Addition, *, is_pypi: bool) -> tuple[tuple[Change, ...], int]:
    """What an addition changes, and in how many environments that was looked at.

    PyPI shows for every file of a release what the first one requires of Python.
    """
    kept = (addition.listing.files[0].requires_python or "") if is_pypi else None
    before = offered(addition.listing)
    return _impact(before, before + built(addition.files, kept=kept))


def _is_completion(subject: Subject, addition: Addition) -> bool:
    """Whether nothing is public but what we began to publish: installers see our own order."""
    is_ours = addition.release in subject.destination.completions or not addition.listing.files
    return is_ours or not is_append(subject, addition.release)


@lru_cache(maxsize=16)  # each rule asks for the same
def _impact(
    before: tuple[Offered, ...], after: tuple[Offered, ...]
) -> tuple[tuple[Change, ...], int]:
    environments = environments_for(after)
    return impact(before, after, environments), len(environments)


def _sentence(changes: Sequence[Change], count: int) -> str:
    """What one file does: instead of which other, for whom, in how many environments."""
    first = [_clause(change, count) for change in changes[:_MOST_VICTIMS]]
    more = len(changes) - len(first)
    return "; ".join(first) + (f"; and {more} more such changes" if more else "")


def _clause(change: Change, count: int) -> str:
    names = change.environments
    whom = " and ".join(installer.value for installer in change.installers)
    if len(change.installers) < len(Installer):
        whom += " alone"
    what = "" if change.effect is Effect.FILLS else f"{change.instead_of or 'nothing'}, "
    return f"{what}by {whom} on {len(names)} of {count} environments, such as {change.example}"


RULES = (
    SetRule(
        code="I540",
        name="nothing-filled",
        severity=Severity.NOTICE,
        summary="What is added to a public release is for nobody who found nothing there",
        judge=_judge(
            Effect.FILLS,
            "installers find it where they found nothing before: {}",
            "Nothing has to be done if that is why it is added.",
        ),
    ),
    SetRule(
        code="I541",
        name="no-sdist-replaced",
        severity=Severity.WARNING,
        summary="What is added to a public release spares nobody the building of its sdist",
        judge=_judge(
            Effect.REPLACES_SDIST,
            "installers take it from now on where they built the sdist before: {}",
            "Nothing has to be done if that is why it is added. See that it is what the sdist"
            " builds; --allow-shadow {} says so.",
        ),
    ),
    SetRule(
        code="I542",
        name="no-shadow",
        severity=Severity.ERROR,
        summary="What is added to a public release takes the place of none of its files",
        judge=_judge(
            Effect.SHADOWS,
            "expected to take no public file's place, found that installers choose it instead of"
            " {}",
            _WAY_OUT,
        ),
    ),
    SetRule(
        code="I543",
        name="no-added-tie",
        severity=Severity.ERROR,
        summary="Both pip and uv choose alike still once files are added to a public release",
        judge=_judge(
            Effect.TIE,
            "expected pip and uv to choose alike as before, found that it is chosen instead of {}",
            _WAY_OUT,
        ),
    ),
)
