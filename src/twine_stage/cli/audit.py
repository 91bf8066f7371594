"""``stage audit``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.histories import Terms
from twine_stage.operations.audit import audit as operation
from twine_stage.operations.clock import SystemClock
from twine_stage.settings import load_project
from twine_stage.store.writing import write

EXAMPLE = "$ stage audit spam\n$ stage audit spam eggs --html audit.html"


@command
def audit(
    call: Call,
    projects: Annotated[
        list[str], typer.Argument(metavar="PROJECTS", help="The names of projects.")
    ],
    *,
    html: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write the same as one HTML page, which needs nothing else."
        ),
    ] = None,
    publishers: Annotated[
        bool,
        typer.Option(
            "--publishers", help="Read who published each file: one request for each of them."
        ),
    ] = False,
    index: IndexOptions,
) -> Report:
    """Show the past of every release: when files came, what was appended, what is still open.

    It is shown, not judged: the exit status is 0.
    """
    meant = connecting.settings(call, index)
    terms = Terms(load_project(call.folder).policy, meant.profile.window)
    with (
        call.reporter() as reporter,
        connecting.index(call, index, meant, reporter=reporter, must_exist=True) as asked,
    ):
        report = operation(projects, asked, terms, clock=SystemClock(), reads_publishers=publishers)
    if html is not None:
        from twine_stage.render.html.audit import render  # noqa: PLC0415 - for who asks

        write(call.folder / html, render(report).encode())
    return report
