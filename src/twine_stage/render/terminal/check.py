"""The face of ``stage check``: findings under the files that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from twine_stage.checks import Finding, Severity
from twine_stage.operations.check import CheckReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style
from twine_stage.render.terminal import files

_Said = tuple[str, str, str, str]
"""Severity, code, message and hint: a finding without its file."""

_NOTHING = "nothing to check: nothing is staged that is not published"


def render(report: CheckReport) -> Sequence[Block]:
    """Findings under the files that have just these, and how many there are.

    What is true of one wheel is mostly true of all: they share their metadata.
    """
    alike: dict[tuple[_Said, ...], list[str]] = {}
    for file, group in groupby(sorted(report.findings, key=_order), key=lambda one: one.file):
        alike.setdefault(tuple(map(_said, group)), []).append(file)
    blocks: list[Block] = []
    for said, names in alike.items():
        blocks += [(Span(name, Style.STRONG),) for name in names]
        for one in said:
            blocks += _finding(*one)
        blocks.append(())
    return [*blocks, (Span(summary(report), Style.STRONG),)]


def summary(report: CheckReport) -> str:
    """How many findings of each severity, in a few words; or that nothing was judged."""
    if not report.files:
        return _NOTHING
    found = Counter(finding.severity for finding in report.findings)
    parts = [amounts.count(found[one], one.value) for one in Severity if found[one]]
    return ", ".join(parts) or "no findings"


def _order(finding: Finding) -> tuple[str, int, str]:
    return (finding.file, list(Severity).index(finding.severity), finding.code)


def _said(finding: Finding) -> _Said:
    return (finding.severity.value, finding.code, finding.message, finding.hint)


def _finding(severity: str, code: str, message: str, hint: str) -> Sequence[Block]:
    style = files.word(severity).style
    blocks: list[Block] = [Entry(Span(f"{severity} {code}:", style), message, indent=4)]
    if hint:
        blocks.append(Entry(Span("hint:", Style.FAINT), hint, indent=4))
    return blocks
