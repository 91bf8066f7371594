"""What a person sees before they decide to append to a public release."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.policy import Append
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.terminal import files


def render(append: Append, index: str) -> Sequence[Block]:
    """How old the release is, what is public, and what would be added."""
    since = "" if append.age is None else f", since {amounts.age(append.age)}"
    rows: list[Line] = [
        _row(Span("public", Style.FAINT), file.filename, file.size, file.sha256)
        for file in append.shown
    ]
    rows += [
        _row(Span("to add", Style.CARE), dist.filename.text, dist.size, dist.sha256)
        for dist in append.additions
    ]
    return [
        Entry(Span("warning:", Style.CARE), f"{append.release} is public on {index}{since}."),
        Table(rows=tuple(rows), right=(1,), indent=4),
    ]


def _row(what: Span, filename: str, size: int | None, sha256: str | None) -> Line:
    _, shown_size, digest, name = files.row("", filename, size=size, sha256=sha256 or "")
    return (what, shown_size, digest, name)
