"""The reference of the command line names every option, and no option that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from twine_stage.cli.app import COMMANDS, build

TEXT = (Path(__file__).parents[2] / "docs/reference/cli.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0].strip(): part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)
}
COMMON = SECTIONS["Options of every command"]
INDEX = SECTIONS["Options that name an index"]


def options(command: Any) -> set[str]:
    return {option for item in command.params for option in item.opts if option.startswith("-")}


def documented(text: str) -> set[str]:
    """The options in the first cells of tables."""
    cells = re.findall(r"^\| (`-.*?) (?<!\\)\|", text, flags=re.MULTILINE)
    return {option for cell in cells for option in re.findall(r"(?<=`)--?[a-z][a-z-]*", cell)}


def section(name: str) -> str:
    """The section of a command, with the shared ones that it refers to."""
    own = SECTIONS[f"stage {name}"]
    return own + COMMON + (INDEX if "(#options-that-name-an-index)" in own else "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    """And every documented option exists."""
    program: Any = build()
    command = program.get_command(None, name)
    assert documented(section(name)) == options(command) | {"-h", "--help"}


def test_every_option_of_the_program_is_documented() -> None:
    """Those that stand before the command."""
    assert documented(SECTIONS["Options of the program"]) == options(build()) | {"-h", "--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_usage_and_an_example(name: str) -> None:
    """Two blocks at least: how it is called, and how one would call it."""
    assert SECTIONS[f"stage {name}"].count(f"```\nstage {name}") >= 2
