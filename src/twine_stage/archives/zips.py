"""Zip archives: the central directory.

Read here and not by ``zipfile``, which holds the whole directory of a hostile archive in memory
several times over and fails in many ways. Layout: PKWARE's APPNOTE.TXT, section 4.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from twine_stage import sizes
from twine_stage.archives import zip_extras
from twine_stage.archives.bounds import NAMES, Flawed, check_members, check_unpacked
from twine_stage.contents import FlawKind, shown

END = struct.Struct("<4s4H2LH")
END_64_LOCATOR = struct.Struct("<4sLQL")
END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_SMALLEST_LOCAL = 30

END_SIGN = b"PK\5\6"
_END_64_LOCATOR_SIGN = b"PK\6\7"
_END_64_SIGN = b"PK\6\6"
_ENTRY_SIGN = b"PK\1\2"
LOCAL_SIGN = b"PK\3\4"

IN_ZIP64 = 0xFFFFFFFF
"""What stands in place of a size or an offset that is in the zip64 field."""

UTF8 = 0x800
_ENCRYPTED = 0x1 | 0x40
_UNIX = (3, 19)  # the systems, Unix and macOS, that tell the type of a file in its attributes
_FILE_TYPE, _LINK = 0xF000, 0xA000


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where the central directory of a zip archive is; places count from the file's beginning.

    ``base`` is where the archive itself begins: after whatever was put before it, and below 0 if
    bytes are missing. ``count`` is the number of entries that the archive claims to have.
    ``end`` is the place of its end record.
    """

    start: int
    size: int
    base: int
    count: int
    end: int


class Entry(NamedTuple):
    """One member as the central directory has it; sizes are in bytes.

    ``needed`` is the version of the format that a reader must know, 20 for 2.0.
    """

    name: str
    raw_name: bytes
    needed: int
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int
    extra: bytes
    has_comment: bool
    is_link: bool

    @property
    def is_encrypted(self) -> bool:
        """Whether it takes a password to read it."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def has_utf8_name(self) -> bool:
        """Whether the name says of itself that it is UTF-8; it is code page 437 otherwise."""
        return bool(self.flags & UTF8)

    @property
    def label(self) -> str:
        """The name as a message may hold it."""
        return shown(self.name)


def locate(file: BinaryIO, size: int) -> Directory | None:
    """Find the central directory of a file of ``size`` bytes; None if there is none in it."""
    reach = min(size, END.size + 0xFFFF)
    file.seek(size - reach)
    tail = file.read(reach)
    place = tail.rfind(END_SIGN, 0, max(0, len(tail) - END.size + len(END_SIGN)))
    if place < 0:
        return None
    *_, count, length, offset, _comment = END.unpack_from(tail, place)
    start = end = size - reach + place
    if wide := _zip64_end(file, end):
        count, length, offset, start = wide
    start -= length
    if start < 0:
        return None
    return Directory(start=start, size=length, base=start - offset, count=count, end=end)


def is_one(file: BinaryIO, size: int) -> bool:
    """Whether ``zipfile`` takes a file of ``size`` bytes for a zip archive."""
    directory = locate(file, size)
    if directory is None:
        return False
    file.seek(directory.start)
    is_empty = not (directory.size or directory.count)
    return is_empty or file.read(len(_ENTRY_SIGN)) == _ENTRY_SIGN


def _zip64_end(file: BinaryIO, end: int) -> tuple[int, int, int, int] | None:
    """Count, length, offset and end of the directory of a zip64 archive; None if it is none."""
    start = end - END_64_LOCATOR.size - END_64.size
    if start < 0:
        return None
    file.seek(start)
    record = file.read(end - start)
    is_wide = record.startswith(_END_64_LOCATOR_SIGN, END_64.size)
    if not (is_wide and record.startswith(_END_64_SIGN)):
        return None
    *_, count, length, offset = END_64.unpack_from(record)
    return count, length, offset, start


def load(file: BinaryIO, directory: Directory) -> bytes:
    """The bytes of the central directory.

    Raises:
        Flawed: it is larger than that of any distribution, or bytes before it are missing.
    """
    if directory.size > NAMES:
        raise Flawed(FlawKind.BOMB, f"its central directory takes more than {sizes.shown(NAMES)}")
    if directory.base < 0:
        raise Flawed(FlawKind.TRUNCATED, f"{-directory.base:,} bytes are missing before its end")
    file.seek(directory.start)
    return file.read(directory.size)


def entries(directory: Directory, content: bytes, *, is_packed: bool = True) -> Iterator[Entry]:
    """The members that the ``content`` of a central directory names.

    Args:
        directory: where it is.
        content: its bytes.
        is_packed: whether members may be packed, so that what they unpack to has to be bounded.

    Raises:
        Flawed: the directory is broken, or its members cannot all be in the archive.
    """
    place = count = unpacked = packed = 0
    while place < len(content):
        entry, place = _entry(content, place)
        count, unpacked, packed = count + 1, unpacked + entry.unpacked, packed + entry.packed
        check_members(count, place)
        if is_packed:
            check_unpacked(unpacked, directory.start)
        if entry.offset + _SMALLEST_LOCAL + entry.packed > directory.start - directory.base:
            raise Flawed(FlawKind.CORRUPT, f"{entry.label} should lie beyond the archive's end")
        if packed > directory.start:
            raise Flawed(FlawKind.CORRUPT, f"{entry.label} shares its bytes with another member")
        yield entry
    if count & 0xFFFF != directory.count & 0xFFFF:  # some writers of big archives count modulo
        raise Flawed(FlawKind.CORRUPT, f"expected {directory.count:,} members, found {count:,}")


def _entry(content: bytes, place: int) -> tuple[Entry, int]:
    if len(content) - place < _ENTRY.size:
        raise _broken(place)
    sign, made, needed, flags, method, _time, _date, crc, packed, unpacked, *rest = (
        _ENTRY.unpack_from(content, place)
    )
    name_size, extra_size, comment_size, _disk, _internal, external, offset = rest
    end_of_name = place + _ENTRY.size + name_size
    end_of_extra = end_of_name + extra_size
    end = end_of_extra + comment_size
    if sign != _ENTRY_SIGN or end > len(content):
        raise _broken(place)
    name = content[end_of_name - name_size : end_of_name]
    is_utf8 = flags & UTF8 or name.isascii()
    extra = content[end_of_name:end_of_extra]
    sizes = _widen((unpacked, packed, offset), extra)
    if sizes is None:
        raise _broken(place)
    entry = Entry(
        name=name.decode("utf-8" if is_utf8 else "cp437", "backslashreplace"),
        raw_name=name,
        needed=needed & 0xFF,
        flags=flags,
        method=method,
        crc=crc,
        unpacked=sizes[0],
        packed=sizes[1],
        offset=sizes[2],
        extra=extra,
        has_comment=comment_size > 0,
        is_link=made >> 8 in _UNIX and external >> 16 & _FILE_TYPE == _LINK,
    )
    return entry, end


def _broken(place: int) -> Flawed:
    return Flawed(FlawKind.CORRUPT, f"its central directory is broken at byte {place:,}")


def _widen(narrow: tuple[int, int, int], extra: bytes) -> tuple[int, ...] | None:
    """Take the values that do not fit into 32 bits from the zip64 field; None if it lacks them."""
    missing = narrow.count(IN_ZIP64)
    if not missing:
        return narrow
    field = zip_extras.parse(extra).zip64 or b""
    if len(field) < 8 * missing:
        return None
    wide = iter(struct.unpack_from(f"<{missing}Q", field))
    return tuple(next(wide) if value == IN_ZIP64 else value for value in narrow)
