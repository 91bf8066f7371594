"""Tar archives, gzipped: headers one after the other, nothing held in memory but the names.

Not by ``tarfile``'s walk, which believes the size that a header claims for a long name, however
large, and keeps every member. One header is read by its ``TarInfo``.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from twine_stage.archives.bounds import MEMBERS, MIB, Flawed
from twine_stage.archives.streams import Gunzip
from twine_stage.contents import FlawKind, shown

_BLOCK = tarfile.BLOCKSIZE
_LARGEST_EXTENSION = MIB
_HEADERS = 3 * MEMBERS  # a member may have a header for its name and one for its link besides
_NO_CONTENT = frozenset(
    (
        tarfile.LNKTYPE,
        tarfile.SYMTYPE,
        tarfile.DIRTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
    )
)
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)


@dataclass(frozen=True, slots=True)
class Member:
    """One member; the name of a folder ends in ``/``, ``size`` is that of its content in bytes."""

    name: str
    size: int
    is_file: bool


class TarReader:
    """The members of a tar archive, forwards, each with its content."""

    def __init__(self, stream: Gunzip, *, headers: int = _HEADERS) -> None:
        self._stream = stream
        self._headers = headers
        self._left = 0
        self._padding = 0

    def members(self) -> Iterator[Member]:
        """Each member in turn; `content` gives what it holds until the next is asked for.

        Raises:
            Flawed: the archive is corrupt, truncated or a bomb.
        """
        extensions: dict[str, str] = {}
        for _count in range(self._headers):
            self._stream_past()
            header = self._header()
            if header is None:
                return
            if header.type in _PAX:
                extensions |= _pax(self._extension(header))
            elif header.type == tarfile.GNUTYPE_LONGNAME:
                extensions["path"] = _text(self._extension(header).rstrip(b"\0"))
            elif header.type in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
                self._extension(header)
            else:
                yield self._member(header, extensions)
                extensions = {}
        raise Flawed(FlawKind.BOMB, f"it has more than {self._headers:,} headers")

    def content(self) -> bytes:
        """The whole content of the member that was given last."""
        content = self._stream.read(self._left)
        if len(content) < self._left:
            raise _truncated()
        self._left = 0
        return content

    def _stream_past(self) -> None:
        rest, self._left, self._padding = self._left + self._padding, 0, 0
        if self._stream.skip(rest) < rest:
            raise _truncated()

    def _header(self) -> tarfile.TarInfo | None:
        block = self._stream.read(_BLOCK)
        if not block.strip(
            b"\0"
        ):  # two blocks of zeros end an archive; some writers leave them out
            return None
        if len(block) < _BLOCK:
            raise _truncated()
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "backslashreplace")
        except (tarfile.TarError, ValueError) as error:
            raise Flawed(FlawKind.CORRUPT, f"a tar header is broken ({error})") from error
        if header.size < 0:
            raise Flawed(FlawKind.CORRUPT, "a tar header claims a size below zero")
        return header

    def _extension(self, header: tarfile.TarInfo) -> bytes:
        if header.size > _LARGEST_EXTENSION:
            raise Flawed(FlawKind.BOMB, f"a member's name takes {header.size:,} bytes")
        self._expect(header.size)
        return self.content()

    def _expect(self, size: int) -> None:
        self._left, self._padding = size, -size % _BLOCK

    def _member(self, header: tarfile.TarInfo, extensions: dict[str, str]) -> Member:
        name = extensions.get("path", header.name)
        if header.type in _NO_CONTENT:
            return Member(name.rstrip("/") + "/" if header.isdir() else name, 0, is_file=False)
        if header.type == tarfile.GNUTYPE_SPARSE or "sparse" in extensions:
            raise Flawed(FlawKind.UNSUPPORTED, f"{shown(name)} is a sparse member")
        size = extensions.get("size", str(header.size))
        if not (size.isdecimal() and size.isascii() and len(size) < len(str(2**64))):
            raise Flawed(FlawKind.CORRUPT, f"{shown(name)} has {shown(size)!r} for its size")
        self._expect(int(size))
        return Member(name, int(size), is_file=header.isreg())


def _pax(content: bytes) -> dict[str, str]:
    """What matters of the records ``<length> <key>=<value>`` (and a line feed) of a pax header."""
    records = {}
    place, end = 0, len(content.rstrip(b"\0"))
    while place < end:
        digits = content[place : place + 20].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = content[place + len(digits) + 1 : place + length].partition(b"=")
        if not (equals and value.endswith(b"\n")):
            raise Flawed(FlawKind.CORRUPT, "a pax header is broken")
        if key in (b"path", b"size"):
            records[key.decode()] = _text(value[:-1])
        if key.startswith(b"GNU.sparse."):
            records["sparse"] = ""
        place += length
    return records


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _truncated() -> Flawed:
    return Flawed(FlawKind.TRUNCATED, "the tar archive breaks off before its end")
