from __future__ import annotations

import pytest

from twine_stage.wheel_record import Row, Unreadable, rows


def found(content: bytes) -> list[Row]:
    return list(rows(content))


def test_rows_of_csv() -> None:
    """Paths may be quoted, may have backslashes, and hash and size may be missing."""
    content = b'a,sha256=x,1\r\n"b,""c""",,\nd\\e\nf,g,h,i\n'

    assert found(content) == [
        Row("a", "sha256=x", "1"),
        Row('b,"c"', "", ""),
        Row("d/e", "", ""),
        Row("f", "g", "h"),
    ]


def test_an_empty_record() -> None:
    """It has no rows."""
    assert found(b"") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a,\xff,\n", "a byte that is no UTF-8, at 2"),
        (b"a,,\n\nb,,\n", "a blank row, 2"),
        (b"a,,\n\n", "a blank row, 2"),
        (b"a,,\r\r\n", "a blank row, 2"),
        (b"\n" * 150_001, "more than 150,000 lines"),
        ("\u2028".encode() * 150_001, "more than 150,000 lines"),
        (b"a" * 150_001, "a line of more than 150,000 characters"),
        (b"a" * 140_000, "what is no CSV (field larger than field limit (131072))"),
    ],
)
def test_what_is_no_record(content: bytes, problem: str) -> None:
    """What PyPI and pip cannot read is named."""
    with pytest.raises(Unreadable) as caught:
        found(content)
    assert str(caught.value) == problem
