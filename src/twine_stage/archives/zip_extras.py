"""Extra fields of zip members: APPNOTE.TXT, sections 4.5 and 4.6.9."""

from __future__ import annotations

import struct
from dataclasses import dataclass

ZIP64 = 1
UNICODE_PATH = 0x7075

_FIELD = struct.Struct("<2H")
_UNICODE_PATH_HEAD = 5  # a version, and a checksum of the name that it replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What the extra field of a member says, where it matters.

    ``zip64`` and ``unicode_path`` are the contents of the first field of that kind, None where
    there is none. ``rest`` is how many bytes at the end make no field. ``has_twice`` says whether
    one of these two kinds is there more than once.
    """

    zip64: bytes | None = None
    unicode_path: bytes | None = None
    has_twice: bool = False
    rest: int = 0


NONE = Extras()


def parse(extra: bytes) -> Extras:
    """Read an extra field; whatever is in it."""
    if not extra:
        return NONE
    found: dict[int, bytes] = {}
    place, has_twice = 0, False
    while place + _FIELD.size <= len(extra):
        kind, size = _FIELD.unpack_from(extra, place)
        end = place + _FIELD.size + size
        if end > len(extra):
            break
        if kind in (ZIP64, UNICODE_PATH):
            has_twice = has_twice or kind in found
            found.setdefault(kind, extra[place + _FIELD.size : end])
        place = end
    path = found.get(UNICODE_PATH)
    return Extras(
        zip64=found.get(ZIP64),
        unicode_path=None if path is None else path[_UNICODE_PATH_HEAD:],
        has_twice=has_twice,
        rest=len(extra) - place,
    )
