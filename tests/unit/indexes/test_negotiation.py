"""Which API an index is spoken to with: asked once a run, and never where it was not looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from releasing import built, manifest_of
from samples import write
from servers.legacy import LegacyServer
from servers.upload2 import Raw, Upload2Server
from sessioning import LOGIN, Publisher, index_at, problem, publisher
from staging import SDIST, SPAM
from twine_stage.errors import Refused, StageError, Unreachable, UploadRefused
from twine_stage.indexes.opening import NotSpoken
from twine_stage.operations.add import add
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.transport import UPLOAD

MANIFEST = manifest_of(built(SDIST))
EGGS = ReleaseId.parse("eggs==2.0")

NOT_SPOKEN: dict[str, Raw] = {
    **{
        str(status): (status, b"", {"Content-Type": "text/plain"})
        for status in (404, 405, 406, 410, 415, 501)
    },
    "404 with a problem": problem(404, "There is nothing"),
    "a page": (200, b"<!doctype html><title>Welcome</title>", {"Content-Type": "text/html"}),
    "another JSON": (200, b"{}", {"Content-Type": "application/json"}),
    "created, but what": (201, b"{}", {"Content-Type": "application/json"}),
    "400 without a problem": (400, b"no", {"Content-Type": "text/plain"}),
    "409 without a problem": (409, b"", {}),
}
STOPS: dict[str, tuple[str | Raw, type[StageError]]] = {
    "401": ("401", UploadRefused),
    "403": ("403", UploadRefused),
    "403 of a proxy": ((403, b"no", {"Content-Type": "text/html"}), UploadRefused),
    "429": ("429", Unreachable),
    "500": ((500, b"oops", {"Content-Type": "text/html"}), Unreachable),
    "503": ("503", Unreachable),
    "a redirect": ("redirect", UploadRefused),
    "no answer": ("reset-before", Unreachable),
    "a problem": (problem(400, "The name is not allowed"), UploadRefused),
}


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def beside(tmp_path: Path, server: Upload2Server) -> Publisher:
    """A publisher who knows the URL of the legacy API."""
    return publisher(tmp_path, server, SDIST, url=server.legacy_url)


def newer(server: LegacyServer) -> list[tuple[str, str]]:
    """The requests that were made of Upload 2.0."""
    return [
        (method, path)
        for method, path, headers in server.requests
        if UPLOAD in headers.get("accept", "") or headers.get("content-type") == UPLOAD
    ]


class TestUrls:
    def test_sibling(self, beside: Publisher) -> None:
        """Beside ``legacy/`` the first request asks ``2.0/`` for a session, and nothing else."""
        done = beside()
        assert (done.outcome, done.api) == ("published", "2.0")
        assert newer(beside.server)[0] == ("POST", "/2.0/")
        assert beside.server.posts == []
        assert beside.reporter.notes == ["credentials: user name from a test, password from a test"]

    @pytest.mark.parametrize("path", ["/", "/upload/", "/2.0/x/", "/pypi", "/legacy/simple/"])
    def test_any_other(self, path: str) -> None:
        """No other URL ever gets a request of Upload 2.0."""
        with LegacyServer(credentials=LOGIN, upload_path=path) as server:
            index = index_at(server)
            assert index.rehearse()[0] == "legacy"
            with index.session(MANIFEST):
                pass
            assert newer(server) == []

    @pytest.mark.parametrize("url", ["{}/2.0", "{}/2.0/"])
    def test_root(self, tmp_path: Path, server: Upload2Server, url: str) -> None:
        """A URL that ends with ``2.0`` is the root, as it was given."""
        server.root_path = url.format("")
        assert publisher(tmp_path, server, SDIST, url=url.format(server.base))().api == "2.0"

    def test_insisting(self, server: Upload2Server) -> None:
        """With ``--api 2.0`` any URL is asked for a session, and the sibling of ``legacy/``."""
        server.root_path = "/anywhere/"
        assert index_at(server, api="2.0").rehearse()[0] == "2.0"
        server.root_path = "/2.0/"
        assert index_at(server, url=server.legacy_url, api="2.0").rehearse()[0] == "2.0"

    def test_legacy(self, server: Upload2Server) -> None:
        """With ``--api legacy`` no other is."""
        index = index_at(server, url=server.legacy_url, api="legacy")
        with index.session(MANIFEST) as session:
            assert session.api == "legacy"
        assert newer(server) == []


class TestNotSpoken:
    @pytest.mark.parametrize("answer", NOT_SPOKEN)
    def test_legacy(self, beside: Publisher, answer: str) -> None:
        """What does not speak it is sent to by the legacy API, which is said in one line."""
        beside.server.fail("create-session", NOT_SPOKEN[answer])
        done = beside()
        assert (done.outcome, done.api) == ("published", "legacy")
        assert beside.server.posts == [SDIST]
        assert len(newer(beside.server)) == 1
        status = NOT_SPOKEN[answer][0]
        [note] = beside.reporter.notes[1:]
        assert note == (
            f"{beside.server.url} does not speak Upload 2.0 (it answers with {status}): "
            "files are sent by the legacy API"
        )
        assert beside.pauses == []

    def test_once_a_run(self, beside: Publisher, tmp_path: Path) -> None:
        """It is asked for the first release, and for no other; the next run asks again."""
        [path] = write(tmp_path / "more", "eggs-2.0.tar.gz")
        add(beside.store, [str(path)], reporter=Silent())
        beside.releases = (SPAM, EGGS)
        beside.server.fail("create-session", NOT_SPOKEN["404"])
        assert [one.api for one in beside.all().releases] == ["legacy", "legacy"]
        assert len(newer(beside.server)) == 1
        assert len([note for note in beside.reporter.notes if "legacy API" in note]) == 1
        assert index_at(beside.server, url=beside.url).rehearse()[0] == "2.0"

    @pytest.mark.parametrize("answer", NOT_SPOKEN)
    def test_insisting(self, tmp_path: Path, server: Upload2Server, answer: str) -> None:
        """Where a person insists on it, that is the end."""
        server.fail("create-session", NOT_SPOKEN[answer])
        error = publisher(tmp_path, server, SDIST).fails()
        assert isinstance(error, NotSpoken)
        assert error.exit_status == 4
        assert "does not speak Upload 2.0" in error.message
        assert "--api legacy" in error.hint

    def test_what_spoke_it_before(self, beside: Publisher, tmp_path: Path) -> None:
        """An index that spoke it for one release is no legacy one for the next."""
        [path] = write(tmp_path / "more", "eggs-2.0.tar.gz")
        add(beside.store, [str(path)], reporter=Silent())
        beside.releases = (SPAM, EGGS)
        beside.server.fail("create-session", "", NOT_SPOKEN["404"])
        assert isinstance(beside.fails(), NotSpoken)
        assert beside.server.posts == []


class TestStops:
    @pytest.mark.parametrize("answer", STOPS)
    def test_session(self, beside: Publisher, answer: str) -> None:
        """Whatever does not tell that it is not spoken stops, before a file is sent."""
        cue, kind = STOPS[answer]
        beside.server.fail("create-session", *[cue] * 5)
        error = beside.fails()
        assert type(error) is kind
        assert beside.server.files == {}
        assert beside.server.posts == []
        assert beside.server.base.removeprefix("http://") in error.message

    def test_trust(self, server: Upload2Server, tmp_path: Path) -> None:
        """Neither does a connection that cannot be trusted."""
        index = index_at(server, url=server.legacy_url.replace("http:", "https:"))
        with pytest.raises(Unreachable, match="cannot be trusted"):
            index.rehearse()
        assert server.requests == []


class TestRehearsal:
    def test_newer(self, beside: Publisher) -> None:
        """A dry run asks with OPTIONS, and opens no session."""
        assert beside(dry_run=True).api == "2.0"
        assert newer(beside.server) == [("OPTIONS", "/2.0/")]
        assert beside.server.sessions == []

    @pytest.mark.parametrize(
        "answer",
        [
            (204, b"", {"Allow": "OPTIONS, POST"}),
            (200, b"", {"Allow": "post", "Content-Type": "text/html"}),
            (405, b"", {"Allow": "POST"}),
            (200, b"{}", {"Content-Type": UPLOAD}),
        ],
    )
    def test_spoken(self, server: Upload2Server, answer: Raw) -> None:
        """Where something can be posted, a session can."""
        server.fail("options", answer)
        index = index_at(server, url=server.legacy_url)
        api, capabilities = index.rehearse()
        assert (api, index.api) == ("2.0", "2.0")
        assert capabilities.can_hold

    @pytest.mark.parametrize(
        "answer",
        [
            (404, b"", {"Allow": "POST"}),
            (405, b"", {"Allow": "GET, HEAD"}),
            (200, b"", {"Allow": "GET"}),
            (204, b"", {}),
            (501, b"", {}),
        ],
    )
    def test_not_spoken(self, beside: Publisher, answer: Raw) -> None:
        """Else it is the legacy API, which is remembered for the run."""
        beside.server.fail("options", answer)
        index = index_at(beside.server, url=beside.url, reporter=beside.reporter)
        assert [index.rehearse()[0], index.rehearse()[0], index.api] == ["legacy"] * 3
        assert index.discard(SPAM, None) is None
        assert len(newer(beside.server)) == 1
        assert len(beside.reporter.notes) == 2

    @pytest.mark.parametrize("cue", ["401", "403", "503", "redirect", "reset-before"])
    def test_stops(self, server: Upload2Server, cue: str) -> None:
        """What stops a publication stops a rehearsal."""
        server.fail("options", *[cue] * 5)
        with pytest.raises((UploadRefused, Unreachable)):
            index_at(server, url=server.legacy_url).rehearse()


class TestSessions:
    def test_state_and_discard(self, beside: Publisher) -> None:
        """A session is looked at and discarded through either URL."""
        beside(hold=True)
        [room] = beside.server.sessions
        index = beside.index
        url = beside.server.base + room.paths["session"]
        state = index.state(url)
        assert state is not None
        assert (state.url, state.status, state.files) == (url, "open", {SDIST: "completed"})
        assert state.preview is not None
        discarded = index.discard(SPAM, url)
        assert discarded == state
        assert room.status == "canceled"

    def test_discard_without_the_api(self, beside: Publisher) -> None:
        """Where it is not spoken there is nothing to discard."""
        beside.server.fail("create-session", NOT_SPOKEN["404"])
        assert beside.index.discard(SPAM, None) is None

    def test_close(self, beside: Publisher) -> None:
        """The end of the run is passed on."""
        beside.index.close()

    def test_reading_side(self, beside: Publisher) -> None:
        """What is shown is the same by either API."""
        beside()
        index = beside.index
        assert (index.id, index.url) == ("here", beside.url)
        [file] = index.listing(SPAM).files
        assert b"".join(index.fetch(file)) == beside.server.files[SDIST].content

    def test_hold_on_a_legacy_index(self, beside: Publisher) -> None:
        """What cannot be held is told before anything is sent."""
        beside.server.fail("create-session", NOT_SPOKEN["404"])
        error = beside.fails(hold=True)
        assert isinstance(error, Refused)
        assert "cannot hold" in error.message
        assert beside.server.posts == []
