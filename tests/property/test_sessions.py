"""Whole or not at all: publishing by Upload 2.0 to an index that fails on cue."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from samples import content_of
from servers.upload2 import Upload2Server
from sessioning import LOGIN, Publisher, publisher
from staging import SDIST, WHEEL
from twine_stage.errors import StageError

NAMES = (WHEEL, SDIST)
MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
"""Where flushing to disk costs nothing."""

STEPS = [
    "create-session",
    "status",
    "create-file",
    "bytes",
    "complete",
    "file-status",
    "delete-file",
    "publish",
    "cancel",
]
ANY = ["reset-before", "reset-after", "503", "429", "400", "403", "404", "409", "html-404"]
OWN = {"complete": ["async", "sync"], "publish": ["async", "sync"]}


@st.composite
def faults(draw: st.DrawFn) -> tuple[str, str]:
    """A step, and what goes wrong there; also nothing, so that a later request of it fails."""
    step = draw(st.sampled_from(STEPS))
    return step, draw(st.sampled_from(["", *ANY, *OWN.get(step, [])]))


@contextmanager
def ready(server: Upload2Server) -> Iterator[Publisher]:
    """A fresh stage, and the server."""
    memory = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder, server:
        yield publisher(Path(folder), server, *NAMES)


def attempt(run: Publisher) -> bool:
    """One run of the program; whether it says that all is done."""
    try:
        outcome = run(wait=0).outcome
    except StageError:
        return False
    return outcome in {"published", "present"}


class TestSessions:
    """Whatever fails, at any step: at the end the release is public, whole, and published once."""

    @settings(max_examples=60, deadline=None)
    @given(
        cues=st.lists(faults(), max_size=10),
        previews=st.booleans(),
        retention=st.booleans(),
        is_parallel=st.booleans(),
        is_deferred=st.booleans(),
    )
    def test_published_once(
        self,
        cues: list[tuple[str, str]],
        *,
        previews: bool,
        retention: bool,
        is_parallel: bool,
        is_deferred: bool,
    ) -> None:
        """A few runs with faults, then one without: no session lives, and no byte is another."""
        server = Upload2Server(
            credentials=LOGIN,
            previews=previews,
            retention=retention,
            is_parallel=is_parallel,
            is_deferred_files=is_deferred,
            is_deferred_publish=is_deferred,
        )
        for step, cue in cues:
            server.fail(step, cue)
        with ready(server) as run:
            for _ in range(3):
                attempt(run)
            server.cues.clear()
            assert attempt(run)
            assert attempt(run)
            assert server.violations == []
            assert not any(room.is_live for room in server.sessions)
            assert [room.status for room in server.sessions].count("published") == 1
            assert server.accepted == dict.fromkeys(NAMES, 1)
            shown = {name: file.content for name, file in server.files.items()}
        assert shown == {name: content_of(name) for name in NAMES}
