"""``stage verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions, ProgressOptions, named_releases
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.verify import manifests_of
from twine_stage.operations.verify import verify as operation

EXAMPLE = "$ stage verify spam==1.2.3\n$ stage verify --manifest spam-1.2.3.json --deep"


@command
def verify(
    call: Call,
    releases: Annotated[list[str] | None, named_releases("all that are frozen")] = None,
    *,
    manifest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help="A manifest to compare with; needs no stage; repeatable."
        ),
    ] = None,
    wait: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            show_default=False,
            help="How long to wait for files to appear; not at all if nothing is said.",
        ),
    ] = 0.0,
    deep: Annotated[
        bool, typer.Option("--deep", help="Download every file and hash it, trusting no listing.")
    ] = False,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Prove that the index serves exactly what was frozen, nothing less and nothing else."""
    files = [call.folder / path for path in manifest or ()]
    frozen = manifests_of(call.find_store(), releases or [], files)
    meant = connecting.settings(call, index)
    with (
        call.reporter(progress) as reporter,
        connecting.index(call, index, meant, reporter=reporter) as asked,
    ):
        return operation(
            frozen, asked, wait=wait, deep=deep, clock=SystemClock(), reporter=reporter
        )
