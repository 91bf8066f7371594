"""The face of ``stage thaw``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.thaw import ThawReport
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: ThawReport) -> Sequence[Block]:
    """A row per release that is a draft again."""
    if not report.releases:
        return [(Span("Nothing is left to thaw.", Style.STRONG),)]
    rows = tuple(
        (files.word("thawed"), Span(release.release, Style.STRONG), Span("a draft again"))
        for release in report.releases
    )
    return [Table(rows=rows, right=(0,))]
