"""Run: the one place where a command line becomes output and an exit status."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from twine_stage.cli import app
from twine_stage.cli.surroundings import Surroundings
from twine_stage.errors import StageError, UsageError
from twine_stage.render import terminal

INTERRUPTED = 130
BUG = 70
"""A status of its own, as sysexits.h has it: a bug is never taken for the answer no."""

_NO_SIGNING = (
    "Leave it out: nothing is signed with GnuPG; attestations are sent with --attestations."
)
_NO_COMMENT = "Leave it out: no comment is sent."
_OF_TWINE = {
    "--sign": _NO_SIGNING,
    "-s": _NO_SIGNING,
    "--sign-with": _NO_SIGNING,
    "--identity": _NO_SIGNING,
    "-i": _NO_SIGNING,
    "--comment": _NO_COMMENT,
    "-c": _NO_COMMENT,
    "upload": "stage publish dist/* stands where twine upload dist/* stood.",
}
"""What twine has and this program has not: the way out, by what was typed."""

_PLAINER = (
    (re.compile(r"Value error, "), ""),
    (re.compile(r"Input should be a valid number\b.*"), "expected a number"),
    (re.compile(r"Input should be a valid integer\b.*"), "expected a whole number"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"expected \1 or more"),
)
"""How pydantic, with which typer reads values, says it; and how we do."""


class Interrupted(StageError):
    """A person stopped the command."""

    exit_status = INTERRUPTED


class Bug(StageError):
    """Something happened that nobody thought of."""

    exit_status = BUG


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: a report, an error, or (publishing, say) both."""

    report: Any = None
    error: StageError | None = None

    @property
    def exit_status(self) -> int:
        """The error's own, else the report's."""
        if self.error:
            return self.error.exit_status
        return int(self.report.exit_status)


def run(
    arguments: Sequence[str],
    surroundings: Surroundings,
    *,
    program: str = "stage",
    build: Callable[[], TyperGroup] = app.build,
) -> int:
    """Run one command line.

    Args:
        arguments: what stands behind the name of the program.
        surroundings: the streams, the environment and the folder.
        program: how the program was called.
        build: makes the program.

    Returns:
        The exit status.
    """
    outcome = _outcome(arguments, surroundings, program, build)
    if isinstance(outcome, int):
        return outcome
    try:
        _show(outcome, arguments, surroundings)
    except BrokenPipeError:
        pass  # nobody reads on; what was done stands
    except Exception as error:  # noqa: BLE001 - nobody meets a traceback
        bug = _bug(error, is_verbose=_asks("--verbose", arguments))
        surroundings.show(terminal.problem(bug), surroundings.stderr)
        return BUG
    return outcome.exit_status


def _outcome(
    arguments: Sequence[str],
    surroundings: Surroundings,
    program: str,
    build: Callable[[], TyperGroup],
) -> Outcome | int:
    """What the command came to; an int where help or the version was all that was asked for."""
    try:
        result = build().main(
            list(arguments), prog_name=program, standalone_mode=False, obj=surroundings
        )
    except SystemExit as end:  # completion ends so, and help for a reader who went away
        return end.code if isinstance(end.code, int) else 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - nobody meets a traceback
        return _failed(error, program, is_verbose=_asks("--verbose", arguments))
    if result == INTERRUPTED:  # typer turns Ctrl-C into this status
        return Outcome(error=_interrupted())
    return result if isinstance(result, int) else Outcome(result)


def _failed(error: BaseException, program: str, *, is_verbose: bool) -> Outcome:
    match error:
        case StageError():
            return Outcome(error.report, error)
        case typer.TyperException():
            return Outcome(error=_usage(error, program))
        case KeyboardInterrupt() | typer.Abort():
            return Outcome(error=_interrupted())
        case _:
            return Outcome(error=_bug(error, is_verbose=is_verbose))


def _asks(option: str, arguments: Sequence[str]) -> bool:
    """Whether a flag is among the arguments; asked so, since it counts for usage errors too."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return option in before


def _command(arguments: Sequence[str]) -> str | None:
    name = next((argument for argument in arguments if not argument.startswith("-")), None)
    return name if name in app.COMMANDS else None


def _usage(error: typer.TyperException, program: str) -> UsageError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else program
    message = " ".join(error.format_message().split()).rstrip(".")
    message = message[:1].lower() + message[1:]
    for pattern, plainer in _PLAINER:
        message = pattern.sub(plainer, message)
    known = re.match(r"(no such (?:option:|command) '?([\w-]+)'?)", message)
    if known and known[2] in _OF_TWINE:
        return UsageError(known[1], hint=_OF_TWINE[known[2]])
    return UsageError(message, hint=f"{path} --help says what there is.")


def _interrupted() -> Interrupted:
    return Interrupted(
        "interrupted", hint="Run the same command again; it continues where it stopped."
    )


def _bug(error: BaseException, *, is_verbose: bool) -> Bug:
    if is_verbose:
        import traceback  # noqa: PLC0415 - only for the one who asks

        detail = "".join(traceback.format_exception(error))
        return Bug(f"this is a bug in twine-stage:\n{detail}")
    text = " ".join(str(error).split())
    return Bug(
        f"this is a bug in twine-stage: {type(error).__name__}: {text}",
        hint="--verbose shows where; please report it.",
    )


def _show(outcome: Outcome, arguments: Sequence[str], surroundings: Surroundings) -> None:
    command = _command(arguments)
    if _asks("--json", arguments):
        _show_json(outcome, command, surroundings)
    else:
        _show_text(outcome, surroundings, is_verbose=_asks("--verbose", arguments))
    if surroundings.is_github and command:
        _tell_github(outcome, command, surroundings)


def _show_json(outcome: Outcome, command: str | None, surroundings: Surroundings) -> None:
    from twine_stage.render import json  # noqa: PLC0415 - only for the one who asks

    surroundings.stdout.write(
        json.dumps(command, outcome.report, error=outcome.error, exit_status=outcome.exit_status)
    )
    surroundings.stdout.flush()


def _show_text(outcome: Outcome, surroundings: Surroundings, *, is_verbose: bool) -> None:
    if outcome.report is not None:
        text = terminal.verbatim(outcome.report)
        if text is None:
            document = terminal.render(outcome.report, is_detailed=is_verbose)
            surroundings.show(document, surroundings.stdout)
        else:
            surroundings.hand_out(text, surroundings.stdout)
    if outcome.error:
        surroundings.show(terminal.problem(outcome.error), surroundings.stderr)


def _tell_github(outcome: Outcome, command: str, surroundings: Surroundings) -> None:
    from twine_stage.render import github  # noqa: PLC0415 - only there

    for line in github.workflow_commands(command, outcome.report, outcome.error):
        surroundings.stderr.write(line + "\n")
    path = surroundings.environ.get("GITHUB_STEP_SUMMARY")
    text = github.summary(command, outcome.report, outcome.error)
    if path and text:
        with suppress(OSError), Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
