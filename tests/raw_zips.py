"""Zip archives written field by field, so that any of them can lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UTF8 = 0x800
DESCRIPTOR = 0x8


@dataclass(frozen=True, kw_only=True)
class Part:
    """One stored member; ``local`` and ``central`` override fields of the two headers.

    ``before`` and ``after`` are bytes around it.
    """

    name: bytes = b"a"
    content: bytes = b"content"
    flags: int = 0
    local: Mapping[str, Any] = field(default_factory=dict)
    central: Mapping[str, Any] = field(default_factory=dict)
    before: bytes = b""
    after: bytes = b""

    def fields(self, offset: int) -> dict[str, Any]:
        """What both headers say of it, where nothing else is asked for."""
        return {
            "flags": self.flags,
            "method": 0,
            "crc": zlib.crc32(self.content),
            "packed": len(self.content),
            "unpacked": len(self.content),
            "name": self.name,
            "extra": b"",
            "comment": b"",
            "made": 20,
            "attributes": 0,
            "offset": offset,
        }


def _local(it: dict[str, Any]) -> bytes:
    sizes = (it["crc"], it["packed"], it["unpacked"], len(it["name"]), len(it["extra"]))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, it["flags"], it["method"], 0, 33, *sizes)
    return bytes(head + it["name"] + it["extra"])


def _central(it: dict[str, Any]) -> bytes:
    lengths = (len(it["name"]), len(it["extra"]), len(it["comment"]))
    numbers = (it["made"], 20, it["flags"], it["method"], 0, 33)
    sizes = (it["crc"], it["packed"], it["unpacked"])
    rest = (0, 0, it["attributes"], it["offset"])
    head = struct.pack("<4s6H3L5H2L", b"PK\1\2", *numbers, *sizes, *lengths, *rest)
    return bytes(head + it["name"] + it["extra"] + it["comment"])


def raw_zip(
    parts: Sequence[Part] = (Part(),),
    *,
    gap: bytes = b"",
    suffix: bytes = b"",
    comment: bytes = b"",
    end: Mapping[str, int] | None = None,
    wide: Mapping[str, int] | None = None,
) -> bytes:
    """A zip archive; ``gap`` stands before its directory, ``suffix`` after its end.

    ``end`` and ``wide`` override fields of the end record and of the zip64 end records, which are
    there if ``wide`` is given.
    """
    body = b""
    directory = b""
    for part in parts:
        body += part.before
        offset = len(body)
        body += _local(part.fields(offset) | dict(part.local)) + part.content + part.after
        directory += _central(part.fields(offset) | dict(part.central))
    body += gap
    told = {"here": len(parts), "count": len(parts), "size": len(directory), "offset": len(body)}
    tail = b"" if wide is None else _wide(told | {"place": len(body + directory)} | dict(wide))
    it = told | dict(end or {})
    numbers = (0, 0, it["here"], it["count"], it["size"], it["offset"])
    tail += struct.pack("<4s4H2LH", b"PK\5\6", *numbers, it.get("comment", len(comment)))
    return body + directory + tail + comment + suffix


def _wide(it: dict[str, int]) -> bytes:
    numbers = (it["here"], it["count"], it["size"], it["offset"])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", it.get("length", 44), 45, 45, 0, 0, *numbers)
    return record + struct.pack("<4sLQL", b"PK\6\7", 0, it["place"], it.get("disks", 1))


def extra(*fields: tuple[int, bytes]) -> bytes:
    """An extra field of several."""
    return b"".join(struct.pack("<2H", kind, len(value)) + value for kind, value in fields)
