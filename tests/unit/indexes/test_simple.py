"""The reading side of an index, against a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from packaging.utils import canonicalize_name

from fakes import Remembering
from servers.legacy import LegacyServer
from servers.project_pages import Status
from twine_stage.credentials import Credentials
from twine_stage.digests import sha256
from twine_stage.errors import Unavailable, Unreachable
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.simple import SimpleReader
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.releases import ReleaseId
from twine_stage.settings import Secret
from twine_stage.transport import Transport

SPAM = ReleaseId.parse("spam==1.0")
WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
PASSWORD = "recognisable-password"
JSON = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
HTML = {"Content-Type": "text/html"}
PAGE = "/simple/spam/"
ROOT = "/simple/"
PROJECT = canonicalize_name("spam")
ENTRY = {"url": "a", "hashes": {}}


@pytest.fixture
def server() -> Iterator[LegacyServer]:
    with LegacyServer() as index:
        yield index


def reader_of(
    server: LegacyServer,
    *,
    url: str | None = None,
    is_found: bool = False,
    credentials: Credentials | None = None,
    reporter: Remembering | None = None,
) -> SimpleReader:
    """A reader that knows the simple URL, unless it ``is_found``."""
    return SimpleReader(
        url=None if is_found else url or server.simple_url,
        upload_url=server.url,
        transport=Transport(sleep=lambda seconds: None),
        authority=Authority(server.url, lambda: credentials),
        reporter=reporter or Remembering(),
    )


def page(*files: object, version: object = "1.1", **more: object) -> bytes:
    document = {"meta": {"api-version": version}, "name": "spam", "files": files, **more}
    return json.dumps(document).encode()


def refusal(server: LegacyServer, *, is_found: bool = False) -> str:
    """Why the release cannot be read."""
    with pytest.raises(Unreachable) as raised:
        reader_of(server, is_found=is_found).listing(SPAM)
    assert raised.value.hint
    return raised.value.message


@pytest.mark.parametrize("is_html_only", [False, True])
def test_both_formats_tell_the_files_of_the_release(
    server: LegacyServer, *, is_html_only: bool
) -> None:
    """JSON and HTML name the release's files, sorted, with digests, and no others."""
    server.is_html_only = is_html_only
    for name in (
        SDIST,
        WHEEL,
        "spam-eggs-1.0.tar.gz",
        "spam-1.0.1.tar.gz",
        "spam-1.0.0-py2-none-any.whl",
        "spam-1.0.txt",
    ):
        server.put(name, name.encode())
    listing = reader_of(server).listing(SPAM)
    assert listing.is_project_known
    assert [(file.filename, file.sha256) for file in listing.files] == [
        (name, sha256(name.encode())) for name in (WHEEL, "spam-1.0.0-py2-none-any.whl", SDIST)
    ]
    assert [file.url for file in listing.files][-1] == f"{server.base}/files/{SDIST}"


def test_json_tells_size_and_time(server: LegacyServer) -> None:
    """PEP 700 adds the size in bytes and the time of the upload."""
    server.put(WHEEL, b"12345", uploaded=NOON)
    (file,) = reader_of(server).listing(SPAM).files
    assert (file.size, file.uploaded_at, file.yanked) == (5, NOON, None)


@pytest.mark.parametrize("is_html_only", [False, True])
@pytest.mark.parametrize("reason", ["", "broken <on> Windows"])
def test_both_formats_tell_what_was_yanked(
    server: LegacyServer, reason: str, *, is_html_only: bool
) -> None:
    """A yanked file has its reason, which may be empty."""
    server.is_html_only = is_html_only
    server.put(WHEEL, b"", yanked=reason)
    (file,) = reader_of(server).listing(SPAM).files
    assert file.yanked == reason


@pytest.mark.parametrize("is_html_only", [False, True])
@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        (None, None),
        ("", None),
        ("https://example.org/integrity/a", "https://example.org/integrity/a"),
        ("/integrity/a", "{}/integrity/a"),
        ("mailto:me", None),
        ("http://[::1", None),
        ("https://example.org:spam/" + "a" * 3000, "https://example.org:spam/" + "a" * 3000),
    ],
)
def test_both_formats_tell_where_the_provenance_is(
    server: LegacyServer, link: str | None, leads_to: str | None, *, is_html_only: bool
) -> None:
    """PEP 740; a link that leads nowhere is as good as none, and the page is read all the same."""
    server.is_html_only = is_html_only
    server.put(WHEEL, b"", provenance=link)
    (file,) = reader_of(server).listing(SPAM).files
    assert file.provenance == (leads_to and leads_to.format(server.base))


