"""Whether every reader of a zip archive sees the same in it.

Some readers believe the central directory (``zipfile``, pip), some the headers of the members as
they come in the stream (uv). Where the two disagree, one person reviews what another does not
install; so PyPI refuses it (``warehouse/utils/zipfiles.py``), and some more that nobody needs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import BinaryIO

from twine_stage.archives import zip_extras
from twine_stage.archives.bounds import Flawed
from twine_stage.archives.tally import Tally
from twine_stage.archives.zip_extras import Extras
from twine_stage.archives.zip_members import STORED, Local
from twine_stage.archives.zips import (
    END,
    END_64,
    END_64_LOCATOR,
    END_SIGN,
    IN_ZIP64,
    UTF8,
    Directory,
    Entry,
)
from twine_stage.contents import FlawKind

_DESCRIPTOR = 0x8
_DESCRIPTOR_SIZES = (12, 16, 20, 24)  # with a sign of its own or without, narrow or wide
_ZIP64_SIZES = (0, 8, 16, 24, 28)
_ONE_VALUE, _TWO_VALUES = 8, 16
_NOTHING = (0xFFFF, IN_ZIP64, IN_ZIP64)
"""What the narrow end record may say where a wide one says it."""
_BEFORE_SIZE = 12  # the bytes of a wide end record that the size in it leaves out
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Tiling:
    """Whether the members lie one after the other, with no bytes between, before or after them."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._end: int | None = 0  # of what came last; None where that is not known
        self._may_have_descriptor = False

    def expect(self, begin: int, entry: Entry) -> None:
        """Refuse a member that begins within another.

        Raises:
            Flawed: it does.
        """
        if self._end is not None and begin < self._end:
            self.lose()
            raise Flawed(FlawKind.CORRUPT, f"{entry.label} shares its bytes with another member")

    def lay(self, entry: Entry, local: Local) -> None:
        """Put a member after those before it; they come by their places in the archive."""
        if self._end == 0:
            self._close(local.begin, "other bytes before the first member")
        else:
            self._close(local.begin, "other bytes between members, before", entry.name)
        self._end = local.data + entry.packed
        self._may_have_descriptor = bool(local.flags & _DESCRIPTOR)

    def lose(self) -> None:
        """Go on after a member that is not where it should be."""
        self._end = None

    def finish(self, directory: Directory) -> None:
        """Put the central directory after the last member."""
        self._close(directory.start, "other bytes before the central directory")

    def _close(self, begin: int, fact: str, member: str = "") -> None:
        gap = 0 if self._end is None else begin - self._end
        is_descriptor = self._may_have_descriptor and gap in _DESCRIPTOR_SIZES
        if gap and not is_descriptor:
            self._tally.note(FlawKind.AMBIGUOUS, fact, member)


def judge_entry(entry: Entry, tally: Tally) -> None:
    """Note what is odd about a member in the central directory."""
    if entry.has_comment:
        tally.note(FlawKind.UNUSUAL, "comment on a member", entry.name)
    if entry.is_link:
        tally.note(FlawKind.LINK, "symbolic link", entry.name)
    if not entry.raw_name.isascii():
        _judge_encoding(entry, tally)
    if _CONTROL.search(entry.raw_name):
        is_cut = b"\0" in entry.raw_name  # zipfile ends the name there
        kind = FlawKind.AMBIGUOUS if is_cut else FlawKind.UNUSUAL
        tally.note(kind, "control character in a name", entry.name)
    if entry.extra:
        _judge_extras(entry, zip_extras.parse(entry.extra), tally)


def judge_repeats(entries: Sequence[Entry], tally: Tally) -> None:
    """Note the names that are there several times: which of them wins, readers do not agree."""
    names = {entry.raw_name for entry in entries}
    if len(names) < len(entries):
        for entry in entries:
            if entry.raw_name not in names:
                tally.note(FlawKind.AMBIGUOUS, "name there more than once", entry.name)
            names.discard(entry.raw_name)


