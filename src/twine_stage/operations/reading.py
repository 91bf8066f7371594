"""Reading: distributions, from a path or out of the stage, into what they hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from twine_stage import archives
from twine_stage.attestations import Statement
from twine_stage.contents import Contents
from twine_stage.digests import SHORT, Digests, Hashing
from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, InvalidDistribution
from twine_stage.operations.sources import OnDisk, reading
from twine_stage.operations.taking import read_attestation

_CHUNK = 1024 * 1024
_WORKERS = min(4, os.cpu_count() or 1)  # hashing and unpacking release the interpreter lock

Read = Contents | InvalidDistribution
"""What a distribution holds, or why it cannot be read."""


class ContentSource(Protocol):
    """Where contents are kept by digest; the store is one."""

    def has(self, sha256: str, /) -> bool:
        """Whether a content is there."""
        ...

    def content(self, sha256: str, /) -> BinaryIO:
        """Open a content, to be closed by the caller."""
        ...


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read: the contents of files, and why others cannot be read."""

    contents: tuple[Contents, ...]
    unreadable: tuple[InvalidDistribution, ...]


def read_all(sources: Iterable[Callable[[], Read]]) -> Readings:
    """Read side by side."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        found = list(pool.map(lambda read: read(), sources))
    return Readings(
        tuple(result for result in found if isinstance(result, Contents)),
        tuple(result for result in found if isinstance(result, InvalidDistribution)),
    )


def read_path(path: Path) -> Read:
    """What the file at a path holds."""
    try:
        with reading(path) as file:
            return _read(file, path.name)
    except InvalidDistribution as error:
        return error


def read_staged(source: ContentSource, staged: Distribution) -> Read:
    """What a staged file holds.

    Raises:
        Damaged: it is gone, or is not what was staged.
    """
    with _content(source, staged) as file:
        return _read(file, staged.filename.text, expected=staged.sha256)


def expect_whole(source: ContentSource, staged: Distribution) -> None:
    """See that a staged file is what was staged, without reading what it holds.

    Raises:
        Damaged: it is gone, or is not what was staged.
    """
    with _content(source, staged) as file:
        found = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    _expect(found.hexdigest(), staged.sha256, name=staged.filename.text)


def _content(source: ContentSource, staged: Distribution) -> BinaryIO:
    if not source.has(staged.sha256):
        raise Damaged(
            staged.filename.text,
            "its content is not in the stage",
            hint="Stage the same file again: stage add FILE",
        )
    return source.content(staged.sha256)


def read_attestations(paths: Sequence[Path]) -> list[Statement | InvalidDistribution]:
    """What attestation files state, or what was met instead."""
    return list(map(_read_attestation, paths))


def _read_attestation(path: Path) -> Statement | InvalidDistribution:
    try:
        return read_attestation(OnDisk(path))[1]
    except InvalidDistribution as error:
        return error


def _read(file: BinaryIO, name: str, expected: str = "") -> Read:
    """Hash and scan a file; ``expected`` is the SHA-256 that a staged one must have."""
    digests = _hashed(file, name, expected)
    try:
        return archives.scan(file, name=name, digests=digests)
    except InvalidDistribution as error:
        return error


def _hashed(file: BinaryIO, name: str, expected: str) -> Digests:
    hashing = Hashing()
    while chunk := file.read(_CHUNK):
        hashing.update(chunk)
    digests = hashing.digests()
    if expected:
        _expect(digests.sha256, expected, name=name)
    return digests


def _expect(found: str, expected: str, *, name: str) -> None:
    if found != expected:
        raise Damaged(
            name,
            f"expected SHA-256 {expected[:SHORT]}, found {found[:SHORT]}",
            hint="Add the file again: that restores what is stored.",
        )
