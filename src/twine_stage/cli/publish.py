"""``stage publish``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from twine_stage.cli import completion, connecting, preview_urls
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.ending import orderly
from twine_stage.cli.options import IndexOptions, ProgressOptions
from twine_stage.cli.prompts import TerminalPrompts
from twine_stage.cli.publish_options import (
    AppendOptions,
    HoldingOptions,
    SendingOptions,
)
from twine_stage.cli.targets import staying, to_publish
from twine_stage.cli.terms import CheckingOptions, judgement, terms
from twine_stage.errors import UsageError
from twine_stage.manifest import Manifest
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.manifest_files import read_manifest
from twine_stage.operations.publish import publish as operation
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.selection import expand, expect_among, filenames, is_path
from twine_stage.operations.smoke import words_of
from twine_stage.operations.trials import SmokeTest
from twine_stage.origins import Source
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import load_project
from twine_stage.store import Store

EXAMPLE = (
    "$ stage publish\n"
    "$ stage publish -r testpypi spam==1.2.3\n"
    "$ stage publish --dry-run dist/*\n"
    '$ stage publish --append spam==1.2.3 --reason "a wheel for Python 3.14"'
)


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
    holding: HoldingOptions,
    growth: AppendOptions,
    checking: CheckingOptions,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Publish releases, or continue where an earlier run was stopped.

    What is frozen is compared with what the index shows, a plan is made and shown, and only then
    the first byte is sent. Files that are there already are never sent again.
    """
    prompts = connecting.prompts(call, index, is_agreed=sending.yes)
    project, options = load_project(call.folder), _options(sending, holding)
    options = replace(
        options, appends=_appends(growth, prompts), judgement=judgement(checking, project)
    )
    manifests = [read_manifest(call.folder / path) for path in holding.manifest or ()]
    with call.reporter(progress, names_files=False) as reporter:
        store = _store(call, targets or [], manifests, reporter)
        meant = connecting.settings(call, index)
        releases = to_publish(store, targets or [], manifests, reporter=reporter)
    by_path = releases if any(map(is_path, targets or [])) else ()
    on = terms(checking, project, meant.profile)
    with orderly(), call.reporter(progress) as reporter, staying(store, by_path, reporter):
        _expect(options.appends, releases)
        _expect_one(holding, releases)
        expect_among(on.allowed, filenames(store, releases))
        tell_preview = partial(
            preview_urls.tell, call, file=holding.preview_url_file, reporter=reporter
        )
        smoke = _smoke_test(call, store, holding.smoke, reporter)
        with connecting.index(call, index, meant, reporter=reporter) as connected:
            report = operation(
                store,
                connected,
                releases,
                replace(
                    options,
                    tell_preview=tell_preview,
                    smoke=smoke,
                    terms=on,
                    guards_names=meant.directory is None,
                ),
                clock=SystemClock(),
                reporter=reporter,
                prompts=prompts,
            )
        is_public = not (options.dry_run or options.hold)
        connecting.tell_pages(meant, releases if is_public else (), reporter)
    return report


def _options(sending: SendingOptions, holding: HoldingOptions) -> PublishOptions:
    if holding.hold and holding.approve:
        raise UsageError(
            "--hold leaves a release where it is, and --approve publishes it",
            hint="One run holds; another, perhaps somebody else's, approves.",
        )
    if holding.preview_url_file and not holding.hold:
        raise UsageError(
            "--preview-url-file is for what is held, and --hold is not asked for",
            hint="stage preview --preview-url-file FILE writes the URL of what is held already.",
        )
    if holding.approve and sending.dry_run:
        raise UsageError(
            "--approve publishes what is held, and a dry run does not see that",
            hint="stage sessions shows what is held, with its release digest.",
        )
    return PublishOptions(
        jobs=sending.jobs,
        wait=sending.wait,
        until=sending.until,
        dry_run=sending.dry_run,
        hold=holding.hold,
        approve=holding.approve,
        discard_unexpected=holding.discard_unexpected,
        attestations=sending.attestations,
        source=Source.parse(sending.source) if sending.source else None,
    )


def _smoke_test(
    call: Call, store: Store, command: str | None, reporter: Reporter
) -> SmokeTest | None:
    """How a release is tried before it is public, if that is asked for."""
    if command is None:
        return None
    words_of(command, call.folder)  # what cannot be run is found out before the first byte
    return SmokeTest(
        store=store,
        command=command,
        environ=call.surroundings.environ,
        folder=call.folder,
        reporter=reporter,
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


def _expect_one(holding: HoldingOptions, releases: Sequence[ReleaseId]) -> None:
    """A digest and the URL of a preview are those of one release."""
    if len(releases) > 1 and (holding.approve or holding.preview_url_file):
        raise UsageError(
            "--approve and --preview-url-file are about one release, and this would publish "
            f"{', '.join(map(str, releases))}",
            hint=f"Name one: stage publish {releases[0]}",
        )


def _store(
    call: Call, targets: Sequence[str], manifests: Sequence[Manifest], reporter: Reporter
) -> Store:
    """The stage; paths can be staged, and manifests taken, where there was none yet."""
    paths = [target for target in targets if is_path(target)]
    if paths:
        expand(paths)  # a command line that means nothing makes no stage
    return call.create_store(reporter) if paths or manifests else call.store()


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