@pytest.mark.parametrize("provenance", [7, ["https://example.org"], "https://example.org/\ud800"])
def test_odd_provenance_is_none(server: LegacyServer, provenance: object) -> None:
    """What is no text that could be kept."""
    entry = {"filename": WHEEL, "url": "a", "hashes": {}, "provenance": provenance}
    server.pages[PAGE] = (200, JSON, page(entry))
    (file,) = reader_of(server).listing(SPAM).files
    assert file.provenance is None


@pytest.mark.parametrize("is_html_only", [False, True])
def test_an_index_may_tell_no_digest(server: LegacyServer, *, is_html_only: bool) -> None:
    """Without a SHA-256 the digest is unknown."""
    server.is_html_only, server.has_hashes, server.has_times = is_html_only, False, False
    server.put(WHEEL, b"")
    (file,) = reader_of(server).listing(SPAM).files
    assert (file.sha256, file.uploaded_at) == (None, None)


def test_a_read_goes_past_caches_without_credentials(
    server: LegacyServer, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read asks for a fresh page, and not even ``.netrc`` adds credentials to it."""
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path is not at hand
        file.write(f"machine 127.0.0.1 login me password {PASSWORD}\n")
    monkeypatch.setenv("NETRC", netrc)
    reader_of(server).listing(SPAM)
    (_, _, headers) = server.requests[0]
    assert headers["cache-control"] == "no-cache"
    assert headers["accept"].startswith("application/vnd.pypi.simple.v1+json")
    assert "authorization" not in headers


def test_an_unknown_project_is_an_answer(server: LegacyServer) -> None:
    """404 is not a failure: nothing of the project was published yet."""
    assert reader_of(server).listing(SPAM) == Listing(release=SPAM, is_project_known=False)


def test_a_known_project_may_have_no_file_of_the_release(server: LegacyServer) -> None:
    """A new version of a known project has no files yet."""
    server.put("spam-0.9.tar.gz", b"")
    assert reader_of(server).listing(SPAM) == Listing(release=SPAM)


def test_a_file_is_fetched(server: LegacyServer) -> None:
    """The content of a file is read from where the page says."""
    server.put(WHEEL, b"content")
    reader = reader_of(server)
    (file,) = reader.listing(SPAM).files
    assert b"".join(reader.fetch(file)) == b"content"


@pytest.mark.parametrize(("status", "is_served"), [(200, True), (206, True), (404, False)])
def test_an_address_answers_or_not(server: LegacyServer, status: int, *, is_served: bool) -> None:
    """One byte is asked for; and the server may say when it was put there."""
    modified = "Thu, 01 Jan 2026 12:00:00 GMT"
    server.pages["/files/spam"] = (status, {"Last-Modified": modified}, b"content")
    file = ListedFile(filename="spam", url=f"{server.base}/files/spam")
    reader = reader_of(server)
    assert reader.serves(file) is is_served
    _, _, headers = server.requests[-1]
    assert headers["range"] == "bytes=0-0"
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    assert reader.modified_at(file) == (noon if is_served else None)
    server.pages["/files/spam"] = (status, {}, b"content")
    assert reader.modified_at(file) is None


@pytest.mark.parametrize("status", [425, 501])
def test_an_address_may_not_say_whether_it_answers(server: LegacyServer, status: int) -> None:
    """A server with a trouble of its own proves nothing."""
    server.pages["/files/spam"] = (status, {}, b"not now")
    file = ListedFile(filename="spam", url=f"{server.base}/files/spam?key=secret")
    with pytest.raises(Unreachable, match=f": {status}") as raised:
        reader_of(server).serves(file)
    assert "secret" not in raised.value.message


def test_an_address_may_not_be_there(server: LegacyServer) -> None:
    """No answer is none."""
    file = ListedFile(filename="spam", url="http://127.0.0.1:9/spam")
    with pytest.raises(Unreachable):
        reader_of(server).serves(file)


def test_a_document_about_a_file(server: LegacyServer) -> None:
    """It is asked for as PyPI serves provenance; none is none, and no answer is an error."""
    file = ListedFile(filename=WHEEL, url=f"{server.base}/files/{WHEEL}")
    url = f"{file.url}.metadata"
    reader = reader_of(server)
    assert reader.document(file, url) is None
    server.pages[f"/files/{WHEEL}.metadata"] = (200, {}, b"Name: spam")
    assert reader.document(file, url) == b"Name: spam"
    accepted = server.requests[-1][2]["accept"]
    assert accepted.startswith("application/vnd.pypi.integrity.v1+json,")
    server.pages[f"/files/{WHEEL}.metadata"] = (403, {}, b"Switched off")
    assert reader.document(file, url) is None
    server.pages[f"/files/{WHEEL}.metadata"] = (418, {}, b"")
    with pytest.raises(Unreachable, match=f"{WHEEL}: http.*: 418"):
        reader.document(file, url)


@pytest.mark.parametrize("simple", ["/legacy/simple/", "/legacy/+simple/"])
@pytest.mark.parametrize("is_html_only", [False, True])
@pytest.mark.parametrize("is_known", [False, True])
def test_the_simple_api_is_found(
    server: LegacyServer, simple: str, *, is_html_only: bool, is_known: bool
) -> None:
    """It is looked for below the upload URL, as pypiserver and devpi have it, and remembered."""
    server.simple_path, server.is_html_only = simple, is_html_only
    if is_known:
        server.put(WHEEL, b"")
    reader = reader_of(server, is_found=True)
    assert reader.listing(SPAM).is_project_known == is_known
    before = len(server.requests)
    reader.listing(SPAM)
    assert reader.url == f"{server.base}{simple}"
    assert len(server.requests) == before + 1


def test_a_simple_api_that_is_nowhere_must_be_named(server: LegacyServer) -> None:
    """The message says where it was looked for, the hint how to name it."""
    with pytest.raises(Unreachable) as raised:
        reader_of(server, is_found=True).listing(SPAM)
    assert f"{server.url}simple/" in raised.value.message
    assert f"{server.url}+simple/" in raised.value.message
    assert "--simple-url" in raised.value.hint


@pytest.mark.parametrize("is_project", [True, False])
def test_an_index_that_is_down_need_not_be_named(*, is_project: bool) -> None:
    """Nobody said that the simple API is elsewhere."""
    with LegacyServer() as stopped:
        pass
    reader = reader_of(stopped, is_found=True)
    with pytest.raises(Unavailable) as raised:
        reader.listing(SPAM) if is_project else reader.project_names()
    assert raised.value.message.endswith(": the connection was refused")
    assert raised.value.hint == (
        "Check the network and the URL; running the same command again is safe."
    )


@pytest.mark.parametrize("is_project", [True, False])
@pytest.mark.parametrize("place", ["simple/", "simple/spam/"])
def test_a_server_in_trouble_is_not_taken_for_none(
    server: LegacyServer, place: str, *, is_project: bool
) -> None:
    """What it will answer when it is well again is not known; its status is told once."""
    server.pages["/legacy/simple/"] = (503, {}, b"")
    server.pages[f"/legacy/{place}"] = (503, {}, b"")
    reader = reader_of(server, is_found=True)
    with pytest.raises(Unavailable) as raised:
        reader.listing(SPAM) if is_project else reader.project_names()
    assert raised.value.message.endswith("/: 503 Service Unavailable")
    assert raised.value.hint.startswith("Run the same command again later; ")


def test_a_web_page_for_every_url_is_no_simple_api(server: LegacyServer) -> None:
    """A server that answers everything with its own page is not taken for an index."""
    for folder in ("simple/", "+simple/"):
        server.pages[f"/legacy/{folder}"] = (200, HTML, b"<title>Our shop</title>")
        server.pages[f"/legacy/{folder}spam/"] = (200, HTML, b"<title>Our shop</title>")
    assert "Our shop" in refusal(server, is_found=True)


def test_a_trouble_with_the_root_is_no_simple_api(server: LegacyServer) -> None:
    """If the page of all projects cannot be read, the API is not taken to be there."""
    for folder in ("simple/", "+simple/"):
        server.pages[f"/legacy/{folder}"] = (303, {"Location": f"/legacy/{folder}"}, b"")
    assert "no simple index" in refusal(server, is_found=True)


def test_a_referral_to_another_host_is_not_followed(server: LegacyServer) -> None:
    """Files of the index that pypiserver refers to are not this index's, which is told."""
    server.fallback = "http://localhost:1/simple/"
    reporter = Remembering()
    listing = reader_of(server, reporter=reporter).listing(SPAM)
    assert listing == Listing(release=SPAM, is_project_known=False)
    assert "localhost:1" in reporter.notes[0]


def test_an_index_that_moved_is_not_taken_for_empty(server: LegacyServer) -> None:
    """If its root leads elsewhere too, what the index shows is not known: nothing may be sent."""
    server.fallback = "http://localhost:1/simple/"
    server.pages["/simple/"] = (302, {"Location": "http://localhost:1/simple/"}, b"")
    assert "localhost:1" in refusal(server)


def test_a_login_elsewhere_is_not_a_list(server: LegacyServer) -> None:
    """A redirect to a login page is told as what it is."""
    server.pages[PAGE] = (302, {"Location": "http://localhost:1/login"}, b"")
    assert "found a redirect to http://localhost:1/login" in refusal(server)


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        (HTML, b"<title>Sign in</title><form></form>", "found a web page: Sign in"),
        (HTML, b"", "found a web page"),
        (HTML, b'<meta name="pypi:repository-version" content="2.0">', "cannot be read"),
        (JSON, b'{"meta": {"api-ver', "not all of it"),
        (JSON, b"[" * 100_000, "expected JSON"),
        (JSON, b"[]", "found other JSON"),
        (JSON, b'{"message": "hello"}', "found other JSON"),
        (JSON, page(version="2.0"), "expected version 1"),
        (JSON, page(version=1), "expected version 1"),
        (JSON, page({"filename": WHEEL}), "not described as PEP 691 wants it"),
        (JSON, page(1, {"url": "a"}, {"filename": None}), "files that have a filename"),
        (JSON, json.dumps({"meta": {"api-version": "1.0"}, "files": {}}).encode(), "other JSON"),
        ({"Content-Type": "image/png"}, b"", "image/png"),
    ],
)
def test_nonsense_is_told(
    server: LegacyServer, headers: dict[str, str], body: bytes, said: str
) -> None:
    """What is no page of the simple API is never taken for an empty list."""
    server.pages[PAGE] = (200, headers, body)
    message = refusal(server)
    assert said in message
    assert f"{server.base}{PAGE}" in message


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, page({"filename": "Ham-1.0.tar.gz", **ENTRY}, name="Ham")),
        (JSON, page(name="ham")),
        (HTML, b"<title>Links for Ham</title><a href=x>ham-1.0.tar.gz</a>"),
        (HTML, b"<title>root/dev</title><h1>root/dev: links for ham </h1>"),
    ],
)
def test_the_page_of_another_project_is_told(
    server: LegacyServer, headers: dict[str, str], body: bytes
) -> None:
    """It says nothing of our files, least of all that there are none."""
    server.pages[PAGE] = (200, headers, body)
    assert refusal(server).endswith("expected the page of spam, found that of ham")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, page({"filename": SDIST, **ENTRY}, name="ham")),
        (JSON, page({"filename": SDIST, **ENTRY}, name="no name!")),
        (JSON, page({"filename": SDIST, **ENTRY}, name=None)),
        (HTML, f"<title>Links for packages</title><a href=x>{SDIST}</a>".encode()),
    ],
)
def test_a_page_with_our_files_is_ours(
    server: LegacyServer, headers: dict[str, str], body: bytes
) -> None:
    """Whatever it calls itself."""
    server.pages[PAGE] = (200, headers, body)
    assert [file.filename for file in reader_of(server).listing(SPAM).files] == [SDIST]


