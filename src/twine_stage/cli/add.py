"""``stage add``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import ProgressOptions
from twine_stage.operations.add import add as operation
from twine_stage.operations.selection import expand

EXAMPLE = "$ stage add dist/*"


@command
def add(
    call: Call,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS", help="Files, folders or patterns; dist/* if none is given."
        ),
    ] = None,
    *,
    progress: ProgressOptions,
) -> Report:
    """Put wheels, sdists and their attestations on the stage.

    Each file is copied, hashed and read; its name must say what its metadata say. If one file is
    not valid, nothing is staged.
    """
    arguments = paths or ["dist/*"]
    expand(arguments)  # a command line that means nothing makes no stage
    with call.reporter(progress, names_files=False) as reporter:
        return operation(call.create_store(reporter), arguments, reporter=reporter)
