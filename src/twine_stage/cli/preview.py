"""``stage preview``."""

from __future__ import annotations

import shlex
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from twine_stage.cli import completion, preview_urls, previewing
from twine_stage.cli.app import RunningCommand
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.ending import orderly
from twine_stage.cli.options import IndexOptions
from twine_stage.cli.previewing import MakingOptions, Shown
from twine_stage.errors import SmokeFailed, UsageError
from twine_stage.operations import isolation
from twine_stage.operations.children import through
from twine_stage.operations.preview import PreviewReport, Trial
from twine_stage.operations.smoke import smoke
from twine_stage.render.terminal import preview as face
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret

EXAMPLE = (
    "$ stage preview spam==1.2.3\n"
    "$ stage preview spam==1.2.3 -- pip install --no-deps spam==1.2.3\n"
    "$ stage preview spam==1.2.3 --smoke \"python -c 'import spam'\""
)
KIND = RunningCommand

_TRYING = "Trying it"
_PAUSE = 0.5
"""Seconds; a signal that comes right before a pause is heard at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryingOptions:
    """How the release is tried."""

    smoke: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            rich_help_panel=_TRYING,
            help="Install the release from the preview alone into a clean environment, its "
            "dependencies as usual, and run this there.",
        ),
    ] = None
    python: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            rich_help_panel=_TRYING,
            help="The interpreter of that environment; the one that runs this if none is named.",
        ),
    ] = None


@command
def preview(
    call: Call,
    release: Annotated[
        str | None,
        typer.Argument(
            metavar="RELEASE",
            help="NAME==VERSION, or NAME; the only unpublished release if none is given.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    making: MakingOptions,
    trying: TryingOptions,
    index: IndexOptions,
) -> Report:
    """See a release as an index will show it, before anybody else does.

    If the index holds it in a session, that is the index's own preview; else one is made on this
    machine, without any network. A command behind -- runs with pip and uv set to the preview alone.
    """
    _expect(call, making, trying)
    is_tried = bool(call.surroundings.words or trying.smoke)
    is_plain = not is_tried and not making.serve
    with orderly(), ExitStack() as stack:
        reporter = stack.enter_context(call.reporter())
        shown = previewing.find(
            call, release, making, index, stack=stack, reporter=reporter, is_kept=is_plain
        )
        _tell(call, shown, making.preview_url_file, reporter, is_asked_for=not is_tried)
        if call.surroundings.words:
            return _run(call, shown)
        if trying.smoke:
            return _smoke(call, shown, trying.smoke, trying.python, reporter)
        if making.serve:
            _serve(call, shown, reporter)
    return shown.report


def _serve(call: Call, shown: Shown, reporter: Reporter) -> None:
    """Say where it is served, and wait until a person presses Ctrl-C: that is how it ends."""
    with suppress(KeyboardInterrupt):
        reporter.note(f"{shown.release} is served until Ctrl-C, and removed then")
        lines = face.installing(str(shown.release), shown.url)
        call.surroundings.show(lines, call.surroundings.stderr)
        while True:
            time.sleep(_PAUSE)


def _expect(call: Call, making: MakingOptions, trying: TryingOptions) -> None:
    """Options that say something only together with others."""
    if trying.smoke is not None and call.surroundings.words:
        raise UsageError(
            "--smoke names a command, and there is one behind --",
            hint="Run stage preview twice, or let one command run both.",
        )
    if trying.python is not None and trying.smoke is None:
        raise UsageError(
            "--python names the interpreter of a smoke test, but --smoke names none",
            hint="--smoke \"python -c 'import spam'\"",
        )
    if making.port is not None and not making.serve:
        raise UsageError("--port is where --serve listens, which is not asked for", hint="--serve")


def _tell(
    call: Call, shown: Shown, file: str | None, reporter: Reporter, *, is_asked_for: bool
) -> None:
    """A secret URL goes to who may know it: to a person, if that is what they are here for."""
    if shown.report.kind == "local" or not isolation.is_secret(shown.url):
        return
    if is_asked_for or file is not None:
        preview_urls.tell(call, shown.release, Secret(shown.url), file=file, reporter=reporter)
    else:
        reporter.conceal(shown.url)


def _run(call: Call, shown: Shown) -> PreviewReport:
    around = call.surroundings
    words = around.words
    around.stdout.flush()
    ended = through(
        words,
        environ=isolation.alone(isolation.clean(around.environ), shown.url),
        folder=call.folder,
        stdout=2 if call.common.json else None,  # stdout has one document, and nothing else
        has_terminal=around.stdin.isatty(),
    )
    trial = Trial(kind="command", command=shlex.join(words), status=ended.status, said=ended.said)
    report = replace(shown.report, trial=trial)
    if not ended.status:
        return report
    error = SmokeFailed(
        f"{words[0]} ended with status {ended.status} on the preview of {shown.release}",
        step="command",
        status=ended.status,
        said=ended.said,
    )
    error.report = report
    raise error


def _smoke(
    call: Call, shown: Shown, test: str, python: str | None, reporter: Reporter
) -> PreviewReport:
    try:
        smoke(
            shown.release,
            shown.url,
            test,
            environ=call.surroundings.environ,
            python=python,
            reporter=reporter,
            folder=call.folder,
        )
    except SmokeFailed as error:
        trial = Trial(
            kind="smoke", command=test, step=error.step, status=error.status, said=error.said
        )
        error.report = replace(shown.report, trial=trial)
        raise
    return replace(shown.report, trial=Trial(kind="smoke", command=test))
