"""``stage monitor``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from twine_stage.cli import connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.errors import UsageError
from twine_stage.looks import State
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.monitor import monitor as operation
from twine_stage.operations.monitor import read_state
from twine_stage.operations.watched import unwatched, watched_files, watched_stage
from twine_stage.render import atom
from twine_stage.store import Store
from twine_stage.store.locks import locked
from twine_stage.store.writing import write

EXAMPLE = "$ stage monitor releases/\n$ stage monitor --list watched.txt --atom changes.xml"


@command
def monitor(
    call: Call,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MANIFESTS",
            help="Manifests, or folders of them; what the stage published if none is given.",
        ),
    ] = None,
    *,
    lists: Annotated[
        list[str] | None,
        typer.Option(
            "--list", metavar="FILE", help="A file with a manifest on each line; repeatable."
        ),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="What is kept from look to look: in the stage if that is watched, else "
            "stage-monitor.json here.",
        ),
    ] = None,
    urls: Annotated[
        bool, typer.Option("--urls", help="Ask the addresses of the receipts, too.")
    ] = False,
    standing: Annotated[
        bool,
        typer.Option(
            "--standing", help="Status 1 also for what differed at the last look already."
        ),
    ] = False,
    atom_file: Annotated[
        str | None,
        typer.Option("--atom", metavar="FILE", help="Write the latest changes as an Atom feed."),
    ] = None,
    index: IndexOptions,
) -> Report:
    """Tell what changed in published releases since the last look, each change once.

    The first look compares with the manifests.
    """
    named = [call.folder / path for path in paths or ()]
    listed = [call.folder / path for path in lists or ()]
    feed = call.folder / atom_file if atom_file else None
    store = None if named or listed else call.find_store()
    meant = connecting.settings(call, index)
    with (
        call.reporter() as reporter,
        connecting.index(call, index, meant, reporter=reporter, must_exist=True) as asked,
        _held(_state(call, state, store, asked.id, feed)) as path,
    ):
        before = read_state(path, url=asked.url)
        known = before.manifests if before else {}
        if named or listed:
            watched = watched_files(named, listed, url=asked.url, known=known, base=call.folder)
        else:
            watched = watched_stage(store, asked.id)
        if urls and not any(one.receipt for one in watched):
            reporter.warn("there is no receipt of this index, so there are no addresses to ask")
        folders = before.folders if before else {}
        report, _ = operation(
            watched,
            asked,
            state=before,
            path=path,
            asks_addresses=urls,
            counts_standing=standing,
            window=meant.profile.window,
            lost=unwatched(watched, folders, named, listed, base=call.folder),
            clock=SystemClock(),
            tell=_feed(feed) if feed else None,
        )
    return report


@contextmanager
def _held(path: Path) -> Iterator[Path]:
    """A state that is ours from when it is read until it is kept; another look waits meanwhile.

    The lock lies beside it, wherever that is, so that all who share the state share the lock.

    Raises:
        Busy: another look holds it for longer than a minute.
    """
    with locked(path.with_name(f".{path.name}.lock"), what=str(path), command="monitor"):
        yield path


def _feed(path: Path) -> Callable[[State], None]:
    """Writes a state as a feed."""
    return lambda state: write(path, atom.feed(state))


def _state(
    call: Call, named: str | None, store: Store | None, index_id: str, feed: Path | None
) -> Path:
    """Where the state is kept.

    Raises:
        UsageError: the feed would be written over it.
    """
    path = call.folder / (named or "stage-monitor.json")
    if store and not named:
        path = store.root / f"monitor-{index_id}.json"
    if feed and os.path.realpath(feed) == os.path.realpath(path):
        raise UsageError(
            f"expected two files for the feed and the state, found {path} for both",
            hint="Name another: --atom FILE",
        )
    return path
