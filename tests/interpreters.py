"""A stand-in for an interpreter: it makes environments of itself, and says what it was told to."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCRIPT = """\
import json, os, shutil, sys
from pathlib import Path

folder = Path({folder!r})
arguments = sys.argv[1:]
kind = "command"
if arguments[:2] == ["-I", "-m"]:
    kind = arguments[2]
elif arguments[:2] == ["-I", "-c"]:
    kind = "look"
calls = folder / "calls.jsonl"
before = calls.read_text().splitlines() if calls.exists() else []
number = sum(json.loads(line)["kind"] == kind for line in before)
call = dict(kind=kind, arguments=arguments, environ=dict(os.environ), folder=os.getcwd())
call["files"] = {{
    Path(word).name: Path(word).read_text() for word in arguments if word.endswith("s.txt")
}}
with calls.open("a") as file:
    file.write(json.dumps(call) + "\\n")
answers = json.loads((folder / "answers.json").read_text()).get(kind, [])
status, said = answers[min(number, len(answers) - 1)] if answers else (0, "")
if kind == "venv":
    (Path(arguments[-1]) / "bin").mkdir(parents=True)
    shutil.copy(__file__, Path(arguments[-1]) / "bin" / "python")
if kind == "look" and not status:
    Path(arguments[-1]).write_text(said)
else:
    print(said)
sys.exit(status)
"""


@dataclass
class FakePython:
    """An interpreter at ``path`` below a folder.

    ``answers`` are the exit status and the output of its calls in turn, by kind: ``venv``, ``pip``,
    ``look`` and ``command``; the last one stays, and nothing told is 0 and silence.
    """

    folder: Path
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answers = {"look": [(0, installed())], **self.answers}
        self.folder.mkdir(parents=True, exist_ok=True)
        script = _SCRIPT.format(folder=str(self.folder))
        self.path.write_text(f"#!{sys.executable} -IS\n{script}")
        self.path.chmod(0o755)
        (self.folder / "answers.json").write_text(json.dumps(self.answers))

    @property
    def path(self) -> Path:
        return self.folder / "python-of-tests"

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What it was called with, in order."""
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()]

    def calls_of(self, kind: str) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["kind"] == kind]


def installed(version: str = "1.0", *requires: str, **files: str) -> str:
    """What a look at an environment tells."""
    return json.dumps({"version": version, "requires": requires, "files": files})
