"""``stage bundle``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import ProgressOptions
from twine_stage.errors import UsageError
from twine_stage.operations import bundle as operations
from twine_stage.operations.selection import paths
from twine_stage.settings import load_project

EXAMPLE = "$ stage bundle export spam==1.2.3 --output linux.bundle\n$ stage bundle import *.bundle"
_ACTIONS = ("export", "import")


@command
def bundle(
    call: Call,
    action: Annotated[
        str, typer.Argument(metavar="export|import", help="What to do.", show_default=False)
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RELEASES_OR_FILES",
            help="Of export: NAME==VERSION, or NAME; all that is not published if none is given. "
            "Of import: the bundles.",
        ),
    ] = None,
    *,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Of export: the bundle to write.")
    ] = None,
    progress: ProgressOptions,
) -> Report:
    """Carry staged files from one machine's stage to another's, where a release is put together.

    export writes files, attestations and their part of the drafts into one archive. import hashes
    and judges each file again, as stage add does; if one is wrong, nothing is staged.
    """
    _judge(action, arguments or [], output)
    if output is not None:
        return operations.export_bundle(call.store(), arguments or [], output=call.folder / output)
    project = load_project(call.folder)
    opened = operations.open_bundles(paths(arguments or []))
    with call.reporter(progress, names_files=False) as reporter:
        return operations.import_bundles(
            call.create_store(reporter), opened, expected=project.expected, reporter=reporter
        )


def _judge(action: str, arguments: list[str], output: str | None) -> None:
    if action not in _ACTIONS:
        raise UsageError(
            f"expected export or import, found {action!r}",
            hint="For example: stage bundle export --output linux.bundle",
        )
    if action == "export" and output is None:
        raise UsageError(
            "expected a file for the bundle, found none",
            hint="Name it: stage bundle export --output linux.bundle",
        )
    if action == "import" and output is not None:
        raise UsageError(
            "expected --output with export alone", hint="Leave it out: import writes to the stage."
        )
    if action == "import" and not arguments:
        raise UsageError(
            "expected bundles to import, found none",
            hint="Name them: stage bundle import linux.bundle",
        )
