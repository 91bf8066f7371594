"""Running rules: which of them, over what, and how severe their findings are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twine_stage.attestations import Statement
from twine_stage.checks.base import (
    Destination,
    FileRule,
    Finding,
    Problem,
    Rule,
    SetRule,
    Severity,
    Subject,
)
from twine_stage.checks.table import ALL
from twine_stage.contents import Contents, shown
from twine_stage.errors import InvalidDistribution, UsageError
from twine_stage.profiles import Profile

_LONGEST = 1000  # characters of a message; values from hostile metadata may stand in it


def run(
    contents: Sequence[Contents],
    *,
    rules: Sequence[Rule] = ALL,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    strict: bool = False,
    destination: Destination | None = None,
    unreadable: Sequence[InvalidDistribution] = (),
    attestations: Sequence[Statement | InvalidDistribution] = (),
) -> tuple[Finding, ...]:
    """Judge files by rules.

    Args:
        contents: of the files, judged together as one set.
        rules: those that may run.
        select: beginnings of codes (``A``, ``M20``, ``S404``); only these rules run. Empty: all.
        ignore: beginnings of codes that do not run; stronger than ``select``.
        strict: warnings become errors.
        destination: where the files are meant to go; an index of which nothing is known, if none
            is named.
        unreadable: what was met instead of contents.
        attestations: what attestation files state, or what was met instead.

    Returns:
        The findings, sorted by file and code.

    Raises:
        UsageError: a beginning in ``select`` or ``ignore`` fits no code.
    """
    for prefix in (*select, *ignore):
        _expect_code(prefix)
    subject = Subject(contents, destination or Destination(), unreadable, attestations)
    profile = subject.destination.profile
    chosen = [rule for rule in rules if _is_chosen(rule, profile, select, ignore)]
    findings = [
        Finding(
            code=rule.code,
            severity=_severity(rule, strict=strict),
            file=problem.file,
            message=shown(problem.message, most=_LONGEST),
            hint=problem.hint,
        )
        for rule, problem in _problems(chosen, subject)
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.code)))


def _expect_code(prefix: str) -> None:
    if not (prefix and any(rule.code.startswith(prefix) for rule in ALL)):
        raise UsageError(
            f"expected a check's code or the beginning of one, found {prefix!r}",
            hint="For example: M204, or M for all checks of the core metadata.",
        )


def _is_chosen(rule: Rule, profile: Profile, select: Sequence[str], ignore: Sequence[str]) -> bool:
    if isinstance(rule, SetRule) and not rule.is_optional:
        return True
    if rule.is_of_pypi and not profile.is_pypi:
        return False
    is_selected = not select or rule.code.startswith(tuple(select))
    return is_selected and not rule.code.startswith(tuple(ignore))


def _severity(rule: Rule, *, strict: bool) -> Severity:
    return Severity.ERROR if strict and rule.severity is Severity.WARNING else rule.severity


def _problems(rules: Sequence[Rule], subject: Subject) -> Iterator[tuple[Rule, Problem]]:
    of_files = [rule for rule in rules if isinstance(rule, FileRule)]
    of_sets = [rule for rule in rules if isinstance(rule, SetRule)]
    for contents in subject.contents:  # file by file: what is parsed of one is parsed once
        for rule in of_files:
            for problem in rule.judge(contents):
                yield rule, problem
    for rule_of_set in of_sets:
        for problem in rule_of_set.judge(subject):
            yield rule_of_set, problem
