"""The tables of the page of ``stage explain``: the matrix of environments, and the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from twine_stage.operations.explain import ExplainedFile, ExplainedRelease
from twine_stage.render import amounts
from twine_stage.render.html.frame import element, text
from twine_stage.render.matrix import Cell, Column, Matrix, Row

_HERE = element("span", "here", class_="tag")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A matrix, and names for its files that no other release on the page has."""

    matrix: Matrix
    number: int

    @property
    def files(self) -> dict[str, str]:
        """A name for each file, made of nothing but letters and digits, by filename."""
        return {
            one.filename: f"r{self.number}f{place}"
            for place, one in enumerate(self.matrix.release.files)
        }

    def chip(self, filename: str | None, *, is_link: bool = True) -> str:
        """The label of a file, which leads to its row among the files."""
        match = self.matrix.match(filename)
        label = text(self.matrix.label({"": filename}))
        if filename is None:
            return element("span", label, class_="chip none", title="nothing can be installed")
        name = self.files[filename]
        if not is_link:
            return element("span", label, class_=f"chip {match} {name}")
        return element("a", label, class_=f"chip {match} {name}", href=f"#{name}", title=filename)


def matrix_table(labelled: Labelled) -> str:
    """Rows of Pythons, columns of platforms."""
    matrix = labelled.matrix
    columns = matrix.columns(is_compact=False)
    firsts = [next(group) for _, group in groupby(columns, key=lambda one: one.family)]
    rows = [Row((python,)) for python in matrix.pythons]
    caption = f"The file that is chosen for {matrix.release.release}, by Python and platform"
    table = element(
        "table",
        element("caption", text(caption), class_="hidden"),
        element("thead", *_heading(matrix, columns, firsts)),
        element("tbody", *(_row(labelled, row, columns, firsts) for row in rows)),
        class_="matrix",
    )
    return element("div", table, class_="box", tabindex="0", role="region", aria_label=caption)


def column_list(labelled: Labelled) -> str:
    """What stands behind the headings of the matrix, to be opened by who asks."""
    told = [
        part
        for column in labelled.matrix.columns(is_compact=False)
        for part in (
            element("dt", text(f"{column.family} {column.machines} {column.versions}".strip())),
            element("dd", text(column.covers)),
        )
    ]
    summary = element("summary", "What the columns stand for")
    return element("details", summary, element("dl", *told, class_="remarks"))


def files_table(labelled: Labelled) -> str:
    """What the labels mean."""
    release = labelled.matrix.release
    counted = _counted(release)
    heads = ("", "File", "Kind", "Size", "Python", "State", *counted)
    total = len(release.environments)
    table = element(
        "table",
        element("caption", text(f"The files of {release.release}"), class_="hidden"),
        element("thead", element("tr", *(element("th", text(one), scope="col") for one in heads))),
        element("tbody", *(_file(labelled, one, counted, total) for one in release.files)),
        class_="files",
    )
    return element("div", table, class_="box")


def _counted(release: ExplainedRelease) -> dict[str, str]:
    """The headings of counts, and whose they are; one for all installers if they agree."""
    names = list(release.files[0].chosen)
    if all(len(set(one.chosen.values())) == 1 for one in release.files):
        return {"Chosen": names[0]}
    return {f"Chosen by {name}": name for name in names}


def _heading(matrix: Matrix, columns: Sequence[Column], firsts: Sequence[Column]) -> Iterator[str]:
    families = [
        (name, len(list(group))) for name, group in groupby(columns, key=lambda one: one.family)
    ]
    yield element(
        "tr",
        element("td", rowspan="2"),
        *(
            element("th", text(name), scope="colgroup", colspan=str(count), class_="first")
            for name, count in families
        ),
    )
    yield element("tr", *(_column(matrix, one, is_first=one in firsts) for one in columns))


def _column(matrix: Matrix, column: Column, *, is_first: bool) -> str:
    here = any(matrix.is_here(Row((python,)), column) for python in matrix.pythons)
    return element(
        "th",
        text(column.machines),
        element("small", text(column.versions or "\u00a0")),
        _HERE if here else "",
        scope="col",
        title=column.covers,
        class_="first" if is_first else None,
    )


def _row(labelled: Labelled, row: Row, columns: Sequence[Column], firsts: Sequence[Column]) -> str:
    matrix = labelled.matrix
    local = matrix.release.local
    is_local = local is not None and local.python in row.pythons
    return element(
        "tr",
        element("th", text(row.name), _HERE if is_local else "", scope="row"),
        *(
            _cell(
                labelled,
                matrix.cell(row, column),
                is_first=column in firsts,
                is_here=matrix.is_here(row, column),
            )
            for column in columns
        ),
        class_="series" if matrix.begins_series(row) else None,
    )


def _cell(labelled: Labelled, cell: Cell | None, *, is_first: bool, is_here: bool) -> str:
    classes = [
        name
        for name, holds in (
            ("first", is_first),
            ("here", is_here),
            ("absent", cell is None),
        )
        if holds
    ]
    shown = _choices(labelled, cell) if cell else ""
    return element("td", shown, class_=" ".join(classes) or None)


def _choices(labelled: Labelled, cell: Cell) -> str:
    """One choice, or one for each installer where they differ, now or before."""
    before = cell.before or cell.chosen
    pairs = {name: (before[name], chosen) for name, chosen in cell.chosen.items()}
    if len(set(pairs.values())) == 1:
        return _choice(labelled, *next(iter(pairs.values())))
    return "".join(
        element(
            "span",
            element("span", text(name), class_="by"),
            _choice(labelled, *pair),
            class_=f"one by-{name}",
        )
        for name, pair in pairs.items()
    )


def _choice(labelled: Labelled, before: str | None, chosen: str | None) -> str:
    chip = labelled.chip(chosen)
    if before == chosen:
        return chip
    arrow = text(f"{labelled.matrix.label({'': before})}→")
    was = element("span", arrow, class_="was", title=before or "nothing before")
    return element("span", was, chip, class_="changed")


def _file(labelled: Labelled, file: ExplainedFile, counted: Mapping[str, str], total: int) -> str:
    name = file.filename
    size = "" if file.size is None else amounts.size(file.size)
    return element(
        "tr",
        element("td", labelled.chip(name, is_link=False)),
        element("th", element("code", text(name)), scope="row"),
        element("td", text(file.kind)),
        element("td", text(size), class_="number"),
        element("td", element("code", text(file.requires_python or "")), class_="extra"),
        element("td", text(file.state), class_="extra"),
        *(_count(file.chosen[one], total, words=words) for words, one in counted.items()),
        id=labelled.files[name],
    )


def _count(count: int, total: int, *, words: str) -> str:
    bar = element("i", style=f"--w: {100 * count / total:.1f}%")
    return element(
        "td",
        text(count),
        element("span", bar, class_="bar", aria_hidden="true"),
        class_="number count",
        data_words=words,
        title=f"{count} of {amounts.count(total, 'environment')}",
    )
