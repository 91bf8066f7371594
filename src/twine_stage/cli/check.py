"""``stage check``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.listings import Listing
from twine_stage.operations import selection
from twine_stage.operations.check import check as operation
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record

EXAMPLE = "$ stage check dist/*\n$ stage check --strict --ignore M2"


@command
def check(
    call: Call,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS_OR_RELEASES",
            help="Files, or staged releases; all that is not published yet if none is given, "
            "or dist/* where there is no stage.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only checks whose code begins so; repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="No checks whose code begins so; repeatable."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
    index: IndexOptions,
) -> Report:
    """Judge files by everything that can be known before they are sent.

    No network is used unless -r or --repository-url names an index.
    """
    store = call.find_store()
    paths = [target for target in targets or [] if selection.is_path(target)]
    names = [target for target in targets or [] if target not in paths]
    if store is None and (names or not targets):
        paths, names = targets or ["dist/*"], []
    releases: tuple[ReleaseId, ...] = ()
    if store is not None and (names or not paths):
        releases = selection.releases(store, names, default=_is_unpublished)
    with ExitStack() as stack:
        reporter = stack.enter_context(call.reporter())
        files = selection.expand(paths) if paths else selection.Expanded(())
        return operation(
            files.paths,
            attestations=files.attestations,
            store=store,
            releases=releases,
            select=select or (),
            ignore=ignore or (),
            strict=strict,
            listing=_listing(call, index, reporter, stack),
        )


def _listing(
    call: Call, options: IndexOptions, reporter: Reporter, stack: ExitStack
) -> Callable[[ReleaseId], Listing] | None:
    """What to ask an index with, if one is named."""
    if not options.is_named:
        return None
    meant = connecting.settings(call, options)
    return stack.enter_context(connecting.index(call, options, meant, reporter=reporter)).listing


def _is_unpublished(record: Record) -> bool:
    return record.state != "published"
