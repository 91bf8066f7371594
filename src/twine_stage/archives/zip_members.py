"""The members of a zip archive: their own headers, and what they unpack to."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from twine_stage import sizes
from twine_stage.archives import zip_extras
from twine_stage.archives.bounds import METADATA, Flawed
from twine_stage.archives.streams import inflated, stored
from twine_stage.archives.zip_extras import Extras
from twine_stage.archives.zips import LOCAL_SIGN, Directory, Entry
from twine_stage.contents import FlawKind

_LOCAL = struct.Struct("<4s5H3L2H")

STORED = 0
_DEFLATED = 8
_LATEST = 63  # the version of the format that zipfile knows


class Local(NamedTuple):
    """What a member says of itself; ``begin`` and ``data`` are where it and its data begin."""

    begin: int
    data: int
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    extras: Extras


def open_member(file: BinaryIO, directory: Directory, entry: Entry) -> Local:
    """Read a member's own header; its data are what is read of the file next.

    Raises:
        Flawed: there is none where the central directory says, or it has another name.
    """
    begin = directory.base + entry.offset
    file.seek(begin)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(LOCAL_SIGN):
        raise Flawed(FlawKind.CORRUPT, f"{entry.label} is not where the central directory says")
    _sign, _needed, flags, method, _time, _date, crc, packed, unpacked, name_size, extra_size = (
        _LOCAL.unpack(header)
    )
    if name_size != len(entry.raw_name) or file.read(name_size) != entry.raw_name:
        raise Flawed(FlawKind.CORRUPT, f"{entry.label} has another name in its own header")
    extra = file.read(extra_size) if extra_size else b""
    return Local(
        begin=begin,
        data=begin + _LOCAL.size + name_size + extra_size,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        unpacked=unpacked,
        extras=zip_extras.parse(extra),
    )


def judge(entry: Entry) -> None:
    """Refuse a member that nobody can install, without reading it.

    Raises:
        Flawed: it is encrypted, compressed by a method that not every installer can read, or of a
            version of the format that is not known.
    """
    if entry.is_encrypted:
        raise Flawed(FlawKind.ENCRYPTED, f"{entry.label} is encrypted")
    if entry.needed > _LATEST:
        version = f"{entry.needed // 10}.{entry.needed % 10}"
        raise Flawed(FlawKind.UNSUPPORTED, f"{entry.label} needs version {version} of the format")
    if entry.method not in (STORED, _DEFLATED):
        raise Flawed(FlawKind.UNSUPPORTED, f"{entry.label} is compressed by method {entry.method}")


def read(file: BinaryIO, entry: Entry, *, most: int = METADATA) -> bytes:
    """The content of a small member that was opened, proved as by `unpacked`.

    Raises:
        Flawed: it is larger than ``most`` bytes, or corrupt.
    """
    if entry.unpacked > most:
        raise Flawed(FlawKind.BOMB, f"{entry.label} unpacks to more than {sizes.shown(most)}")
    return b"".join(unpacked(file, entry))


def unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The content of a member that was opened, in chunks.

    Raises:
        Flawed: it does not unpack to as many bytes, with the checksum, as the directory says.
    """
    unpack = stored if entry.method == STORED else inflated
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
