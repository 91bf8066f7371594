"""Zip archives, read from end to end."""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO

from twine_stage.archives import layout, scrambling, tar_headers, zip_members, zip_strictness, zips
from twine_stage.archives.bounds import FLAWS, METADATA, QUICK, Flawed
from twine_stage.archives.found import (
    RECORD,
    SEVERAL,
    TEXTS,
    Found,
    dist_infos,
    is_metadata,
)
from twine_stage.archives.recorded import Recorded
from twine_stage.archives.zip_strictness import Tiling
from twine_stage.archives.zips import Directory, Entry
from twine_stage.contents import FlawKind, own_dist_info
from twine_stage.distributions import Kind, kind_of
from twine_stage.wheel_record import Unreadable


def scan_zip(file: BinaryIO, directory: Directory, *, name: str, thorough: bool) -> Found:
    """Read a zip archive; see `twine_stage.archives.scan` for what ``thorough`` means."""
    found = Found()
    entries: list[Entry] = []
    try:
        content = zips.load(file, directory)
        for entry in zips.entries(directory, content):
            entries.append(entry)
            found.members.append(entry.name)
    except Flawed as broken:  # then no place in the directory can be trusted
        found.flaws.append(broken.flaw)
        return found
    _judge_directory(file, directory, entries, found)
    _Reading(file, directory, found, name, thorough=thorough).run(entries)
    return found


def _judge_directory(
    file: BinaryIO, directory: Directory, entries: list[Entry], found: Found
) -> None:
    tally = found.tally
    file.seek(0)
    if tar_headers.is_header(file.read(tar_headers.BLOCK)):
        tally.note(FlawKind.AMBIGUOUS, "a tar archive in the same file")
    zip_strictness.judge_end(file, directory, len(entries), tally)
    zip_strictness.judge_repeats(entries, tally)
    for entry in entries:
        zip_strictness.judge_entry(entry, tally)
    layout.judge_places(found.members, tally)


class _Reading:
    """Reading the members of a zip archive, in the order in which they lie in it."""

    def __init__(
        self, file: BinaryIO, directory: Directory, found: Found, name: str, *, thorough: bool
    ) -> None:
        self._file = file
        self._directory = directory
        self._found = found
        self._kind = kind_of(name)
        self._is_thorough = thorough
        self._is_proving = thorough
        self._recorded: Recorded | None = None
        folder = own_dist_info(name, dist_infos(found.members))
        is_wheel = self._kind is Kind.WHEEL and folder is not None
        self._texts = {f"{folder}/{text}": most for text, most in TEXTS.items() if is_wheel}
        self._record = f"{folder}/{RECORD}"

    def run(self, entries: list[Entry]) -> None:
        """Read all members; RECORD is read before them, since they are judged by it."""
        if self._is_thorough:
            own = [entry for entry in entries if entry.name == self._record in self._texts]
            with suppress(Flawed, Unreadable):  # it is met again, and the rules judge it
                for entry in own[:1]:
                    self._read_record(entry)
        else:
            self._is_proving = sum(entry.unpacked for entry in entries) <= QUICK
        tiling = Tiling(self._found.tally)
        for entry in sorted(entries, key=lambda it: it.offset):
            self._attempt(entry, tiling)
            if len(self._found.flaws) == FLAWS:
                return
        tiling.finish(self._directory)

    def _read_record(self, entry: Entry) -> None:
        zip_members.open_member(self._file, self._directory, entry)
        zip_members.judge(entry)
        content = zip_members.read(self._file, entry, most=TEXTS[RECORD])
        self._recorded = Recorded(entry.name, content, self._found.members, self._found.tally)

    def _attempt(self, entry: Entry, tiling: Tiling) -> None:
        try:
            self._read(entry, tiling)
        except Flawed as broken:
            self._found.flaws.append(broken.flaw)

    def _read(self, entry: Entry, tiling: Tiling) -> None:
        tiling.expect(self._directory.base + entry.offset, entry)
        try:
            local = zip_members.open_member(self._file, self._directory, entry)
        except Flawed:
            tiling.lose()
            raise
        tiling.lay(entry, local)
        zip_strictness.judge_local(entry, local, self._found.tally)
        zip_members.judge(entry)
        if entry.name in self._texts:
            most = self._texts[entry.name]
            self._found.texts[entry.name] = self._read_whole(entry, most)
        elif is_metadata(entry.name, self._kind) and len(self._found.metadata) < SEVERAL:
            self._found.metadata.append(self._read_whole(entry, METADATA))
        elif self._is_thorough and scrambling.is_module(entry.name, entry.unpacked):
            self._judge_module(entry.name, self._read_whole(entry, scrambling.LARGEST))
        elif self._is_proving:
            self._prove(entry)

    def _read_whole(self, entry: Entry, most: int) -> bytes:
        content = zip_members.read(self._file, entry, most=most)
        if self._recorded and (hasher := self._recorded.hasher(entry.name)):
            hasher.update(content)
            self._recorded.compare(entry.name, len(content), hasher)
        return content

    def _judge_module(self, name: str, module: bytes) -> None:
        if tool := scrambling.tool_of(module):
            self._found.tally.note(FlawKind.SCRAMBLED, f"module scrambled by {tool}", name)

    def _prove(self, entry: Entry) -> None:
        hasher = self._recorded.hasher(entry.name) if self._recorded else None
        for chunk in zip_members.unpacked(self._file, entry):
            if hasher:
                hasher.update(chunk)
        if self._recorded and hasher:
            self._recorded.compare(entry.name, entry.unpacked, hasher)
