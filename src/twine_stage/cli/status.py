"""``stage status``."""

from __future__ import annotations

from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.operations.status import status as operation

EXAMPLE = "$ stage status"


@command
def status(call: Call) -> Report:
    """Show what is staged: each release with its state, size, platforms and digest."""
    return operation(call.store())
