"""``stage freeze``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.checks import Destination
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import named_releases
from twine_stage.cli.signatures import SigningOptions, signing
from twine_stage.cli.terms import RuleOptions, judgement
from twine_stage.operations.freeze import freeze as operation
from twine_stage.origins import Source
from twine_stage.settings import load_project

EXAMPLE = "$ stage freeze spam==1.2.3 --output release/"


@command
def freeze(
    call: Call,
    releases: Annotated[list[str] | None, named_releases("all drafts")] = None,
    *,
    output: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Write the manifest and SHA256SUMS there, too."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="What the files were built from: git+URL@COMMIT or git+URL@COMMIT#REF.",
        ),
    ] = None,
    rules: RuleOptions,
    signature: SigningOptions,
) -> Report:
    """Turn drafts into manifests that never change.

    The checks that hold on every index run first, and what [tool.stage.expect] asks for; an error
    stops it. Those that --ignore or [tool.stage.check] names are left out.
    """
    project = load_project(call.folder)
    counting = judgement(rules, project)
    with call.reporter() as reporter:
        signs = signing(call, signature, reporter)
        return operation(
            call.store(),
            releases or [],
            output=call.folder / output if output else None,
            source=Source.parse(source) if source else None,
            judgement=counting,
            destination=Destination(expected=project.expected),
            signing=signs,
        )
