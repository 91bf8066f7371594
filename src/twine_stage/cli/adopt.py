"""``stage adopt``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions, ProgressOptions
from twine_stage.operations.adopt import adopt as operation
from twine_stage.operations.adopting import Folder, Staged
from twine_stage.operations.clock import SystemClock

EXAMPLE = "$ stage adopt spam==1.2.3\n$ stage adopt spam --output releases"


@command
def adopt(
    call: Call,
    releases: Annotated[
        list[str],
        typer.Argument(
            metavar="RELEASES",
            help="NAME==VERSION, or NAME for all releases of a project.",
            autocompletion=completion.releases,
        ),
    ],
    *,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="Write manifests and receipts to this folder; needs no stage."
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Why files are taken over that came since the manifest that there is; makes its "
            "next revision.",
        ),
    ] = None,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Take over what an index shows now as manifests, so that it can be watched from today.

    A release that has a manifest keeps it, unless --reason asks for the next revision.
    """
    meant = connecting.settings(call, index)
    with (
        call.reporter(progress) as reporter,
        connecting.index(call, index, meant, reporter=reporter, must_exist=True) as asked,
    ):
        folder = Folder(call.folder / output) if output is not None else None
        return operation(
            folder or Staged(call.create_store(reporter), asked.id),
            releases,
            asked,
            reason=reason,
            clock=SystemClock(),
            reporter=reporter,
        )