def judge_local(entry: Entry, local: Local, tally: Tally) -> None:
    """Note where a member's own header and the central directory disagree, or are odd."""
    if local.method != entry.method:
        tally.note(FlawKind.AMBIGUOUS, "two compression methods", entry.name)
    if (local.flags ^ entry.flags) & UTF8 and not entry.raw_name.isascii():
        tally.note(FlawKind.AMBIGUOUS, "two encodings of a name", entry.name)
    if local.extras is not zip_extras.NONE:
        _judge_extras(entry, local.extras, tally)
        _judge_zip64(entry, local, tally)
    if local.flags & _DESCRIPTOR:
        tally.note(
            FlawKind.UNUSUAL, "data descriptor (the archive was written to a pipe)", entry.name
        )
        return
    if any(claim != (entry.unpacked, entry.packed) for claim in _sizes(local)):
        tally.note(FlawKind.AMBIGUOUS, "two sizes", entry.name)
    if local.crc != entry.crc:
        tally.note(FlawKind.AMBIGUOUS, "two checksums", entry.name)


def _judge_encoding(entry: Entry, tally: Tally) -> None:
    if not entry.has_utf8_name:
        tally.note(FlawKind.AMBIGUOUS, "name that does not say that it is UTF-8", entry.name)
        return
    try:
        entry.raw_name.decode()
    except UnicodeDecodeError:
        tally.note(FlawKind.AMBIGUOUS, "name that is no UTF-8", entry.name)


def _judge_extras(entry: Entry, extras: Extras, tally: Tally) -> None:
    path = extras.unicode_path
    if extras.rest:
        tally.note(FlawKind.AMBIGUOUS, "broken extra field", entry.name)
    if extras.has_twice:
        tally.note(FlawKind.AMBIGUOUS, "extra field twice", entry.name)
    if path is not None and path != entry.raw_name:
        tally.note(FlawKind.AMBIGUOUS, "other name in an extra field", entry.name)


def _judge_zip64(entry: Entry, local: Local, tally: Tally) -> None:
    wide = local.extras.zip64
    if wide is None:
        return
    is_odd = len(wide) not in _ZIP64_SIZES
    lacks_packed = len(wide) == _ONE_VALUE and local.method != STORED
    if is_odd or lacks_packed or (not wide and local.packed == IN_ZIP64):
        tally.note(FlawKind.UNUSUAL, "zip64 field of an odd size", entry.name)


def _sizes(local: Local) -> list[tuple[int, int]]:
    """How many bytes a member unpacks to and takes, in each of the places where it says so."""
    narrow = (local.unpacked, local.packed)
    field = local.extras.zip64 or b""
    if len(field) < _ONE_VALUE:
        return [narrow]
    values = struct.unpack_from("<2Q" if len(field) >= _TWO_VALUES else "<Q", field)
    wide = (values[0], values[-1])
    told = [value if it == IN_ZIP64 else it for it, value in zip(narrow, wide, strict=True)]
    return [wide, (told[0], told[1])]


def judge_end(file: BinaryIO, directory: Directory, count: int, tally: Tally) -> None:
    """Note what is odd about the end records, given how many members there are."""
    file.seek(directory.start + directory.size)
    content = file.read()
    place = directory.end - directory.start - directory.size
    if place:
        _judge_wide_end(directory, content, count, tally)
    _sign, _disk, _first, here, total, size, offset, comment = END.unpack_from(content, place)
    wide = (count, directory.size, directory.start - directory.base)
    narrow = (total, size, offset)
    if here != total or (not place and total != count):
        tally.note(FlawKind.UNUSUAL, "wrong number of members in the end record")
    if place and any(
        it not in (most, value) for it, most, value in zip(narrow, _NOTHING, wide, strict=True)
    ):
        tally.note(FlawKind.AMBIGUOUS, "two end records that disagree")
    if place + END.size + comment != len(content):
        tally.note(FlawKind.AMBIGUOUS, "other bytes after the archive, or an end that is cut")
    if content.count(END_SIGN) > 1:
        tally.note(FlawKind.AMBIGUOUS, "several end records")


def _judge_wide_end(directory: Directory, content: bytes, count: int, tally: Tally) -> None:
    _, size, _made, _needed, _disk, _first, here, total, _size, _offset = END_64.unpack_from(
        content
    )
    _sign, disk, place, disks = END_64_LOCATOR.unpack_from(content, END_64.size)
    if size != END_64.size - _BEFORE_SIZE:
        tally.note(FlawKind.UNUSUAL, "zip64 end record of an odd size")
    if (here, total) != (count, count):
        tally.note(FlawKind.UNUSUAL, "wrong number of members in the end record")
    if place + directory.base != directory.start + directory.size or disk or disks > 1:
        tally.note(FlawKind.AMBIGUOUS, "zip64 end record that is not where it should be")
