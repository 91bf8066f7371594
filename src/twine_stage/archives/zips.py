"""Zip archives: the central directory, and the members it names.

Read here and not by ``zipfile``, which holds the whole directory of a hostile archive in memory
several times over and fails in many ways. Layout: PKWARE's APPNOTE.TXT, section 4.3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from twine_stage.archives.bounds import METADATA, MIB, NAMES, Flawed, check_members, check_unpacked
from twine_stage.archives.streams import inflated, stored
from twine_stage.contents import FlawKind, shown

_END = struct.Struct("<4s4H2LH")
_END_64_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")

_END_SIGN = b"PK\5\6"
_END_64_LOCATOR_SIGN = b"PK\6\7"
_END_64_SIGN = b"PK\6\6"
_ENTRY_SIGN = b"PK\1\2"
LOCAL_SIGN = b"PK\3\4"

_ZIP64 = 1
_IN_ZIP64 = 0xFFFFFFFF
_ENCRYPTED = 0x1 | 0x40
_UTF8 = 0x800
_STORED = 0
_DEFLATED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where the central directory of a zip archive is; places count from the file's beginning.

    ``base`` is where the archive itself begins: after whatever was put before it, and below 0 if
    bytes are missing. ``count`` is the number of entries that the archive claims to have.
    """

    start: int
    size: int
    base: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member as the central directory has it; sizes are in bytes."""

    name: str
    raw_name: bytes
    is_encrypted: bool
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int

    @property
    def label(self) -> str:
        """The name as a message may hold it."""
        return shown(self.name)


def locate(file: BinaryIO, size: int) -> Directory | None:
    """Find the central directory of a file of ``size`` bytes; None if there is none in it."""
    reach = min(size, _END.size + 0xFFFF)
    file.seek(size - reach)
    tail = file.read(reach)
    place = tail.rfind(_END_SIGN, 0, max(0, len(tail) - _END.size + len(_END_SIGN)))
    if place < 0:
        return None
    *_, count, length, offset, _comment = _END.unpack_from(tail, place)
    end = size - reach + place
    if wide := _zip64_end(file, end):
        count, length, offset, end = wide
    start = end - length
    if start < 0:
        return None
    return Directory(start=start, size=length, base=start - offset, count=count)


def _zip64_end(file: BinaryIO, end: int) -> tuple[int, int, int, int] | None:
    """Count, length, offset and end of the directory of a zip64 archive; None if it is none."""
    start = end - _END_64_LOCATOR.size - _END_64.size
    if start < 0:
        return None
    file.seek(start)
    record = file.read(end - start)
    is_wide = record.startswith(_END_64_LOCATOR_SIGN, _END_64.size)
    if not (is_wide and record.startswith(_END_64_SIGN)):
        return None
    *_, count, length, offset = _END_64.unpack_from(record)
    return count, length, offset, start


def load(file: BinaryIO, directory: Directory) -> bytes:
    """The bytes of the central directory.

    Raises:
        Flawed: it is larger than that of any distribution, or bytes before it are missing.
    """
    if directory.size > NAMES:
        raise Flawed(FlawKind.BOMB, f"its central directory takes more than {NAMES // MIB} MiB")
    if directory.base < 0:
        raise Flawed(FlawKind.TRUNCATED, f"{-directory.base:,} bytes are missing before its end")
    file.seek(directory.start)
    return file.read(directory.size)


def entries(directory: Directory, content: bytes) -> Iterator[Entry]:
    """The members that the ``content`` of a central directory names.

    Raises:
        Flawed: the directory is broken, or its members cannot all be in the archive.
    """
    place = count = unpacked = packed = 0
    while place < len(content):
        entry, place = _entry(content, place)
        count, unpacked, packed = count + 1, unpacked + entry.unpacked, packed + entry.packed
        check_members(count, place)
        check_unpacked(unpacked, directory.start)
        if entry.offset + _LOCAL.size + entry.packed > directory.start - directory.base:
            raise Flawed(FlawKind.CORRUPT, f"{entry.label} should lie beyond the archive's end")
        if packed > directory.start:
            raise Flawed(FlawKind.CORRUPT, f"{entry.label} shares its bytes with another member")
        yield entry
    if count & 0xFFFF != directory.count & 0xFFFF:  # some writers of big archives count modulo
        raise Flawed(FlawKind.CORRUPT, f"expected {directory.count:,} members, found {count:,}")


def _entry(content: bytes, place: int) -> tuple[Entry, int]:
    broken = Flawed(FlawKind.CORRUPT, f"its central directory is broken at byte {place:,}")
    if len(content) - place < _ENTRY.size:
        raise broken
    sign, _made, _needed, flags, method, _time, _date, crc, packed, unpacked, *rest = (
        _ENTRY.unpack_from(content, place)
    )
    name_size, extra_size, comment_size, _disk, _internal, _external, offset = rest
    end_of_name = place + _ENTRY.size + name_size
    end_of_extra = end_of_name + extra_size
    end = end_of_extra + comment_size
    if sign != _ENTRY_SIGN or end > len(content):
        raise broken
    name = content[end_of_name - name_size : end_of_name]
    sizes = _widen((unpacked, packed, offset), content[end_of_name:end_of_extra])
    if sizes is None:
        raise broken
    entry = Entry(
        name=name.decode("utf-8" if flags & _UTF8 else "cp437", "backslashreplace"),
        raw_name=name,
        is_encrypted=bool(flags & _ENCRYPTED),
        method=method,
        crc=crc,
        unpacked=sizes[0],
        packed=sizes[1],
        offset=sizes[2],
    )
    return entry, end


def _widen(narrow: tuple[int, int, int], extra: bytes) -> tuple[int, ...] | None:
    """Take the values that do not fit into 32 bits from the zip64 field; None if it lacks them."""
    missing = narrow.count(_IN_ZIP64)
    if not missing:
        return narrow
    field = _zip64_field(extra)
    if len(field) < 8 * missing:
        return None
    wide = iter(struct.unpack_from(f"<{missing}Q", field))
    return tuple(next(wide) if value == _IN_ZIP64 else value for value in narrow)


def _zip64_field(extra: bytes) -> bytes:
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, place)
        if kind == _ZIP64:
            return extra[place + 4 : place + 4 + size]
        place += 4 + size
    return b""


def judge(entry: Entry) -> None:
    """Refuse a member that nobody can install, without reading it.

    Raises:
        Flawed: it is encrypted, or compressed by a method that not every installer can read.
    """
    if entry.is_encrypted:
        raise Flawed(FlawKind.ENCRYPTED, f"{entry.label} is encrypted")
    if entry.method not in (_STORED, _DEFLATED):
        raise Flawed(FlawKind.UNSUPPORTED, f"{entry.label} is compressed by method {entry.method}")


def prove(file: BinaryIO, directory: Directory, entry: Entry) -> None:
    """Read a member to its end.

    Raises:
        Flawed: it does not unpack to as many bytes, with the checksum, as the directory says.
    """
    for _chunk in _unpacked(file, directory, entry):
        pass


def read(file: BinaryIO, directory: Directory, entry: Entry) -> bytes:
    """The content of a small member, proved as by `prove`.

    Raises:
        Flawed: it is larger than core metadata may be, or corrupt.
    """
    if entry.unpacked > METADATA:
        raise Flawed(FlawKind.BOMB, f"{entry.label} unpacks to more than {METADATA // MIB} MiB")
    return b"".join(_unpacked(file, directory, entry))


def _unpacked(file: BinaryIO, directory: Directory, entry: Entry) -> Iterator[bytes]:
    _go_to(file, directory, entry)
    unpack = stored if entry.method == _STORED else inflated
    crc = size = 0
    try:
        for chunk in unpack(file, entry.packed):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if size > entry.unpacked:
                break
            yield chunk
    except Flawed as broken:
        raise Flawed(broken.flaw.kind, f"{entry.label}: {broken.flaw.detail}") from broken
    if (size, crc) != (entry.unpacked, entry.crc):
        raise Flawed(FlawKind.CORRUPT, f"{entry.label} does not match its checksum or size")


def _go_to(file: BinaryIO, directory: Directory, entry: Entry) -> None:
    """Move to the first byte of a member's data."""
    start = directory.base + entry.offset
    file.seek(start)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(LOCAL_SIGN):
        raise Flawed(FlawKind.CORRUPT, f"{entry.label} is not where the central directory says")
    *_, name_size, extra_size = _LOCAL.unpack(header)
    if file.read(name_size) != entry.raw_name:
        raise Flawed(FlawKind.CORRUPT, f"{entry.label} has another name in its own header")
    file.seek(extra_size, 1)
