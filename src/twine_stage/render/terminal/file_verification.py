"""The face of ``stage verify`` for files."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.contents import shown
from twine_stage.operations.file_verification import (
    MATCHING,
    MISSING,
    FileVerificationReport,
    VerifiedFile,
)
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: FileVerificationReport) -> Sequence[Block]:
    """A line per file, what is wrong with which, and the sum."""
    rows = [_row(file) for file in report.files]
    rows += [
        (files.word("ignored"), files.digest(""), Span(_name(name))) for name in report.ignored
    ]
    blocks: list[Block] = [Table(rows=tuple(rows))]
    blocks += [
        Entry(files.word(file.outcome), f"{_name(file.filename)}: {file.message}")
        for file in report.files
        if file.message
    ]
    found = [file for file in report.files if file.outcome != MISSING]
    matching = [file for file in found if file.outcome == MATCHING]
    counted = amounts.count(len(found), "file")
    said = f"{len(matching)} of {counted} as frozen: {', '.join(report.compared_with)}"
    return [*blocks, (Span(said, Style.STRONG),)]


def _row(file: VerifiedFile) -> Line:
    return (files.word(file.outcome), files.digest(file.sha256), Span(_name(file.filename)))


def _name(filename: str) -> str:
    """A name as a terminal may hold it: whoever made the file chose it."""
    return shown(filename, most=len(filename))
