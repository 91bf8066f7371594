"""Journals on disk: one line a fact, on disk before it counts."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from twine_stage.journal import Event, dumps, loads
from twine_stage.store.writing import storing, sync_folder


@dataclass(slots=True)
class Journal:
    """The journal of one manifest on one index; it exists from its first event on.

    Only who holds the release's lock appends.
    """

    path: Path
    _is_whole: bool = False

    def events(self) -> tuple[Event, ...]:
        """All facts; none of a journal that does not exist.

        Raises:
            Damaged: a line that is not the torn last one is no event.
        """
        content = b""
        with storing(self.path.name, verb="read"), suppress(FileNotFoundError):
            content = self.path.read_bytes()
        return loads(content, name=self.path.name)

    def append(self, event: Event) -> None:
        """Write one fact and flush it to disk.

        Raises:
            StorageFailed: the disk refused.
        """
        with storing(self.path.name):
            is_new = not self.path.exists()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                if not self._is_whole:
                    file.truncate(_whole_lines(self.path))
                self._is_whole = False  # until the line is on disk: a full one takes half of it
                file.write(dumps(event))
                file.flush()
                os.fsync(file.fileno())
            self._is_whole = True
            if is_new:
                sync_folder(self.path.parent)


def _whole_lines(path: Path) -> int:
    """The size of a file without a last line that was torn by a kill, in bytes."""
    return path.read_bytes().rfind(b"\n") + 1
