"""The installed program, run as people run it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1"}
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR", "COVERAGE_PROCESS_START")


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """An environment without anybody's configuration: the home is the folder itself."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    nowhere = "keyring.backends.null.Keyring"
    return {**kept, **QUIET, "HOME": str(folder), "PYTHON_KEYRING_BACKEND": nowhere, **variables}


def start(
    folder: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Begin ``stage ARGUMENTS`` in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "twine_stage", *arguments],
        cwd=folder,
        env=environment(folder, PYTHONWARNINGS="error", **(variables or {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stage(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> Ran:
    """Run ``stage ARGUMENTS`` in a folder to its end."""
    with start(folder, *arguments, variables=variables) as process:
        out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)
