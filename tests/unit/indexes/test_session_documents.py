"""The documents of Upload 2.0: what must be there, what may be, and what is passed over."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from twine_stage.errors import Unreachable
from twine_stage.indexes.session_documents import (
    FileEntry,
    SessionDocument,
    file_document,
    session_document,
)
from twine_stage.transport import UPLOAD, Answered

LINKS = {
    "session": "https://example.org/s",
    "upload": "https://example.org/u",
    "publish": "https://example.org/p",
}
SESSION: dict[str, Any] = {
    "meta": {"api-version": "2.0"},
    "links": LINKS,
    "mechanisms": ["http-post-bytes"],
    "expires-at": "2030-08-01T12:00:00Z",
    "status": "open",
    "files": {},
}
FILE: dict[str, Any] = {
    "meta": {"api-version": "2.0"},
    "links": {"file-upload-session": "https://example.org/f", "complete": "https://example.org/c"},
    "status": "pending",
    "expires-at": "2030-08-01T12:00:00Z",
    "mechanism": {"identifier": "http-post-bytes", "file_url": "https://example.org/b"},
}


def answered(document: object) -> Answered:
    body = json.dumps(document).encode()
    return Answered(url="", status=201, reason="", headers={"Content-Type": UPLOAD}, body=body)


def read(**changes: object) -> SessionDocument:
    return session_document(answered(SESSION | changes))


def test_session() -> None:
    """What stands in the document of a session is there."""
    assert read() == SessionDocument(
        status="open",
        links=LINKS,
        mechanisms=("http-post-bytes",),
        expires_at=datetime(2030, 8, 1, 12, tzinfo=timezone.utc),
    )


def test_whatever_else() -> None:
    """Unknown keys, also among links, files and notices, are passed over; so are later versions."""
    found = read(
        meta={"api-version": "2.1", "_example.org": {}},
        links=LINKS | {"moon": 3, "stage": "https://example.org/stage/"},
        files={"a.whl": {"status": "frozen", "link": "https://example.org/a", "size": 3}},
        notices=["hear", 7],
        weather="fine",
    )
    assert found.files == {"a.whl": FileEntry(status="frozen", link="https://example.org/a")}
    assert found.notices == ("hear",)
    assert found.links["stage"] == "https://example.org/stage/"


@pytest.mark.parametrize("status", ["open", "error"])
def test_editable(status: str) -> None:
    """In these states files come and go."""
    assert read(status=status).is_editable


@pytest.mark.parametrize("status", ["processing", "published", "canceled", "anything"])
def test_not_editable(status: str) -> None:
    """In all others they do not."""
    assert not read(status=status).is_editable


def test_notices_of_files() -> None:
    """What is said of a file is told behind its name."""
    entry = {"status": "error", "link": "https://example.org/a", "notices": ["no METADATA"]}
    assert read(notices=["sorry"], files={"a.whl": entry}).said == ("sorry", "a.whl: no METADATA")


@pytest.mark.parametrize("expiry", ["tomorrow", "2030-08-01T12:00:00+02:00Z", 17, None])
def test_expiry_that_is_none(expiry: object) -> None:
    """A moment that cannot be read is no reason to stop: then it is not known."""
    assert read(**{"expires-at": expiry}).expires_at is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"meta": {"api-version": "3.0"}}, "meta.api-version: expected a version 2"),
        ({"links": {"session": "https://example.org/s"}}, "links.upload: missing"),
        ({"links": LINKS | {"publish": 1}}, "links.publish: expected a string"),
        ({"status": None}, "status: expected a string"),
        ({"files": []}, "files: expected an object"),
        ({"files": {"a": {"status": "completed"}}}, "files.a.link: missing"),
        ({"mechanisms": "http-post-bytes"}, "mechanisms: expected a list"),
    ],
)
def test_no_session(change: dict[str, object], problem: str) -> None:
    """What is no session is named by its place, and by the way out."""
    with pytest.raises(Unreachable) as caught:
        read(**change)
    assert "does not speak Upload 2.0 as it should" in caught.value.message
    assert problem in caught.value.message
    assert "--api legacy" in caught.value.hint


def test_file() -> None:
    """What stands in the document of a file upload session is there."""
    found = file_document(answered(FILE))
    assert (found.status, found.url) == ("pending", "https://example.org/f")
    assert found.mechanism["file_url"] == "https://example.org/b"
    assert found.expires_at == datetime(2030, 8, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("others", [{}, {"vnd-x": {"file_url": "https://example.org/x"}}])
def test_nested_mechanism(others: dict[str, object]) -> None:
    """What a mechanism needs may stand in an object under its identifier."""
    details = {"file_url": "https://example.org/b"}
    mechanism = {"identifier": "http-post-bytes", "http-post-bytes": details} | others
    found = file_document(answered(FILE | {"mechanism": mechanism})).mechanism
    assert found["identifier"] == "http-post-bytes"
    assert found["file_url"] == "https://example.org/b"


@pytest.mark.parametrize("inner", ["text", 7, [], None])
def test_nested_mechanism_that_is_none(inner: object) -> None:
    """What is no object there is passed over."""
    mechanism = FILE["mechanism"] | {"http-post-bytes": inner}
    found = file_document(answered(FILE | {"mechanism": mechanism}))
    assert found.mechanism["file_url"] == "https://example.org/b"


def test_no_file() -> None:
    """So does what is no file upload session."""
    with pytest.raises(Unreachable, match="mechanism: missing"):
        file_document(answered({key: FILE[key] for key in ("meta", "links", "status")}))


def test_secrets() -> None:
    """Links hold the token of the preview, so they show themselves to nobody."""
    found = read(**{"session-token": "recognisable", "links": LINKS | {"stage": "recognisable"}})
    assert found.token == "recognisable"
    assert "recognisable" not in repr(found)
