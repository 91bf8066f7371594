"""S42x: which files of a release installers choose, and which they never do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from packaging.tags import Tag

from twine_stage.checks.additions import named
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.checks.sets import requires_python
from twine_stage.contents import Contents
from twine_stage.distributions import Kind, kind_of
from twine_stage.environments import environments_for
from twine_stage.impact import Change, Effect, Offered, impact, offered, unknown, useless
from twine_stage.releases import ReleaseId
from twine_stage.resolution import Installer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """What becomes of the files of one release; ``ties`` are told from the side of pip."""

    ties: tuple[Change, ...]
    useless: tuple[tuple[Offered, frozenset[str]], ...]
    unknown: tuple[Offered, ...]
    environments: int


def built(files: Iterable[Contents], *, kept: str | None = None) -> tuple[Offered, ...]:
    """What installers would see of some files; ``kept`` is what an index says they require."""
    return tuple(
        Offered(contents.filename, requires_python(contents) if kept is None else kept)
        for contents in files
        if contents.filename is not None
    )


def _no_tie(subject: Subject) -> Iterator[Problem]:
    for release, own, shown in _sets(subject):
        choices = _choices(own)
        for tie in choices.ties if not shown else ():
            yield Problem(
                str(release),
                f"expected pip and uv to choose alike, found that pip takes {tie.file} and uv"
                f" {tie.instead_of or 'nothing'} on {len(tie.environments)} of"
                f" {choices.environments} environments, such as {tie.example}",
                "Leave one of the two out."
                if tie.instead_of
                else "uv takes nothing for what a Requires-Python says: see that it is a version"
                " specifier, and the same in all files.",
            )


def _no_useless_file(subject: Subject) -> Iterator[Problem]:
    for _, own, shown in _sets(subject):
        names = {file.filename.text for file in own}
        others = tuple(file for file in shown if file.filename.text not in names)
        beaten = {loser.filename.text for _, loser in _twins(own)}
        for file, better in _choices(own + others).useless:
            name = file.filename.text
            if name not in names or name in beaten:
                continue
            found = (
                f"that installers choose {named(better)} wherever they could use it"
                if better
                else f"that its Requires-Python ({file.requires_python}) rules out each of its tags"
            )
            yield Problem(
                name,
                f"expected a wheel that somebody would get, found {found}",
                "Leave it out, or correct its tags.",
            )


def _known_environment(subject: Subject) -> Iterator[Problem]:
    for _, own, _ in _sets(subject):
        for file in _choices(own).unknown:
            tags = named(map(str, file.filename.tags))
            yield Problem(
                file.filename.text,
                f"expected tags of an environment that we know, found {tags}",
                "If it is for Python 2, or for an interpreter or a system that few have, nothing"
                " has to be done. Otherwise correct its tags.",
            )


def _no_silent_build_tag(subject: Subject) -> Iterator[Problem]:
    for _, own, _ in _sets(subject):
        for winner, loser in _twins(own):
            yield Problem(
                winner.filename.text,
                f"expected one wheel for its tags, found that its build tag alone makes it take the"
                f" place of {loser.filename.text}",
                "Leave the older one out. A change that users should notice is a new version.",
            )


def _sets(
    subject: Subject,
) -> Iterator[tuple[ReleaseId, tuple[Offered, ...], tuple[Offered, ...]]]:
    """Each release with its files, and with those that the index shows of it."""
    for release, contents in subject.releases.items():
        listing = subject.listing(release)
        yield release, built(contents), offered(listing) if listing else ()


@lru_cache(maxsize=16)  # each rule asks for the same
def _choices(files: tuple[Offered, ...]) -> _Choices:
    environments = environments_for(files)
    changes = impact((), files, environments)
    return _Choices(
        ties=tuple(
            change
            for change in changes
            if (change.effect, change.installers) == (Effect.TIE, (Installer.PIP,))
            and kind_of(change.file) is Kind.WHEEL  # two sdists are S402's
        ),
        useless=useless(files, environments),
        unknown=unknown(files, environments),
        environments=len(environments),
    )


def _twins(files: Iterable[Offered]) -> Iterator[tuple[Offered, Offered]]:
    """Wheels with a build tag, and those with the same other tags whose build is older."""
    twins: dict[frozenset[Tag], list[Offered]] = defaultdict(list)
    for file in files:
        if file.filename.kind is Kind.WHEEL:
            twins[file.filename.tags].append(file)
    for group in twins.values():
        newest = max(group, key=lambda file: (file.filename.build, file.filename.text))
        for file in sorted(group, key=lambda file: file.filename.text):
            if file.filename.build < newest.filename.build:
                yield newest, file


RULES = (
    SetRule(
        code="S420",
        name="no-tie",
        severity=Severity.WARNING,
        summary="Both pip and uv choose the same file of a release",
        judge=_no_tie,
    ),
    SetRule(
        code="S421",
        name="no-useless-file",
        severity=Severity.WARNING,
        summary="Every wheel is chosen by an installer in some environment",
        judge=_no_useless_file,
    ),
    SetRule(
        code="S422",
        name="known-environment",
        severity=Severity.NOTICE,
        summary="Every wheel is for an environment that we know",
        judge=_known_environment,
    ),
    SetRule(
        code="S423",
        name="no-silent-build-tag",
        severity=Severity.WARNING,
        summary="No wheel takes the place of another by its build tag alone",
        judge=_no_silent_build_tag,
    ),
)
