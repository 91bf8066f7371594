"""The legacy upload API, spoken to a real server on this machine."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from fakes import Remembering
from samples import attestation, distribution, metadata, wheel
from servers.legacy import LegacyServer
from twine_stage.credentials import Credentials
from twine_stage.errors import CredentialsMissing, Damaged, Refused, Unreachable
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.base import Capabilities
from twine_stage.indexes.legacy import LegacyIndex, LegacySession
from twine_stage.indexes.simple import SimpleReader
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear, Upload
from twine_stage.manifest import Manifest
from twine_stage.releases import Release, ReleaseId
from twine_stage.settings import Secret
from twine_stage.transport import Timeouts, Transport

NAME = "spam-1.0-py3-none-any.whl"
CONTENT = wheel(members={"data": bytes(range(256)) * 4096}, compression=zipfile.ZIP_STORED)
TOKEN = "pypi-recognisable-token-in-the-tests"
SPAM = ReleaseId.parse("spam==1.0")


@pytest.fixture
def server() -> Iterator[LegacyServer]:
    with LegacyServer(credentials=("__token__", TOKEN)) as index:
        yield index


def credentials() -> Credentials:
    return Credentials(Secret("__token__"), Secret(TOKEN))


def index_at(
    server: LegacyServer,
    *,
    obtain: Callable[[], Credentials | None] = credentials,
    answer: float = 10.0,
) -> LegacyIndex:
    transport = Transport(timeouts=Timeouts(answer=answer), sleep=lambda seconds: None)
    authority = Authority(server.url, obtain)
    reader = SimpleReader(
        url=server.simple_url,
        upload_url=server.url,
        transport=transport,
        authority=authority,
        reporter=Remembering(),
    )
    return LegacyIndex(
        id="here", url=server.url, transport=transport, authority=authority, reader=reader
    )


def upload_of(
    content: bytes = CONTENT, *, stored: bytes | None = None, piece: int = 4096
) -> Upload:
    """An upload of ``content``, of which the stage holds ``stored``."""
    held = content if stored is None else stored
    return Upload(
        distribution=distribution(NAME, content),
        core_metadata=metadata(),
        chunks=lambda: (held[start : start + piece] for start in range(0, len(held), piece)),
    )


def manifest() -> Manifest:
    return Manifest(release=Release(SPAM, (distribution(NAME, CONTENT),)))


def send(
    index: LegacyIndex, upload: Upload, sent: Callable[[int], None] = lambda count: None
) -> Answer:
    with index.session(manifest()) as session:
        return session.upload(upload, sent)


def test_it_is_a_permanent_index_that_shows_each_file(server: LegacyServer) -> None:
    """The legacy API publishes each file when it is accepted, and takes attestations."""
    index = index_at(server)
    assert (index.id, index.url, index.api) == ("here", server.url, "legacy")
    capabilities = Capabilities(shows_each_file=True, takes_attestations=True, is_permanent=True)
    assert index.rehearse() == ("legacy", capabilities)
    assert server.requests == []
    with index.session(manifest()) as session:
        assert (session.api, session.capabilities) == ("legacy", capabilities)


def test_it_keeps_no_sessions(server: LegacyServer) -> None:
    """Nothing waits on it: nothing can be looked at, discarded or held, and no request is made."""
    index = index_at(server)
    assert index.state(server.url) is None
    assert index.discard(SPAM, None) is None
    with index.session(manifest()) as session:
        assert (session.url, session.preview, session.look(NAME)) == (None, None, None)
        assert not session.has
        assert not session.is_canceled
        with pytest.raises(Refused, match="cannot hold"):
            session.hold()
    assert server.requests == []


def test_the_index_gets_the_file_and_the_form(server: LegacyServer) -> None:
    """One POST brings the bytes, what the API wants to know of them, and who sends them."""
    assert send(index_at(server), upload_of()) == Accepted()
    (form,) = server.forms
    assert form.content == CONTENT
    assert form.filename == NAME
    assert form.fields[":action"] == "file_upload"
    assert form.fields["protocol_version"] == "1"
    assert form.fields["sha256_digest"] == form.sha256
    assert form.fields["name"] == "spam"
    (_, _, headers) = server.requests[0]
    assert headers["accept"].startswith("application/json")
    assert headers["user-agent"].startswith("twine-stage/")
    assert "transfer-encoding" not in headers


def test_what_was_uploaded_is_listed_and_can_be_fetched(server: LegacyServer) -> None:
    """Listing and content come from the simple API."""
    index = index_at(server)
    send(index, upload_of())
    (file,) = index.listing(SPAM).files
    assert file.sha256 == distribution(NAME, CONTENT).sha256
    assert b"".join(index.fetch(file)) == CONTENT


def test_attestations_go_along(server: LegacyServer) -> None:
    """The form carries the attestations of the file."""
    send(index_at(server), replace(upload_of(), attestations=(attestation(),)))
    assert '"version"' in server.forms[0].fields["attestations"]


@pytest.mark.parametrize("shows_provenance", [False, True])
def test_attestations_are_seen_afterwards(server: LegacyServer, *, shows_provenance: bool) -> None:
    """The index shows where the provenance of the file is, or it does not."""
    server.shows_provenance = shows_provenance
    index = index_at(server)
    send(index, replace(upload_of(), attestations=(attestation(),)))
    (file,) = index.listing(SPAM).files
    assert bool(file.provenance) is shows_provenance
    if file.provenance:
        found = b"".join(index.fetch(replace(file, url=file.provenance)))
        [bundle] = json.loads(found)["attestation_bundles"]
        assert bundle["attestations"] == [json.loads(attestation())]


def test_every_byte_is_told(server: LegacyServer) -> None:
    """What ``sent`` hears adds up to the size of the file, whatever the pieces are."""
    heard: list[int] = []
    send(index_at(server), upload_of(piece=1 << 20), heard.append)
    assert sum(heard) == len(CONTENT)
    assert len(heard) > 1


def test_credentials_are_obtained_once() -> None:
    """``authorize`` asks once, however many sessions and threads follow."""
    asked: list[int] = []

    def obtain() -> Credentials:
        asked.append(1)
        return credentials()

    with LegacyServer() as server:
        index = index_at(server, obtain=obtain)
        index.authorize()
        send(index, upload_of())
        index.authorize()
    assert asked == [1]


def test_a_session_needs_credentials(server: LegacyServer) -> None:
    """Without credentials, and nobody to ask, nothing is sent."""

    def obtain() -> Credentials:
        raise CredentialsMissing("none")

    with pytest.raises(CredentialsMissing):
        send(index_at(server, obtain=obtain), upload_of())
    assert server.requests == []


def test_an_index_may_want_no_credentials() -> None:
    """Without credentials the request has no Authorization header."""
    with LegacyServer() as server:
        assert send(index_at(server, obtain=lambda: None), upload_of()) == Accepted()
        assert "authorization" not in server.requests[0][2]


def test_threads_share_a_session(server: LegacyServer) -> None:
    """Uploads from several threads all arrive; each thread keeps its connection."""
    answers: list[Answer] = []

    def work(session: LegacySession) -> None:
        answers.extend(session.upload(upload_of(), lambda count: None) for _ in range(2))

    with index_at(server).session(manifest()) as session:
        threads = [threading.Thread(target=work, args=(session,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        session.publish()
    assert answers == [Accepted()] * 6
    assert server.accepted == {NAME: 1}


@pytest.mark.parametrize("stored", [CONTENT[:-1] + b"!", CONTENT[:-1], CONTENT + b"!", b""])
def test_damaged_content_is_not_accepted(server: LegacyServer, stored: bytes) -> None:
    """If the bytes are not the frozen ones, the request breaks off before its end."""
    with pytest.raises(Damaged) as raised:
        send(index_at(server), upload_of(stored=stored))
    assert raised.value.document == NAME
    assert server.forms == []


def test_the_caller_can_break_an_upload_off(server: LegacyServer) -> None:
    """An exception out of ``sent`` ends the request and reaches the caller."""

    class Stop(Exception):
        pass

    def sent(count: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        send(index_at(server), upload_of(), sent)
    assert server.forms == []


def test_the_same_file_again_is_accepted(server: LegacyServer) -> None:
    """PyPI takes identical bytes a second time, and says 200."""
    index = index_at(server)
    assert [send(index, upload_of()), send(index, upload_of())] == [Accepted()] * 2


@pytest.mark.parametrize("takes_twice", [True, False])
def test_other_bytes_under_a_name_are_taken(server: LegacyServer, *, takes_twice: bool) -> None:
    """A file that already exists is told as such, whether the status is 400 or 409."""
    server.takes_twice = takes_twice
    server.put(NAME, b"other")
    answer = send(index_at(server), upload_of())
    assert answer == Taken(f"File already exists ('{NAME}')")


@pytest.mark.parametrize("fault", ["500", "503", "429"])
def test_an_index_in_trouble_leaves_it_unclear(server: LegacyServer, fault: str) -> None:
    """5xx and 429 slow us down for as long as the index says."""
    server.faults = [fault]
    answer = send(index_at(server), upload_of())
    assert isinstance(answer, Unclear)
    assert (answer.retry_after, answer.slow_down) == (1.0, True)
    assert server.accepted == {}


@pytest.mark.parametrize("fault", ["reset-before", "reset-after", "nonsense"])
def test_a_broken_connection_leaves_it_unclear(server: LegacyServer, fault: str) -> None:
    """Without an answer the index may have the file or not; the load was not the cause."""
    server.faults = [fault]
    answer = send(index_at(server), upload_of())
    assert isinstance(answer, Unclear)
    assert not answer.slow_down
    assert server.accepted[NAME] == (fault == "reset-after")


def test_silence_leaves_it_unclear(server: LegacyServer) -> None:
    """An index that never answers is given up after the time limit."""
    server.faults = ["hang"]
    assert send(index_at(server, answer=0.1), upload_of()) == Unclear(
        message="no answer within the time limit"
    )


def test_an_index_that_is_gone_leaves_it_unclear() -> None:
    """Where nobody listens, nothing was sent, and the sentence says why."""
    with LegacyServer() as server:
        index = index_at(server)
    assert send(index, upload_of()) == Unclear(message="the connection was refused")


def test_an_index_that_cannot_be_trusted_gets_nothing(server: LegacyServer) -> None:
    """TLS that fails will fail again: the upload ends with a way out."""
    index = replace(index_at(server), url=server.url.replace("http:", "https:"))
    with pytest.raises(Unreachable) as raised:
        send(index, upload_of())
    assert "cannot be trusted" in raised.value.message
    assert "--cert" in raised.value.hint


def test_an_early_answer_is_read_though_the_body_was_not() -> None:
    """A server may refuse after the headers and close; its answer counts if it can be read."""
    with LegacyServer(faults=["early-401"]) as server:
        answer = send(index_at(server), upload_of())
    match answer:
        case Rejected(message=message, hint=hint):
            assert message
            assert hint
        case other:
            assert isinstance(other, Unclear)


def test_a_redirect_is_refused(server: LegacyServer) -> None:
    """An upload follows no redirect: it would take the credentials along."""
    server.faults = ["redirect"]
    answer = send(index_at(server), upload_of())
    assert isinstance(answer, Rejected)
    assert f"{server.base}/elsewhere/" in answer.message
    assert "/ at the end" in answer.hint
    assert len(server.requests) == 1


def test_a_refusal_is_told_in_the_words_of_the_index(server: LegacyServer) -> None:
    """What the index says is what a person reads."""
    server.faults = ["refuse"]
    assert send(index_at(server), upload_of()) == Rejected("Invalid value for classifiers")


def test_wrong_credentials_are_told(server: LegacyServer) -> None:
    """A 403 names the credentials as the way out, and shows nothing of them."""
    wrong = Credentials(Secret("__token__"), Secret("pypi-another-recognisable-token"))
    answer = send(index_at(server, obtain=lambda: wrong), upload_of())
    assert isinstance(answer, Rejected)
    assert answer.message == "Invalid or non-existent authentication information"
    assert "token" in answer.hint
    assert "recognisable" not in repr(answer)


def test_no_credential_is_shown(server: LegacyServer) -> None:
    """Neither an index, its session nor an answer that repeats the token shows it."""
    index = index_at(server)
    shown = [repr(index), str(index)]
    with index.session(manifest()) as session:
        shown += [repr(session), repr(vars(session))]
    for fault in ("redirect", "refuse", "503", "reset-before", "nonsense"):
        server.faults = [fault]
        shown.append(repr(send(index, upload_of())))
    assert "recognisable" not in "".join(shown)
