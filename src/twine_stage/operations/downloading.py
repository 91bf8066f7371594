"""Downloading: what an index really serves, hashed side by side; nothing is kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace

from twine_stage.errors import StageError, Unreachable
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile
from twine_stage.operations.workers import Workers
from twine_stage.reporting import Reporter

DOWNLOADS = 4
"""How many files are downloaded side by side."""


class _Interrupted(Exception):
    """Breaks off the other downloads when one has failed, or a person has had enough."""


@dataclass(frozen=True, slots=True)
class Downloading:
    """Downloads from one index, each URL once.

    ``done`` are the files by URL, with the SHA-256 and the size of what was served; ``gone`` are
    the URLs that do not answer.
    """

    index: Index
    reporter: Reporter
    done: dict[str, ListedFile] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)

    def hash(self, files: Iterable[ListedFile], *, skips_gone: bool = False) -> None:
        """Download what is not ``done`` yet.

        Args:
            files: as the index shows them.
            skips_gone: an address at which nothing is does not end the others.

        Raises:
            StageError: the first failure; the other downloads are broken off.
        """
        new = [file for file in files if file.url not in self.done]
        try:
            with Workers(DOWNLOADS, name="download") as workers:
                fetch = self._found if skips_gone else self._served
                for future in as_completed([workers.submit(fetch, file) for file in new]):
                    file = future.result()
                    if file is not None:
                        self.done[file.url] = file
        except BaseException:
            self._stop.set()
            raise

    def _found(self, file: ListedFile) -> ListedFile | None:
        """What is served; None, and ``gone``, where the address says that nothing is."""
        try:
            return self._served(file)
        except Unreachable:
            if self.index.serves(file):
                raise
            self.gone.add(file.url)
            return None

    def _served(self, file: ListedFile) -> ListedFile:
        digest, size = hashlib.sha256(), 0
        self.reporter.began(file.filename, file.size or 0)
        try:
            for chunk in self.index.fetch(file):
                if self._stop.is_set():
                    raise _Interrupted
                digest.update(chunk)
                size += len(chunk)
                self.reporter.advanced(file.filename, len(chunk))
        except StageError as error:
            self.reporter.ended(file.filename, "failed", error.message)
            raise
        self.reporter.ended(file.filename, "present")
        return replace(file, sha256=digest.hexdigest(), size=size)
