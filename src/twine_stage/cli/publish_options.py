"""The options of ``stage publish`` that no other command has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from twine_stage.operations.proving import Until

_GROWTH = "Releases that are public"
_SESSIONS = "Sessions (Upload 2.0)"


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
    until: Annotated[
        Until,
        typer.Option(
            show_default=False,
            help="When it is done: accepted (nobody looks), visible (every file is shown), or "
            "verified (and nothing else, with a receipt); verified if nothing is said.",
        ),
    ] = Until.VERIFIED
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Read everything, show the plan, and send nothing; paths are staged."
        ),
    ] = False
    attestations: Annotated[
        bool | None,
        typer.Option(
            "--attestations/--no-attestations",
            show_default=False,
            help="Send the staged attestations along, or do not; if nothing is said, wherever the "
            "index expects them.",
        ),
    ] = None
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
class HoldingOptions:
    """What happens between upload and publication, where an index keeps sessions."""

    hold: Annotated[
        bool,
        typer.Option(
            "--hold",
            rich_help_panel=_SESSIONS,
            help="Upload and check everything, and leave it there, not public.",
        ),
    ] = False
    approve: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST",
            rich_help_panel=_SESSIONS,
            help="Publish what is held, if it has this release digest; nothing is uploaded.",
        ),
    ] = None
    smoke: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            rich_help_panel=_SESSIONS,
            help="Before it is public, install the release from its preview into a clean "
            "environment, and run this there; if it fails, nothing is published.",
        ),
    ] = None
    discard_unexpected: Annotated[
        bool,
        typer.Option(
            "--discard-unexpected",
            rich_help_panel=_SESSIONS,
            help="Remove from the session what was not frozen, instead of stopping.",
        ),
    ] = False
    preview_url_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_SESSIONS,
            help="Write the URL of the preview there; it is a secret, and shown on terminals only.",
        ),
    ] = None
    manifest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_SESSIONS,
            help="Publish the release of this manifest, which was frozen elsewhere; repeatable.",
        ),
    ] = None


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
