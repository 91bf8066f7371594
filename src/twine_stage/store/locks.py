"""Locks: one command at a time changes a release, and a second one hears who does."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twine_stage.errors import Busy
from twine_stage.store.writing import storing

_POLL = 0.1
"""Seconds between two tries."""

_PATIENCE = 600
"""Tries; a minute, since all commands but publish hold a lock for moments only."""

LONG = "publish"
"""The command that holds a lock for long: others do not wait for it."""


@contextmanager
def locked(path: Path, *, what: str, command: str, patience: int = _PATIENCE) -> Iterator[None]:
    """Hold the lock at ``path``; a file beside it tells others who holds it.

    Raises:
        Busy: another command holds it, and would for long.
    """
    import filelock  # noqa: PLC0415 - costs a tenth of the start-up, and reading needs none

    with storing(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        holder = path.with_suffix(".holder")
        suspicions = 0
        while True:
            patience -= 1
            try:
                lock.acquire(timeout=_POLL)
                break
            except filelock.Timeout:
                # A holder's name may be a killed command's: it counts when it stands there twice.
                suspicions = suspicions + 1 if _name(holder).startswith(LONG) else 0
                if suspicions > 1 or patience == 0:
                    raise Busy(
                        f"{what} is held by {_name(holder) or 'another command'}",
                        hint="Wait until it ends, and run the same command again.",
                    ) from None
    try:
        name = f"{command}, process {os.getpid()} on {platform.node() or 'this machine'}"
        with suppress(OSError):  # the name is a courtesy: a full disk must let a person drop files
            holder.write_text(name, "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _name(holder: Path) -> str:
    try:
        return holder.read_text("utf-8")
    except FileNotFoundError:
        return ""
