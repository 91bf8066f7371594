"""Options that commands share, each group declared once.

A group is a dataclass whose fields are typer's parameters; ``commands.command`` expands them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from twine_stage.cli import completion

_INDEX = "Index"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOptions:
    """What every command takes."""

    json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = (
        False
    )
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Name each file, and show where a bug is.")
    ] = False
    stage_dir: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="The stage to use, instead of the .stage found upwards. (STAGE_DIR)",
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOptions:
    """Which index is meant, and how to reach it; names and variables as twine has them."""

    repository: Annotated[
        str | None,
        typer.Option(
            "-r",
            "--repository",
            metavar="NAME",
            rich_help_panel=_INDEX,
            help="The index: pypi, testpypi, local (a folder in the stage), or one that is "
            "configured. Where nothing is said: repository in [tool.stage], else pypi. "
            "(TWINE_REPOSITORY)",
        ),
    ] = None
    repository_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            rich_help_panel=_INDEX,
            help="The index by its upload URL, or a folder. (TWINE_REPOSITORY_URL)",
        ),
    ] = None
    simple_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            rich_help_panel=_INDEX,
            help="Where the index is read; found if it is not said. (STAGE_SIMPLE_URL)",
        ),
    ] = None
    api: Annotated[
        str | None,
        typer.Option(
            metavar="auto|2.0|legacy|directory",
            rich_help_panel=_INDEX,
            help="How to talk to the index; auto finds out. (STAGE_API)",
        ),
    ] = None
    username: Annotated[
        str | None,
        typer.Option(
            "-u",
            "--username",
            metavar="NAME",
            rich_help_panel=_INDEX,
            help="Who uploads; __token__ for an API token. (TWINE_USERNAME)",
        ),
    ] = None
    password: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--password",
            metavar="SECRET",
            rich_help_panel=_INDEX,
            help="The password or API token; better given as a variable. (TWINE_PASSWORD)",
        ),
    ] = None
    cert: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_INDEX,
            help="The certificates to trust, as a PEM bundle. (TWINE_CERT)",
        ),
    ] = None
    client_cert: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_INDEX,
            help="Our own certificate and its key, in one PEM file.",
        ),
    ] = None
    config_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_INDEX,
            help="The configuration to read instead of ~/.pypirc.",
        ),
    ] = None
    trusted_publishing: Annotated[
        str | None,
        typer.Option(
            metavar="automatic|always|never",
            rich_help_panel=_INDEX,
            help="Prove in a job of CI who uploads, instead of keeping a token; automatic tries "
            "it where no password is found. (STAGE_TRUSTED_PUBLISHING)",
        ),
    ] = None
    non_interactive: Annotated[
        bool,
        typer.Option(
            "--non-interactive",
            rich_help_panel=_INDEX,
            help="Never ask; what needs an answer is refused. (TWINE_NON_INTERACTIVE)",
        ),
    ] = False

    @property
    def is_named(self) -> bool:
        """Whether the command line names an index."""
        return self.repository is not None or self.repository_url is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressOptions:
    """How work that takes a while is shown."""

    disable_progress_bar: Annotated[
        bool, typer.Option("--disable-progress-bar", help="One line per file, no bars.")
    ] = False


def named_releases(otherwise: str) -> Any:  # noqa: ANN401 - as typer's own functions
    """The argument of commands that take releases; ``otherwise`` are meant if none is given."""
    return typer.Argument(
        metavar="RELEASES",
        help=f"NAME==VERSION, or NAME; {otherwise} if none is given.",
        autocompletion=completion.releases,
    )
