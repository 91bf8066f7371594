"""Running the programs that are compared, each the same way: wall time, peak memory, no secrets."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
STAGE = str(BIN / "stage")
CREDENTIALS = {"USERNAME": "__token__", "PASSWORD": "not-a-secret"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: seconds on the wall, and the most memory it held, in MiB."""

    seconds: float
    peak: float


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it happens and how thoroughly: ``size`` in bytes, ``delay`` in seconds a file."""

    scratch: Path
    repeats: int
    size: int
    delay: float
    few: int
    many: int

    def run(self, *command: str, cwd: Path | None = None) -> Run:
        """Run a program to its end.

        Raises:
            RuntimeError: it failed; the message holds what it said.
        """
        said = self.scratch / "said"
        with said.open("wb") as output:
            begun = time.perf_counter()
            child = subprocess.Popen(
                command,
                cwd=cwd or self.scratch,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{said.read_text(errors='replace')}")
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return Run(seconds, usage.ru_maxrss / unit)

    def median(self, run: Callable[[], Run], *, repeats: int = 0) -> float:
        """The median of the seconds of several runs."""
        return statistics.median(run().seconds for _ in range(repeats or self.repeats))

    def folder(self, name: str) -> Path:
        """An empty folder in the scratch folder."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def _environment(self) -> dict[str, str]:
        """The surroundings of a person who has set up nothing but one index's credentials."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith("TWINE_")}
        ours |= {"HOME": str(self.scratch), "NO_COLOR": "1"}
        ours |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        for prefix in ("TWINE", "UV_PUBLISH"):
            ours |= {f"{prefix}_{key}": value for key, value in CREDENTIALS.items()}
        return ours


@dataclass
class Server:
    """A running index; ``upload`` gives a URL of its own to each publication."""

    root: str
    taken: int = 0

    def upload(self) -> str:
        """A fresh upload URL, and an index that has forgotten everything."""
        self._get("reset")
        self.taken += 1
        return f"{self.root}{self.taken}/"

    def exposure(self, *, files: int) -> float:
        """Seconds from the first file that became visible to the last."""
        told = self._get("exposure")
        if told["files"] != files:
            raise RuntimeError(f"expected {files} files on the index, found {told['files']:g}")
        return told["seconds"]

    def _get(self, page: str) -> dict[str, float]:
        with urllib.request.urlopen(self.root + page, timeout=30) as answer:  # noqa: S310 - loopback
            told: dict[str, float] = json.load(answer)
        return told


@contextmanager
def serving(delay: float) -> Iterator[Server]:
    """Start an index that takes ``delay`` seconds for each file."""
    command: Sequence[str] = (sys.executable, str(Path(__file__).with_name("server.py")))
    with subprocess.Popen([*command, str(delay)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        try:
            yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}/")
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class SessionServer:
    """A running index that keeps sessions (Upload 2.0); see ``tests/servers/upload2.py``."""

    base: str
    delay: float

    @property
    def url(self) -> str:
        """Where sessions are opened."""
        return f"{self.base}2.0/"

    @property
    def simple_url(self) -> str:
        """Where it is read."""
        return f"{self.base}simple/"

    def round_trips(self) -> float:
        """Seconds that all requests of sessions took, were each made after the one before."""
        return sum(self._stats()["steps"].values()) * self.delay

    def exposure(self, *, files: int) -> float:
        """Seconds from the first file that became visible to the last."""
        visible = self._stats()["visible"].values()
        if len(visible) != files:
            raise RuntimeError(f"expected {files} files on the index, found {len(visible)}")
        return max(visible) - min(visible)

    def _stats(self) -> dict[str, dict[str, float]]:
        with urllib.request.urlopen(f"{self.base}_stats", timeout=30) as answer:  # noqa: S310 - loopback
            told: dict[str, dict[str, float]] = json.load(answer)
        return told


@contextmanager
def serving_sessions(folder: Path, delay: float) -> Iterator[SessionServer]:
    """Start an index that takes ``delay`` seconds for each request of a session."""
    file = folder / "port"
    command = (sys.executable, "-m", "servers.upload2")
    given = ("--port-file", str(file), "--delay", str(delay))
    with subprocess.Popen([*command, *given]) as process:
        try:
            while not file.exists():
                if process.poll() is not None:
                    raise RuntimeError("the index does not start: is tests/ in PYTHONPATH?")
                time.sleep(0.02)
            yield SessionServer(f"http://127.0.0.1:{int(file.read_text())}/", delay)
        finally:
            process.kill()


@contextmanager
def serving_pages(delay: float, *, files: int) -> Iterator[str]:
    """Start an index that is only read, with so many files in each project; its URL."""
    program = str(Path(__file__).with_name("projects.py"))
    command: Sequence[str] = (sys.executable, program, str(delay), str(files))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.kill()


def stage_publish(url: str, *, simple_url: str = "", api: str = "legacy") -> tuple[str, ...]:
    """The command line that publishes to a benchmark index."""
    where = ("--repository-url", url, "--simple-url", simple_url or f"{url}simple/", "--api", api)
    return (STAGE, "publish", *where, "--non-interactive")
