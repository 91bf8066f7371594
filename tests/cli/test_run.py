"""Run: whatever happens becomes output, an exit status and never a traceback."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli_streams import surroundings, text
from twine_stage.cli.run import run
from twine_stage.errors import Refused


@dataclass(frozen=True, slots=True)
class AddReport:
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ("README",)
    exit_status: int = 0


def program(work: Callable[[], object]) -> Callable[[], TyperGroup]:
    """A program whose command ``add`` does that work."""

    def build() -> TyperGroup:
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

        @app.callback()
        def root() -> None:
            """Nothing stands before the command."""

        @app.command()
        def add(json: bool = False, verbose: bool = False) -> Any:  # noqa: FBT001, FBT002
            return work()

        return cast("TyperGroup", get_command(app))

    return build


def raising(error: BaseException) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


class TestReports:
    def test_a_report_goes_to_stdout_and_gives_the_status(self, tmp_path: Path) -> None:
        """The command's own status is the program's."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(lambda: AddReport(exit_status=1))) == 1
        assert "README" in text(around.stdout)
        assert text(around.stderr) == ""

    def test_json_is_one_document(self, tmp_path: Path) -> None:
        """``--json`` prints the envelope and nothing else."""
        around = surroundings(tmp_path)
        assert run(["add", "--json"], around, build=program(AddReport)) == 0
        document = json.loads(text(around.stdout))
        assert (document["command"], document["ok"]) == ("add", True)

    def test_a_reader_who_went_away_changes_nothing(self, tmp_path: Path) -> None:
        """What was done stands, whoever reads of it."""
        around = surroundings(tmp_path, stdout=Broken())
        assert run(["add"], around, build=program(AddReport)) == 0


class Broken(io.StringIO):
    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


class TestErrors:
    def test_an_error_is_a_sentence_and_a_hint_on_stderr(self, tmp_path: Path) -> None:
        """Its class owns the exit status."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(raising(Refused("no", hint="ask")))) == 4
        assert text(around.stdout) == ""
        assert text(around.stderr) == "error: no\nhint: ask\n"

    def test_what_was_done_before_an_error_is_shown_with_it(self, tmp_path: Path) -> None:
        """An error may carry a report."""
        error = Refused("no")
        error.report = AddReport()
        around = surroundings(tmp_path)
        assert run(["add", "--json"], around, build=program(raising(error))) == 4
        document = json.loads(text(around.stdout))
        assert document["report"]["ignored"] == ["README"]
        assert document["error"] == {"message": "no", "hint": ""}

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()])
    def test_an_interruption_is_130(self, tmp_path: Path, error: BaseException) -> None:
        """And says that running again continues."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(raising(error))) == 130
        assert "continues where it stopped" in text(around.stderr)

    def test_an_interruption_outside_a_command_is_130(self, tmp_path: Path) -> None:
        """Also where typer does not see it."""
        around = surroundings(tmp_path)
        build = cast("Callable[[], TyperGroup]", raising(KeyboardInterrupt()))
        assert run(["add", "--json"], around, build=build) == 130
        assert json.loads(text(around.stdout))["exit_status"] == 130

    def test_a_bug_is_a_sentence(self, tmp_path: Path) -> None:
        """Nobody meets a traceback who did not ask for it."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(raising(ZeroDivisionError("by\nzero")))) == 70
        assert "this is a bug in twine-stage: ZeroDivisionError: by zero" in text(around.stderr)
        assert "Traceback" not in text(around.stderr)

    def test_verbose_shows_where_a_bug_is(self, tmp_path: Path) -> None:
        """For the report of it."""
        around = surroundings(tmp_path)
        run(["add", "--verbose"], around, build=program(raising(ZeroDivisionError())))
        assert "Traceback" in text(around.stderr)


class TestUsage:
    @pytest.mark.parametrize(
        "arguments", [["add", "--nonsense"], ["nonsense"], ["add", "a", "b"], ["--nonsense"]]
    )
    def test_a_usage_error_is_status_2(self, tmp_path: Path, arguments: list[str]) -> None:
        """In our own form, with the way to the help."""
        around = surroundings(tmp_path)
        assert run(arguments, around, build=program(AddReport)) == 2
        shown = text(around.stderr)
        assert shown.startswith("error: ")
        assert "--help" in shown

    @pytest.mark.parametrize(
        ("arguments", "command"),
        [(["add", "--nonsense", "--json"], "add"), (["--json"], None), (["egg", "--json"], None)],
    )
    def test_with_json_it_is_one_document(
        self, tmp_path: Path, arguments: list[str], command: str | None
    ) -> None:
        """Even where the options could not be read."""
        around = surroundings(tmp_path)
        assert run(arguments, around, build=program(AddReport)) == 2
        document = json.loads(text(around.stdout))
        assert (document["command"], document["exit_status"]) == (command, 2)
        assert text(around.stderr) == ""

    @pytest.mark.parametrize(
        ("arguments", "message", "hint"),
        [
            (["publish", "--sign"], "error: no such option: --sign\n", "GnuPG"),
            (["publish", "-c", "hello"], "error: no such option: -c\n", "comment"),
            (["upload", "dist/*"], "error: no such command 'upload'\n", "stage publish dist/*"),
        ],
    )
    def test_who_knows_twine_hears_the_way_out(
        self, tmp_path: Path, arguments: list[str], message: str, hint: str
    ) -> None:
        """And no suggestion of something that only looks alike."""
        around = surroundings(tmp_path)
        assert run(arguments, around) == 2
        said, _, way_out = text(around.stderr).partition("hint: ")
        assert said == message
        assert hint in way_out

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("Value error, 'x' is not one of 'a', 'b'", "'x' is not one of 'a', 'b'"),
            ("Input should be a valid number, unable to parse 'x'.", "expected a number"),
            ("Input should be a valid integer, unable to parse 'x'.", "expected a whole number"),
            ("Input should be greater than or equal to 0", "expected 0 or more"),
        ],
    )
    def test_values_are_judged_in_plain_words(
        self, tmp_path: Path, said: str, expected: str
    ) -> None:
        """Not in those of the library that reads them."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(raising(typer.BadParameter(said)))) == 2
        assert f"error: invalid value: {expected}\n" in text(around.stderr)

    @pytest.mark.parametrize(
        "words", ["--wait x", "--wait -1", "--until x", "--jobs x", "--jobs 0", "--jobs 1.5"]
    )
    def test_no_library_shows(self, tmp_path: Path, words: str) -> None:
        """In the program itself."""
        around = surroundings(tmp_path)
        assert run(["publish", *words.split()], around) == 2
        shown = text(around.stderr)
        assert shown.startswith("error: invalid value for '--")
        assert not any(one in shown for one in ("Input should", "Value error", "unable to parse"))

    def test_what_stands_behind_two_hyphens_is_no_option(self, tmp_path: Path) -> None:
        """``-- --json`` names a file."""
        around = surroundings(tmp_path)
        assert run(["add", "--", "--json"], around, build=program(AddReport)) == 2
        assert text(around.stdout) == ""