@pytest.mark.parametrize("status", [400, 403, 503])
def test_a_refusal_is_told(server: LegacyServer, status: int) -> None:
    """Any other status is told in the words of the index."""
    server.pages[PAGE] = (status, {"Content-Type": "text/plain"}, b"Not for you.")
    assert "Not for you" in refusal(server)


def test_a_redirect_loop_ends(server: LegacyServer) -> None:
    """Redirects without an end are a failure."""
    server.pages[PAGE] = (302, {"Location": PAGE}, b"")
    assert "redirect" in refusal(server)


def test_an_index_that_is_gone_is_unreachable(server: LegacyServer) -> None:
    """Nobody listens there."""
    with LegacyServer() as gone:
        reader = reader_of(gone)
    with pytest.raises(Unreachable, match="refused"):
        reader.listing(SPAM)


def test_odd_entries_do_no_harm(server: LegacyServer) -> None:
    """Of a name that is listed twice the first counts; times without a zone are UTC."""
    entry = {"filename": WHEEL, "url": "a", "hashes": {"sha256": "A" * 64}}
    other = {"filename": WHEEL, "url": "b", "hashes": {"md5": "0"}}
    odd: list[object] = [
        {"filename": 1},
        {"filename": "x.whl"},
        {"filename": "eggs-1.0.tar.gz", "url": "", "hashes": {}},
    ]
    timed = {**entry, "upload-time": "2026-01-01T12:00:00"}
    server.pages[PAGE] = (200, JSON, page(*odd, timed, other, version="1.99"))
    (file,) = reader_of(server).listing(SPAM).files
    assert (file.url, file.sha256) == (f"{server.base}{PAGE}a", "a" * 64)
    assert file.uploaded_at == NOON


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_end_of_the_calendar_is_none(server: LegacyServer, time: str) -> None:
    """What is no moment in UTC tells nothing of the age of a file."""
    entry = {"filename": WHEEL, "url": "a", "hashes": {}, "upload-time": time}
    server.pages[PAGE] = (200, JSON, page(entry))
    (file,) = reader_of(server).listing(SPAM).files
    assert file.uploaded_at is None


