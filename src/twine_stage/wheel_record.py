"""RECORD: the list of its members, with hashes, that a wheel holds.

The format is that of the binary distribution format specification: rows of CSV with a path, a hash
(``sha256=`` and unpadded base64 with ``-`` and ``_``) and a size in bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

_MOST_LINES = 150_000  # an archive has at most 100,000 members here
_LONGEST_LINE = 150_000  # longer than the longest field that csv reads
_BREAKS = (
    *(b"\n", b"\r", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e"),
    *("\x85".encode()[1:], "\u2028".encode(), "\u2029".encode()),
)
"""All that ends a line, as PyPI and pip split the file."""


class Unreadable(Exception):
    """RECORD cannot be read; the text says what was found."""


class Row(NamedTuple):
    """One line; hash and size are as they stand there, empty where they are left out."""

    path: str
    hash: str
    size: str


def rows(content: bytes) -> Iterator[Row]:
    """The lines of a RECORD.

    Raises:
        Unreadable: it is not UTF-8, no CSV, has a blank line, or is longer than any RECORD.
    """
    if sum(map(content.count, _BREAKS)) > _MOST_LINES:
        raise Unreadable(f"more than {_MOST_LINES:,} lines")
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise Unreadable(f"a byte that is no UTF-8, at {error.start:,}") from error
    if max(map(len, lines), default=0) > _LONGEST_LINE:
        raise Unreadable(f"a line of more than {_LONGEST_LINE:,} characters")
    try:
        for number, fields in enumerate(csv.reader(lines), start=1):
            yield _row(fields, number)
    except csv.Error as error:
        raise Unreadable(f"what is no CSV ({error})") from error


def _row(fields: list[str], number: int) -> Row:
    if not fields:
        raise Unreadable(f"a blank row, {number:,}")
    path, digest, size = (*fields, "", "")[:3]
    return Row(path.replace("\\", "/"), digest, size)
