"""The face of ``stage freeze``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.freeze import FreezeReport, FrozenRelease
from twine_stage.render import amounts
from twine_stage.render.document import Block, Line, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: FreezeReport) -> Sequence[Block]:
    """A row per release: its digest is the one name for all its files; then the signatures."""
    if not report.releases:
        return [(Span("Nothing is left to freeze.", Style.STRONG),)]
    signed = [release for release in report.releases if release.bundle]
    return [
        Table(rows=tuple(_row(release) for release in report.releases), right=(0,)),
        *((Span(f"signature: {release.bundle}"),) for release in signed),
    ]


def _row(release: FrozenRelease) -> Line:
    revision = f", revision {release.revision}" if release.revision > 1 else ""
    return (
        files.word("frozen"),
        Span(release.release, Style.STRONG),
        files.digest(release.digest),
        Span(f"{amounts.count(len(release.files), 'file')}{revision}"),
    )
