"""Environments: a clean virtual environment, what is done in it, and what is installed there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from twine_stage.errors import SmokeFailed
from twine_stage.operations.children import Ended, captured
from twine_stage.releases import ReleaseId

_LINES = 20
"""Of the output of a step that failed."""

_PIP = (
    *("-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color"),
    *("install", "--progress-bar", "off"),
)
"""Isolated: nothing in the folder is imported, and no egg-info in it counts as installed."""

_ELSEWHERE = frozenset(
    f"PIP_{option}"
    for option in (
        *("DRY_RUN", "EDITABLE", "FORCE_REINSTALL", "GROUP", "IGNORE_INSTALLED", "NO_DEPS"),
        *("PREFIX", "PYTHON", "REQUIREMENT", "ROOT", "TARGET", "UPGRADE", "USER"),
    )
)
"""What would have pip install something else, or to another place."""

_LOOK = """
import hashlib, json, sys
from importlib.metadata import distribution
found = distribution(sys.argv[1])
def digest(path):
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error.strerror)
files = {
    str(file): digest(found.locate_file(file))
    for file in found.files or () if file.suffix != ".pyc"
}
told = {"version": found.version, "requires": found.requires or [], "files": files}
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(told, file)
"""
"""Tells what is installed of a project."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed of a release; ``files`` are digests by path."""

    version: Version
    requires: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanEnvironment:
    """A virtual environment below ``scratch``, which somebody else removes.

    ``environ`` is what programs run with, ``secrets`` what must not be shown of their output.
    """

    release: ReleaseId
    scratch: Path
    environ: Mapping[str, str]
    secrets: Sequence[str]

    @property
    def root(self) -> Path:
        """Where it is."""
        return self.scratch / "environment"

    @property
    def work(self) -> Path:
        """A folder to run in, with nothing that could be imported by mistake."""
        return self.scratch / "work"

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self._programs / "python")

    @property
    def activated(self) -> dict[str, str]:
        """What programs run with after it was activated."""
        path = os.pathsep.join([str(self._programs), self.environ.get("PATH", os.defpath)])
        return {**self.environ, "PATH": path, "VIRTUAL_ENV": str(self.root)}

    @property
    def _programs(self) -> Path:
        return self.root / ("Scripts" if os.name == "nt" else "bin")

    def make(self, interpreter: str) -> None:
        """Make it, with pip, for an interpreter."""
        self.work.mkdir()
        words = [interpreter, "-I", "-m", "venv", str(self.root)]
        problem = "the virtual environment cannot be made"
        self.expect("environment", self.run(words, self.environ), problem)

    def pip(self, arguments: Sequence[str], environ: Mapping[str, str]) -> Ended:
        """Run its own ``pip install``, with the environment that says from where."""
        ours = {
            name: value
            for name, value in environ.items()
            # What a person has Python do, such as take warnings for errors, is not meant for pip.
            if name.upper() not in _ELSEWHERE and not name.startswith("PYTHON")
        }
        return self.run([self.python, *_PIP, *arguments], ours)

    def run(self, words: Sequence[str], environ: Mapping[str, str]) -> Ended:
        """Run anything, in the empty folder."""
        return captured(words, environ=environ, folder=self.work)

    def look(self, step: str) -> Installed:
        """What is installed of the release."""
        told = self.scratch / "installed.json"
        words = [self.python, "-I", "-c", _LOOK, self.release.project, str(told)]
        self.expect(step, self.run(words, self.environ), "it is not installed")
        found = json.loads(told.read_text("utf-8"))
        return Installed(Version(found["version"]), tuple(found["requires"]), found["files"])

    def expect(self, step: str, ended: Ended, problem: str) -> None:
        """Go on only if a program succeeded; raises ``SmokeFailed``."""
        if ended.status:
            raise SmokeFailed(
                f"smoke test of {self.release}: {problem} (status {ended.status})",
                step=step,
                status=ended.status,
                said=self._last_lines(ended.said),
            )

    def _last_lines(self, said: str) -> str:
        """The end of an output, without control characters and anything secret."""
        from twine_stage.transport import clean  # noqa: PLC0415 - costs 0.1 s, for who fails

        lines = [clean(line, secrets=self.secrets) for line in said.splitlines()]
        return "\n".join([line for line in lines if line][-_LINES:])
