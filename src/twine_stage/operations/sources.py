"""Sources: where the bytes of a file come from that is to be staged."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from twine_stage.errors import InvalidDistribution

_CHUNK = 1 << 20


class Source(Protocol):
    """A file to be staged; as text it says where the file is."""

    @property
    def name(self) -> str:
        """The filename."""
        ...

    @property
    def sha256(self) -> str | None:
        """The digest that it is said to have; None where nobody says one."""
        ...

    def size(self) -> int:
        """How many bytes it has.

        Raises:
            InvalidDistribution: it cannot be read.
        """
        ...

    def chunks(self) -> Iterator[bytes]:
        """Its content, each time from the beginning; raises as ``size`` does."""
        ...


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file at a path."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        """The filename."""
        return self.path.name

    @property
    def sha256(self) -> None:
        """Nobody says one."""
        return

    def size(self) -> int:
        """How many bytes it has; it must be a regular file."""
        return regular_size(self.path)

    def chunks(self) -> Iterator[bytes]:
        """Its content."""
        with reading(self.path, buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk


@contextmanager
def reading(path: Path, *, buffering: int = -1) -> Iterator[BinaryIO]:
    """A file, open to be read; what goes wrong with it until it is closed is told as its own.

    Raises:
        InvalidDistribution: it is no regular file, or cannot be read.
    """
    regular_size(path)
    try:
        with path.open("rb", buffering=buffering) as file:
            yield file
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error


def regular_size(path: Path) -> int:
    """The size of a regular file; anything else could block, or has no end.

    Raises:
        InvalidDistribution: it is no regular file, or cannot be asked about.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise unreadable(path, "something else than a regular file")
    return status.st_size


def unreadable(path: Path, found: str) -> InvalidDistribution:
    """A file that cannot be read; ``found`` says what was found instead."""
    return InvalidDistribution(
        path.name,
        f"expected a file that can be read, found: {found}",
        hint="Check that it is a file and that you may read it.",
    )
