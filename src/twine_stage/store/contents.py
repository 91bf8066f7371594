"""Content-addressed files: ``files/ab/<sha256>/<name>``, read-only, written once.

Distributions, their core metadata and their attestations are all contents.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from twine_stage.digests import Digests, Hashing, sha256
from twine_stage.errors import Damaged
from twine_stage.store.writing import (
    READ_ONLY,
    TEMPORARY,
    finish,
    make_folder,
    replace,
    storing,
    temporary,
    unlink,
    write_all,
)

Judge = Callable[[BinaryIO, Digests], object]

CHUNK = 1 << 20
"""Bytes read at a time; large, since hashing lets go of the interpreter lock only then."""

_AHEAD = 8
"""Chunks that may wait to be hashed: a digest may fall behind a little, memory stays bounded."""

_FLUSH = 32
"""Chunks after which a flush begins, so that the last one finds little to do."""

_ABANDONED = 3600.0
"""Seconds without a write after which a temporary file belongs to nobody alive."""


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """The contents below one folder."""

    folder: Path

    def put(self, chunks: Iterable[bytes], *, name: str, judge: Judge | None = None) -> Digests:
        """Keep a content; the copy is what is hashed. A damaged one of this digest is healed.

        Args:
            chunks: of the content.
            name: for its file; where the content is there already, the first name stays.
            judge: reads the copy before anybody else can, and raises what speaks against it.

        Raises:
            StorageFailed: the disk refused; nothing is left behind.
        """
        with storing(name), temporary(self.folder) as (file, path):
            digests = _write(file, iter(chunks))
            if judge is not None:
                with path.open("rb") as copy:
                    judge(copy, digests)
            finish(file, path, mode=READ_ONLY)
            self._place(path, digests.sha256, name)
        return digests

    def has(self, digest: str) -> bool:
        """Whether there is a content of this SHA-256."""
        return self._find(digest) is not None

    def open(self, digest: str) -> BinaryIO:
        """The content, open and seekable.

        Raises:
            Damaged: there is none.
        """
        path = self._find(digest)
        if path is None:
            raise Damaged(
                f"content {digest}",
                "expected it in the stage, found nothing",
                hint="Stage the file again: stage add FILE",
            )
        with storing(path.name, verb="read"):
            return path.open("rb")

    def chunks(self, digest: str) -> Iterator[bytes]:
        """The content in chunks; raises as ``open`` does."""
        with self.open(digest) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def read(self, digest: str) -> bytes:
        """A small content as a whole, compared with its digest.

        Raises:
            Damaged: there is none, or it is not what was stored.
        """
        with self.open(digest) as file, storing(Path(file.name).name, verb="read"):
            content = file.read()
        found = sha256(content)
        if found != digest:
            raise Damaged(
                Path(file.name).name,
                f"expected sha256 {digest}, found {found}",
                hint="Stage the file again: stage add FILE",
            )
        return content

    def sweep(self, kept: Collection[str]) -> int:
        """Remove all contents but those kept; returns how many bytes became free."""
        freed = 0
        with storing("the stage"):
            for home in list(self.folder.glob("??/*")):
                if home.name not in kept and home.is_dir():
                    freed += _remove(home)
        self.clear()
        return freed

    def clear(self) -> None:
        """Remove the temporary files that commands left which were killed."""
        with storing("the stage"):
            for path in self.folder.glob(f"{TEMPORARY}*"):
                with suppress(FileNotFoundError):  # its command ended just now
                    if time.time() - path.stat().st_mtime > _ABANDONED:
                        unlink(path)

    def _place(self, path: Path, digest: str, name: str) -> None:
        """Give a content its name; again, where a sweep took the empty folder meanwhile."""
        home = self._home(digest)
        while path.exists():
            make_folder(home)
            with suppress(FileNotFoundError):
                replace(path, self._find(digest) or home / name)

    def _home(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _find(self, digest: str) -> Path | None:
        with storing(f"content {digest}", verb="read"), suppress(FileNotFoundError):
            return next(self._home(digest).iterdir(), None)
        return None


def _write(file: BinaryIO, chunks: Iterator[bytes]) -> Digests:
    """One loop that reads, writes and hashes.

    Larger contents are hashed in a thread for each digest, and flushed to disk in a third.
    """
    hashing = Hashing()
    first = list(islice(chunks, 2))
    if len(first) < 2:  # noqa: PLR2004 - it all fits in one chunk
        for chunk in first:
            write_all(file, chunk)
            hashing.update(chunk)
        return hashing.digests()
    with (
        ThreadPoolExecutor(1) as sha256s,
        ThreadPoolExecutor(1) as blake2s,
        ThreadPoolExecutor(1) as disk,
    ):
        pending: deque[tuple[Future[None], Future[None]]] = deque()
        flushing: Future[None] = disk.submit(os.fsync, file.fileno())
        for place, chunk in enumerate(chain(first, chunks)):
            if len(pending) == _AHEAD:
                wait(pending.popleft())
            hashing.size += len(chunk)
            pending.append(
                (
                    sha256s.submit(hashing.sha256.update, chunk),
                    blake2s.submit(hashing.blake2b.update, chunk),
                )
            )
            write_all(file, chunk)
            if place % _FLUSH == 0:
                flushing.result()  # an error of the disk is told once, to whoever asks first
                flushing = disk.submit(os.fsync, file.fileno())
        flushing.result()
    return hashing.digests()


def _remove(home: Path) -> int:
    """Remove a content and its folder, unless it is just being put again; returns its size."""
    freed = 0
    for path in list(home.iterdir()):
        freed += path.stat().st_size
        unlink(path)
    with suppress(OSError):
        home.rmdir()
    return freed
