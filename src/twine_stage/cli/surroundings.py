"""Surroundings: the streams, the environment and the folder that the program runs in."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from twine_stage.render.document import Block
from twine_stage.render.painting import paint

_NO = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the program runs, and what can be found out about it.

    ``stage_dir`` is the stage that was named before the command, if one was; ``words`` are what
    stands behind ``--`` where that is a command of its own.
    """

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environ: Mapping[str, str]
    folder: Path
    stage_dir: Path | None = None
    words: tuple[str, ...] = ()

    @classmethod
    def actual(cls) -> Surroundings:
        """Those of this process."""
        return cls(
            stdin=sys.stdin,
            stdout=sys.stdout,
            stderr=sys.stderr,
            environ=os.environ,
            folder=Path.cwd(),
        )

    def is_set(self, name: str) -> bool:
        """Whether an environment variable says yes."""
        return self.environ.get(name, "").strip().lower() not in _NO

    @property
    def is_interactive(self) -> bool:
        """Whether a person sits there and can be asked."""
        if any(
            self.is_set(name) for name in ("CI", "STAGE_NON_INTERACTIVE", "TWINE_NON_INTERACTIVE")
        ):
            return False
        return self.stdin.isatty() and self.stderr.isatty()

    @property
    def is_github(self) -> bool:
        """Whether this runs as a step of GitHub Actions."""
        return self.is_set("GITHUB_ACTIONS")

    def is_coloured(self, stream: TextIO) -> bool:
        """Whether colour is wanted on a stream; ``NO_COLOR`` wins over ``FORCE_COLOR``."""
        if self.environ.get("NO_COLOR"):
            return False
        if self.is_set("FORCE_COLOR"):
            return True
        return stream.isatty() and self.environ.get("TERM") != "dumb"

    def width(self, stream: TextIO) -> int | None:
        """The columns of the terminal; None where a stream is none, and lines stay whole."""
        return shutil.get_terminal_size().columns if stream.isatty() else None

    def hand_out(self, text: str, stream: TextIO) -> None:
        """Write a text for other programs: in UTF-8, and with its own ends of lines everywhere."""
        if hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(text.encode())
        else:
            stream.write(text)
        stream.flush()

    def show(self, blocks: Iterable[Block], stream: TextIO) -> None:
        """Write a document, as the stream can show it."""
        paint(blocks, stream, width=self.width(stream), is_coloured=self.is_coloured(stream))
