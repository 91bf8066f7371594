"""From the bytes of a distribution to what they hold."""

from __future__ import annotations

from typing import BinaryIO

from twine_stage.archives import sniffing, zips
from twine_stage.archives.found import Found, dist_infos
from twine_stage.archives.tar_scan import scan_tar
from twine_stage.archives.zip_scan import scan_zip
from twine_stage.contents import Contents, FlawKind
from twine_stage.digests import Digests
from twine_stage.distributions import Filename, kind_of
from twine_stage.errors import InvalidDistribution

_COPY_AGAIN = "Build it again, or copy it again from where it is whole."


def scan(file: BinaryIO, *, name: str, digests: Digests, thorough: bool = True) -> Contents:
    """Read a distribution: its members, its core metadata, and what is wrong with its bytes.

    Args:
        file: the content, seekable; its size is that of the digests.
        name: the filename; its ending says whether a zip or a tar archive is expected.
        digests: of the content; handed on.
        thorough: prove the checksum of every member, however large, look into modules, and compare
            the members of a wheel with its RECORD. Otherwise the content of an archive that
            unpacks to more than 64 MiB is not read: only its central directory and its core
            metadata, or the beginning of its gzip stream.

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
    return Contents(
        name=name,
        filename=_filename(name),
        digests=digests,
        core_metadata=found.metadata[0] if len(found.metadata) == 1 else None,
        dist_infos=dist_infos(found.members) if name.endswith(".whl") else (),
        members=tuple(found.members),
        flaws=found.all_flaws,
        texts=found.texts,
    )


def _filename(name: str) -> Filename | None:
    try:
        return Filename.parse(name)
    except InvalidDistribution:
        return None


def _scan_zip(file: BinaryIO, name: str, size: int, *, thorough: bool) -> Found:
    directory = zips.locate(file, size)
    if directory is None:
        raise _no_archive(file, name, "a zip archive", zips.LOCAL_SIGN)
    return scan_zip(file, directory, name=name, thorough=thorough)


def _scan_tar(file: BinaryIO, name: str, size: int, *, thorough: bool) -> Found:
    found = scan_tar(file, size, thorough=thorough)
    is_bomb = any(flaw.kind is FlawKind.BOMB for flaw in found.flaws)
    if found.flaws and not found.members and not is_bomb:
        raise _no_archive(file, name, "a gzipped tar archive", b"\x1f\x8b")
    return found


def _no_archive(file: BinaryIO, name: str, expected: str, beginning: bytes) -> InvalidDistribution:
    file.seek(0)
    start = file.read(sniffing.ENOUGH)
    if start.startswith(beginning):
        found, hint = "one that is broken or cut off", _COPY_AGAIN
    else:
        found, hint = sniffing.name(start), "Look where it came from: it is no distribution."
    return InvalidDistribution(name, f"expected {expected}, found {found}", hint=hint)
