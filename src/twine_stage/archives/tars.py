"""Tar archives, gzipped: headers one after the other, nothing held in memory but the names.

Not by ``tarfile``'s walk, which believes the size that a header claims for a long name, however
large, and keeps every member.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import NamedTuple

from twine_stage.archives import tar_headers
from twine_stage.archives.bounds import MEMBERS, Flawed
from twine_stage.archives.streams import Gunzip
from twine_stage.archives.tar_headers import BLOCK, Header, text
from twine_stage.contents import FlawKind, shown
from twine_stage.sizes import MIB

_LARGEST_EXTENSION = MIB
_HEADERS = 3 * MEMBERS  # a member may have a header for its name and one for its link besides
_RECORDS = 4 * MEMBERS  # a member has a handful of pax records: times, a name, attributes
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
_DEVICES = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
_NO_CONTENT = frozenset((*_LINKS, *_DEVICES, tarfile.DIRTYPE))
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_LONG_NAMES = {tarfile.GNUTYPE_LONGNAME: "path", tarfile.GNUTYPE_LONGLINK: "linkpath"}
_EXTENSIONS = frozenset((*_PAX, *_LONG_NAMES, tarfile.XGLTYPE))
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)


class Member(NamedTuple):
    """One member; the name of a folder ends in ``/``, ``size`` is that of its content in bytes.

    ``link`` is what a link leads to.
    """

    name: str
    size: int
    type: bytes
    link: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it has content that is its own."""
        return self.type in _FILES

    @property
    def is_hard_link(self) -> bool:
        """Whether it is another name of a member before it."""
        return self.type == tarfile.LNKTYPE

    @property
    def is_symbolic_link(self) -> bool:
        """Whether it names another place."""
        return self.type == tarfile.SYMTYPE

    @property
    def is_device(self) -> bool:
        """Whether it is a device or a pipe."""
        return self.type in _DEVICES


class TarReader:
    """The members of a tar archive, forwards, each with its content."""

    def __init__(self, stream: Gunzip, *, headers: int = _HEADERS, records: int = _RECORDS) -> None:
        self._stream = stream
        self._headers = headers
        self._records = records
        self._left = 0
        self._padding = 0

    def members(self) -> Iterator[Member]:
        """Each member in turn; `content` gives what it holds until the next is asked for.

        Of several headers that name one member the first counts, as for ``tarfile``.

        Raises:
            Flawed: the archive is corrupt, truncated or a bomb.
        """
        extensions: dict[str, str] = {}
        is_extended = False
        for _count in range(self._headers):
            self._stream_past()
            header = self._header()
            if header is None and is_extended:
                raise _truncated()
            if header is None:
                return
            is_extended = header.type in _EXTENSIONS
            if header.type in _PAX:
                extensions = self._pax(self._extension(header)) | extensions
            elif header.type in _LONG_NAMES:
                extensions.setdefault(_LONG_NAMES[header.type], text(self._extension(header)))
            elif header.type == tarfile.XGLTYPE:
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
        if rest and self._stream.skip(rest) < rest:
            raise _truncated()

    def _header(self) -> Header | None:
        block = self._stream.read(BLOCK)
        if not block.strip(
            b"\0"
        ):  # two blocks of zeros end an archive; some writers leave them out
            return None
        if len(block) < BLOCK:
            raise _truncated()
        return tar_headers.parse(block)

    def _extension(self, header: Header) -> bytes:
        if header.size > _LARGEST_EXTENSION:
            raise Flawed(FlawKind.BOMB, f"a member's name takes {header.size:,} bytes")
        self._expect(header.size)
        return self.content()

    def _expect(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK

    def _member(self, header: Header, extensions: dict[str, str]) -> Member:
        name = extensions.get("path", header.name)
        if header.type in _NO_CONTENT:
            is_folder = header.type == tarfile.DIRTYPE
            link = extensions.get("linkpath", header.link) if header.type in _LINKS else ""
            return Member(name.rstrip("/") + "/" if is_folder else name, 0, header.type, link)
        if header.type == tarfile.GNUTYPE_SPARSE or "sparse" in extensions:
            raise Flawed(FlawKind.UNSUPPORTED, f"{shown(name)} is a sparse member")
        size = _size(extensions["size"], name) if "size" in extensions else header.size
        self._expect(size)
        return Member(name, size, header.type)

    def _pax(self, content: bytes) -> dict[str, str]:
        """What matters of the records ``<length> <key>=<value>`` (and a line feed) of a header."""
        records = {}
        place, end = 0, len(content.rstrip(b"\0"))
        while place < end:
            digits = content[place : place + 20].partition(b" ")[0]
            length = int(digits) if digits.isdigit() else 0
            key, equals, value = content[place + len(digits) + 1 : place + length].partition(b"=")
            if not (equals and value.endswith(b"\n")):
                raise Flawed(FlawKind.CORRUPT, "a pax header is broken")
            if key in (b"path", b"linkpath", b"size"):
                records[key.decode()] = value[:-1].decode("utf-8", "backslashreplace")
            if key.startswith(b"GNU.sparse."):
                records["sparse"] = ""
            place += length
            self._records -= 1
            if self._records < 0:
                raise Flawed(FlawKind.BOMB, "its headers have too many records")
        return records


def _size(digits: str, name: str) -> int:
    if not (digits.isdecimal() and digits.isascii() and len(digits) < len(str(2**64))):
        raise Flawed(FlawKind.CORRUPT, f"{shown(name)} has {shown(digits)!r} for its size")
    return int(digits)


def _truncated() -> Flawed:
    return Flawed(FlawKind.TRUNCATED, "the tar archive breaks off before its end")
