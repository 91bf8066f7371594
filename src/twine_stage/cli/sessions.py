"""``stage sessions``."""

from __future__ import annotations

from typing import Annotated

from twine_stage.cli import connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions, named_releases
from twine_stage.operations.sessions import sessions as operation

EXAMPLE = "$ stage sessions\n$ stage sessions -r house spam==1.2.3"


@command
def sessions(
    call: Call,
    releases: Annotated[list[str] | None, named_releases("all that are staged")] = None,
    *,
    index: IndexOptions,
) -> Report:
    """Show what waits on the index, not public yet: where, until when, and with which files.

    The index that is meant is asked; sessions on others are named as the journals know them.
    """
    store = call.store()
    meant = connecting.settings(call, index)
    with (
        call.reporter() as reporter,
        connecting.index(call, index, meant, reporter=reporter) as asked,
    ):
        return operation(store, asked, releases or [])
