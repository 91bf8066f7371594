"""What opens a session, and what only looks like it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from releasing import SDIST, built, manifest_of
from servers.upload2 import Raw, Upload2Server
from sessioning import LOGIN, problem, upload2
from twine_stage.errors import StageError, Unreachable, UploadRefused
from twine_stage.transport import UPLOAD

MANIFEST = manifest_of(built(SDIST))


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running
        assert running.violations == []


def opened(server: Upload2Server) -> str:
    with upload2(server).session(MANIFEST) as session:
        return session.url


def error(server: Upload2Server) -> StageError:
    with pytest.raises(StageError) as caught:
        opened(server)
    return caught.value


def test_request(server: Upload2Server) -> None:
    """A session is asked for by the normalized name and the version of the release."""
    url = opened(server)
    [room] = server.sessions
    assert (room.name, room.version) == ("spam", "1.0")
    assert url == server.base + room.paths["session"]
    [(method, path, headers), *_] = server.requests
    assert (method, path) == ("POST", "/2.0/")
    assert headers["content-type"] == UPLOAD
    assert headers["accept"].startswith(UPLOAD)


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b"{}", b'{"meta": {"api-version": "2.0"}}']
)
def test_no_document(server: Upload2Server, body: bytes) -> None:
    """201 with something that is no session is said to the operators of the index."""
    server.fail("create-session", (201, body, {"Content-Type": UPLOAD}))
    found = error(server)
    assert isinstance(found, Unreachable)
    assert "as it should" in found.message


ODD: dict[str, Raw] = {
    "another success": (200, b"{}", {"Content-Type": UPLOAD}),
    "a refusal": problem(400, "The name is prohibited"),
    "a problem in the media type of the API": (
        422,
        json.dumps({"title": "The name is prohibited"}).encode(),
        {"Content-Type": UPLOAD},
    ),
    "a conflict that leads nowhere": problem(409, "A session is open"),
}


@pytest.mark.parametrize("answer", ODD)
def test_refused(server: Upload2Server, answer: str) -> None:
    """Everything else is an error with the sentence of the index."""
    server.fail("create-session", ODD[answer])
    found = error(server)
    assert isinstance(found, UploadRefused)
    assert "no session can be opened" in found.message
    said = json.loads(ODD[answer][1]).get("title", "")
    assert said in found.message


def test_taken_up_and_unreadable(server: Upload2Server) -> None:
    """A session that cannot be read cannot be taken up."""
    opened(server)
    server.fail("status", "403")
    assert "the session cannot be read" in error(server).message


def test_taken_up_and_gone_for_good(server: Upload2Server) -> None:
    """A link that has ended is a case for running again."""
    opened(server)
    server.fail("status", "410")
    assert isinstance(error(server), Unreachable)


def test_lost(server: Upload2Server) -> None:
    """If the answer was lost, the next request finds what it opened; it is not ours to cancel."""
    server.fail("create-session", "reset-after")
    opened(server)
    assert len(server.sessions) == 1
    assert server.steps["create-session"] == 2
