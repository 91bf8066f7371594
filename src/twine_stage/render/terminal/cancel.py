"""The face of ``stage cancel``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.cancel import CanceledRelease, CancelReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Span, Style
from twine_stage.render.terminal import files


def render(report: CancelReport) -> Sequence[Block]:
    """A line for each release."""
    return [_line(release) for release in report.releases]


def _line(release: CanceledRelease) -> Block:
    said = f" on {release.url}: {amounts.count(len(release.files), 'file')} discarded"
    if release.outcome == "absent":
        said = f" on {release.url}: no session of it lives there"
    name = Span(release.release, Style.STRONG)
    return (files.word(release.outcome), Span(" "), name, Span(said))
