"""A publication that is killed at any request boundary is finished by running it again."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from installed import Ran, stage, start
from samples import content_of, write
from servers.legacy import LegacyServer
from servers.upload2 import Upload2Server
from staging import FILENAMES
from twine_stage.digests import sha256

pytestmark = [pytest.mark.integration, pytest.mark.slow]

WHO = {"TWINE_USERNAME": "somebody", "TWINE_PASSWORD": "something"}
CUT = "the body is no JSON"
"""What the server has to say of a request that a kill cut off in its middle."""
AT_ONCE = 4
"""How many boundaries are tried side by side: what they do most is to wait."""


@dataclass
class Killer:
    """Kills a process at a moment of the server, counted from 1; at none if that is 0.

    Those moments count at which something differs from the one before; of a session they are right
    before the effect of a request, and right after it.
    """

    countdown: int = 0
    counts: Collection[str] = ("before-effect", "after-effect")
    victim: int | None = None
    moments: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, moment: str, name: str) -> None:
        if moment not in self.counts or self.victim is None:
            return
        with self.lock:
            self.moments.append(f"{moment} {name}")
            if len(self.moments) == self.countdown:
                os.kill(self.victim, signal.SIGKILL)


class Server(Protocol):
    """What both servers have."""

    @property
    def url(self) -> str: ...

    @property
    def simple_url(self) -> str: ...


class Stored(Protocol):
    """A file on a server."""

    sha256: str


def staged(folder: Path, names: Collection[str]) -> Path:
    """A folder with files on its stage, to be copied."""
    write(folder / "dist", *names)
    assert stage(folder, "add").status == 0
    return folder


def publish(server: Server) -> tuple[str, ...]:
    """The command, for one server."""
    return (
        "publish", "--repository-url", server.url, "--simple-url", server.simple_url,
        "--wait", "10", "--jobs", "2", "--json",
    )  # fmt: skip


def run(folder: Path, killer: Killer, server: Server) -> bool:
    """Whether the command was killed; if it was not, it ended well."""
    with start(folder, *publish(server), variables=WHO) as process:
        killer.victim = process.pid
        out, err = process.communicate(timeout=60)
    killer.victim = None
    assert process.returncode in (0, -signal.SIGKILL), out + err
    return process.returncode != 0


def again(folder: Path, server: Server) -> Ran:
    """The same command once more, left alone."""
    ran = stage(folder, *publish(server), variables=WHO)
    assert ran.status == 0, ran.out + ran.err
    return ran


def each_boundary(count: int, survives: Callable[[int], bool]) -> None:
    """Try all boundaries that a run without a kill came by; nearly all of them are killed at.

    The order of what happens side by side differs from run to run, and so may their number.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        killed = list(pool.map(survives, range(1, count + 1)))
    assert killed.count(True) >= count - 2


def digests(files: Mapping[str, Stored]) -> dict[str, str]:
    """What a server shows."""
    return {name: file.sha256 for name, file in files.items()}


def test_each_request_boundary(tmp_path: Path) -> None:
    """Killed there, and run again, every file is accepted exactly once with the frozen bytes."""
    template = staged(tmp_path / "template", FILENAMES)
    counts = ("request-begins", "before-accept", "after-accept")

    def survives(countdown: int, killer: Killer | None = None) -> bool:
        killer = killer or Killer(countdown, counts)
        folder = shutil.copytree(template, tmp_path / str(countdown), symlinks=True)
        with LegacyServer(hook=killer) as server:
            was_killed = run(folder, killer, server)
            again(folder, server)
            assert server.accepted == dict.fromkeys(FILENAMES, 1)
            shown = digests(server.files)
        assert shown == {name: sha256(content_of(name)) for name in FILENAMES}
        return was_killed

    rehearsal = Killer(counts=counts)
    assert not survives(0, rehearsal)
    assert len(rehearsal.moments) > len(FILENAMES) * 3
    each_boundary(len(rehearsal.moments), survives)


KINDS: Mapping[str, Callable[..., Upload2Server]] = {
    "at-once": partial(Upload2Server, previews=False),
    "deferred": partial(
        Upload2Server, is_deferred_files=True, is_deferred_publish=True, processing_polls=1
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_request_boundary_of_a_session(tmp_path: Path, kind: str) -> None:
    """Killed there, and run again, the release is published once and whole, and nothing is left."""
    names = FILENAMES[1:3]
    template = staged(tmp_path / "template", names)

    def survives(countdown: int, killer: Killer | None = None) -> bool:
        killer = killer or Killer(countdown)
        folder = shutil.copytree(template, tmp_path / str(countdown), symlinks=True)
        with KINDS[kind](hook=killer) as server:
            was_killed = run(folder, killer, server)
            again(folder, server)
            assert [one for one in server.violations if not was_killed or CUT not in one] == []
            ends = [session.status for session in server.sessions]
            assert sorted(ends) == [*["canceled"] * (len(ends) - 1), "published"]
            assert server.accepted == dict.fromkeys(names, 1)
            shown = digests(server.files)
        assert shown == {name: sha256(content_of(name)) for name in names}
        return was_killed

    rehearsal = Killer()
    assert not survives(0, rehearsal)
    assert len(rehearsal.moments) >= 2 * (2 + len(names) * 3)
    each_boundary(len(rehearsal.moments), survives)