def test_markup_that_no_parser_takes_is_told(server: LegacyServer) -> None:
    """HTML can be broken in a way that its parser refuses."""
    server.pages[PAGE] = (200, HTML, b"<title>Links for spam</title><![if[x]]><![spam[")
    assert "the page cannot be read" in refusal(server)


@pytest.mark.parametrize("status", [300, 302, 304])
def test_a_redirect_to_nonsense_is_told(server: LegacyServer, status: int) -> None:
    """A redirect may lead to what is no URL at all."""
    server.pages[PAGE] = (status, {"Location": "http://[::1"}, b"")
    assert "found a redirect to http://[::1" in refusal(server)


def test_a_redirect_is_told_without_its_query(server: LegacyServer) -> None:
    """What stands behind the path may be a key to a session."""
    login = "https://login.example.org/?state=recognisable"
    server.pages[PAGE] = (302, {"Location": login}, b"")
    message = refusal(server)
    assert "https://login.example.org/" in message
    assert "recognisable" not in message


def test_an_encoding_is_heeded(server: LegacyServer) -> None:
    """HTML is read in the encoding that its header names; a newer minor version is no matter."""
    link = f'<a href="x" data-yanked="é">{WHEEL}</a>'
    text = f'<meta name="pypi:repository-version" content="1.99">{link}'
    headers = {"Content-Type": "text/html; charset=iso-8859-1"}
    server.pages[PAGE] = (200, headers, text.encode("latin-1"))
    (file,) = reader_of(server).listing(SPAM).files
    assert file.yanked == "é"


