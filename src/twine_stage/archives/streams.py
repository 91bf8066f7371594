"""Unpacking as a stream: one chunk at a time, every checksum looked at."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from twine_stage.archives.bounds import CHUNK, Flawed, check_unpacked
from twine_stage.contents import FlawKind

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_FEED = CHUNK // 16  # zlib copies what it leaves unread at each call, so it gets little at once
_SMALL_STEP = 512
_GZIP_MEMBERS = 10_000


def stored(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The next ``size`` bytes of a file, in chunks.

    Raises:
        Flawed: the file ends before.
    """
    while size:
        chunk = file.read(min(size, CHUNK))
        if not chunk:
            raise Flawed(FlawKind.TRUNCATED, f"{size:,} bytes are missing at the end")
        size -= len(chunk)
        yield chunk


def inflated(file: BinaryIO, size: int) -> Iterator[bytes]:
    """What the next ``size`` bytes of a file, a raw deflate stream, unpack to, in chunks.

    Raises:
        Flawed: the stream is broken or does not end where it should.
    """
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in stored(file, size):
            pending = packed
            while pending and not unpack.eof:
                yield unpack.decompress(pending, CHUNK)
                pending = unpack.unconsumed_tail
            if unpack.eof:
                return
        yield unpack.flush()
    except zlib.error as error:
        raise Flawed(FlawKind.CORRUPT, f"it does not unpack ({error})") from error
    if not unpack.eof:
        raise Flawed(FlawKind.CORRUPT, "its compressed data breaks off")


class Gunzip:
    """A gzip file, read forwards; each member's checksum and length are proved on the way.

    Args:
        file: the gzip file, at its beginning.
        size: of the gzip file, in bytes; says how much it may unpack to.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._unpack = zlib.decompressobj(_GZIP_WINDOW)
        self._members = 1
        self._step = CHUNK
        self._packed = b""
        self._buffer = memoryview(b"")
        self.unpacked = 0

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end.

        Raises:
            Flawed: the file is truncated, corrupt or a bomb.
        """
        if count <= len(self._buffer):  # as nearly always
            part, self._buffer = self._buffer[:count], self._buffer[count:]
            return part.tobytes()
        return b"".join(self._parts(count))

    def skip(self, count: int) -> int:
        """Read past ``count`` bytes; how many there were."""
        return sum(map(len, self._parts(count)))

    def drain(self) -> None:
        """Read to the end, so that the last checksum is proved too."""
        while self._refill():
            pass

    def _parts(self, count: int) -> Iterator[memoryview]:
        while count and (self._buffer or self._refill()):
            part, self._buffer = self._buffer[:count], self._buffer[count:]
            count -= len(part)
            yield part

    def _refill(self) -> bool:
        """Unpack the next chunk; False at the end."""
        chunk = b""
        while not chunk:
            if self._unpack.eof and not self._next_member():
                self._buffer = memoryview(b"")
                return False
            packed = self._unpack.unconsumed_tail or self._packed or self._file.read(_FEED)
            self._packed = b""
            chunk = self._decompress(packed)
            if not (packed or chunk):
                raise Flawed(FlawKind.TRUNCATED, "the gzip stream breaks off before its end")
        self._buffer = memoryview(chunk)
        self.unpacked += len(chunk)
        check_unpacked(self.unpacked, self._size)
        return True

    def _decompress(self, packed: bytes) -> bytes:
        """Unpack a little; zlib gives nothing of a step that fails, so such a step is made small.

        What stands before the place that is broken is then known, and can be named.
        """
        spare = self._unpack.copy()
        try:
            return self._unpack.decompress(packed, self._step)
        except zlib.error as error:
            if self._step == _SMALL_STEP:
                raise Flawed(FlawKind.CORRUPT, f"the gzip stream is broken ({error})") from error
        self._unpack, self._step = spare, _SMALL_STEP
        return self._decompress(packed)

    def _next_member(self) -> bool:
        """Whether another gzip member follows; zeros may pad the end, as gzip allows."""
        rest = self._unpack.unused_data.lstrip(b"\0")
        while not rest:
            packed = self._file.read(_FEED)
            if not packed:
                return False
            rest = packed.lstrip(b"\0")
        if not rest.startswith(_GZIP[: len(rest)]):
            raise Flawed(FlawKind.CORRUPT, "other bytes follow the end of the gzip stream")
        self._members += 1
        if self._members > _GZIP_MEMBERS:
            raise Flawed(FlawKind.BOMB, f"it has more than {_GZIP_MEMBERS:,} gzip members")
        self._unpack = zlib.decompressobj(_GZIP_WINDOW)
        self._packed = rest
        return True
