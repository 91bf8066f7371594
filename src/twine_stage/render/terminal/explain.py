"""The face of ``stage explain``: a matrix of Pythons by platforms, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from twine_stage.operations.explain import (
    ExplainedEnvironment,
    ExplainedFile,
    ExplainedRelease,
    ExplainReport,
)
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Fitted, Line, Span, Style, Table, columns
from twine_stage.render.matrix import Column, Matrix
from twine_stage.render.remarks import remarks

_WIDTH = 80
"""Columns of what is no terminal: there, too, what is wider is shown in several bands."""
_GAP = "  "
_MARGIN = "    "
_NAMES = 13
"""Columns that the names of rows take at most: ``cp313t…cp315t``."""

_Shown = tuple[Column, int]
"""A column and how wide it is."""


def render(report: ExplainReport) -> Sequence[Block]:
    """Each release: a heading, its matrix, its files, and what is chosen on this machine."""
    blocks: list[Block] = []
    for number, release in enumerate(report.releases):
        blocks += [()] * bool(number)
        blocks += _release(release, report.installers)
    return blocks


def _release(release: ExplainedRelease, installers: Sequence[str]) -> Iterator[Block]:
    name = Span(release.release, Style.STRONG)
    where = f" on {release.index}" if release.index else ""
    if added := release.added:
        where += f" and {amounts.count(len(added), 'file')} more"
    if not release.files:
        yield (name, Span(f"{where}: there is no file, so nothing can be installed"))
        return
    yield (name, Span(f"{where}: what {' and '.join(installers)} {_verb(installers)}"))
    matrix = Matrix(release)
    shown = [(column, _width(matrix, column)) for column in matrix.columns(is_compact=True)]
    yield Fitted(partial(_matrix, matrix, shown))
    yield ()
    yield from _legend(matrix, len(release.environments))
    yield ()
    yield from _remarks(matrix, [column for column, _ in shown])


def _verb(installers: Sequence[str]) -> str:
    return "chooses" if len(installers) == 1 else "choose"


def _width(matrix: Matrix, column: Column) -> int:
    texts = [matrix.text(matrix.cell(row, column)) for row in matrix.rows([column])]
    return max(map(columns, (column.machines, column.versions, *texts)))


def _matrix(matrix: Matrix, shown: Sequence[_Shown], width: int | None) -> Iterator[Line]:
    """Bands below each other, each with all Pythons."""
    for band in _bands(shown, width or _WIDTH):
        yield ()
        yield from _band(matrix, band)


def _bands(shown: Sequence[_Shown], width: int) -> Iterator[list[_Shown]]:
    """Columns that fit beside each other; families are kept together if they can be."""
    room = width - len(_MARGIN) - _NAMES - len(_GAP)
    band: list[_Shown] = []
    for _, group in groupby(shown, key=lambda one: one[0].family):
        family = list(group)
        if band and _extent([*band, *family]) > room:
            yield band
            band = []
        for one in family:
            if band and _extent([*band, one]) > room:
                yield band
                band = []
            band.append(one)
    yield band


def _extent(band: Sequence[_Shown]) -> int:
    return sum(width + len(_GAP) for _, width in _widened(band)) - len(_GAP)


def _band(matrix: Matrix, band: Sequence[_Shown]) -> Iterator[Line]:
    """The headings of some columns, and their rows."""
    band = _widened(band)
    rows = matrix.rows([column for column, _ in band])
    named = max(len(row.name) for row in rows)
    start = Span(_MARGIN + " " * named + _GAP)
    yield (start, *_families(band))
    for heading in ("machines", "versions"):
        if any(getattr(column, heading) for column, _ in band):
            yield (start, *(_padded(getattr(column, heading), width) for column, width in band))
    for row in rows:
        cells = [(matrix.cell(row, column), width) for column, width in band]
        marks = (_padded(matrix.text(cell), width, _style(cell)) for cell, width in cells)
        yield (Span(f"{_MARGIN}{row.name:<{named}}{_GAP}"), *marks)


def _widened(band: Sequence[_Shown]) -> list[_Shown]:
    """The last column of a family makes room for the family's name."""
    found = []
    for name, group in groupby(band, key=lambda one: one[0].family):
        *head, (column, width) = group
        taken = sum(one + len(_GAP) for _, one in head)
        found += [*head, (column, max(width, len(name) - taken))]
    return found


def _families(band: Sequence[_Shown]) -> Iterator[Span]:
    for name, group in groupby(band, key=lambda one: one[0].family):
        yield _padded(name, sum(width + len(_GAP) for _, width in group) - len(_GAP), Style.STRONG)


def _padded(text: str, width: int, style: Style = Style.FAINT) -> Span:
    return Span(text + " " * (width - columns(text)) + _GAP, style)


def _style(cell: ExplainedEnvironment | None) -> Style:
    return Style.CARE if cell and cell.is_changed else Style.PLAIN


def _legend(matrix: Matrix, total: int) -> Iterator[Block]:
    """What the labels mean, and how often each file is chosen."""
    yield Table(
        heading=("", "kind", "size", f"of {total}", "file"),
        rows=tuple(_file(matrix.labels[one.filename], one) for one in matrix.release.files),
        right=(0, 2, 3),
        indent=len(_MARGIN),
    )


def _file(label: str, file: ExplainedFile) -> Line:
    counts = dict.fromkeys(file.chosen.values())
    is_idle = file.kind == "wheel" and not any(counts)
    return (
        Span(label, Style.STRONG),
        Span(file.kind),
        Span("" if file.size is None else amounts.size(file.size), Style.FAINT),
        Span("/".join(map(str, counts)), Style.CARE if is_idle else Style.PLAIN),
        Span(file.filename),
    )


def _remarks(matrix: Matrix, shown: Sequence[Column]) -> Iterator[Block]:
    """What cannot be seen in the matrix, a sentence each."""
    for column in shown:
        if not column.is_told:
            label = f"{column.family} {column.machines}".strip()
            yield Entry(Span(f"{label}:", Style.STRONG), column.covers)
    for remark in remarks(matrix.release):
        yield Entry(Span(f"{remark.label}:", Style.STRONG), remark.text)
