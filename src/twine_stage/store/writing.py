"""Writing so that no reader ever sees half a file, and a kill at any moment leaves the old one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from twine_stage.errors import StorageFailed

TEMPORARY = ".tmp-"
"""How temporary files begin; readers pass them over."""

READ_ONLY = 0o444
READ_WRITE = 0o644
PRIVATE = 0o600


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
def temporary(folder: Path, *, prefix: str = TEMPORARY) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in ``folder``, open for writing; it is gone afterwards unless it was renamed.

    The file is not buffered: ``write`` may take less than it is given, as ``write_all`` minds.
    """
    make_folder(folder)
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=folder)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file, Path(name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - a string from mkstemp


@contextmanager
def temporary_of(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """As ``temporary``, beside a file that takes long to write and lies where nothing is swept.

    What commands that were killed left of the same file goes first; no other is touched.
    """
    stem = f"{TEMPORARY}{target.name}"
    for path in target.parent.glob(f"{TEMPORARY}*"):
        if path.stem == stem:  # mkstemp puts no dot in what it appends
            with suppress(OSError):
                path.unlink()
    with temporary(target.parent, prefix=f"{stem}.") as opened:
        yield opened


def write_all(file: BinaryIO, chunk: bytes) -> None:
    """Write a chunk to a file that is not buffered, however often that takes."""
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def settle(file: BinaryIO, source: Path, target: Path, *, mode: int) -> None:
    """Flush a temporary file to disk, close it and give it its name."""
    finish(file, source, mode=mode)
    replace(source, target)


def finish(file: BinaryIO, path: Path, *, mode: int) -> None:
    """Flush a temporary file to disk and close it; all it lacks then is its name."""
    os.fsync(file.fileno())
    file.close()
    path.chmod(mode)


def replace(source: Path, target: Path) -> None:
    """Rename within one file system, over what is there, and make the name durable.

    A device or a pipe would be gone then, for everybody: it is refused.
    """
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise OSError(errno.EEXIST, "something else than a regular file is there")
    _allow(target)
    source.replace(target)
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlive a power cut, too."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path, *, platform: str = os.name) -> None:
    """Flush the names in a folder to disk, where the platform can."""
    if platform == "nt":  # folders cannot be opened there
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


def write_together(contents: Mapping[Path, bytes], *, mode: int = READ_WRITE) -> None:
    """Write small files, all or none: they get their names, in order, when all are on disk.

    Raises:
        StorageFailed: the disk refused; what was there is still there.
    """
    with storing("the stage"), ExitStack() as stack:
        names = {
            path: stack.enter_context(_written(path, content)) for path, content in contents.items()
        }
        for name in names.values():  # all are written by now: the first flush takes most along
            with name.open("rb+") as file:
                finish(file, name, mode=mode)
        for path, name in names.items():
            _allow(path)
            name.replace(path)
        for folder in {path.parent for path in contents}:
            sync_folder(folder)


def remove(path: Path) -> None:
    """Remove a file that may be read-only, or gone."""
    with storing(path.name), suppress(FileNotFoundError):
        unlink(path)
        sync_folder(path.parent)


def unlink(path: Path) -> None:
    """Remove a file that may be read-only, which Windows (where this is untested) minds."""
    _allow(path)
    path.unlink()


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """A temporary file beside ``path``, not yet flushed."""
    with temporary(path.parent) as (file, name):
        write_all(file, content)
        file.close()
        yield name


def _allow(path: Path) -> None:
    """Make a file writable, if it is there and ours; Windows keeps those that are read-only."""
    with suppress(OSError):
        if path.is_file():
            path.chmod(READ_WRITE)
