"""What would end before it is done is extended, or a person is warned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from servers.session_rooms import later
from servers.upload2 import Raw, Upload2Server
from sessioning import LOGIN, Publisher, once, publisher
from staging import SDIST, WHEEL
from twine_stage.errors import Unreachable

WEEK = 7 * 86400.0


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def run(tmp_path: Path, server: Upload2Server) -> Publisher:
    return publisher(tmp_path, server, WHEEL, SDIST)


def test_time_enough(run: Publisher) -> None:
    """What lives long enough is left as it is."""
    assert run().outcome == "published"
    assert (run.server.steps["extend"], run.server.steps["extend-file"]) == (0, 0)


def test_session_is_extended(run: Publisher) -> None:
    """A session that ends within minutes is extended, once, for an hour at least."""
    run.server.lifetime = 100
    assert run(jobs=1).outcome == "published"
    assert run.server.steps["extend"] == 1
    assert run.server.sessions[0].expires > later(3500)
    assert run.reporter.warnings == []


def test_file_session_is_extended(run: Publisher) -> None:
    """So is a file upload session."""
    run.server.file_lifetime = 100
    assert run().outcome == "published"
    assert run.server.steps["extend-file"] == 2
    assert run.reporter.warnings == []


@pytest.mark.parametrize("why", ["no link", "refused", "granted less", "lost", "no document"])
def test_warning(run: Publisher, why: str) -> None:
    """Where it cannot be extended, a person is warned, once, and it goes on."""
    run.server.lifetime = run.server.file_lifetime = 100
    run.server.extends = why != "no link"
    run.server.extension = 0 if why == "granted less" else None
    cues: dict[str, str | Raw] = {
        "refused": "403",
        "lost": "reset-before",
        "no document": (200, b"{}", {}),
    }
    for step in ("extend", "extend-file"):
        if why in cues:
            run.server.fail(step, *[cues[why]] * 9)
    assert run().outcome == "published"
    [warning] = run.reporter.warnings
    end = f"{run.server.sessions[0].expires:%Y-%m-%d}"
    assert warning.startswith(f"the index ends the session at {end}")
    assert "must be sent again" in warning


def test_no_expiry(run: Publisher) -> None:
    """An index that does not tell when a session ends is taken as it is."""
    for step in ("create-session", "create-file"):
        run.server.edits[step] = lambda told: told.pop("expires-at")
    assert run().outcome == "published"


@pytest.mark.parametrize("step", ["create-file", "bytes", "complete", "status"])
def test_expired_half_way(run: Publisher, step: str) -> None:
    """A session that ends half-way needs another run, which opens another one."""

    def expire() -> None:
        run.server.sessions[0].expires = later(-1)

    once(run.server, step, expire)
    error = run.fails()
    assert isinstance(error, Unreachable)
    assert "expired" in error.message
    assert run().outcome == "published"
    assert [room.status for room in run.server.sessions] == ["canceled", "published"]


def test_file_session_expires_half_way(run: Publisher) -> None:
    """A file upload session that ends half-way is started anew within the run."""

    def expire() -> None:
        run.server.sessions[0].files[0].expires = later(-1)

    once(run.server, "bytes", expire)
    assert run().outcome == "published"
    assert run.server.steps["create-file"] == 3


def test_far_from_utc(run: Publisher) -> None:
    """The clock that is asked is ours; what it says is compared as moments."""
    run.changes = {"now": lambda: later(WEEK) - timedelta(seconds=60)}
    assert run().outcome == "published"
    assert run.server.steps["extend"] >= 1
