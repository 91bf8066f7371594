"""``stage drop``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import completion
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.operations.drop import drop as operation

EXAMPLE = "$ stage drop spam==1.2.3\n$ stage drop spam-1.2.3-py3-none-any.whl"


@command
def drop(
    call: Call,
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE_OR_RELEASE",
            help="Names of staged files, also as the paths they were added from, or releases.",
            autocompletion=completion.releases,
        ),
    ],
) -> Report:
    """Take files or whole releases off the stage again.

    What was published keeps its manifests, journals and receipts.
    """
    return operation(call.store(), targets)