def test_a_private_index_is_read_with_credentials(server: LegacyServer) -> None:
    """Only where strangers are refused are credentials sent, from then on at once."""
    server.pages[PAGE] = (401, {}, b"")
    reader = reader_of(server, credentials=Credentials(Secret("me"), Secret(PASSWORD)))
    with pytest.raises(Unreachable) as raised:
        reader.listing(SPAM)
    first, second = (headers.get("authorization") for _, _, headers in server.requests)
    assert first is None
    assert second
    assert PASSWORD not in f"{raised.value!r} {reader!r}"
    del server.pages[PAGE]
    server.put(WHEEL, b"content")
    (file,) = reader.listing(SPAM).files
    assert b"".join(reader.fetch(file)) == b"content"
    assert all("authorization" in headers for _, _, headers in server.requests[1:])


def test_a_private_index_that_repeats_the_password_is_not_quoted(server: LegacyServer) -> None:
    """Neither from a page, nor from where a redirect leads, nor from a download that fails."""
    server.pages[PAGE] = (401, {}, b"")
    reader = reader_of(server, credentials=Credentials(Secret("me"), Secret(PASSWORD)))
    with pytest.raises(Unreachable):
        reader.listing(SPAM)
    echo = f"<title>Who is {PASSWORD}?</title>".encode()
    answers: list[tuple[int, dict[str, str], bytes]] = [
        (200, HTML, echo),
        (403, HTML, echo),
        (302, {"Location": f"https://example.org/{PASSWORD}"}, b""),
    ]
    for answer in answers:
        server.pages[PAGE] = answer
        with pytest.raises(Unreachable, match=r"\*{8}") as raised:
            reader.listing(SPAM)
        assert PASSWORD not in raised.value.message
    with pytest.raises(Unreachable, match=r"\*{8}") as raised:
        list(reader.fetch(ListedFile(filename=WHEEL, url=f"{server.base}/files/{PASSWORD}/x")))
    assert PASSWORD not in raised.value.message


