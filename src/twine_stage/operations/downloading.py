"""Downloading: what an index really serves, hashed side by side; nothing is kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from twine_stage.errors import StageError, Unreachable
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile
from twine_stage.operations import asking
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
        fetch = self._found if skips_gone else self._served
        with self._breaking_off(), Workers(DOWNLOADS, name="download") as workers:
            for future in as_completed([workers.submit(fetch, one) for one in self._new(files)]):
                self._note(future.result())

    def attempt(self, files: Iterable[ListedFile]) -> Mapping[str, str]:
        """Download what is not ``done`` yet, as far as it can be had.

        Returns:
            Why the others cannot be had, by URL.

        Raises:
            StageError: nothing can be had: there are no credentials, say.
        """
        with self._breaking_off():
            found = asking.answers(self._new(files), self._found, connections=DOWNLOADS)
        for file in found.known.values():
            self._note(file)
        gone = dict.fromkeys(self.gone, "nothing is at its address")
        return gone | {file.url: error.message for file, error in found.unknown.items()}

    def _new(self, files: Iterable[ListedFile]) -> list[ListedFile]:
        return [file for file in files if file.url not in self.done]

    def _note(self, file: ListedFile | None) -> None:
        if file is not None:
            self.done[file.url] = file

    @contextmanager
    def _breaking_off(self) -> Iterator[None]:
        """Let an error break off all that is being downloaded."""
        try:
            yield
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
