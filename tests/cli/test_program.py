"""The program as people start it: a process of its own, pipes, shells, twine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from samples import write

BIN = Path(sys.executable).parent


def start(
    *arguments: str | Path, folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    quiet = {"CI", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR", "STAGE_DIR"}
    environ = {key: value for key, value in os.environ.items() if key not in quiet}
    return subprocess.run(
        [str(argument) for argument in arguments],
        cwd=folder,
        env=environ | {"HOME": str(folder)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "program", [[BIN / "stage"], [sys.executable, "-m", "twine_stage"], [BIN / "twine", "stage"]]
)
def test_all_three_ways_to_start_it_are_one_program(
    program: list[str | Path], tmp_path: Path
) -> None:
    """In a pipe, stdout is one JSON document, without colour."""
    write(tmp_path / "dist", "spam-1.0-py3-none-any.whl")
    added = start(*program, "add", "--json", folder=tmp_path)
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["report"]["added"][0]["release"] == "spam==1.0"
    shown = start(*program, "status", folder=tmp_path)
    assert "spam==1.0  draft" in shown.stdout
    failed = start(*program, "drop", "egg==1.0", folder=tmp_path)
    assert failed.returncode in {2, 3}
    assert failed.stderr.startswith("error: ")
    assert "\x1b" not in added.stdout + shown.stdout + failed.stderr


def test_twine_passes_the_exit_status_on(tmp_path: Path) -> None:
    """And a usage error is one document through twine, too."""
    result = start(BIN / "twine", "stage", "status", "--nonsense", "--json", folder=tmp_path)
    assert result.returncode == 2
    assert json.loads(result.stdout)["exit_status"] == 2


def test_a_reader_who_goes_away_hears_no_complaint(tmp_path: Path) -> None:
    """``stage status | true`` ends with the command's own status."""
    write(tmp_path / "dist", "spam-1.0-py3-none-any.whl")
    start(BIN / "stage", "add", folder=tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [BIN / "stage", "status"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    _, stderr = process.communicate(timeout=60)
    assert stderr == b""
    assert process.returncode == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_ends_nothing(tmp_path: Path, closed: str) -> None:
    """As daemons and some runners do."""
    write(tmp_path / "dist", "spam-1.0-py3-none-any.whl")
    command = f'"{BIN / "stage"}" publish -r local dist/* {closed}'
    result = start("sh", "-c", command, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / ".stage/index/simple/spam").is_dir()


def test_an_encoding_that_cannot_hold_a_name_ends_nothing(tmp_path: Path) -> None:
    """What cannot be written is written as an escape."""
    result = start(BIN / "stage", "add", "ünïcode", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert result.returncode == 2
    assert "\\xfc" in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [("stage ver", "verify"), ("stage status spa", ""), ("stage thaw spa", "spam==1.0")],
)
def test_shells_complete_commands_and_releases(tmp_path: Path, words: str, expected: str) -> None:
    """As bash asks for it."""
    write(tmp_path / "dist", "spam-1.0-py3-none-any.whl")
    start(BIN / "stage", "add", folder=tmp_path)
    result = start(
        BIN / "stage",
        folder=tmp_path,
        _STAGE_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
    )
    assert result.stdout.strip() == expected
