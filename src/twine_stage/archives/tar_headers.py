"""The headers of tar archives, one block each.

Read here and not by ``tarfile.TarInfo``, which takes three times as long: an archive of a few
hundred kilobytes may have a hundred thousand of them. What ``tarfile`` cannot read is broken here
too. Layout: POSIX.1-2001, ``pax``, and the manual of GNU tar.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from typing import NamedTuple

from twine_stage.archives.bounds import Flawed
from twine_stage.contents import FlawKind

BLOCK = tarfile.BLOCKSIZE

_HALF = BLOCK // 2  # so few bytes have a sum below the modulus of Adler-32, which then is the sum
_CHECKSUM = slice(148, 156)
_SIZE = slice(124, 136)
_OTHER_NUMBERS = tuple(
    slice(start, stop)  # mode, owner, group, time and device: of no use, but they must be numbers
    for start, stop in ((100, 108), (108, 116), (116, 124), (136, 148), (329, 337), (337, 345))
)
_USUAL = re.compile(
    rb".{100}(?:[0-7]{7}[ \0]){3}.{12}[0-7]{11}[ \0].{181}(?:[0-7]{7}[ \0]|\0{8}){2}", re.DOTALL
)
"""Headers in which these plainly are numbers, as nearly all are."""
_WIDE = (0o200, 0o377)
_HIGH = bytes(range(128, 256))
_NEGATIVE = 256


class Header(NamedTuple):
    """One header; ``size`` is that of the content after it in bytes."""

    name: str
    type: bytes
    size: int
    link: str


def parse(block: bytes) -> Header:
    """Read a header.

    Raises:
        Flawed: it is broken: its checksum is wrong, or something in it is no number.
    """
    try:
        told, size = _number(block[_CHECKSUM]), _number(block[_SIZE])
        if not _USUAL.match(block):
            for place in _OTHER_NUMBERS:
                _number(block[place])
    except ValueError as error:
        raise Flawed(FlawKind.CORRUPT, "a tar header is broken (a bad number)") from error
    if told != (right := _sum(block)) and told != right - _NEGATIVE * _count_high(block):
        raise Flawed(FlawKind.CORRUPT, "a tar header is broken (a bad checksum)")
    if size < 0:
        raise Flawed(FlawKind.CORRUPT, "a tar header claims a size below zero")
    name, kind = text(block[:100]), block[156:157]
    prefix = text(block[345:500]) if block[345] else ""
    if kind == tarfile.AREGTYPE and name.endswith("/"):
        kind = tarfile.DIRTYPE
    if prefix and kind not in tarfile.GNU_TYPES:
        name = f"{prefix}/{name}"
    return Header(name, kind, size, text(block[157:257]))


def is_header(block: bytes) -> bool:
    """Whether a file that begins with these bytes is a tar archive."""
    if len(block) < BLOCK or not block.strip(b"\0"):
        return False
    try:
        parse(block)
    except Flawed:
        return False
    return True


def text(content: bytes) -> str:
    """A name, up to the first NUL; what is no UTF-8 is escaped."""
    return content.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _number(digits: bytes) -> int:
    """A number in octal, or in base 256 if it is too large for that."""
    if digits[0] in _WIDE:
        value = int.from_bytes(digits[1:], "big")
        return value if digits[0] == _WIDE[0] else value - 256 ** (len(digits) - 1)
    return int(digits.partition(b"\0")[0].strip() or b"0", 8)


def _sum(block: bytes) -> int:
    """The sum of all bytes, the checksum itself taken for eight spaces."""
    halves = zlib.adler32(block[:_HALF], 0) & 0xFFFF, zlib.adler32(block[_HALF:], 0) & 0xFFFF
    return sum(halves) - sum(block[_CHECKSUM]) + 8 * ord(" ")


def _count_high(block: bytes) -> int:
    """How many bytes would be below zero if they had a sign, as old programs summed them up."""
    summed = block[: _CHECKSUM.start] + block[_CHECKSUM.stop :]
    return len(summed) - len(summed.translate(None, delete=_HIGH))
