"""The face of ``stage adopt``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.adopt import AdoptedRelease, AdoptReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style, Table
from twine_stage.render.terminal import files, note


def render(report: AdoptReport) -> Sequence[Block]:
    """A line per release, with the digest that its manifest has; and what was passed over."""
    blocks = [block for release in report.releases for block in _release(release)]
    if report.passed_over:
        count = amounts.count(len(report.passed_over), "file")
        blocks.append(
            note(f"passed over {count} that no manifest can name, such as {report.passed_over[0]}")
        )
    return blocks


def details(report: AdoptReport) -> Sequence[Block]:
    """The names of the files, under their release; and those that were passed over."""
    named = [(release.release, release.files) for release in report.releases]
    if report.passed_over:
        named.append(("passed over", report.passed_over))
    return [block for title, names in named for block in _names(title, names)]


def _names(title: str, names: Sequence[str]) -> Sequence[Block]:
    rows = tuple((Span(name),) for name in names)
    return [(), (Span(title, Style.STRONG),), Table(rows=rows, indent=4)]


def _release(release: AdoptedRelease) -> Sequence[Block]:
    name = Span(release.release, Style.STRONG)
    count = amounts.count(len(release.files), "file")
    digest = files.digest(release.digest)
    where = f" to {release.path}" if release.path and release.outcome == "adopted" else ""
    said = Span(f" from {release.index}{where}: {count} ")
    blocks: list[Block] = [(files.word(release.outcome), Span(" "), name, said, digest)]
    if release.message:
        blocks.append(Entry(Span(""), release.message, indent=4))
    if release.yanked:
        is_all = set(release.yanked) >= set(release.files)
        which = "all of it as yanked" if is_all else f"as yanked: {', '.join(release.yanked)}"
        blocks.append(Entry(Span(""), f"the index shows {which}", indent=4))
    return blocks
