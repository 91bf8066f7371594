"""Surroundings: who can be asked, where colour is wanted, how wide a line may be."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli_streams import Terminal, surroundings
from twine_stage.cli.surroundings import Surroundings

HERE = Path()


@pytest.mark.parametrize(
    ("environ", "answer"),
    [
        ({}, True),
        ({"CI": "true"}, False),
        ({"CI": "false"}, True),
        ({"TWINE_NON_INTERACTIVE": "1"}, False),
        ({"TWINE_NON_INTERACTIVE": "0"}, True),
    ],
)
def test_a_person_at_a_terminal_can_be_asked(environ: Mapping[str, str], answer: bool) -> None:  # noqa: FBT001
    """Except in CI, or where the environment says not to."""
    assert surroundings(HERE, environ=environ, answers="").is_interactive is answer


def test_a_pipe_cannot_be_asked() -> None:
    """Both ends must be terminals: the question's and the answer's."""
    assert not surroundings(HERE).is_interactive
    assert not surroundings(HERE, answers="", stderr=io.StringIO()).is_interactive


@pytest.mark.parametrize(
    ("environ", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_follows_the_stream_and_the_environment(
    environ: Mapping[str, str],
    on_terminal: bool,  # noqa: FBT001
    in_pipe: bool,  # noqa: FBT001
) -> None:
    """``NO_COLOR`` wins over ``FORCE_COLOR``, and both over the stream."""
    around = surroundings(HERE, environ=environ)
    assert around.is_coloured(Terminal()) is on_terminal
    assert around.is_coloured(io.StringIO()) is in_pipe


def test_only_a_terminal_has_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines in a pipe stay whole."""
    monkeypatch.setenv("COLUMNS", "72")
    around = surroundings(HERE)
    assert around.width(Terminal()) == 72
    assert around.width(io.StringIO()) is None


def test_github_says_that_it_is_there() -> None:
    """By its own variable."""
    assert surroundings(HERE, environ={"GITHUB_ACTIONS": "true"}).is_github


def test_the_actual_ones_are_those_of_this_process() -> None:
    """Streams, environment and folder."""
    around = Surroundings.actual()
    assert around.environ is os.environ
    assert around.folder == Path.cwd()
