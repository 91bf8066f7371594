"""P6xx: the attestations that lie beside the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from twine_stage import attestations
from twine_stage.attestations import Statement
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.contents import Contents, shown
from twine_stage.errors import InvalidDistribution

_MOST = 2
"""How many attestations PyPI takes with a file."""


def _sound(subject: Subject) -> Iterator[Problem]:
    contents = {found.name: found for found in subject.contents}
    for attestation in subject.attestations:
        error = _fault(attestation, contents)
        if error:
            yield Problem(error.filename, error.problem, error.hint)


def _fault(
    attestation: Statement | InvalidDistribution, contents: Mapping[str, Contents]
) -> InvalidDistribution | None:
    if isinstance(attestation, InvalidDistribution):
        return attestation
    owner = contents.get(attestation.file)
    if owner and owner.filename:
        try:
            attestations.judge(attestation, filename=owner.filename, digest=owner.digests.sha256)
        except InvalidDistribution as error:
            return error
    return None


def _one_of_a_kind(subject: Subject) -> Iterator[Problem]:
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for statement in _statements(subject):
        kept = statement.attestation
        groups[statement.file, kept.predicate_type].setdefault(kept.sha256, statement.name)
    for (file, kind), names in groups.items():
        first, *others = sorted(names.values())
        for name in others:
            yield Problem(
                name,
                f"expected one attestation of each kind for {file}, found {first} to be of the"
                f" same kind, {shown(kind)}",
                "Keep the one that is meant; an index takes no second one.",
            )


def _attached(subject: Subject) -> Iterator[Problem]:
    names = {found.name for found in subject.contents}
    names |= {error.filename for error in subject.unreadable}
    for statement in _statements(subject):
        if statement.file not in names:
            yield Problem(
                statement.name,
                f"expected {statement.file} among the files, found none of that name",
                "Check it together with its file, or remove it.",
            )


def _familiar(subject: Subject) -> Iterator[Problem]:
    if not subject.destination.profile.is_pypi:
        yield from _unfamiliar(subject)


def _unfamiliar(subject: Subject) -> Iterator[Problem]:
    for statement in _statements(subject):
        if not statement.is_familiar:
            yield Problem(
                statement.name,
                "expected a publish attestation or SLSA provenance, found"
                f" {shown(statement.attestation.predicate_type)}",
                "PyPI refuses a file that comes with it; --no-attestations leaves it behind.",
            )


def _few(subject: Subject) -> Iterator[Problem]:
    files: dict[str, set[str]] = defaultdict(set)
    for statement in _statements(subject):
        files[statement.file].add(statement.attestation.sha256)
    for file, found in files.items():
        if len(found) > _MOST:
            yield Problem(
                file,
                f"expected at most {_MOST} attestations of it, found {len(found)}",
                "Keep a publish attestation and SLSA provenance, or what you need of them.",
            )


def _statements(subject: Subject) -> Iterator[Statement]:
    for attestation in subject.attestations:
        if isinstance(attestation, Statement):
            yield attestation


RULES = (
    SetRule(
        code="P601",
        name="attestation-sound",
        severity=Severity.ERROR,
        summary="An attestation is well-formed, and about the file that it lies beside",
        judge=_sound,
    ),
    SetRule(
        code="P602",
        name="attestation-one-of-a-kind",
        severity=Severity.ERROR,
        summary="A file has one attestation of each kind",
        judge=_one_of_a_kind,
    ),
    SetRule(
        code="P603",
        name="attestation-attached",
        severity=Severity.WARNING,
        summary="The file that an attestation belongs to is there",
        judge=_attached,
    ),
    SetRule(
        code="P604",
        name="attestation-familiar",
        severity=Severity.NOTICE,
        summary="An attestation is of a kind that PyPI takes",
        judge=_familiar,
    ),
    SetRule(
        code="P605",
        name="attestation-count",
        severity=Severity.ERROR,
        summary="A file has at most two attestations",
        judge=_few,
        is_of_pypi=True,
    ),
    SetRule(
        code="P606",
        name="attestation-supported",
        severity=Severity.ERROR,
        summary="An attestation is of a kind that PyPI takes, where PyPI is the index",
        judge=_unfamiliar,
        is_of_pypi=True,
    ),
)
