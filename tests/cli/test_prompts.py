"""Prompts: asked at a terminal, and no answer is no."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cli_streams import Terminal, surroundings, text
from samples import distribution
from twine_stage.cli.prompts import TerminalPrompts
from twine_stage.listings import ListedFile
from twine_stage.plan import Plan, Wave
from twine_stage.releases import ReleaseId
from twine_stage.standings import Append

RELEASE = ReleaseId.parse("spam==1.0")
WHEEL = distribution("spam-1.0-py3-none-any.whl")
PLAN = Plan(waves=(Wave((WHEEL,)),))
INDEX = "https://example.org/legacy/"
APPEND = Append(
    release=RELEASE,
    shown=(ListedFile(filename="spam-1.0.tar.gz", url=INDEX, size=1500),),
    others=(),
    additions=(WHEEL,),
    first_upload=None,
    last_upload=None,
    age=timedelta(days=3),
)


class TestPublish:
    @pytest.mark.parametrize(
        ("answer", "agreed"),
        [
            ("y\n", True),
            ("YES\n", True),
            ("\n", False),
            ("n\n", False),
            ("", False),
            ("x\n", False),
        ],
    )
    def test_only_yes_is_yes(self, tmp_path: Path, answer: str, agreed: bool) -> None:  # noqa: FBT001
        """An empty line, the end of input and everything else are no."""
        around = surroundings(tmp_path, answers=answer)
        assert TerminalPrompts(around).confirm_publish(RELEASE, INDEX, PLAN) is agreed
        assert f"Publish spam==1.0 to {INDEX} (1 file to send, 25 B)" in text(around.stderr)

    def test_who_agreed_beforehand_is_not_asked(self, tmp_path: Path) -> None:
        """``-y`` is such an agreement."""
        around = surroundings(tmp_path, answers="")
        assert TerminalPrompts(around, is_agreed=True).confirm_publish(RELEASE, INDEX, PLAN)
        assert text(around.stderr) == ""


class TestNewProject:
    @pytest.mark.parametrize(("answer", "agreed"), [("y\n", True), ("\n", False), ("", False)])
    def test_only_yes_is_yes(self, tmp_path: Path, answer: str, agreed: bool) -> None:  # noqa: FBT001
        """The default is no: the name may be a mistake."""
        around = surroundings(tmp_path, answers=answer)
        assert TerminalPrompts(around).confirm_new_project(RELEASE, INDEX) is agreed
        assert text(around.stderr).startswith(f"Begin the project spam on {INDEX} with spam==1.0? ")

    def test_who_agreed_beforehand_is_not_asked(self, tmp_path: Path) -> None:
        """``-y`` is such an agreement; what is said of it is another's to say."""
        around = surroundings(tmp_path, answers="")
        assert TerminalPrompts(around, is_agreed=True).confirm_new_project(RELEASE, INDEX)
        assert text(around.stderr) == ""


class Interrupted(Terminal):
    """A terminal at which a person presses Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        raise KeyboardInterrupt


class TestAsk:
    def test_what_follows_an_unfinished_line_begins_a_new_one(self, tmp_path: Path) -> None:
        """Ctrl-D ends the question, and Ctrl-C the command, without a new line of their own."""
        around = surroundings(tmp_path, answers="")
        assert TerminalPrompts(around).ask("Why? ") == ""
        assert text(around.stderr) == "Why? \n"
        around = replace(surroundings(tmp_path, answers=""), stdin=Interrupted())
        with pytest.raises(KeyboardInterrupt):
            TerminalPrompts(around).ask("Why? ")
        assert text(around.stderr) == "Why? \n"

    def test_a_person_ends_the_line_themself(self, tmp_path: Path) -> None:
        """An answered question adds nothing."""
        around = surroundings(tmp_path, answers="because\n")
        assert TerminalPrompts(around).ask("Why? ") == "because"
        assert text(around.stderr) == "Why? "


class TestAppend:
    def test_age_and_files_are_shown_before_the_question(self, tmp_path: Path) -> None:
        """A person decides on what they see; the reason is asked for afterwards."""
        around = surroundings(tmp_path, answers="y\n a wheel for Windows \n")
        reason = TerminalPrompts(around).append_reason(APPEND, INDEX)
        assert reason == "a wheel for Windows"
        shown = text(around.stderr)
        assert "public on https://example.org/legacy/; its first file came" in shown
        assert shown.index("spam-1.0.tar.gz") < shown.index("Append to it? [y/N]")

    @pytest.mark.parametrize(
        ("answers", "reason"), [("n\n", None), ("", None), ("y\n\n", ""), ("y\n", "")]
    )
    def test_no_answer_or_no_reason_is_no(
        self, tmp_path: Path, answers: str, reason: str | None
    ) -> None:
        """Agreement without a reason is none, and told apart; nor does ``-y`` answer this."""
        around = surroundings(tmp_path, answers=answers)
        assert TerminalPrompts(around, is_agreed=True).append_reason(APPEND, INDEX) == reason


NOT_ASKED = {"CI", "STAGE_NON_INTERACTIVE", "TWINE_NON_INTERACTIVE"}
PROGRAM = """
from twine_stage.cli.prompts import TerminalPrompts
from twine_stage.cli.surroundings import Surroundings
print("answer:", TerminalPrompts(Surroundings.actual()).ask("Really? "))
"""


SECRET = """
from twine_stage.cli.call import Call
from twine_stage.cli.connecting import ask
from twine_stage.cli.options import CommonOptions, IndexOptions
from twine_stage.cli.surroundings import Surroundings
answer = ask(Call(Surroundings.actual(), CommonOptions()), IndexOptions())
print("length:", len(answer("API token? ")))
"""


def test_a_question_at_a_real_terminal() -> None:
    """Over a pseudo-terminal the question is seen, and the typed answer is read."""
    seen = at_terminal(PROGRAM, b"yes\n")
    assert seen.startswith(b"Really? ")
    assert b"answer: yes" in seen


def test_a_secret_is_not_seen_at_a_real_terminal() -> None:
    """What is typed is read, and shown nowhere."""
    seen = at_terminal(SECRET, b"recognisable\n")
    assert b"length: 12" in seen
    assert b"recognisable" not in seen


def at_terminal(program: str, answer: bytes) -> bytes:
    """What a person sees who starts a program and answers its question."""
    controller, terminal = pty.openpty()
    environ = {key: value for key, value in os.environ.items() if key not in NOT_ASKED}
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=environ,
            start_new_session=True,  # so that /dev/tty is not the one of whoever runs the tests
        )
        os.close(terminal)
        seen = os.read(controller, 1000)
        os.write(controller, answer)
        with contextlib.suppress(OSError):  # Linux ends a pseudo-terminal so
            while chunk := os.read(controller, 1000):
                seen += chunk
        assert process.wait(10) == 0
    finally:
        os.close(controller)
    return seen
