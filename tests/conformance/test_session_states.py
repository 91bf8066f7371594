"""The client takes an index along every row of both tables of PEP 694."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from releasing import built, manifest_of
from servers.session_states import FILE_UPLOAD, PUBLISHING, Row
from servers.upload2 import Upload2Server
from sessioning import LOGIN, Publisher, once, publisher, put, upload2
from staging import SDIST, SPAM, WHEEL
from twine_stage.errors import StageError

MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
STRANGER = "spam-1.0-py2-none-any.whl"
MANIFEST = manifest_of(built(WHEEL), built(SDIST))


def publishes(run: Publisher) -> None:
    """All goes well."""
    run()


def publishes_deferred(run: Publisher) -> None:
    """The index takes its time for each file, and for the publication."""
    run.server.is_deferred_files = run.server.is_deferred_publish = True
    run()


def is_refused(run: Publisher) -> None:
    """A file cannot be processed, which discards the session."""
    run.server.fail("complete", "async", "async", "async", "async")
    run.fails()


def is_refused_at_once(run: Publisher) -> None:
    """A file fails within the request, and is started anew."""
    run.server.fail("complete", "sync")
    run()


def loses_an_answer(run: Publisher) -> None:
    """A file upload session is canceled before it is completed."""
    run.server.fail("bytes", "reset-after")
    run()


def retries(run: Publisher) -> None:
    """What was held could not be published, and is published from there, after a mended file."""
    run(hold=True)
    run.server.fail("publish", "async")
    run.fails()
    run.server.sessions[0].present[SDIST].content = b"another"
    run()


def retries_deferred(run: Publisher) -> None:
    """The second attempt is deferred, too."""
    run(hold=True)
    run.server.fail("publish", "async")
    run.fails()
    run.server.is_deferred_publish = True
    run()


def meets_a_pending_file(run: Publisher) -> None:
    """Somebody else begins an upload between our last look and the publication."""
    once(run.server, "publish", lambda: put(run.server, STRANGER, "pending"))
    run(discard_unexpected=True)


def meets_a_published_file(run: Publisher) -> None:
    """Somebody else publishes a file of that name by the legacy API."""
    once(run.server, "publish", lambda: run.server.put(SDIST, b"another"))
    run.fails()


def replaces_what_is_processed(run: Publisher) -> None:
    """Somebody else's file of our name is being processed."""
    with upload2(run.server).session(MANIFEST):
        pass
    put(run.server, SDIST, "processing")
    run()


def cancels_what_is_published(run: Publisher) -> None:
    """A person discards a release that the index is about to publish."""
    run(hold=True)
    room = run.server.sessions[0]
    room.status, room.polls = "processing", 9
    with pytest.raises(StageError):
        run.index.discard(SPAM, run.server.base + room.paths["session"])


def cancels_what_failed(run: Publisher) -> None:
    """A person discards a release that could not be published."""
    run(hold=True)
    run.server.fail("publish", "async")
    run.fails()
    run.index.discard(SPAM, None)


SCENARIOS: tuple[Callable[[Publisher], None], ...] = (
    publishes,
    publishes_deferred,
    is_refused,
    is_refused_at_once,
    loses_an_answer,
    retries,
    retries_deferred,
    meets_a_pending_file,
    meets_a_published_file,
    replaces_what_is_processed,
    cancels_what_is_published,
    cancels_what_failed,
)


@cache
def played() -> dict[str, tuple[frozenset[Row], tuple[str, ...]]]:
    """By scenario: the rows that the index was taken along, and what the client did wrong."""
    return {scenario.__name__: play(scenario) for scenario in SCENARIOS}


def play(scenario: Callable[[Publisher], None]) -> tuple[frozenset[Row], tuple[str, ...]]:
    memory = MEMORY if MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=memory) as folder,
        Upload2Server(credentials=LOGIN) as server,
    ):
        scenario(publisher(Path(folder), server, WHEEL, SDIST))
        return frozenset(server.moves.taken), tuple(server.violations)


@pytest.mark.parametrize("row", PUBLISHING, ids=lambda row: row.name)
def test_publishing_session(row: Row) -> None:
    """Some scenario takes this row of the first table."""
    assert [name for name, (taken, _) in played().items() if row in taken]


@pytest.mark.parametrize("row", FILE_UPLOAD, ids=lambda row: row.name)
def test_file_upload_session(row: Row) -> None:
    """Some scenario takes this row of the second table."""
    assert [name for name, (taken, _) in played().items() if row in taken]


@pytest.mark.parametrize("scenario", [scenario.__name__ for scenario in SCENARIOS])
def test_no_violation(scenario: str) -> None:
    """Whatever happens, the client does nothing that it must not do."""
    assert played()[scenario][1] == ()
