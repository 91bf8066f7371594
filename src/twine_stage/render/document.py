"""Documents: text that knows what it means, before it meets a terminal or a pipe.

Renderers return blocks; ``layout`` makes lines of them, folded to a terminal's width or, for a
pipe, never folded; ``painting`` gives the lines their colours. Nothing is ever cut off.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

_BREAKS = (" ", "-/", ".+", "_")
"""Where a text is best broken, and where it is broken if it must be."""
_LEAST = 3
"""A place to break a text at must leave this part of the line at least: a third."""
_GAP = 2
_INDENT = 4
_NARROWEST = 16
"""Columns that the last column of a table must have; if not, rows are stacked."""


class Style(Enum):
    """What a piece of text means; colour only repeats what the words say."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and a sentence; folded lines hang under the first word of the sentence."""

    label: Span
    text: str
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells in columns; ``right`` names those aligned to the right.

    Where the width does not suffice, the last column is folded, so that is where names stand.
    """

    rows: tuple[Line, ...]
    heading: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that are made for a width: the columns of a terminal, or None where there is none."""

    lines: Callable[[int | None], Iterable[Line]]


Block = Line | Entry | Table | Fitted


def layout(blocks: Iterable[Block], width: int | None) -> Iterator[Line]:
    """The lines of a document.

    Args:
        blocks: the document.
        width: the columns of the terminal; None where lines are never folded.
    """
    for block in blocks:
        match block:
            case Entry():
                yield from _entry(block, width)
            case Table():
                yield from _table(block, width)
            case Fitted():
                for line in block.lines(width):
                    yield from _line(line, width)
            case _:
                yield from _line(block, width)


def plain(blocks: Iterable[Block], width: int | None = None) -> str:
    """The text of a document, without styles."""
    return "".join(
        "".join(span.text for span in line).rstrip() + "\n" for line in layout(blocks, width)
    )


def fold(text: str, width: int) -> list[str]:
    """Break a text into pieces of at most ``width`` columns, after a mark if there is one."""
    pieces = []
    while (fitting := _fitting(text, width)) < len(text):
        at = _place(text, fitting)
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*pieces, text]


def _place(text: str, fitting: int) -> int:
    """Where to break a text of which so many characters fit."""
    if text[fitting] == " ":
        return fitting
    for marks in _BREAKS:
        at = max(text.rfind(mark, 0, fitting) for mark in marks) + 1
        if at * _LEAST >= fitting and text[:at].strip():
            return at
    return fitting


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitting(text: str, width: int) -> int:
    """How many characters of a text fit, at least one."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns_of(character)
        if taken > width:
            return max(place, 1)
    return len(text)


def _line(line: Line, width: int | None) -> Iterator[Line]:
    text = "".join(span.text for span in line).rstrip()
    if width is None or columns(text) <= width:
        yield line
        return
    end = 0
    for number, piece in enumerate(fold(text, max(width - _INDENT, 1))):
        start = text.index(piece, end)
        end = start + len(piece)
        yield (Span(" " * _INDENT if number else ""), *_cut(line, start, end))


def _cut(line: Line, start: int, end: int) -> Iterator[Span]:
    """The spans between two places of a line."""
    place = 0
    for span in line:
        yield Span(span.text[max(start - place, 0) : max(end - place, 0)], span.style)
        place += len(span.text)


def _entry(entry: Entry, width: int | None) -> Iterator[Line]:
    label = Span(" " * entry.indent + entry.label.text, entry.label.style)
    margin = columns(label.text) + (1 if entry.label.text else 0)
    room = None if width is None else max(width - margin, _NARROWEST)
    first = True
    for paragraph in entry.text.splitlines() or [""]:
        for piece in [paragraph] if room is None else fold(paragraph, room):
            if first and entry.label.text:
                yield (label, Span(" "), Span(piece))
            else:
                yield (Span(" " * margin), Span(piece))
            first = False


def _table(table: Table, width: int | None, *, is_stacked: bool = False) -> Iterator[Line]:
    heading = tuple(Span(text, Style.FAINT) for text in table.heading)
    rows = [row for row in (heading, *table.rows) if row]
    if not rows:
        return
    widths = [max(columns(row[place].text) for row in rows) for place in range(len(rows[0]))]
    margin = table.indent + sum(widths[:-1]) + _GAP * (len(widths) - 1)
    if width is not None:
        room = max(width - margin, 0)
        if room < min(widths[-1], _NARROWEST) and len(widths) > 1:
            yield from (_cells if is_stacked else _stacked)(table, width)
            return
        widths[-1] = max(min(widths[-1], room), 1)
    for row in rows:
        yield from _row(row, widths, table)


def _stacked(table: Table, width: int) -> Iterator[Line]:
    """A table too wide for the terminal: the first cell of a row above the others."""
    for row in table.rows:
        first, *rest = row
        below = Table(rows=(tuple(rest),), indent=table.indent + _INDENT)
        yield from _table(Table(rows=((first,),), indent=table.indent), width)
        yield from _table(below, width, is_stacked=True)


def _cells(table: Table, width: int) -> Iterator[Line]:
    """A table too wide even so: the last cell of a row below the others."""
    for row in table.rows:
        *head, last = row
        beside = [span for cell in head if cell.text for span in (cell, Span(" " * _GAP))]
        yield from _line((Span(" " * table.indent), *beside), width)
        yield from _table(Table(rows=((last,),), indent=table.indent), width)


def _row(row: Line, widths: Sequence[int], table: Table) -> Iterator[Line]:
    *head, last = row
    start: list[Span] = [Span(" " * table.indent)] if table.indent else []
    for place, cell in enumerate(head):
        gap = " " * (widths[place] - columns(cell.text))
        text = gap + cell.text if place in table.right else cell.text + gap
        start += [Span(text, cell.style), Span(" " * _GAP)]
    first, *rest = fold(last.text, widths[-1])
    if len(head) in table.right:
        first = " " * (widths[-1] - columns(first)) + first
    yield (*start, Span(first, last.style))
    hang = Span(" " * sum(columns(span.text) for span in start))
    for piece in rest:
        yield (hang, Span(piece, last.style))