def test_a_private_index_may_list_what_is_no_url(server: LegacyServer) -> None:
    """Such a file cannot be read, and nothing worse comes of it."""
    server.pages[PAGE] = (401, {}, b"")
    reader = reader_of(server, credentials=Credentials(Secret("me"), Secret(PASSWORD)))
    with pytest.raises(Unreachable):
        reader.listing(SPAM)
    with pytest.raises(Unreachable):
        list(reader.fetch(ListedFile(filename=WHEEL, url="http://[::1/x")))


def test_credentials_stay_with_their_origin(server: LegacyServer) -> None:
    """A simple API on another host is read as a stranger."""
    server.pages[PAGE] = (401, {}, b"Who are you?")
    reader = reader_of(
        server,
        url=f"http://localhost:{server.port}/simple/",
        credentials=Credentials(Secret("me"), Secret(PASSWORD)),
    )
    with pytest.raises(Unreachable):
        reader.listing(SPAM)
    assert all("authorization" not in headers for _, _, headers in server.requests)


def test_a_link_that_is_no_url_concerns_its_release_alone(server: LegacyServer) -> None:
    """Of another release it does no harm; of the one that is asked for nothing is known."""
    links = f'<a href="http://[::1/x">spam-0.9.tar.gz</a> <a href="a">{SDIST}</a>'
    server.pages[PAGE] = (200, HTML, f"<title>Links for spam</title>{links}".encode())
    assert [file.url for file in reader_of(server).listing(SPAM).files] == [f"{server.base}{PAGE}a"]
    with pytest.raises(Unreachable, match="not described as PEP 691 wants it"):
        reader_of(server).listing(ReleaseId.parse("spam==0.9"))


def test_an_odd_entry_concerns_its_release_alone(server: LegacyServer) -> None:
    """Of another release it does no harm; of the one that is asked for nothing is known."""
    odd = {**ENTRY, "filename": "spam-0.9.tar.gz", "size": "large"}
    server.pages[PAGE] = (200, JSON, page(odd, {**ENTRY, "filename": SDIST}, 7))
    assert [file.filename for file in reader_of(server).listing(SPAM).files] == [SDIST]
    with pytest.raises(Unreachable, match="not described as PEP 691 wants it"):
        reader_of(server).listing(ReleaseId.parse("spam==0.9"))


@pytest.mark.parametrize("has_base", [False, True])
def test_links_begin_where_the_page_says(server: LegacyServer, *, has_base: bool) -> None:
    """HTML may name what its links begin with, instead of its own URL."""
    base = '<base href="../files/">' if has_base else ""
    body = f'<title>Links for spam</title>{base}<a href="../x">{SDIST}</a>'
    server.pages[PAGE] = (200, HTML, body.encode())
    (file,) = reader_of(server).listing(SPAM).files
    assert file.url == f"{server.base}/simple/x"


