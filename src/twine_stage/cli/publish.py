"""``stage publish``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions, ProgressOptions
from twine_stage.cli.prompts import TerminalPrompts
from twine_stage.cli.targets import to_publish
from twine_stage.errors import UsageError
from twine_stage.manifest import Source
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.preparing import PublishOptions
from twine_stage.operations.publish import publish as operation
from twine_stage.operations.selection import expand, is_path
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import ProjectSettings, load_project
from twine_stage.store import Store

EXAMPLE = (
    "$ stage publish\n"
    "$ stage publish -r testpypi spam==1.2.3\n"
    "$ stage publish --dry-run dist/*\n"
    '$ stage publish --append spam==1.2.3 --reason "a wheel for Python 3.14"'
)
_GROWTH = "Releases that are public"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingOptions:
    """How a release is sent."""

    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Uploads side by side, 4 if nothing is said."),
    ] = None
    wait: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            show_default=False,
            help="How long to wait for the index to show everything; 300 if nothing is said.",
        ),
    ] = 300.0
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Read everything, show the plan, and send nothing; paths are staged."
        ),
    ] = False
    attestations: Annotated[
        bool, typer.Option("--attestations", help="Send the staged attestations along.")
    ] = False
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="What the files were built from: git+URL@COMMIT or git+URL@COMMIT#REF.",
        ),
    ] = None
    yes: Annotated[
        bool,
        typer.Option("-y", "--yes", help="Publish without asking; appends are asked for still."),
    ] = False
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing",
            help="Taken for the sake of scripts that have it: a file that the index has already "
            "is never sent again, and never an error if it is the same.",
        ),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendOptions:
    """Which public releases may grow, and why."""

    append: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME==VERSION",
            rich_help_panel=_GROWTH,
            help="Add files to this release although it is public; repeatable.",
        ),
    ] = None
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", rich_help_panel=_GROWTH, help="Why; it is kept in the manifest."
        ),
    ] = None


@command
def publish(
    call: Call,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RELEASES_OR_PATHS",
            help="Staged releases, or files to stage and publish in one go; each project's only "
            "unpublished release if none is given.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    sending: SendingOptions,
    growth: AppendOptions,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Publish releases, or continue where an earlier run was stopped.

    What is frozen is compared with what the index shows, a plan is made and shown, and only then
    the first byte is sent. Files that are there already are never sent again.
    """
    prompts = connecting.prompts(call, index, is_agreed=sending.yes)
    options = _options(sending, _appends(growth, prompts), load_project(call.folder))
    with call.reporter(progress, names_files=False) as reporter:
        store = _store(call, targets or [], reporter)
        meant = connecting.settings(call, index)
        releases = to_publish(store, targets or [], reporter=reporter)
    _expect(options.appends, releases)
    with call.reporter(progress) as reporter:
        report = operation(
            store,
            connecting.index(call, index, meant, reporter=reporter),
            releases,
            options,
            clock=SystemClock(),
            reporter=reporter,
            prompts=prompts,
        )
        connecting.tell_pages(meant, () if options.dry_run else releases, reporter)
    return report


def _options(
    sending: SendingOptions, appends: Mapping[ReleaseId, str], project: ProjectSettings
) -> PublishOptions:
    return PublishOptions(
        jobs=sending.jobs,
        wait=sending.wait,
        dry_run=sending.dry_run,
        appends=appends,
        attestations=sending.attestations,
        prompt_after=project.prompt_after,
        source=Source.parse(sending.source) if sending.source else None,
    )


def _expect(appends: Iterable[ReleaseId], releases: Sequence[ReleaseId]) -> None:
    """Nothing is named to append to that is not published here: it would be mistyped."""
    for release in appends:
        if release not in releases:
            raise UsageError(
                f"--append names {release}, and what is to be published is "
                f"{', '.join(map(str, releases))}",
                hint=f"Name it, too: stage publish {release}",
            )


def _store(call: Call, targets: Sequence[str], reporter: Reporter) -> Store:
    """The stage; paths can be staged where there was none yet."""
    paths = [target for target in targets if is_path(target)]
    if paths:
        expand(paths)  # a command line that means nothing makes no stage
        return call.create_store(reporter)
    return call.store()


def _appends(growth: AppendOptions, prompts: TerminalPrompts | None) -> Mapping[ReleaseId, str]:
    """The reasons for appending, by release; the same for all that are named."""
    releases = [ReleaseId.parse(text) for text in growth.append or ()]
    reason = growth.reason
    if reason and not releases:
        raise UsageError(
            "--reason says why a release is appended to, but --append names none",
            hint='--append NAME==VERSION --reason "…"',
        )
    if releases and not reason and prompts:
        reason = prompts.ask(
            f"Why append to {', '.join(map(str, releases))}? (kept in the manifest) "
        )
    if releases and not reason:
        raise UsageError(
            "--append needs a reason, which is kept in the manifest", hint='--reason "…" says it.'
        )
    return dict.fromkeys(releases, reason or "")
