"""Gzipped tar archives, read from end to end."""

from __future__ import annotations

from typing import BinaryIO

from twine_stage import sizes
from twine_stage.archives import layout, scrambling, zips
from twine_stage.archives.bounds import METADATA, QUICK, Flawed, check_members
from twine_stage.archives.found import SEVERAL, Found, is_metadata
from twine_stage.archives.streams import Gunzip
from twine_stage.archives.tars import Member, TarReader
from twine_stage.contents import FlawKind, shown
from twine_stage.distributions import Kind


def scan_tar(file: BinaryIO, size: int, *, thorough: bool) -> Found:
    """Read a gzipped tar archive; see `twine_stage.archives.scan` for what ``thorough`` means."""
    found = Found()
    if zips.is_one(file, size):
        found.tally.note(FlawKind.AMBIGUOUS, "a zip archive in the same file")
    file.seek(0)
    try:
        _read(Gunzip(file, size), found, thorough=thorough)
    except Flawed as broken:
        found.flaws.append(broken.flaw)
    return found


def _read(stream: Gunzip, found: Found, *, thorough: bool) -> None:
    tar = TarReader(stream)
    names = 0
    for member in tar.members():
        found.members.append(member.name)
        names += len(member.name)
        check_members(len(found.members), names)
        if member.is_file:
            _look_into(tar, member, found, thorough=thorough)
        else:
            _judge(member, found)
        if found.metadata and stream.unpacked + member.size > QUICK and not thorough:
            return
    stream.drain()
    layout.judge_places(found.members, found.tally)
    layout.judge_repeats(found.members, found.tally)
    layout.judge_top(found.members, found.tally)


def _judge(member: Member, found: Found) -> None:
    if member.is_symbolic_link:
        is_out = layout.leads_out(member.name, member.link)
        fact = "symbolic link that leads out of the folder" if is_out else "symbolic link"
        found.tally.note(FlawKind.LINK, fact, member.name)
    elif member.is_hard_link:
        found.tally.note(FlawKind.LINK, "hard link", member.name)
    elif member.is_device:
        found.tally.note(FlawKind.LINK, "device or pipe", member.name)


def _look_into(tar: TarReader, member: Member, found: Found, *, thorough: bool) -> None:
    if len(found.metadata) < SEVERAL and is_metadata(member.name, Kind.SDIST):
        if member.size > METADATA:
            raise Flawed(
                FlawKind.BOMB, f"{shown(member.name)} unpacks to more than {sizes.shown(METADATA)}"
            )
        found.metadata.append(tar.content())
        return
    is_module = thorough and scrambling.is_module(member.name, member.size)
    if is_module and (tool := scrambling.tool_of(tar.content())):
        found.tally.note(FlawKind.SCRAMBLED, f"module scrambled by {tool}", member.name)
