"""The body of an upload: a file, bare or in a form, hashed while it is sent."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from requests_toolbelt import MultipartEncoder

from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, StorageFailed

_PIECE = 1 << 18
"""Bytes that are handed to the socket at once; the time limit of sending holds for each."""

_AHEAD = 4
"""Chunks that may wait to be hashed: hashing may fall behind a little, memory stays bounded."""

_DIFFERS = "its content is not what was frozen, so its upload was broken off"
_RESTAGE = "The stored copy is damaged: stage the same file again with stage add FILE."


class Body:
    """A file on its way, with what stands before and behind it; it can be sent once.

    Args:
        distribution: the file's name, size and digest.
        chunks: its content.
        sent: called with the size of each piece that left.
        around: the bytes before and behind the file.
        content_type: the media type of all of it.
    """

    def __init__(
        self,
        distribution: Distribution,
        chunks: Iterable[bytes],
        sent: Callable[[int], None],
        *,
        around: tuple[bytes, bytes] = (b"", b""),
        content_type: str = "application/octet-stream",
    ) -> None:
        self.content_type = content_type
        self._around = around
        self._distribution = distribution
        self._chunks = chunks
        self._sent = sent
        self.len = sum(map(len, around)) + distribution.size
        """The length in bytes, as requests looks for it."""

    def __iter__(self) -> Iterator[bytes | memoryview]:
        """The body in pieces.

        Raises:
            Damaged: before the last piece of the file, if the file is not the frozen one.
        """
        head, tail = self._around
        yield head
        for chunk in frozen(self._chunks, self._distribution):
            for start in range(0, len(chunk), _PIECE):
                piece = memoryview(chunk)[start : start + _PIECE]
                yield piece
                self._sent(len(piece))
        yield tail


def form(
    fields: Sequence[tuple[str, str]],
    distribution: Distribution,
    chunks: Iterable[bytes],
    sent: Callable[[int], None],
) -> Body:
    """A multipart form whose last field is the file ``content``.

    requests-toolbelt writes the form around an empty file; the chunks of the file go between the
    two halves just as the stage yields them, which spares three copies of every byte.
    """
    content = ("content", (distribution.filename.text, b"", "application/octet-stream"))
    encoder = MultipartEncoder([*fields, content])
    content_type: str = encoder.content_type
    text: bytes = encoder.to_string()
    cut = text.rindex(b"\r\n--" + encoder.boundary_value.encode())
    around = text[:cut], text[cut:]
    return Body(distribution, chunks, sent, around=around, content_type=content_type)


def frozen(chunks: Iterable[bytes], distribution: Distribution) -> Iterator[bytes]:
    """The chunks of a content, of which the last is held back until the digest is known.

    The digest is computed in a thread of its own, while the chunks are on their way.

    Raises:
        Damaged: the content is not the frozen one.
        StorageFailed: it cannot be read.
    """
    digest = hashlib.sha256()
    size, held = 0, b""
    hashing: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="hash") as pool:
        for chunk in filter(None, _readable(chunks, distribution)):
            size += len(chunk)
            if size > distribution.size:
                raise _damaged(distribution)
            if len(hashing) == _AHEAD:
                hashing.popleft().result()
            hashing.append(pool.submit(digest.update, chunk))
            if held:
                yield held
            held = chunk
        pool.shutdown()
        if digest.hexdigest() != distribution.sha256:
            raise _damaged(distribution)
        yield held


def _readable(chunks: Iterable[bytes], distribution: Distribution) -> Iterator[bytes]:
    """The chunks; trouble with the disk must not look like trouble with the network."""
    try:
        yield from chunks
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise StorageFailed(
            f"{distribution.filename}: its stored content cannot be read: {problem}"
        ) from error


def _damaged(distribution: Distribution) -> Damaged:
    return Damaged(distribution.filename.text, _DIFFERS, hint=_RESTAGE)
