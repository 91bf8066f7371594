"""What a person sees before they decide to append to a public release."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.impact import Change, Effect
from twine_stage.policy import Deadline
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.terminal import files
from twine_stage.standings import Append

_MOST_CHANGES = 8
_WORDS = {
    Effect.FILLS: "fills a gap:",
    Effect.REPLACES_SDIST: "replaces the sdist:",
    Effect.SHADOWS: "takes another's place:",
    Effect.TIE: "parts pip and uv:",
}


def render(append: Append, index: str) -> Sequence[Block]:
    """How old the release is, what is public, what would be added, and until when that goes."""
    age = "" if append.age is None else f"; its first file came {amounts.age(append.age)} ago"
    rows: list[Line] = [
        _row(Span("public", Style.FAINT), file.filename, file.size, file.sha256)
        for file in append.shown
    ]
    rows += [
        _row(Span("to add", Style.CARE), dist.filename.text, dist.size, dist.sha256)
        for dist in append.additions
    ]
    return [
        Entry(Span("warning:", Style.CARE), f"{append.release} is public on {index}{age}."),
        Table(rows=tuple(rows), right=(1,), indent=4),
        *map(_change, append.changes[:_MOST_CHANGES]),
        *_until(append.deadline),
    ]


def _change(change: Change) -> Block:
    """What one file would change, for whom."""
    instead = f" instead of {change.instead_of}" if change.instead_of else ""
    return Entry(
        Span(_WORDS[change.effect], files.word(change.effect.value).style),
        f"{change.file}{instead}, by {change.audience}",
        indent=4,
    )


def _until(deadline: Deadline | None) -> Sequence[Block]:
    if deadline is None:
        return ()
    style = Style.CARE if deadline.is_near else Style.FAINT
    return [Entry(Span("deadline:", style), f"It takes files {deadline.clause}.")]


def _row(what: Span, filename: str, size: int | None, sha256: str | None) -> Line:
    _, shown_size, digest, name = files.row("", filename, size=size, sha256=sha256 or "")
    return (what, shown_size, digest, name)
