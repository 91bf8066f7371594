"""The face of ``stage check``: findings by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from twine_stage.checks import Finding, Severity
from twine_stage.operations.check import CheckReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style
from twine_stage.render.terminal import files


def render(report: CheckReport) -> Sequence[Block]:
    """Findings under the file they are about, and how many there are."""
    blocks: list[Block] = []
    for file, group in groupby(sorted(report.findings, key=_order), key=lambda one: one.file):
        blocks.append((Span(file, Style.STRONG),))
        for finding in group:
            blocks += _finding(finding)
        blocks.append(())
    return [*blocks, (Span(summary(report), Style.STRONG),)]


def summary(report: CheckReport) -> str:
    """How many findings of each severity, in a few words."""
    found = Counter(finding.severity for finding in report.findings)
    parts = [amounts.count(found[one], one.value) for one in Severity if found[one]]
    return ", ".join(parts) or "no findings"


def _order(finding: Finding) -> tuple[str, int, str]:
    return (finding.file, list(Severity).index(finding.severity), finding.code)


def _finding(finding: Finding) -> Sequence[Block]:
    severity = files.word(finding.severity.value)
    blocks: list[Block] = [
        Entry(Span(f"{severity.text} {finding.code}:", severity.style), finding.message, indent=4)
    ]
    if finding.hint:
        blocks.append(Entry(Span("hint:", Style.FAINT), finding.hint, indent=4))
    return blocks
