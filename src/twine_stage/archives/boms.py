"""Bills of materials in wheels (PEP 770): the files in ``sboms`` of the .dist-info folder."""

from __future__ import annotations

from typing import BinaryIO

from twine_stage.archives import zip_members, zips
from twine_stage.archives.bounds import Flawed
from twine_stage.archives.found import dist_infos
from twine_stage.archives.zips import Entry
from twine_stage.contents import FlawKind, own_dist_info

_MOST = 100
"""So many bills are more than any wheel has."""


def read_boms(file: BinaryIO, *, name: str, size: int) -> tuple[tuple[str, bytes], ...] | None:
    """The bills of materials of a wheel, by their paths in it, sorted; each at most 8 MiB.

    Args:
        file: the content, seekable.
        name: the filename.
        size: of the content, in bytes.

    Returns:
        None where the wheel cannot be read so far.
    """
    directory = zips.locate(file, size)
    if directory is None:
        return None
    try:
        entries = list(zips.entries(directory, zips.load(file, directory)))
        folder = own_dist_info(name, dist_infos([entry.name for entry in entries]))
        found: dict[str, bytes] = {}
        for entry in _own(entries, folder):
            zip_members.open_member(file, directory, entry)
            zip_members.judge(entry)
            found[entry.name] = zip_members.read(file, entry)
    except Flawed:
        return None
    return tuple(sorted(found.items()))


def _own(entries: list[Entry], folder: str | None) -> list[Entry]:
    """The files in the folder of PEP 770."""
    own = [
        entry
        for entry in entries
        if folder and entry.name.startswith(f"{folder}/sboms/") and not entry.name.endswith("/")
    ]
    if len(own) > _MOST:
        raise Flawed(FlawKind.BOMB, f"it has more than {_MOST} bills of materials")
    return own
