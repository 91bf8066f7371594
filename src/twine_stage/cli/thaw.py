"""``stage thaw``."""

from __future__ import annotations

from typing import Annotated

from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import named_releases
from twine_stage.operations.thaw import thaw as operation

EXAMPLE = "$ stage thaw spam==1.2.3"


@command
def thaw(
    call: Call,
    releases: Annotated[list[str] | None, named_releases("all that are frozen")] = None,
) -> Report:
    """Turn manifests that no index has received back into drafts."""
    return operation(call.store(), releases or [])
