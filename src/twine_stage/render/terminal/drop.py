"""The face of ``stage drop``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.drop import DropReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: DropReport) -> Sequence[Block]:
    """A line per file that went, what was kept, and the space that is free again."""
    rows = [
        files.row("dropped", file.filename, size=file.size, sha256=file.sha256)
        for file in report.dropped
    ]
    rows += [files.row("kept", name) for name in report.kept]
    summary = f"{amounts.count(len(report.dropped), 'file')} dropped"
    freed = f", {amounts.size(report.freed)} freed" if report.freed else ""
    return [Table(rows=tuple(rows), right=(0, 1)), (Span(summary + freed, Style.STRONG),)]