class TestEnds:
    @pytest.mark.parametrize(
        ("error", "status"), [(SystemExit(3), 3), (SystemExit(), 0), (typer.Exit(2), 2)]
    )
    def test_an_end_without_a_report_has_its_status(
        self, tmp_path: Path, error: BaseException, status: int
    ) -> None:
        """Completion, help and the version have nothing more to say."""
        around = surroundings(tmp_path)
        assert run(["add"], around, build=program(raising(error))) == status
        assert text(around.stdout) + text(around.stderr) == ""


class TestGitHub:
    def test_errors_become_annotations_on_stderr(self, tmp_path: Path) -> None:
        """Stdout keeps its one document."""
        around = surroundings(tmp_path, environ={"GITHUB_ACTIONS": "true"})
        run(["add", "--json"], around, build=program(raising(Refused("no", hint="ask"))))
        assert "::error title=stage add::no. ask\n" in text(around.stderr)
        json.loads(text(around.stdout))

    def test_a_command_that_is_none_has_no_annotation(self, tmp_path: Path) -> None:
        """There is no step to speak of."""
        around = surroundings(tmp_path, environ={"GITHUB_ACTIONS": "true"})
        run(["egg"], around, build=program(AddReport))
        assert "::" not in text(around.stderr)


def test_the_real_program_is_the_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a build of its own, run runs stage."""
    assert run(["--version"], surroundings(tmp_path)) == 0
    assert capsys.readouterr().out.startswith("stage ")


def test_a_report_that_cannot_be_shown_is_a_bug(tmp_path: Path) -> None:
    """Even then there is no traceback."""
    around = surroundings(tmp_path)
    assert run(["add"], around, build=program(Unreadable)) == 70
    assert "this is a bug in twine-stage: KeyError" in text(around.stderr)


@dataclass(frozen=True, slots=True)
class Unreadable:
    exit_status: int = 0
