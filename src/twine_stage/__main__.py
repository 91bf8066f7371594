"""The program ``stage``, also as ``python -m twine_stage`` and ``twine stage``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

from twine_stage.cli.run import run
from twine_stage.cli.surroundings import Surroundings


def main() -> int:
    """Run the command line of this process, and return its exit status."""
    _open_closed()
    _escape(sys.stdout, sys.stderr)
    status = run(sys.argv[1:], Surroundings.actual())
    _flush(sys.stdout)
    return status


def twine_main(args: list[str]) -> int:
    """Run as a command of twine, which calls this with what stands behind ``twine stage``."""
    from twine_stage.cli.twine_entry import reset_output  # noqa: PLC0415 - only twine needs it

    _open_closed()
    reset_output()
    _escape(sys.stdout, sys.stderr)
    status = run(args, Surroundings.actual(), program="twine stage")
    _flush(sys.stdout)
    return status


def _open_closed() -> None:
    """Let streams that the caller closed lead nowhere; Python has None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - to the end
            setattr(sys, name, nowhere)


def _escape(*streams: TextIO) -> None:
    """Write what an encoding cannot hold as an escape, so that no name of a file ends the run."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush(stream: TextIO) -> None:
    """Where nobody reads on, leave nothing for the interpreter to complain about at its end."""
    try:
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
