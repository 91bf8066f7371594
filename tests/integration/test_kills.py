"""A publication that is killed at any request boundary is finished by running it again."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from installed import stage, start
from samples import content_of, write
from servers.legacy import LegacyServer
from staging import FILENAMES
from twine_stage.digests import sha256

pytestmark = [pytest.mark.integration, pytest.mark.slow]

WHO = {"TWINE_USERNAME": "somebody", "TWINE_PASSWORD": "something"}


@dataclass
class Killer:
    """Kills a process when the given moment of the server has come so many times."""

    countdown: int
    victim: int | None = None
    moments: list[str] = field(default_factory=list)

    def __call__(self, moment: str, name: str) -> None:
        self.moments.append(f"{moment} {name}")
        if self.victim is not None and len(self.moments) == self.countdown:
            os.kill(self.victim, signal.SIGKILL)


def publish(server: LegacyServer) -> tuple[str, ...]:
    """The command, for one server."""
    return (
        "publish", "--repository-url", server.url, "--simple-url", server.simple_url,
        "--wait", "10", "--jobs", "2", "--json",
    )  # fmt: skip


def test_each_request_boundary(tmp_path: Path) -> None:
    """Killed there, and run again, every file is accepted exactly once with the frozen bytes."""
    countdown, was_killed = 0, True
    while was_killed:
        countdown += 1
        folder = tmp_path / str(countdown)
        write(folder / "dist", *FILENAMES)
        assert stage(folder, "add").status == 0
        killer = Killer(countdown)
        with LegacyServer(hook=killer) as server:
            with start(folder, *publish(server), variables=WHO) as process:
                killer.victim = process.pid
                process.communicate(timeout=60)
            killer.victim = None
            was_killed = process.returncode == -signal.SIGKILL
            assert was_killed or process.returncode == 0
            again = stage(folder, *publish(server), variables=WHO)
            assert again.status == 0, again.out + again.err
            assert server.accepted == dict.fromkeys(FILENAMES, 1)
            shown = {name: file.sha256 for name, file in server.files.items()}
        assert shown == {name: sha256(content_of(name)) for name in FILENAMES}
    assert countdown > len(FILENAMES) * 4
