"""Requests: what is repeated, what is followed, and what is said when it goes wrong."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests import ConnectionError as RequestsConnectionError
from requests import PreparedRequest, RequestException
from requests.auth import HTTPBasicAuth

from servers.scripted import HANG, RESET, Early, Scripted, document, reply
from twine_stage.errors import LocalError, Unreachable
from twine_stage.transport import PROBLEMS, Answered, Timeouts, Transport, anonymous, clean, explain
from twine_stage.transport.connection import ATTEMPTS, LONGEST_PAUSE
from twine_stage.transport.resuming import BREAKS
from twine_stage.transport.sentences import LONGEST, sentence

TOKEN = "pypi-AgEIcHlwaS5vcmcCJDNhNzM"
LOGIN = HTTPBasicAuth(b"__token__", TOKEN.encode())
SHORT = Timeouts(connect=2.0, read=0.2, send=2.0, answer=0.2)


def transport(pauses: list[float] | None = None, **settings: str) -> Transport:
    kept = [] if pauses is None else pauses
    return Transport(timeouts=SHORT, sleep=kept.append, **settings)  # type: ignore[arg-type]


def said(body: bytes, kind: str, *, status: int = 400, reason: str = "Bad Request") -> str:
    return sentence(status=status, reason=reason, content_type=kind, body=body)


class TestSentences:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b'{"code": "400 No. See X.", "message": "The server could"}', "No. See X"),
            (b'{"detail": "The session is gone.", "title": "Gone"}', "The session is gone"),
            (b'{"message": "M", "errors": [{"code": "c", "description": "D"}]}', "M: D"),
            (b'{"errors": [{"status": 403, "message": "No right"}]}', "No right"),
            (b'{"message": {"file_name": ["has already been taken"]}}',
             "file_name has already been taken"),
            (b'{"error": "invalid_token", "error_description": "Expired"}', "Expired"),
            (b'{"title": "Too slow", "details": [1]}', "Too slow"),
            (b'{"code": 7, "message": null}', "400 Bad Request"),
            (b'["x"]', "400 Bad Request"),
            (b"{", "400 Bad Request"),
        ],
    )  # fmt: skip
    def test_json(self, body: bytes, expected: str) -> None:
        """Of JSON the field is taken that holds a sentence."""
        assert said(body, "application/json") == expected

    def test_html(self) -> None:
        """Of HTML the title or heading is taken, without tags and entities."""
        page = b"<html><title>400 Bad Request</title><h1>It&#39;s <b>taken</b>.</h1>"
        assert said(page, "text/html") == "It's taken"

    def test_html_of_pypiserver(self) -> None:
        """Where title and heading tell the status only, the sentence may be preformatted."""
        page = "<title>Error: 400 Bad Request</title><h1>Error: 400 Bad Request</h1><pre>{}</pre>"
        taken = page.format("Package &#039;spam&#039; already exists!").encode()
        assert said(taken, "text/html") == "Package 'spam' already exists!"
        assert said(page.format("None").encode(), "text/html") == "400 Bad Request"

    def test_plain(self) -> None:
        """Plain text is taken as it is, in one line."""
        assert said(b"no\n  way\x1b[31m", "text/plain") == "no way [31m"

    def test_reason(self) -> None:
        """Without a body the reason phrase is taken."""
        assert said(b"\x00", "image/png", reason="File already exists") == "File already exists"

    def test_large(self) -> None:
        """Of a large page only the beginning is looked at, so that it takes no time."""
        page = b"<title " * 1000 + b" " * (1 << 16) + b"<title>Late</title>"
        assert said(page, "text/html") == "400 Bad Request"

    def test_nothing(self) -> None:
        """Without any words the status is told."""
        assert said(b"", "", status=599, reason="") == "599"

    def test_bounded(self) -> None:
        """A sentence has an end."""
        assert len(said(b"x" * 5000, "text/plain")) == LONGEST

    @pytest.mark.parametrize("kind", PROBLEMS)
    def test_many_errors(self, kind: str) -> None:
        """A problem document is shown with each of its errors, as far as that is bounded."""
        errors = [{"source": f"field-{one}", "message": f"is not valid {one}"} for one in range(30)]
        line = said(json.dumps({"title": "Bad", "errors": errors}).encode(), kind)
        assert line.startswith("Bad: field-0: is not valid 0; ")
        assert all(f"field-{one}: is not valid {one}" in line for one in range(30))
        many = json.dumps({"title": "Bad", "errors": errors * 50}).encode()
        assert len(said(many, kind)) <= 1 << 14

    @pytest.mark.parametrize(
        "text",
        [
            f"you sent {TOKEN}",
            "see https://user:hunter2@example.org/",
            "Authorization: Basic aHVudGVyMg==",
            "the password is hunter2!",
        ],
    )
    def test_secrets(self, text: str) -> None:
        """What is secret is not shown."""
        line = clean(text, secrets=("hunter2", ""))
        assert TOKEN not in line
        assert "hunter2" not in line
        assert "aHVudGVyMg==" not in line

    def test_words(self) -> None:
        """A short password is not cut out of words."""
        assert clean("the latest test", secrets=("test",)) == "the latest ********"


class TestGet:
    def test_page(self) -> None:
        """A page comes with its status and headers, and says who asks."""
        with Scripted(reply(200, b"hello", kind="Text/Plain; charset=x")) as server:
            page = transport().get(server.base, headers={"Accept": "text/plain"})
        assert (page.status, page.body, page.content_type) == (200, b"hello", "text/plain")
        assert server.requests[0].headers["user-agent"].startswith("twine-stage/")
        assert "authorization" not in server.requests[0].headers

    def test_netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Credentials of ``.netrc``, which nobody named, are not sent."""
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login a password b\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with Scripted(reply()) as server:
            transport().get(server.base, headers={})
        assert "authorization" not in server.requests[0].headers

    def test_limit(self) -> None:
        """No more is read than is wanted."""
        with Scripted(reply(200, b"x" * 100)) as server:
            assert transport().get(server.base, headers={}, limit=10).body == b"x" * 10

    @pytest.mark.parametrize("first", [RESET, reply(503), reply(429, Retry_After="7")])
    def test_repeats(self, first: bytes) -> None:
        """A read that fails in passing is repeated after a pause."""
        pauses: list[float] = []
        with Scripted(first, reply(200, b"there")) as server:
            assert transport(pauses).get(server.base, headers={}).body == b"there"
        assert len(pauses) == 1

    def test_retry_after(self) -> None:
        """The server says how long to wait, within reason."""
        pauses: list[float] = []
        answers = [
            reply(503, Retry_After="7"),
            reply(503, Retry_After="9999"),
            reply(
                503,
                Retry_After="Wed, 21 Oct 2015 07:28:30 GMT",
                Date="Wed, 21 Oct 2015 07:28:00 GMT",
            ),
            reply(),
        ]
        with Scripted(*answers) as server:
            transport(pauses).get(server.base, headers={})
        assert pauses == [7.0, LONGEST_PAUSE, 30.0]

    @pytest.mark.parametrize(
        ("until", "now", "expected"),
        [
            ("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 30.0),
            ("Wednesday, 21-Oct-15 07:28:30 GMT", "Wed Oct 21 07:28:00 2015", 30.0),
            ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:30 GMT", None),
            ("Wed, 21 Oct 2015 07:28:00 GMT", "", None),
            ("Wed, 21 Oct 99999 07:28:00 GMT", "", None),
            ("tomorrow", "", None),
        ],
    )
    def test_retry_after_date(self, until: str, now: str, expected: float | None) -> None:
        """A server may name a date, in the three spellings of RFC 9110, by its own clock."""
        headers = {"Retry-After": until, "Date": now}
        said = Answered(url="", status=503, reason="", headers=headers, body=b"")
        assert said.retry_after == expected

    def test_gives_up(self) -> None:
        """A server that stays broken is asked a few times; its last answer counts."""
        with Scripted(reply(502)) as server:
            assert transport().get(server.base, headers={}).status == 502
        assert len(server.requests) == ATTEMPTS

    def test_redirect(self) -> None:
        """A redirect is followed, but credentials do not go along."""
        with Scripted(reply(302, Location="/there/"), reply(200, b"here")) as server:
            page = transport().get(server.base, headers={}, auth=LOGIN)
        assert (page.url, page.body) == (f"{server.base}there/", b"here")
        assert "authorization" in server.requests[0].headers
        assert "authorization" not in server.requests[1].headers

    def test_redirect_elsewhere(self) -> None:
        """Who stays on a host gets the redirect to another for an answer."""
        with Scripted(reply(302, Location="https://example.org/")) as server:
            page = transport().get(server.base, headers={}, stays=True)
        assert page.location == "https://example.org/"

    def test_redirect_nowhere(self) -> None:
        """A redirect to what is no URL is an error to who follows it."""
        for status in (300, 302):
            server = Scripted(reply(status, Location="http://["))
            with server, pytest.raises(Unreachable, match="cannot be understood"):
                transport().get(server.base, headers={})
            assert post(reply(status, Location="http://[")).location == "http://["

    def test_redirect_body(self) -> None:
        """Of the body of a redirect no more is read than of any other, and nothing in vain."""
        endless = reply(302, b"x" * 300, Location="/there/")
        with Scripted(endless) as server, pytest.raises(Unreachable, match="more than 100 bytes"):
            Transport(timeouts=SHORT, page_limit=100).get(server.base, headers={})
        assert len(post(reply(302, b"x" * 200_000, Location="/there/")).body) == 1 << 16

    def test_loop(self) -> None:
        """Redirects without an end are an error."""
        with Scripted(reply(302, Location="/")) as server:
            with pytest.raises(Unreachable, match="without an end"):
                transport().get(server.base, headers={})
            with pytest.raises(Unreachable, match="without an end"):
                list(transport().stream(server.base))

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (HANG, "no answer within the time limit"),
            (RESET, "the connection was reset"),
            (b"", "the connection was closed without an answer"),
            (b"220 this is no web server\r\n", "the answer is not HTTP"),
            (reply(200, b"x", Content_Length="9"), "the answer broke off"),
            (
                reply(200, b"not compressed at all", Content_Encoding="gzip"),
                "the answer cannot be decoded",
            ),
        ],
    )
    def test_failures(self, answer: bytes, expected: str) -> None:
        """Each way of not answering has its sentence."""
        with Scripted(answer) as server, pytest.raises(Unreachable, match=expected):
            transport().get(server.base, headers={})

    def test_refused(self) -> None:
        """A port where nobody listens is told from a host that is not known."""
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(Unreachable, match=f"127.0.0.1:{port}: the connection was refused"):
            transport().get(f"http://user:pw@127.0.0.1:{port}/", headers={})

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("http://unknown.invalid/", "the host name is not known"),
            ("http://[", "the URL cannot be understood"),
            ("http://a..example.org/", "the URL cannot be understood"),
            ("ftp://example.org/", "the URL, or that of the proxy, is not one of HTTP"),
            ("file:///etc", "^the index: the URL, or that of the proxy, is not one of HTTP"),
        ],
    )
    def test_urls(self, url: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A URL that leads nowhere is an error."""
        monkeypatch.setenv("NO_PROXY", "*")
        pauses: list[float] = []
        with pytest.raises(Unreachable, match=expected):
            transport(pauses).get(url, headers={})
        assert bool(pauses) is url.endswith(".invalid/")

    def test_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy whose URL is none is named as what is wrong, and its password is not told."""
        monkeypatch.setenv("http_proxy", "http://me:hunter2@:80")
        with pytest.raises(Unreachable, match="the URL of the proxy cannot") as caught:
            transport().get("http://example.org/", headers={})
        assert "hunter2" not in caught.value.message

    def test_tls(self) -> None:
        """A TLS failure is not repeated, and the hint names the option."""
        with Scripted(Early(b"HTTP/1.1 400 plain\r\n\r\n", reads_head=False)) as server:
            url = server.base.replace("http:", "https:")
            pauses: list[float] = []
            with pytest.raises(Unreachable, match="TLS") as caught:
                transport(pauses).get(url, headers={})
        assert "--cert" in caught.value.hint
        assert not pauses

    def test_certificates(self, tmp_path: Path) -> None:
        """Certificates that are not there are an error of this machine."""
        missing = str(tmp_path / "missing.pem")
        with Scripted(reply()) as server:
            url = server.base.replace("http:", "https:")
            with pytest.raises(LocalError, match="certificates"):
                transport(ca_bundle=missing).get(url, headers={})
            one = transport(ca_bundle=missing)
            with pytest.raises(LocalError, match="certificates"):
                one.send(one.session(), "POST", url, body=Sized(b""), headers={}, auth=anonymous)

    def test_greatest(self) -> None:
        """A page that never ends is not read to the end."""
        endless = reply(200, b"x" * 300)
        with Scripted(endless) as server, pytest.raises(Unreachable, match="more than 100 bytes"):
            Transport(timeouts=SHORT, page_limit=100).get(server.base, headers={})

    def test_slow(self) -> None:
        """A page that comes in drop by drop is given up, however small each pause is."""
        hasty = Timeouts(connect=2.0, read=2.0, page=-1.0)
        server = Scripted(reply(200, b"x"))
        with server, pytest.raises(Unreachable, match="no answer within the time limit"):
            Transport(timeouts=hasty, sleep=lambda pause: None).get(server.base, headers={})

    def test_negative_chunk(self) -> None:
        """A chunk whose size is below zero is an answer that breaks off, not a bad URL."""
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        with Scripted(head + b"-5\r\nabc") as server, pytest.raises(Unreachable, match="broke off"):
            transport().get(server.base, headers={})


class TestStream:
    def test_stored_bytes(self) -> None:
        """A file comes as it is stored, even if the server calls it compressed."""
        content = gzip.compress(b"spam")
        moved = reply(301, Location="/file")
        with Scripted(moved, reply(200, content, Content_Encoding="gzip")) as server:
            assert b"".join(transport().stream(server.base)) == content

    def test_missing(self) -> None:
        """A file that is not there is said so."""
        with Scripted(reply(404)) as server, pytest.raises(Unreachable) as caught:
            list(transport().stream(f"{server.base}spam?signature=hunter2"))
        assert caught.value.message.endswith(": 404 Not Found: " + f"{server.base}spam")

    def test_broken(self) -> None:
        """A file that breaks off is an error where the server sends nothing but the whole."""
        server = Scripted(reply(200, b"x", Content_Length="9"))
        with server, pytest.raises(Unreachable, match="broke off"):
            list(transport().stream(server.base))

    def test_broken_chunks(self) -> None:
        """The same where the server does not tell the length."""
        server = Scripted(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        with server, pytest.raises(Unreachable, match="broke off"):
            list(transport().stream(server.base))

    @pytest.mark.parametrize(
        ("first", "validator"),
        [
            ({"ETag": '"1"', "Last_Modified": "then"}, '"1"'),
            ({"ETag": 'W/"1"', "Last_Modified": "then"}, "then"),
            ({}, None),
        ],
    )
    def test_resumed(self, first: dict[str, str], validator: str | None) -> None:
        """What is missing is asked for, if the file is still the same, and nothing twice."""
        broken = reply(200, b"spam", Content_Length="12", **first)
        middle = reply(206, b"ham", Content_Length="8", Content_Range="bytes 4-11/12")
        rest = reply(206, b" eggs", Content_Range="bytes 7-11/12")
        with Scripted(broken, middle, rest) as server:
            assert b"".join(transport().stream(server.base)) == b"spamham eggs"
        ranges = [request.headers.get("range") for request in server.requests]
        assert ranges == [None, "bytes=4-", "bytes=7-"]
        assert [one.headers.get("if-range") for one in server.requests[1:]] == [validator] * 2

    @pytest.mark.parametrize("told", ["bytes 4-12/13", "bytes 0-11/12", "soon", ""])
    def test_not_the_rest(self, told: str) -> None:
        """A part of another length, from elsewhere, or of nowhere is not the rest."""
        broken = reply(200, b"spam", Content_Length="12")
        rest = reply(206, b"ham eggs", Content_Range=told)
        with Scripted(broken, rest) as server, pytest.raises(Unreachable, match="broke off"):
            list(transport().stream(server.base))

    def test_parts_of_the_rest(self) -> None:
        """A server may send less than all that is missing; the next part is asked for."""
        broken = reply(200, b"spam", Content_Length="12")
        middle = reply(206, b"ham", Content_Range="bytes 4-6/12")
        rest = reply(206, b" eggs", Content_Range="bytes 7-11/12")
        with Scripted(broken, middle, rest) as server:
            assert b"".join(transport().stream(server.base)) == b"spamham eggs"
        assert [one.headers.get("range") for one in server.requests][1:] == ["bytes=4-", "bytes=7-"]

    @pytest.mark.parametrize("status", [202, 203, 204, 304])
    def test_no_file(self, status: int) -> None:
        """Other answers than 200 bring something else, or nothing."""
        with Scripted(reply(status)) as server, pytest.raises(Unreachable, match=f"{status} "):
            list(transport().stream(server.base))
        assert len(server.requests) == 1

    def test_no_headway(self) -> None:
        """A server that breaks off again and again without a byte is given up."""
        broken = reply(200, b"spam", Content_Length="12")
        nothing = reply(206, b"", Content_Length="8", Content_Range="bytes 4-11/12")
        with Scripted(broken, nothing) as server, pytest.raises(Unreachable, match="broke off"):
            list(transport().stream(server.base))
        assert len(server.requests) == 1 + BREAKS


class Sized:
    """A body of one piece."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.len = len(content)

    def __iter__(self) -> Iterator[bytes]:
        yield self.content


def post(answer: bytes) -> Answered:
    one = transport()
    with Scripted(answer) as server, one.session() as session:
        return one.send(session, "POST", server.base, body=Sized(b"body"), headers={}, auth=LOGIN)


class TestPost:
    def test_once(self) -> None:
        """A body is sent once, and no redirect is followed."""
        answered = post(reply(308, Location="/there/"))
        assert answered.location is not None
        assert answered.location.endswith("/there/")

    def test_body_breaks_off(self) -> None:
        """The status counts, even if the words behind it do not arrive."""
        assert post(reply(201, b"cre", Content_Length="9")).status == 201

    def test_long_answer(self) -> None:
        """Of a long answer only the beginning is read."""
        assert len(post(reply(400, b"x" * 200_000)).body) == 1 << 16

    def test_url(self) -> None:
        """A URL that only urllib3 finds at fault is an error like any other."""
        one = transport()
        with pytest.raises(Unreachable, match="the URL cannot be understood"):
            one.send(one.session(), "POST", "http://a..example.org/", headers={}, auth=LOGIN)

    def test_no_answer(self) -> None:
        """Whether the body arrived is not known if there is no answer."""
        with pytest.raises(RequestException) as caught:
            post(RESET)
        assert explain(caught.value) == "the connection was reset"

    def test_json(self) -> None:
        """An answer tells its sentence, without what is secret."""
        answered = post(document({"message": "No hunter2 here"}, status=403))
        assert answered.sentence(secrets=("hunter2",)) == "No ******** here"


class TestExplain:
    def test_unknown(self) -> None:
        """An error that nobody knows is named by its type, not by its text."""
        assert explain(RequestsConnectionError(TOKEN)) == "the request failed (ConnectionError)"

    def test_anonymous(self) -> None:
        """No credentials are none."""
        request = PreparedRequest()
        assert anonymous(request) is request
