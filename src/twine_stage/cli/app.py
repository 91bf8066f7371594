"""The program: what stands before a command, and the commands, each read when it is called."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from twine_stage.errors import UsageError

AnyCommand = TypeVar("AnyCommand", TyperCommand, TyperGroup)

_MARKUP = re.compile(r"\[(?=[a-z#/@])")
"""What rich.markup.escape looks for, too; importing that costs 30 ms."""

COMMANDS = (
    "add",
    "drop",
    "status",
    "check",
    "explain",
    "bundle",
    "freeze",
    "thaw",
    "preview",
    "publish",
    "sessions",
    "cancel",
    "verify",
    "export",
    "monitor",
    "adopt",
    "audit",
)
"""The commands, in the order of the work; each is a function in a module of its name."""


class Command(TyperCommand):
    """A command whose help names no types: ``bool`` or ``list[str]`` says nothing to a person."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - types of typer's inside
        """The parameters, the one for help among them."""
        return _untyped(super().get_params(ctx))


class RunningCommand(Command):
    """A command that runs another one, which stands behind ``--`` with options of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as above
        """Keep what stands behind ``--`` from being taken for options of ours."""
        if "--" in args:
            place = args.index("--")
            ctx.obj = replace(ctx.obj, words=tuple(args[place + 1 :]))
            args = args[:place]
            if not ctx.obj.words:
                raise UsageError(
                    "expected a command behind --, found none",
                    hint=f"For example: {ctx.command_path} -- pip download --no-deps spam",
                )
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as above
        """What the line of usage holds."""
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND...]"]


class Commands(TyperGroup):
    """Reads the module of a command when it is called for: no command pays for another."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - as above
        """The parameters, the one for help among them."""
        return _untyped(super().get_params(ctx))

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the signature is typer's
        """All names, for help and completion."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:  # noqa: ARG002 - as above
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"twine_stage.cli.{cmd_name}")
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        function = getattr(module, cmd_name)
        single.command(
            cmd_name,
            cls=getattr(module, "KIND", Command),
            help=_flowing(function.__doc__ or ""),
            epilog=f"Example:\n\n{module.EXAMPLE}",
        )(function)
        return _literal(cast("TyperCommand", get_command(single)))


def build() -> TyperGroup:
    """The program, ready to be called with arguments."""
    app = typer.Typer(
        name="stage",
        cls=Commands,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    epilog = "Example:\n\n$ stage add dist/*\n$ stage publish\n$ stage verify"
    app.callback(invoke_without_command=True, epilog=epilog)(stage)
    program = _literal(cast("TyperGroup", get_command(app)))
    program.commands = cast("dict[str, Any]", dict.fromkeys(COMMANDS))  # to suggest the nearest
    return program


def _literal(command: AnyCommand) -> AnyCommand:
    """A command whose help is text: what stands in square brackets is no markup."""
    for part in (command, *command.params):
        for name in ("help", "epilog"):
            if text := getattr(part, name, None):
                setattr(part, name, _MARKUP.sub(r"\\\g<0>", text))
    return command


def _untyped(params: list[Any]) -> list[Any]:
    for param in params:
        if isinstance(param, TyperOption) and param.is_flag:
            param.metavar = ""
        if isinstance(param, TyperArgument):
            param.display_type_rich = _untold  # type: ignore[method-assign]
    return params


def _untold(ctx: object) -> str:  # noqa: ARG001 - the signature is typer's
    """No type."""
    return ""


def _flowing(text: str) -> str:
    """A docstring whose paragraphs are a line each, which the terminal's width folds."""
    paragraphs = cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib import metadata  # noqa: PLC0415 - costs 15 ms

        typer.echo(f"stage {metadata.version('twine-stage')}")
        raise typer.Exit


def stage(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - the callback answers
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
    stage_dir: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            envvar="STAGE_DIR",
            help="The stage to use, instead of the .stage found upwards.",
        ),
    ] = None,
) -> None:
    """Stage a release, check it, freeze it, publish it as one batch, and prove it is there."""
    context.obj = replace(context.obj, stage_dir=Path(stage_dir) if stage_dir else None)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)
