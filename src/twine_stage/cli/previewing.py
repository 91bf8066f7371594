"""Previewing: which preview of a release is meant, and making one where there is none."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from twine_stage.cli import connecting
from twine_stage.cli.call import Call
from twine_stage.cli.options import IndexOptions
from twine_stage.cli.targets import to_preview
from twine_stage.operations.preview import (
    PreviewReport,
    given,
    held,
    lasting,
    make,
    session_of,
    simple_url,
    temporary,
)
from twine_stage.operations.serving import serving
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store

VARIABLE = "STAGE_PREVIEW_URL"

_WHERE = "Where it is seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingOptions:
    """Where the preview is."""

    serve: Annotated[
        bool,
        typer.Option(
            "--serve",
            rich_help_panel=_WHERE,
            help="Make it here, and serve it on 127.0.0.1: as long as the command runs, or until "
            "Ctrl-C.",
        ),
    ] = False
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            rich_help_panel=_WHERE,
            help="Where --serve listens; one that is free if nothing is said.",
        ),
    ] = None
    local: Annotated[
        bool,
        typer.Option(
            "--local",
            rich_help_panel=_WHERE,
            help="Make it here, even if the index has a preview of its own.",
        ),
    ] = False
    preview_url_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_WHERE,
            help="Write the URL of the index's preview there; it is a secret, and shown on "
            "terminals only.",
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A preview that can be seen at ``url``; the report has that only where it may be told."""

    release: ReleaseId
    url: str
    report: PreviewReport


def find(
    call: Call,
    name: str | None,
    making: MakingOptions,
    options: IndexOptions,
    *,
    stack: ExitStack,
    reporter: Reporter,
    is_kept: bool,
) -> Shown:
    """The preview that is meant.

    Args:
        call: whose environment may name one.
        name: of the release, if the person named it.
        making: whether it is to be made here.
        options: the index that may hold the release.
        stack: removes what is made here, unless it is kept.
        reporter: hears why a preview is made here.
        is_kept: what is made here stays.

    Raises:
        StageError: there is none, and none can be made.
    """
    is_here = making.local or making.serve
    url = call.surroundings.environ.get(VARIABLE)
    if url and not is_here:
        release = given(name, url)
        return Shown(release=release, url=url, report=_report(release, kind="given"))
    store = call.store()
    release = to_preview(store, name)
    found = None if is_here else _of_index(call, store.record(release), options, reporter)
    if found is not None:
        return found
    return _made(store, release, making, stack=stack, reporter=reporter, is_kept=is_kept)


def _of_index(
    call: Call, record: Record, options: IndexOptions, reporter: Reporter
) -> Shown | None:
    """The index's own, if our journal knows of a session there; else the index is not asked."""
    where = {index for (_, index), progress in record.progress.items() if progress.session}
    if not where and not options.is_named:
        return None
    meant = connecting.settings(call, options)
    session = session_of(record, id=meant.id, url=meant.url)
    if session is None or record.latest is None:
        others = f"; there is one on {', '.join(sorted(where))}" if where - {meant.id} else ""
        reporter.note(f"no session with {record.release} is known on {meant.id}{others}")
        return None
    with connecting.index(call, options, meant, reporter=reporter) as asked:
        state = held(record.latest, asked, session, reporter=reporter)
    if state is None or state.preview is None:
        return None
    report = _report(record.release, kind="index", index=meant.url, expires_at=state.expires_at)
    return Shown(release=record.release, url=state.preview.value, report=report)


def _made(
    store: Store,
    release: ReleaseId,
    making: MakingOptions,
    *,
    stack: ExitStack,
    reporter: Reporter,
    is_kept: bool,
) -> Shown:
    if is_kept:
        folder = _filled(store, release, lasting(), reporter)
        url = simple_url(folder)
        report = _report(release, kind="local", url=url, folder=str(folder))
        return Shown(release=release, url=url, report=report)
    folder = stack.enter_context(temporary())
    make(store, release, folder, reporter=reporter)
    url = simple_url(folder)
    if making.serve:
        url = stack.enter_context(serving(folder, port=making.port or 0))
    return Shown(release=release, url=url, report=_report(release, kind="local"))


def _filled(store: Store, release: ReleaseId, folder: Path, reporter: Reporter) -> Path:
    """A folder that stays has the whole preview in it, or is gone."""
    try:
        make(store, release, folder, reporter=reporter)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _report(release: ReleaseId, *, kind: str, **facts: object) -> PreviewReport:
    return PreviewReport(release=str(release), kind=kind, **facts)  # type: ignore[arg-type]