class TestProject:
    @pytest.mark.parametrize("is_html_only", [False, True])
    def test_all_releases(self, server: LegacyServer, *, is_html_only: bool) -> None:
        """All files are told, of any version or none, as the listings of the releases tell them."""
        server.is_html_only = is_html_only
        for name in (SDIST, WHEEL, "spam-0.9.tar.gz", "spam-1.0.0.zip", "spam-1.0.exe"):
            server.put(name, name.encode(), yanked="", requires_python="<4,>=3.9")
        reader = reader_of(server)
        project = reader.project(PROJECT)
        assert project.is_known
        assert (project.status, project.status_reason) == ("active", "")
        assert len(project.files) == 5
        for release in (SPAM, ReleaseId.parse("spam==0.9"), ReleaseId.parse("spam==7")):
            assert project.listing(release) == reader.listing(release)
        assert {file.requires_python for file in project.files} == {"<4,>=3.9"}

    def test_unknown(self, server: LegacyServer) -> None:
        """A project that the index does not have has no files."""
        assert reader_of(server).project(PROJECT) == Project(name=PROJECT, is_known=False)

    @pytest.mark.parametrize("is_html_only", [False, True])
    def test_unchanged(self, server: LegacyServer, *, is_html_only: bool) -> None:
        """Whoever has a page is told by its ETag alone that it is still the same."""
        server.is_html_only = is_html_only
        server.has_etags = True
        server.serial = 17
        server.put(SDIST, b"")
        reader = reader_of(server)
        project = reader.project(PROJECT)
        assert project.etag
        assert project.serial == 17
        assert reader.project_since(PROJECT, project.etag) is None
        assert reader.project_since(PROJECT, '"another"') == project
        server.put(WHEEL, b"")
        changed = reader.project_since(PROJECT, project.etag)
        assert changed is not None
        assert len(changed.files) == 2
        server.pages[PAGE] = (304, {}, b"")
        with pytest.raises(Unreachable, match="304"):
            reader.project(PROJECT)

    @pytest.mark.parametrize(
        ("told", "serial"), [(7, 7), ("7", None), (True, None), (-1, None), (10**30, None)]
    )
    def test_serial(self, server: LegacyServer, told: object, serial: int | None) -> None:
        """The page's own counts where it is a number; what is none is nothing."""
        server.pages[PAGE] = (200, JSON, page(meta={"api-version": "1.4", "_last-serial": told}))
        project = reader_of(server).project(PROJECT)
        assert (project.serial, project.etag) == (serial, "")

    @pytest.mark.parametrize("is_html_only", [False, True])
    def test_core_metadata(self, server: LegacyServer, *, is_html_only: bool) -> None:
        """The digest of a file's metadata is told, where the index has one."""
        server.is_html_only = is_html_only
        for digest, told in (("a" * 64, "a" * 64), ("abc", None), (None, None)):
            server.put(WHEEL, b"", core_metadata=digest)
            (file,) = reader_of(server).project(PROJECT).files
            assert file.core_metadata == told

    def test_unreadable(self, server: LegacyServer) -> None:
        """What is no page is told, as it is where a release is asked for."""
        server.pages[PAGE] = (200, HTML, b"<title>Our shop</title>")
        with pytest.raises(Unreachable, match="Our shop"):
            reader_of(server).project(PROJECT)

    @pytest.mark.parametrize("is_html_only", [False, True])
    @pytest.mark.parametrize("reason", ["", 'moved to "eggs"'])
    def test_status(self, server: LegacyServer, reason: str, *, is_html_only: bool) -> None:
        """Both formats tell how the project stands, and why; a new word is told as it is."""
        server.is_html_only = is_html_only
        for word in ("archived", "quarantined", "deprecated", "mothballed"):
            server.statuses["spam"] = Status(word, reason)
            project = reader_of(server).project(PROJECT)
            assert (project.status, project.status_reason) == (word, reason)
            assert project.is_known
        server.put(SDIST, b"")
        server.statuses["spam"] = Status("quarantined")
        assert reader_of(server).listing(SPAM) == Listing(release=SPAM)

    @pytest.mark.parametrize(
        "status", [None, "archived", {}, {"status": 1, "reason": []}, {"status": "\ud800"}, []]
    )
    def test_odd_status(self, server: LegacyServer, status: object) -> None:
        """What is no status is none."""
        server.pages[PAGE] = (200, JSON, page(**{"project-status": status}))
        project = reader_of(server).project(PROJECT)
        assert (project.status, project.status_reason) == ("active", "")

    def test_what_makes_no_sense_is_left_out(self, server: LegacyServer) -> None:
        """A file is told as far as it is described; without a name or a place it is not told."""
        sound = {
            "filename": SDIST,
            "url": "a",
            "hashes": {"sha256": "a" * 64},
            "size": 5,
            "upload-time": "2026-01-01T12:00:00Z",
            "yanked": "broken",
            "requires-python": ">=3.9",
            "provenance": "/b",
        }
        odd = {"hashes": 1, "size": "x", "upload-time": "noon", "yanked": 1, "requires-python": 3}
        whole = f"{server.base}{PAGE}a"
        for key, value in odd.items():
            server.pages[PAGE] = (200, JSON, page({**sound, key: value}))
            (file,) = reader_of(server).project(PROJECT).files
            assert (file.filename, file.url) == (SDIST, whole)
            assert (file.sha256 is None) == (key == "hashes")
            assert (file.size is None) == (key == "size")
            assert (file.uploaded_at is None) == (key == "upload-time")
            assert (file.yanked is None) == (key == "yanked")
            assert (file.requires_python is None) == (key == "requires-python")
            assert file.provenance == f"{server.base}/b"
        server.pages[PAGE] = (200, JSON, page({**sound, "url": 1}, {"url": "a"}))
        assert reader_of(server).project(PROJECT).files == ()
        server.pages[PAGE] = (200, JSON, page({**sound, "url": "http://[::1"}))
        (file,) = reader_of(server).project(PROJECT).files
        assert (file.url, file.sha256) == ("http://[::1", "a" * 64)

    @pytest.mark.parametrize("odd", ["\ud800", "\n", "\u2028", "\x1b"])
    def test_what_cannot_be_on_one_line_is_replaced(self, server: LegacyServer, odd: str) -> None:
        """What is kept of a page is written to files, and told among lines of ours."""
        texts = {"url": f"a{odd}b", "yanked": f"bad{odd}::error::", "requires-python": f">=3{odd}"}
        files = ({"filename": SDIST, "hashes": {}, **texts}, {"filename": f"x{odd}", "url": "b"})
        status = {"status": "archived", "reason": f"old{odd}::error::"}
        server.pages[PAGE] = (200, JSON, page(*files, **{"project-status": status}))
        project = reader_of(server).project(PROJECT)
        file, other = project.files
        assert (file.filename, other.filename) == (SDIST, "x?")
        assert file.url.endswith(("a?b", "ab"))  # urllib leaves out line breaks
        assert (file.yanked, file.requires_python) == ("bad?::error::", ">=3?")
        assert project.status_reason in {"old?::error::", ""}

    def test_a_link_that_is_no_url(self, server: LegacyServer) -> None:
        """It is told as it stands, with the digest behind it."""
        link = f'<a href="http://[::1/x#sha256={"a" * 64}" data-yanked="why">{SDIST}</a>'
        server.pages[PAGE] = (200, HTML, link.encode())
        (file,) = reader_of(server).project(PROJECT).files
        assert (file.url, file.sha256, file.yanked) == ("http://[::1/x", "a" * 64, "why")


