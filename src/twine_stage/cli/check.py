"""``stage check``."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.cli.terms import CheckingOptions, judgement, terms
from twine_stage.errors import UsageError
from twine_stage.indexes.base import Index
from twine_stage.operations import selection
from twine_stage.operations.check import check as operation
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.destinations import asked, unasked
from twine_stage.profiles import PROFILES, Profile
from twine_stage.releases import ReleaseId
from twine_stage.settings import load_project
from twine_stage.store import Record

EXAMPLE = "$ stage check dist/*\n$ stage check --strict --ignore M2\n$ stage check -r pypi"


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
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The rules to judge by: pypi or generic; if nothing is said, those of the index "
            "that publish would send to.",
        ),
    ] = None,
    checking: CheckingOptions,
    index: IndexOptions,
) -> Report:
    """Judge files by everything that can be known before they are sent.

    No network is used unless -r or --repository-url names an index; then what it shows counts too.
    """
    store = call.find_store()
    paths = [target for target in targets or [] if selection.is_path(target)]
    names = [target for target in targets or [] if target not in paths]
    if store is None and (names or not targets):
        paths, names = targets or ["dist/*"], []
    releases: tuple[ReleaseId, ...] = ()
    if store is not None and (names or not paths):
        releases = selection.releases(store, names, default=_is_unpublished)
    project, by = load_project(call.folder), _profile(profile)
    counting = judgement(checking, project)
    with ExitStack() as stack:
        reporter = stack.enter_context(call.reporter())
        files = selection.expand(paths) if paths else selection.Expanded(())
        connected: Index | None = None
        if by is None or index.is_named:
            meant = connecting.settings(call, index)
            by = by or meant.profile
            if index.is_named:
                opened = connecting.index(call, index, meant, reporter=reporter)
                connected = stack.enter_context(opened)
        on, now = terms(checking, project, by), SystemClock().now()
        return operation(
            files.paths,
            attestations=files.attestations,
            store=store,
            releases=releases,
            select=select or (),
            ignore=counting.ignore,
            strict=counting.is_strict,
            destination=unasked(on),
            ask=partial(asked, on, connected, now=now, reporter=reporter) if connected else None,
        )


def _profile(name: str | None) -> Profile | None:
    if name is not None and name not in PROFILES:
        raise UsageError(f"--profile: expected one of {', '.join(PROFILES)}, found {name!r}")
    return PROFILES[name] if name else None


def _is_unpublished(record: Record) -> bool:
    return record.state != "published"
