"""The body of an upload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from samples import distribution
from twine_stage.errors import Damaged, StorageFailed
from twine_stage.indexes.bodies import Body, form, frozen

NAME = "spam-1.0-py3-none-any.whl"
CONTENT = bytes(range(256)) * 4096


def body_of(
    chunks: Iterable[bytes], *, content: bytes = CONTENT, sent: list[int] | None = None
) -> Body:
    """A body whose file is frozen as ``content``."""
    heard: list[int] = [] if sent is None else sent
    return form([("name", "spam")], distribution(NAME, content), chunks, heard.append)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1000, 1 << 18, 1 << 20, 1 << 21])
def test_the_body_is_as_long_as_it_says(size: int) -> None:
    """The length is known before, and the content stands in the last part."""
    sent: list[int] = []
    body = body_of(pieces(CONTENT, size), sent=sent)
    written = b"".join(body)
    assert len(written) == body.len
    assert written.count(CONTENT) == 1
    assert sum(sent) == len(CONTENT)
    boundary = body.content_type.partition("boundary=")[2].encode()
    assert written.endswith(CONTENT + b"\r\n--" + boundary + b"--\r\n")


def test_small_pieces_leave() -> None:
    """What is handed to the socket at once is bounded, so that a slow line is no timeout."""
    assert max(len(piece) for piece in body_of([CONTENT])) <= 1 << 18


def test_a_chunk_is_told_after_it_left() -> None:
    """``sent`` is called once the next piece is asked for."""
    sent: list[int] = []
    running = iter(body_of([CONTENT], sent=sent))
    next(running)
    next(running)
    assert sent == []
    next(running)
    assert sent == [1 << 18]


def test_an_empty_file_has_a_body_too() -> None:
    """No chunk at all is a content, if that was frozen."""
    body = body_of([b""], content=b"")
    assert len(b"".join(body)) == body.len


@pytest.mark.parametrize(
    "stored", [[b"x" * len(CONTENT)], [CONTENT[:-1]], [CONTENT, b"x"], [], [b"x", CONTENT]]
)
def test_other_content_never_leaves_whole(stored: list[bytes]) -> None:
    """If the digest is not the frozen one, the last chunk and the end of the form stay here."""
    left = bytearray()
    body = body_of(stored)
    with pytest.raises(Damaged) as raised:
        left.extend(byte for piece in body for byte in piece)
    assert len(left) < body.len
    assert not left.endswith(b"--\r\n")
    assert raised.value.document == NAME
    assert "stage add" in raised.value.hint


def test_a_disk_that_fails_is_told() -> None:
    """Trouble with the disk is not taken for trouble with the network."""

    def chunks() -> Iterator[bytes]:
        yield CONTENT[:10]
        raise OSError(5, "Input/output error")

    with pytest.raises(StorageFailed, match="Input/output error"):
        list(body_of(chunks()))


def test_a_thread_ends_with_its_body() -> None:
    """A body that is given up leaves no thread behind, and its chunks are not read on."""
    taken: list[int] = []

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(CONTENT), 4096):
            taken.append(start)
            yield CONTENT[start : start + 4096]

    running = frozen(chunks(), distribution(NAME, CONTENT))
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert len(taken) == 2
