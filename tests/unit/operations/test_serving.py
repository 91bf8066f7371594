from __future__ import annotations

import http.client
import json
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from releasing import WHEEL, built, publish
from twine_stage.errors import UsageError
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.operations.serving import serving

JSON = "application/vnd.pypi.simple.v1+json"
PIP = f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
SPAM = built(WHEEL)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The simple URL of an index of one release; something else stands beside its folder."""
    folder = tmp_path / "index"
    publish(DirectoryIndex(folder, id="here"), SPAM)
    (tmp_path / "private").write_text("private")
    with serving(folder) as url:
        yield url


def get(url: str, path: str, accept: str = "text/html") -> tuple[int, dict[str, str], bytes]:
    """A path as it stands, sent to the server of a URL: status, headers, body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.putheader("Accept", accept)
    connection.endheaders()
    with connection.getresponse() as answer:
        headers = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
    connection.close()
    return answer.status, headers, body


def test_a_page_is_html_unless_json_is_asked_for(url: str) -> None:
    """By content negotiation, as installers do it; nobody keeps it."""
    status, headers, body = get(url, "/simple/spam/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<a href=" in body
    assert (headers["cache-control"], headers["vary"]) == ("no-store", "Accept")
    status, headers, body = get(url, "/simple/spam/", PIP)
    assert (status, headers["content-type"]) == (200, JSON)
    assert json.loads(body)["files"][0]["filename"] == WHEEL


@pytest.mark.parametrize("accept", [PIP, "text/html"])
def test_the_root_lists_the_project(url: str, accept: str) -> None:
    """In both forms."""
    assert b"spam" in get(url, "/simple/", accept)[2]


def test_files_are_served_as_they_are(url: str) -> None:
    """With their core metadata beside them."""
    link = json.loads(get(url, "/simple/spam/", JSON)[2])["files"][0]["url"].removeprefix("../..")
    status, headers, body = get(url, link)
    assert (status, headers["content-type"]) == (200, "application/octet-stream")
    assert body == SPAM.content
    assert get(url, f"{link}.metadata")[2] == SPAM.core_metadata


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/files/",
        "/simple/egg/",
        "/.pages.lock",
        "/%2Epages.lock",
        "/../private",
        "/%2e%2e/private",
        "/simple/../../private",
    ],
)
@pytest.mark.parametrize("accept", [PIP, "text/html"])
def test_there_is_nothing_else(url: str, path: str, accept: str) -> None:
    """No list of a folder, nothing hidden, nothing beside the folder."""
    status, _, body = get(url, path, accept)
    assert status == 404
    assert b"private" not in body


def test_a_slash_is_added(url: str) -> None:
    """As installers that left it out are used to."""
    status, headers, _ = get(url, "/simple/spam")
    assert (status, headers["location"]) == (301, "/simple/spam/")


def test_it_listens_to_this_machine_only_and_ends_with_its_block(tmp_path: Path) -> None:
    """Nothing is left behind."""
    with serving(tmp_path) as url:
        parts = urlsplit(url)
        assert (parts.hostname, parts.path) == ("127.0.0.1", "/simple/")
        port = parts.port or 0
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


def test_a_client_that_goes_away_is_no_news(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is said of it, and others are served."""
    parts = urlsplit(url)
    rude = socket.create_connection(("127.0.0.1", parts.port or 0))
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    rude.close()
    assert get(url, "/simple/")[0] == 200
    assert get(url, "/simple/nothing")[0] == 404
    assert capfd.readouterr().err == ""


def test_a_port_can_be_named(tmp_path: Path) -> None:
    """One that is taken, or is none, is refused."""
    with serving(tmp_path) as url:
        port = urlsplit(url).port or 0
        with (
            pytest.raises(UsageError, match=f"cannot serve on port {port}"),
            serving(tmp_path, port=port),
        ):
            pass
    with serving(tmp_path, port=port) as url:
        assert urlsplit(url).port == port
    with (
        pytest.raises(UsageError, match="cannot serve on port 70000"),
        serving(tmp_path, port=70000),
    ):
        pass
