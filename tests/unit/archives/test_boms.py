from __future__ import annotations

import io

import pytest

import samples
from twine_stage.archives.boms import read_boms

NAME = "spam-1.0-py3-none-any.whl"
FOLDER = "spam-1.0.dist-info/sboms"


def read(content: bytes) -> tuple[tuple[str, bytes], ...] | None:
    return read_boms(io.BytesIO(content), name=NAME, size=len(content))


def test_bills_of_materials_are_found_by_their_place() -> None:
    """All files in ``sboms`` of the wheel's .dist-info folder, sorted; nothing else."""
    members = {
        f"{FOLDER}/b.spdx.json": b"b",
        f"{FOLDER}/a.cdx.json": b"a",
        f"{FOLDER}/": b"",
        "sboms/c.cdx.json": b"c",
        "spam/vendored-1.0.dist-info/sboms/d.cdx.json": b"d",
    }
    assert read(samples.wheel(members=members)) == (
        (f"{FOLDER}/a.cdx.json", b"a"),
        (f"{FOLDER}/b.spdx.json", b"b"),
    )


def test_most_wheels_have_none() -> None:
    """That is not the same as one that cannot be read."""
    assert read(samples.wheel()) == ()
    assert read(samples.zipped({"None/sboms/a": b"a"})) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        samples.zipped({f"{FOLDER}/{number}": b"" for number in range(101)}),
        samples.zipped({f"{FOLDER}/a": b"0" * (9 << 20)}),
        samples.wheel(members={f"{FOLDER}/a": b"a"}).replace(b"PK\3\4", b"XX\3\4"),
    ],
    ids=["empty", "no archive", "too many", "too large", "broken"],
)
def test_a_wheel_that_cannot_be_read_has_none_that_are_known(content: bytes) -> None:
    """Whatever is wrong with it."""
    assert read(content) is None
