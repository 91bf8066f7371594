"""``stage cancel``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.operations.cancel import cancel as operation
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.selection import anywhere

EXAMPLE = "$ stage cancel spam==1.2.3"


@command
def cancel(
    call: Call,
    releases: Annotated[
        list[str],
        typer.Argument(
            metavar="RELEASES",
            help="NAME==VERSION, staged here or not; or NAME, if one version of it is staged.",
            autocompletion=completion.releases,
        ),
    ],
    *,
    index: IndexOptions,
) -> Report:
    """Discard what waits on the index in a session: nothing of it becomes public.

    The release stays staged and frozen; stage thaw makes it a draft again.
    """
    store = call.find_store()
    chosen = anywhere(store, releases)
    meant = connecting.settings(call, index)
    with (
        call.reporter() as reporter,
        connecting.index(call, index, meant, reporter=reporter) as asked,
    ):
        return operation(store, asked, chosen, clock=SystemClock())