class TestProjectNames:
    @pytest.mark.parametrize("is_html_only", [False, True])
    def test_all(self, server: LegacyServer, *, is_html_only: bool) -> None:
        """Both formats tell the names of all projects."""
        server.is_html_only = is_html_only
        server.put(SDIST, b"")
        server.registered.add("eggs")
        assert reader_of(server).project_names() == ("eggs", "spam")

    def test_spelling(self, server: LegacyServer) -> None:
        """They are told as the index spells them; what is no name is left out."""
        projects = [{"name": "Spam.Eggs"}, {"name": 1}, {}, 7, {"name": "\ud800"}]
        document = {"meta": {"api-version": "1.1"}, "projects": projects}
        server.pages[ROOT] = (200, JSON, json.dumps(document).encode())
        assert reader_of(server).project_names() == ("Spam.Eggs",)
        links = '<a href="a"> Spam<b>.</b>Eggs</a>, <a name="top">x</a><a href="b"></a>'
        text = f"<title>Simple index</title>{links}<p>not a name<a href=c>&lt;odd"
        server.pages[ROOT] = (200, HTML, text.encode())
        assert reader_of(server).project_names() == ("Spam.Eggs", "<odd")
        kind = {"Content-Type": "application/vnd.pypi.simple.v1+html"}
        server.pages[ROOT] = (200, kind, b'<a href="a">spam</a>')
        assert reader_of(server).project_names() == ("spam",)

    @pytest.mark.parametrize("simple", ["/legacy/simple/", "/legacy/+simple/"])
    def test_the_simple_api_is_found(self, server: LegacyServer, simple: str) -> None:
        """It is looked for as where a release is asked for, and remembered."""
        server.simple_path = simple
        server.put(SDIST, b"")
        reader = reader_of(server, is_found=True)
        assert reader.project_names() == ("spam",)
        assert reader.url == f"{server.base}{simple}"

    def test_nowhere(self, server: LegacyServer) -> None:
        """Where there is no simple API, that is told."""
        with pytest.raises(Unreachable, match="found no simple index at"):
            reader_of(server, is_found=True).project_names()

    @pytest.mark.parametrize(
        ("status", "headers", "body", "said"),
        [
            (200, HTML, b"<title>Our shop</title>", "a list of projects, found a web page: Our sh"),
            (200, {"Content-Type": "image/png"}, b"", "found image/png"),
            (200, JSON, b'{"message": "hello"}', "found other JSON"),
            (200, JSON, page(), "found other JSON"),
            (404, HTML, b"", ": 404 Not Found"),
            (302, {"Location": "http://localhost:1/"}, b"", "a redirect to http://localhost:1/"),
        ],
    )
    def test_no_list(
        self, server: LegacyServer, status: int, headers: dict[str, str], body: bytes, said: str
    ) -> None:
        """What is no list of projects is told, with the way out."""
        server.pages[ROOT] = (status, headers, body)
        with pytest.raises(Unreachable) as raised:
            reader_of(server).project_names()
        assert said in raised.value.message
        assert f"{server.base}{ROOT}" in raised.value.message
        assert raised.value.hint
