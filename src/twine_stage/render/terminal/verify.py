"""The face of ``stage verify``: each difference by its kind."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.verify import VerifiedRelease, VerifyReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files

KINDS = {
    "missing": "frozen, but the index does not show it",
    "unexpected": "the index shows it, but it was not frozen",
    "different": "the index serves other content than was frozen",
    "yanked": "the index shows it as yanked",
}
"""The kinds of difference, and what each means."""


def render(report: VerifyReport) -> Sequence[Block]:
    """A line per release that is exact; the others with their files, by kind of difference."""
    return [block for release in report.releases for block in _release(release)]


def _release(release: VerifiedRelease) -> Sequence[Block]:
    name = Span(release.release, Style.STRONG)
    matching = amounts.count(len(release.matching), "file")
    if release.is_exact:
        said = Span(f" on {release.index}: {matching} as frozen")
        return [(files.word("exact"), Span(" "), name, said)]
    said = Span(f" on {release.index}: {matching} as frozen, but")
    blocks: list[Block] = [(files.word("different"), Span(" "), name, said)]
    for kind, meaning in KINDS.items():
        names: Sequence[str] = getattr(release, kind)
        if names:
            blocks.append((Span("    "), files.word(kind), Span(f": {meaning}")))
            blocks.append(Table(rows=tuple((Span(name),) for name in names), indent=8))
    return blocks
