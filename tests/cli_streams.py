"""Streams in memory, and surroundings made of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from twine_stage.cli.surroundings import Surroundings


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def surroundings(
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    answers: str | None = None,
    is_terminal: bool = False,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> Surroundings:
    """Surroundings with streams in memory; with ``answers`` a person sits at a terminal."""
    stream = Terminal if is_terminal or answers is not None else io.StringIO
    return Surroundings(
        stdin=io.StringIO() if answers is None else Terminal(answers),
        stdout=stdout or stream(),
        stderr=stderr or stream(),
        environ=environ or {},
        folder=folder,
    )


def text(stream: TextIO) -> str:
    """What was written to a stream in memory."""
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()
