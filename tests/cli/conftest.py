"""The program, run in the process of the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli_streams import surroundings, text
from schemas import problems, stage_problems
from twine_stage.cli.run import run


@dataclass
class Result:
    """What a command line came to."""

    status: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout, which fits its schema."""
        document = json.loads(self.stdout)
        assert problems("report", document) == []
        return document

    @property
    def report(self) -> Any:
        """The report in it."""
        return self.document["report"]


class Stage:
    """The program, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self,
        *arguments: str | Path,
        environ: Mapping[str, str] | None = None,
        answers: str | None = None,
    ) -> Result:
        around = surroundings(self.folder, environ=environ, answers=answers)
        status = run([str(argument) for argument in arguments], around)
        return Result(status, text(around.stdout), text(around.stderr))


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """``stage("add", "dist/*")`` in an empty folder, far from the settings of this machine.

    All that the program writes to stages below it fits the published schemas.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAGE_DIR", raising=False)
    yield Stage(tmp_path)
    for root in tmp_path.rglob(".stage"):
        assert stage_problems(root) == []
