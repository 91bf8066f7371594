"""Requests to what an index hands out: with credentials, where they may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import Remembering
from releasing import SDIST, WHEEL, built, manifest_of
from servers.upload2 import Upload2Server
from sessioning import LOGIN, PASSWORD, Certified, Publisher, credentials, publisher
from twine_stage.errors import Refused, Unreachable, UploadRefused
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.connections import Connections
from twine_stage.indexes.endpoints import Endpoints, NoAnswer
from twine_stage.transport import Transport

MANIFEST = manifest_of(built(WHEEL), built(SDIST))
ROOT = "https://example.invalid/2.0/"


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running


@pytest.fixture
def run(tmp_path: Path, server: Upload2Server) -> Publisher:
    return publisher(tmp_path, server, WHEEL, SDIST)


def endpoints(reporter: Remembering, root: str = ROOT) -> Endpoints:
    transport = Transport(sleep=lambda _: None)
    return Endpoints(
        root=root,
        transport=transport,
        authority=Authority(root, credentials),
        reporter=reporter,
        connections=Connections(transport),
    )


REQUESTS: dict[str, Callable[[Endpoints, str], object]] = {
    "read": lambda asked, url: asked.read(url),
    "post": lambda asked, url: asked.post(url),
    "delete": lambda asked, url: asked.delete(url),
    "options": lambda asked, url: asked.options(url),
    "transfer": lambda asked, url: asked.transfer(url, b"", "text/plain"),
    "presigned": lambda asked, url: asked.transfer(url, b"", "text/plain", is_presigned=True),
}


class TestSchemes:
    @pytest.mark.parametrize("request_", REQUESTS)
    def test_weaker(self, server: Upload2Server, request_: str) -> None:
        """Where the root is https, a link of http gets no request at all."""
        asked = endpoints(Remembering())
        with pytest.raises(Refused, match="not https, as its root is") as caught:
            REQUESTS[request_](asked, f"{server.base}/somewhere")
        assert server.requests == []
        assert caught.value.exit_status == 4
        assert "/somewhere" not in caught.value.message

    @pytest.mark.parametrize(
        "link",
        [
            "",
            "/relative",
            "//example.invalid/x",
            "ftp://example.invalid/",
            "file:///etc/passwd",
            "https://[",
            "http://example.invalid:port/",
            "https://me:pass@example.invalid/",
        ],
    )
    def test_no_link(self, link: str) -> None:
        """What is no URL of the web, or brings a user of its own, is none to follow."""
        with pytest.raises(Refused, match="is no URL of http or https"):
            endpoints(Remembering()).post(link)

    def test_stronger(self, server: Upload2Server) -> None:
        """A link of https beside a root of http is fine, as far as it can be trusted."""
        asked = endpoints(Remembering(), server.url)
        with pytest.raises(Unreachable, match="cannot be trusted"):
            asked.post(server.base.replace("http:", "https:"))

    def test_in_a_session(self, run: Publisher) -> None:
        """Such a link ends a publication, and nothing is public."""
        run.server.edits["create-file"] = lambda told: told["mechanism"].update(
            file_url="ftp://example.invalid/"
        )
        assert "no URL of http" in run.fails().message
        assert [room.status for room in run.server.sessions] == ["canceled"]


class TestCredentials:
    def test_everywhere(self, run: Publisher) -> None:
        """They go to the root and to each link of session and files, but not to the preview."""
        run(hold=True)
        run()
        server = run.server
        assert server.violations == []
        previews = [path for path, (kind, *_) in server.links.items() if kind == "stage"]
        asked = {
            path: "authorization" in headers
            for _, path, headers in server.requests
            if not path.startswith(server.simple_path)
        }
        assert not any(has for path, has in asked.items() if path.startswith(tuple(previews)))
        assert any(path.startswith(tuple(previews)) for path in asked)
        assert all(has for path, has in asked.items() if not path.startswith(tuple(previews)))

    def test_another_origin(self, run: Publisher) -> None:
        """Also to links on another origin, which is named once, whatever is asked there."""
        run.server.link_base = f"http://localhost:{run.server.port}"
        run.server.fail("publish", "403")
        run.fails()
        assert run.reporter.notes[1:] == [
            f"the index handed out links to localhost:{run.server.port}; credentials go there, too"
        ]
        assert run().outcome == "published"
        assert run.server.violations == []

    def test_presigned(self, server: Upload2Server) -> None:
        """Not to a pre-signed URL, which is named once as well."""
        reporter = Remembering()
        asked = endpoints(reporter, server.url)
        url = f"http://localhost:{server.port}/presigned?signature=x"
        for _ in range(2):
            asked.transfer(url, b"", "text/plain", method="PUT", is_presigned=True)
        assert all("authorization" not in headers for _, _, headers in server.requests)
        assert reporter.notes == [
            f"the index handed out links to localhost:{server.port}; no credentials go there"
        ]

    def test_certificate(self, server: Upload2Server, tmp_path: Path) -> None:
        """Nor does it get our certificate, which goes to all others."""
        certificate = str(tmp_path / "client.pem")
        (tmp_path / "client.pem").touch()
        transport = Certified(client_cert=certificate, sleep=lambda _: None)
        asked = replace(
            endpoints(Remembering(), server.url),
            transport=transport,
            connections=Connections(transport),
        )
        asked.transfer(f"{server.base}/presigned", b"", "text/plain", is_presigned=True)
        asked.transfer(f"{server.base}/other", b"", "text/plain")
        asked.read(f"{server.base}/read")
        given = {url.removeprefix(server.base): cert for url, cert in transport.asked}
        assert given == {"/presigned": None, "/other": certificate, "/read": certificate}

    @pytest.mark.parametrize(
        "step",
        ["create-session", "create-file", "bytes", "complete", "status", "publish", "cancel"],
    )
    def test_redirects(self, run: Publisher, step: str) -> None:
        """Never after a redirect: none is followed, and where it leads is told."""
        run.server.fail(step, *["redirect"] * 5)
        if step == "cancel":
            run.server.fail("create-file", "400")
        error = run.fails()
        assert isinstance(error, (UploadRefused, Unreachable))
        assert "/elsewhere/" in "".join([error.message, *run.reporter.warnings])
        assert not any(path == "/elsewhere/" for _, path, _ in run.server.requests)
        assert run.server.files == {}

    def test_wrong(self, server: Upload2Server, tmp_path: Path) -> None:
        """Those that are not right are told as the index tells it, and shown by nobody."""
        server.credentials = ("build", "another")
        error = publisher(tmp_path, server, SDIST).fails()
        assert "Invalid credentials" in error.message
        assert "token" in error.hint
        assert PASSWORD not in error.message


class TestAnswers:
    def test_none(self, server: Upload2Server) -> None:
        """A write without an answer is told as such; a read is repeated."""
        asked = endpoints(Remembering(), server.url)
        server.fail("create-session", "reset-before")
        with pytest.raises(NoAnswer) as caught:
            asked.post(server.url)
        assert caught.value.message

    def test_trust(self, server: Upload2Server) -> None:
        """What cannot be trusted will not be with the next attempt."""
        asked = endpoints(Remembering())
        with pytest.raises(Unreachable, match="cannot be trusted"):
            asked.post(server.base.replace("http:", "https:"))

    def test_sentence(self, server: Upload2Server) -> None:
        """What an answer says is cleaned of what the index handed out in secret."""
        reporter = Remembering()
        asked = endpoints(reporter, server.url)
        asked.conceal("recognisable-token", None, "recognisable-token")
        assert reporter.concealed == ["recognisable-token"]
        assert asked.clean("x recognisable-token y") == "x ******** y"
        assert asked.sentence(asked.options(server.url))
