"""The face of ``stage add``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.add import AddReport
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: AddReport) -> Sequence[Block]:
    """A line per file, and what is staged now."""
    groups = (
        ("added", report.added),
        ("replaced", report.replaced),
        ("unchanged", report.unchanged),
    )
    rows = [
        files.row(what, file.filename, size=file.size, sha256=file.sha256)
        for what, group in groups
        for file in group
    ]
    rows += [files.row("ignored", name) for name in report.ignored]
    releases = sorted({file.release for _, group in groups for file in group})
    counts = ", ".join(f"{len(group)} {what}" for what, group in groups if group)
    summary = f"{counts}: {', '.join(releases)}" if releases else "nothing was added"
    return [Table(rows=tuple(rows), right=(0, 1)), (Span(summary, Style.STRONG),)]
