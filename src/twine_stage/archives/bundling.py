"""The archive of a bundle: a zip archive that packs nothing, written and read.

It is read more strictly than a wheel: every reader must see the same files in it, all of them are
stored as they are, and there is nothing else in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, cast

from twine_stage import attestations, bundles
from twine_stage.archives import sniffing, zip_members, zip_strictness, zips
from twine_stage.archives.bounds import Flawed
from twine_stage.archives.tally import Tally
from twine_stage.archives.zip_strictness import Tiling
from twine_stage.archives.zips import Directory, Entry
from twine_stage.bundles import DOCUMENT, Part
from twine_stage.contents import FlawKind, shown
from twine_stage.errors import Damaged

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that zip archives know
_UNIX, _MODE = 3, 0o644 << 16
_AGAIN = "Get it again from the machine that made it, or make it again: stage bundle export."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle that was judged: where its parts are, by their names in the archive."""

    directory: Directory
    entries: Mapping[str, Entry]
    parts: Mapping[str, Part]

    def chunks(self, file: BinaryIO, part: Part) -> Iterator[bytes]:
        """The content of a part.

        Args:
            file: the archive, open.
            part: one of its parts.

        Raises:
            Damaged: it is not what it was when it was judged.
        """
        entry = self.entries[part.member]
        try:
            zip_members.open_member(file, self.directory, entry)
            yield from zip_members.unpacked(file, entry)
        except Flawed as broken:
            raise _damaged(part.name, broken.flaw.detail) from broken


def write(target: BinaryIO, members: Iterable[tuple[str, int, Iterable[bytes]]]) -> None:
    """Write the archive of a bundle; the same bytes for the same members.

    Args:
        target: a file that is open for writing, buffered or not.
        members: names, sizes in bytes, and contents.
    """
    buffered = io.BufferedWriter(cast("io.RawIOBase", target))
    with zipfile.ZipFile(buffered, "w", zipfile.ZIP_STORED) as archive:
        for name, size, chunks in members:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr, info.file_size = _UNIX, _MODE, size
            with archive.open(info, "w") as member:
                for chunk in chunks:
                    member.write(chunk)
    buffered.detach()


def read(file: BinaryIO, *, size: int, name: str) -> Bundle:
    """Judge the archive of a bundle: what is in it, but not yet the contents of its parts.

    Args:
        file: open for reading, seekable.
        size: of it, in bytes.
        name: what errors call it.

    Raises:
        Damaged: it is no bundle, or one that was tampered with.
    """
    directory = zips.locate(file, size)
    if directory is None:
        raise _damaged(name, f"expected a bundle, found {_sniffed(file)}")
    try:
        entries = _entries(file, directory)
        content = _document(file, directory, entries)
    except Flawed as broken:
        raise _damaged(name, broken.flaw.detail) from broken
    parts = bundles.parts(bundles.loads(content, name=f"{name}: {DOCUMENT}"))
    _compare(parts, entries, name)
    return Bundle(directory=directory, entries=entries, parts=parts)


def _sniffed(file: BinaryIO) -> str:
    """What a file is that is no zip archive."""
    file.seek(0)
    start = file.read(sniffing.ENOUGH)
    if not start:
        return "an empty file"
    is_cut = start.startswith(zips.LOCAL_SIGN)
    return "a zip archive that is broken or cut off" if is_cut else sniffing.name(start)


def _entries(file: BinaryIO, directory: Directory) -> Mapping[str, Entry]:
    """All members by name, after their headers were judged."""
    content = zips.load(file, directory)
    tally = Tally()
    tiling = Tiling(tally)
    entries = list(zips.entries(directory, content, is_packed=False))
    if DOCUMENT not in {entry.name for entry in entries}:
        found = f"a zip archive without {DOCUMENT}, or one that is cut off"
        raise Flawed(FlawKind.UNUSUAL, f"expected a bundle, found {found}")
    for entry in entries:
        zip_members.judge(entry)
        if entry.method != zip_members.STORED or entry.packed != entry.unpacked:
            raise Flawed(FlawKind.BOMB, f"{entry.label} is packed, and nothing in a bundle is")
        zip_strictness.judge_entry(entry, tally)
    zip_strictness.judge_end(file, directory, len(entries), tally)
    zip_strictness.judge_repeats(entries, tally)
    for entry in sorted(entries, key=lambda one: one.offset):
        tiling.expect(directory.base + entry.offset, entry)
        local = zip_members.open_member(file, directory, entry)
        tiling.lay(entry, local)
        zip_strictness.judge_local(entry, local, tally)
    tiling.finish(directory)
    for flaw in tally.flaws():
        raise Flawed(flaw.kind, flaw.detail)
    if file.seek(0, io.SEEK_END) > directory.end + zips.END.size:
        raise Flawed(FlawKind.UNUSUAL, "comment on the archive, and nothing in a bundle has one")
    return {entry.name: entry for entry in entries}


def _document(file: BinaryIO, directory: Directory, entries: Mapping[str, Entry]) -> bytes:
    zip_members.open_member(file, directory, entries[DOCUMENT])
    return zip_members.read(file, entries[DOCUMENT], most=bundles.LARGEST)


def _compare(parts: Mapping[str, Part], entries: Mapping[str, Entry], name: str) -> None:
    """Refuse an archive that has not exactly the members, of the sizes, that it says it has."""
    for member in entries:
        if member not in parts and member != DOCUMENT:
            raise _damaged(name, f"expected what {DOCUMENT} names, found {shown(member)}, too")
    for member, part in parts.items():
        if member not in entries:
            raise _damaged(name, f"expected {member} as {DOCUMENT} says, found none")
        size = entries[member].unpacked
        if part.size not in {None, size}:
            raise _damaged(name, f"{member}: expected {part.size:,} bytes, found {size:,}")
        if part.is_attestation and size > attestations.LARGEST:
            raise _damaged(name, f"{member}: expected an attestation, found {size:,} bytes")


def _damaged(name: str, problem: str) -> Damaged:
    return Damaged(name, problem, hint=_AGAIN)
