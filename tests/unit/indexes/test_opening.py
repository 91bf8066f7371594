"""What opens a session, and what only looks like it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fakes import Remembering
from releasing import SDIST, built, manifest_of
from servers.upload2 import Raw, Upload2Server
from sessioning import LOGIN, credentials, problem, upload2
from twine_stage.errors import Refused, StageError, Unreachable, UploadRefused
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.connections import Connections
from twine_stage.indexes.endpoints import Endpoints
from twine_stage.indexes.opening import Opening
from twine_stage.indexes.polling import Polling
from twine_stage.indexes.session_documents import SessionDocument
from twine_stage.transport import UPLOAD, Transport

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


@pytest.mark.parametrize("place", ["http://[bad", "https://example.invalid:port/", "ftp://x/"])
def test_conflict_that_leads_to_no_url(server: Upload2Server, place: str) -> None:
    """A ``Location`` that cannot be followed is told as such."""
    status, body, headers = problem(409, "A session is open")
    server.fail("create-session", (status, body, headers | {"Location": place}))
    found = error(server)
    assert isinstance(found, Refused)
    assert "no URL" in found.message


@pytest.mark.parametrize(
    ("root", "stage", "stays"),
    [
        ("https://example.invalid/2.0/", "http://example.invalid/stage-recognisable/", False),
        ("https://example.invalid/2.0/", "https://example.invalid/stage-recognisable/", True),
        ("http://example.invalid/2.0/", "http://example.invalid/stage-recognisable/", True),
    ],
)
def test_preview_without_encryption(root: str, stage: str, *, stays: bool) -> None:
    """Where the root is https, a preview of http is none; that is said once."""
    reporter = Remembering()
    opening = opening_at(root, reporter)
    links = {"session": root, "upload": root, "publish": root, "stage": stage}
    for _ in range(2):
        told = opening.told(SessionDocument(status="open", links=links))
        assert ("stage" in told.links) is stays
        assert told.links["session"] == root
    said = [*reporter.warnings, *reporter.notes]
    assert len(said) == (0 if stays else 1)
    assert "recognisable" not in "".join(said)


def opening_at(root: str, reporter: Remembering) -> Opening:
    """How sessions are opened at a root that nobody asks anything."""
    transport = Transport(sleep=lambda _: None)
    endpoints = Endpoints(
        root=root,
        transport=transport,
        authority=Authority(root, credentials),
        reporter=reporter,
        connections=Connections(transport),
    )
    return Opening(endpoints=endpoints, polling=Polling(sleep=lambda _: None))


def test_lost(server: Upload2Server) -> None:
    """If the answer was lost, the next request finds what it opened; it is not ours to cancel."""
    server.fail("create-session", "reset-after")
    opened(server)
    assert len(server.sessions) == 1
    assert server.steps["create-session"] == 2
