"""From the bytes of a distribution to what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from twine_stage.archives import sniffing, zips
from twine_stage.archives.bounds import FLAWS, METADATA, MIB, QUICK, Flawed, check_members
from twine_stage.archives.streams import Gunzip
from twine_stage.archives.tars import TarReader
from twine_stage.contents import Contents, Flaw, FlawKind, shown
from twine_stage.digests import Digests
from twine_stage.distributions import Filename, Kind, kind_of
from twine_stage.errors import InvalidDistribution

_COPY_AGAIN = "Build it again, or copy it again from where it is whole."
_DIST_INFO = ".dist-info"
_SEVERAL = 2  # so many candidates for the core metadata are enough to know that there is none


@dataclass(slots=True)
class _Found:
    """What a reader has met so far."""

    members: list[str] = field(default_factory=list)
    metadata: list[bytes] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


def scan(file: BinaryIO, *, name: str, digests: Digests, thorough: bool = True) -> Contents:
    """Read a distribution: its members, its core metadata, and what is wrong with its bytes.

    Args:
        file: the content, seekable; its size is that of the digests.
        name: the filename; its ending says whether a zip or a tar archive is expected.
        digests: of the content; handed on.
        thorough: prove the checksum of every member, however large. Otherwise the content of an
            archive that unpacks to more than 64 MiB is not read: only its central directory and
            its core metadata, or the beginning of its gzip stream.

    Raises:
        InvalidDistribution: it cannot be read as a distribution at all. What is wrong within an
            archive that opens stands in the flaws instead.
    """
    if kind_of(name) is None:
        raise InvalidDistribution(
            name,
            "expected a name ending in .whl or .tar.gz",
            hint="Only wheels and sdists can be published.",
        )
    if not digests.size:
        raise InvalidDistribution(
            name, "expected a distribution, found an empty file", hint=_COPY_AGAIN
        )
    if name.endswith(".tar.gz"):
        found = _scan_tar(file, name, digests.size, thorough=thorough)
    else:
        found = _scan_zip(file, name, digests.size, thorough=thorough)
    dist_infos = _dist_infos(found.members) if name.endswith(".whl") else ()
    return Contents(
        name=name,
        filename=_filename(name),
        digests=digests,
        core_metadata=found.metadata[0] if len(found.metadata) == 1 else None,
        dist_infos=dist_infos,
        members=tuple(found.members),
        flaws=tuple(found.flaws),
    )


def _filename(name: str) -> Filename | None:
    try:
        return Filename.parse(name)
    except InvalidDistribution:
        return None


def _dist_infos(members: list[str]) -> tuple[str, ...]:
    tops = {top for top, slash, _ in (member.partition("/") for member in members) if slash}
    return tuple(sorted(top for top in tops if top.endswith(_DIST_INFO)))


def _is_metadata(member: str, kind: Kind | None) -> bool:
    """Whether a member is where the METADATA of a wheel, or the PKG-INFO of an sdist, belongs."""
    match member.removeprefix("./").split("/", 2):
        case [top, "METADATA"]:
            return kind is Kind.WHEEL and top.endswith(_DIST_INFO)
        case [_, "PKG-INFO"]:
            return kind is Kind.SDIST
        case _:
            return False


def _scan_zip(file: BinaryIO, name: str, size: int, *, thorough: bool) -> _Found:
    directory = zips.locate(file, size)
    if directory is None:
        raise _no_archive(file, name, "a zip archive", zips.LOCAL_SIGN)
    found = _Found()
    for flaw in _zip_flaws(file, directory, found, kind_of(name), thorough=thorough):
        found.flaws.append(flaw)
        if len(found.flaws) == FLAWS:
            break
    return found


def _zip_flaws(
    file: BinaryIO, directory: zips.Directory, found: _Found, kind: Kind | None, *, thorough: bool
) -> Iterator[Flaw]:
    unpacked = 0
    try:
        content = zips.load(file, directory)
        for entry in zips.entries(directory, content):
            found.members.append(entry.name)
            unpacked += entry.unpacked
    except Flawed as broken:  # then no place in the directory can be trusted
        yield broken.flaw
        return
    is_read = thorough or unpacked <= QUICK
    for entry in zips.entries(directory, content):
        is_wanted = _is_metadata(entry.name, kind) and len(found.metadata) < _SEVERAL
        try:
            zips.judge(entry)
            if is_wanted:
                found.metadata.append(zips.read(file, directory, entry))
            elif is_read:
                zips.prove(file, directory, entry)
        except Flawed as broken:
            yield broken.flaw


def _scan_tar(file: BinaryIO, name: str, size: int, *, thorough: bool) -> _Found:
    found = _Found()
    stream = Gunzip(file, size)
    file.seek(0)
    try:
        _read_tar(stream, found, thorough=thorough)
    except Flawed as broken:
        if not found.members and broken.flaw.kind is not FlawKind.BOMB:
            raise _no_archive(file, name, "a gzipped tar archive", b"\x1f\x8b") from broken
        found.flaws.append(broken.flaw)
    return found


def _read_tar(stream: Gunzip, found: _Found, *, thorough: bool) -> None:
    tar = TarReader(stream)
    names = 0
    for member in tar.members():
        found.members.append(member.name)
        names += len(member.name)
        check_members(len(found.members), names)
        is_wanted = member.is_file and len(found.metadata) < _SEVERAL
        if is_wanted and _is_metadata(member.name, Kind.SDIST):
            if member.size > METADATA:
                raise Flawed(
                    FlawKind.BOMB,
                    f"{shown(member.name)} unpacks to more than {METADATA // MIB} MiB",
                )
            found.metadata.append(tar.content())
        if found.metadata and stream.unpacked + member.size > QUICK and not thorough:
            return
    stream.drain()


def _no_archive(file: BinaryIO, name: str, expected: str, beginning: bytes) -> InvalidDistribution:
    file.seek(0)
    start = file.read(sniffing.ENOUGH)
    if start.startswith(beginning):
        found, hint = "one that is broken or cut off", _COPY_AGAIN
    else:
        found, hint = sniffing.name(start), "Look where it came from: it is no distribution."
    return InvalidDistribution(name, f"expected {expected}, found {found}", hint=hint)
