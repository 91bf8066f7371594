"""Whether the members of a wheel are as its RECORD says."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from typing import Protocol

from twine_stage import wheel_record
from twine_stage.archives.tally import Tally
from twine_stage.contents import FlawKind
from twine_stage.wheel_record import Row

_ALGORITHMS = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")


class _Hash(Protocol):
    def update(self, chunk: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class Recorded:
    """The RECORD of a wheel, to be compared with the members one after the other.

    Args:
        record: the name of the RECORD.
        content: its content.
        members: the names of all members.
        tally: gets what is found.

    Raises:
        Unreadable: it is no RECORD that can be read.
    """

    def __init__(self, record: str, content: bytes, members: Iterable[str], tally: Tally) -> None:
        folder = record.removesuffix("RECORD")
        exempt = {folder + signature for signature in _SIGNATURES}
        expected = {name for name in members if not name.endswith("/")} - exempt
        self._tally = tally
        self._rows: dict[str, Row] = {}
        self._hashes: dict[str, _Hash] = {}
        for row in wheel_record.rows(content):
            if row.path in expected:
                self._rows[row.path] = row
            elif row.path not in exempt:
                tally.note(FlawKind.RECORD, "listed in RECORD, but not there", row.path)
        for name in sorted(expected - self._rows.keys()):
            tally.note(FlawKind.RECORD, "there, but not listed in RECORD", name)
        self._rows.pop(record, None)

    def hasher(self, name: str) -> _Hash | None:
        """What to feed the content of a member into; None if there is no hash to compare with."""
        row = self._rows.get(name)
        if row is None:
            return None
        if begin := _ALGORITHMS.get(row.hash.partition("=")[0]):
            return begin(usedforsecurity=False)
        what = "with a hash that is none of SHA-2" if row.hash else "without a hash"
        self._tally.note(FlawKind.RECORD, f"listed in RECORD {what}", name)
        return None

    def compare(self, name: str, size: int, hasher: _Hash) -> None:
        """Note a member whose content, of so many bytes, is not what RECORD says."""
        row = self._rows[name]
        told = row.hash.partition("=")[2].rstrip("=")
        found = urlsafe_b64encode(hasher.digest()).rstrip(b"=").decode()
        if told != found:
            self._tally.note(FlawKind.RECORD, "not the content that RECORD tells", name)
        elif row.size not in ("", str(size)):
            self._tally.note(FlawKind.RECORD, "not the size that RECORD tells", name)
