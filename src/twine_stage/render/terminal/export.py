"""The face of ``stage export``, where the document went to a file; else it is the document."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.export import ExportReport
from twine_stage.render.document import Block, Span, Style


def render(report: ExportReport) -> Sequence[Block]:
    """A line with the file that was written."""
    releases = ", ".join(report.releases)
    return [(Span("wrote ", Style.GOOD), Span(f"{report.output}: {report.format} of {releases}"))]


def verbatim(report: ExportReport) -> str | None:
    """What stdout gets as it is, no line of it folded or coloured."""
    return report.document
