"""Writing so that no reader ever sees half a file, and a kill at any moment leaves the old one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from twine_stage.errors import StorageFailed

TEMPORARY = ".tmp-"
"""How temporary files begin; readers pass them over."""

READ_ONLY = 0o444
READ_WRITE = 0o644


@contextmanager
def storing(what: str, *, verb: str = "write") -> Iterator[None]:
    """Say in one sentence what the disk refused.

    Raises:
        StorageFailed: instead of any ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"cannot {verb} {what}: {error.strerror or error}",
            hint="Make room or set the permissions right, and run the same command again.",
        ) from error


@contextmanager
def temporary(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in ``folder``, open for writing; it is gone afterwards unless it was renamed.

    The file is not buffered: ``write`` may take less than it is given, as ``write_all`` minds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY, dir=folder)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file, Path(name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - a string from mkstemp


def write_all(file: BinaryIO, chunk: bytes) -> None:
    """Write a chunk to a file that is not buffered, however often that takes."""
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def settle(file: BinaryIO, source: Path, target: Path, *, mode: int) -> None:
    """Flush a temporary file to disk, close it and give it its name."""
    os.fsync(file.fileno())
    file.close()
    source.chmod(mode)
    replace(source, target)


def replace(source: Path, target: Path) -> None:
    """Rename within one file system, over what is there, and make the name durable."""
    if os.name == "nt" and target.exists():  # pragma: no cover - untested: Windows keeps read-only
        target.chmod(READ_WRITE)
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to disk, where the platform can."""
    if os.name == "nt":  # pragma: no cover - untested: folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes, *, mode: int = READ_WRITE) -> None:
    """Write a small file as a whole.

    Raises:
        StorageFailed: the disk refused; what was there is still there.
    """
    with storing(path.name), temporary(path.parent) as (file, name):
        write_all(file, content)
        settle(file, name, path, mode=mode)


def remove(path: Path) -> None:
    """Remove a file that may be read-only, or gone."""
    with storing(path.name), suppress(FileNotFoundError):
        if os.name == "nt":  # pragma: no cover - untested: read-only files cannot be removed there
            path.chmod(READ_WRITE)
        path.unlink()
