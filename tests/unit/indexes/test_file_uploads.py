"""File upload sessions: one file on its way into a session, and what can come in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from fakes import Remembering
from releasing import SDIST, WHEEL, Built, built, manifest_of
from samples import attestation, content_of
from servers.upload2 import Upload2Server
from sessioning import LOGIN, Publisher, once, problem, publisher, put, upload2
from twine_stage.errors import Damaged, Unreachable, UploadRefused
from twine_stage.indexes.bodies import Body
from twine_stage.indexes.endpoints import Endpoints
from twine_stage.indexes.mechanisms import HttpPostBytes, Mechanism, choose
from twine_stage.indexes.sessions import Upload2Session
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear
from twine_stage.transport import UPLOAD, Answered

FILES = (built(WHEEL), built(SDIST))
MANIFEST = manifest_of(*FILES)


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def reporter() -> Remembering:
    return Remembering()


@pytest.fixture
def session(server: Upload2Server, reporter: Remembering) -> Iterator[Upload2Session]:
    with upload2(server, reporter=reporter).session(MANIFEST) as opened:
        yield opened


@pytest.fixture
def run(tmp_path: Path, server: Upload2Server) -> Publisher:
    return publisher(tmp_path, server, WHEEL, SDIST)


def send(session: Upload2Session, file: Built = FILES[1], **changes: object) -> Answer:
    return session.upload(replace(file.upload, **changes), lambda _: None)  # type: ignore[arg-type]


class TestUpload:
    def test_request(self, server: Upload2Server, session: Upload2Session) -> None:
        """What is declared of a file is its name, size and digest; its bytes follow, bare."""
        counts: list[int] = []
        assert session.upload(FILES[1].upload, counts.append) == Accepted()
        [file] = server.sessions[0].files
        assert (file.filename, file.size) == (SDIST, len(FILES[1].content))
        assert file.hashes == {"sha256": FILES[1].distribution.sha256}
        assert file.content == FILES[1].content
        assert sum(counts) == file.size

    def test_look(self, session: Upload2Session) -> None:
        """What this run brought there is known by its digest."""
        assert session.look(SDIST) is None
        send(session)
        assert session.look(SDIST) == FILES[1].distribution.sha256

    def test_look_after_a_lost_answer(self, server: Upload2Server, session: Upload2Session) -> None:
        """A completion whose answer is lost is found."""
        server.fail("complete", "reset-after")
        assert isinstance(send(session), Unclear)
        assert session.look(SDIST) == FILES[1].distribution.sha256
        assert session.look(WHEEL) is None

    def test_look_at_what_is_not_completed(
        self, server: Upload2Server, session: Upload2Session
    ) -> None:
        """A file that is not there completely is none."""
        server.fail("complete", "reset-before")
        assert isinstance(send(session), Unclear)
        assert session.look(SDIST) is None

    def test_lost_completion(self, server: Upload2Server, session: Upload2Session) -> None:
        """If only the completion was lost, the bytes are not sent again."""
        server.fail("complete", "reset-before", "503")
        answers = [send(session), send(session), send(session)]
        assert [type(answer) for answer in answers] == [Unclear, Unclear, Accepted]
        assert (server.steps["bytes"], server.steps["delete-file"]) == (1, 0)

    def test_completed_after_all(self, server: Upload2Server, session: Upload2Session) -> None:
        """What turns out to be completed is not sent again."""
        server.fail("complete", "reset-after")
        assert isinstance(send(session), Unclear)
        assert send(session) == Accepted()
        assert server.steps["create-file"] == 1

    def test_lost_bytes(self, server: Upload2Server, session: Upload2Session) -> None:
        """If the bytes were lost, the file upload session is deleted, and started anew."""
        server.fail("bytes", "reset-after")
        assert isinstance(send(session), Unclear)
        assert send(session) == Accepted()
        assert (server.steps["delete-file"], server.steps["create-file"]) == (1, 2)

    @pytest.mark.parametrize("cue", ["404", "410"])
    def test_file_session_has_ended(
        self, server: Upload2Server, session: Upload2Session, cue: str
    ) -> None:
        """A link that has ended is no refusal."""
        server.fail("bytes", cue)
        assert send(session) == Unclear(message="the file upload session has ended")
        assert send(session) == Accepted()

    def test_file_session_expires(self, server: Upload2Server, session: Upload2Session) -> None:
        """A file upload session that expires after its bytes were sent is started anew."""
        server.fail("complete", "reset-before")
        send(session)
        server.sessions[0].files[0].status = "canceled"
        assert send(session) == Accepted()
        assert server.steps["create-file"] == 2

    def test_file_session_is_forgotten(
        self, server: Upload2Server, session: Upload2Session
    ) -> None:
        """So is one of which the index knows nothing any more."""
        server.fail("complete", "reset-before")
        send(session)
        server.fail("file-status", "404")
        server.fail("delete-file", "404")
        server.sessions[0].files.clear()
        assert send(session) == Accepted()

    def test_session_has_ended(self, server: Upload2Server, session: Upload2Session) -> None:
        """A publishing session that is over needs another run."""
        server.sessions[0].status = "canceled"
        with pytest.raises(Unreachable, match="the session has ended"):
            send(session)

    def test_status_cannot_be_read(self, server: Upload2Server, session: Upload2Session) -> None:
        """If a file upload session cannot be asked after, that is the error."""
        server.fail("complete", "reset-before")
        send(session)
        server.fail("file-status", "403", *["503"] * 4)
        with pytest.raises(UploadRefused, match="a file upload session cannot be read"):
            session.look(SDIST)
        with pytest.raises(Unreachable, match="a file upload session cannot be read"):
            session.look(SDIST)

    @pytest.mark.parametrize("body", [b'{"meta": {"api-ver', b"", b"[]"])
    def test_broken_document(self, run: Publisher, body: bytes) -> None:
        """An answer that breaks off is none: the file is sent again."""
        run.server.fail("create-file", (202, body, {"Content-Type": UPLOAD}))
        assert run().outcome == "published"
        assert set(run.server.accepted) == {WHEEL, SDIST}

    def test_broken_document_of_what_is_there(self, run: Publisher) -> None:
        """What the index created all the same is deleted before."""

        def damage(told: dict[str, object]) -> None:
            run.server.edits.clear()
            told.clear()

        run.server.edits["create-file"] = damage
        assert run(jobs=1).outcome == "published"
        assert run.server.steps["delete-file"] == 1

    @pytest.mark.parametrize("cue", ["400", "413", "422", "redirect"])
    def test_refused(self, server: Upload2Server, session: Upload2Session, cue: str) -> None:
        """A refusal is a refusal, in the words of the index; the file session is deleted."""
        server.fail("create-file", cue)
        assert isinstance(send(session), Rejected)
        server.fail("bytes", cue)
        assert isinstance(send(session), Rejected)
        assert server.sessions[0].present == {}

    def test_deleting_fails(self, server: Upload2Server, session: Upload2Session) -> None:
        """If it cannot be deleted, the next attempt begins with that."""
        server.fail("bytes", "400")
        server.fail("delete-file", "reset-before", "403")
        assert isinstance(send(session), Rejected)
        assert isinstance(send(session), Rejected)
        assert send(session) == Accepted()

    @pytest.mark.parametrize("stored", [b"", b"short", b"x" * len(FILES[1].content)])
    def test_damaged(self, server: Upload2Server, session: Upload2Session, stored: bytes) -> None:
        """Content that is not the frozen one never arrives, and its file session is deleted."""
        with pytest.raises(Damaged, match=SDIST):
            send(session, chunks=lambda: iter([stored]))
        assert server.sessions[0].present == {}
        assert (server.steps["complete"], server.steps["delete-file"]) == (0, 1)

    def test_damaged_and_unreachable(self, server: Upload2Server, session: Upload2Session) -> None:
        """That it cannot be deleted changes nothing of the error."""
        server.fail("delete-file", "reset-before")
        with pytest.raises(Damaged):
            send(session, chunks=lambda: iter([b"short"]))


class TestConflicts:
    def test_published(self, server: Upload2Server, session: Upload2Session) -> None:
        """A name that is public is told as taken."""
        server.put(SDIST, b"other")
        answer = send(session)
        assert isinstance(answer, Taken)
        assert f"{SDIST} is published already" in answer.message

    def test_in_the_session(self, server: Upload2Server, session: Upload2Session) -> None:
        """A name that stands in the session is deleted by the next attempt."""
        put(server, SDIST, "pending")
        assert isinstance(send(session), Unclear)
        assert send(session) == Accepted()
        assert server.steps["delete-file"] == 1

    def test_processed_when_deleted(self, server: Upload2Server, session: Upload2Session) -> None:
        """What is being processed cannot be deleted: its outcome is waited for."""
        put(server, SDIST, "processing")
        server.sessions[0].files[0].polls = 2
        assert isinstance(send(session), Unclear)
        assert send(session) == Accepted()
        assert server.steps["delete-file"] == 2

    def test_not_editable(self, server: Upload2Server, session: Upload2Session) -> None:
        """While somebody publishes the session, nothing can be said."""
        server.sessions[0].status, server.sessions[0].polls = "processing", 9
        answer = send(session)
        assert isinstance(answer, Unclear)
        assert "the session is processing" in answer.message

    def test_others_are_on_the_way(self, server: Upload2Server, session: Upload2Session) -> None:
        """While another file is on its way, files may have to come one by one."""
        server.is_parallel = False
        put(server, WHEEL, "pending")
        answer = send(session)
        assert isinstance(answer, Unclear)
        assert answer.slow_down

    def test_others_were_on_the_way(self, server: Upload2Server, session: Upload2Session) -> None:
        """Also if that one is through by the time we look."""
        server.is_parallel = False
        begun, refused, through = threading.Event(), threading.Event(), threading.Event()

        def hook(moment: str, name: str) -> None:
            if (moment, name) == ("after-effect", "create-file"):
                begun.set()
            if (moment, name) == ("before-effect", "status"):  # the second was refused, and looks
                refused.set()
                through.wait(10)

        def slowly() -> Iterator[bytes]:
            refused.wait(10)
            yield FILES[0].content

        def first() -> Answer:
            answer = send(session, FILES[0], chunks=slowly)
            through.set()
            return answer

        server.hook = hook
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(first)
            begun.wait(10)
            answer = send(session)
            assert one.result() == Accepted()
        assert isinstance(answer, Unclear)
        assert answer.slow_down
        assert send(session) == Accepted()

    def test_one_by_one(self, tmp_path: Path, server: Upload2Server) -> None:
        """A run goes on one by one, and brings all of it."""
        server.is_parallel = False
        names = [f"spam-1.0-cp31{minor}-cp31{minor}-win_amd64.whl" for minor in range(8)]
        refused = threading.Event()

        def hook(moment: str, name: str) -> None:
            if moment == "before-effect" and name == "status":
                refused.set()
            if moment == "before-effect" and name == "bytes":
                refused.wait(10)

        server.hook = hook
        run = publisher(tmp_path, server, *names)
        assert run().outcome == "published"
        assert set(server.accepted) == set(names)
        assert run.reporter.notes.count("the index is under strain; the rest goes one by one") == 1

    def test_session_is_gone(self, server: Upload2Server, session: Upload2Session) -> None:
        """If the session is over when it is looked at, that is the answer."""
        server.retention = False
        server.put(SDIST, b"")
        once(server, "status", lambda: setattr(server.sessions[0], "status", "canceled"))
        with pytest.raises(Unreachable, match="the session has ended"):
            send(session)

    def test_public_meanwhile(self, run: Publisher) -> None:
        """A file that became public by another way meanwhile is left out of the session."""
        once(run.server, "create-session", lambda: run.server.put(SDIST, content_of(SDIST)))
        outcomes = {file.filename: file.outcome for file in run().files}
        assert outcomes == {WHEEL: "uploaded", SDIST: "present"}


class TestCompletion:
    def test_deferred(self, run: Publisher) -> None:
        """202 is followed by looks at the file, with the pauses that the index asks for."""
        run.server.is_deferred_files = True
        run.server.retry_after = 5
        run.server.processing_polls = 1
        assert run(jobs=1).outcome == "published"
        assert run.pauses == [5, 5] * 2

    @pytest.mark.parametrize("cue", ["async", "sync"])
    def test_anew_once(self, run: Publisher, cue: str) -> None:
        """A file that fails is deleted, and started anew."""
        run.server.fail("complete", cue)
        assert run().outcome == "published"
        assert (run.server.steps["delete-file"], run.server.steps["create-file"]) == (1, 3)

    def test_refused_with_the_notices(self, run: Publisher) -> None:
        """What fails twice is refused with what the index says of it, and nothing is public."""
        run.server.fail("complete", "async", "async", "async")
        error = run.fails(jobs=1)
        assert isinstance(error, UploadRefused)
        assert error.message == f"{WHEEL}: {WHEEL} has a virus"
        assert [room.status for room in run.server.sessions] == ["canceled"]

    def test_refused_without_a_reason(self, server: Upload2Server, session: Upload2Session) -> None:
        """If it says nothing, that is said."""
        server.fail("complete", "async", "async")
        server.edits["status"] = lambda told: told.update(files={})
        send(session)
        answer = send(session)
        assert isinstance(answer, Rejected)
        assert "says nothing of the reason" in answer.message

    def test_refused_at_once(self, server: Upload2Server, session: Upload2Session) -> None:
        """So it is with a failure within the request."""
        server.fail("complete", "sync", "sync")
        assert isinstance(send(session), Unclear)
        answer = send(session)
        assert isinstance(answer, Rejected)
        assert "The metadata are not valid" in answer.message
        assert server.sessions[0].present == {}

    def test_failed_and_lost(self, server: Upload2Server, session: Upload2Session) -> None:
        """A failure whose answer was lost is found, and the file is started anew."""
        server.fail("complete", "reset-before")
        send(session)
        server.sessions[0].files[0].status = "error"
        assert send(session) == Accepted()
        assert server.steps["delete-file"] == 1


class TestAttestations:
    UPLOAD = (attestation(filename=SDIST), attestation(filename=SDIST))

    def test_before_completion(self, server: Upload2Server, session: Upload2Session) -> None:
        """They are sent as one JSON array, after the bytes and before the completion."""
        order: list[str] = []
        server.hook = lambda moment, name: order.append(name) if moment == "before-effect" else None
        assert send(session, attestations=self.UPLOAD) == Accepted()
        assert order == ["create-file", "bytes", "attestations", "complete"]
        assert len(server.sessions[0].files[0].attestations) == 2

    def test_none_are_taken(
        self, server: Upload2Server, session: Upload2Session, reporter: Remembering
    ) -> None:
        """Where the index takes none, they stay behind, which is told."""
        server.attests = False
        assert send(session, attestations=self.UPLOAD) == Accepted()
        assert reporter.warnings == [f"{SDIST}: its attestations stay behind: the index takes none"]

    def test_refused(self, server: Upload2Server, session: Upload2Session) -> None:
        """A file whose attestations are refused is refused."""
        server.fail("attestations", problem(400, "Not signed by you"))
        assert send(session, attestations=self.UPLOAD) == Rejected("Not signed by you")
        assert server.sessions[0].present == {}

    def test_lost(self, server: Upload2Server, session: Upload2Session) -> None:
        """If the answer is lost, the file is started anew."""
        server.fail("attestations", "reset-after")
        assert isinstance(send(session, attestations=self.UPLOAD), Unclear)
        assert send(session, attestations=self.UPLOAD) == Accepted()
        assert server.steps["create-file"] == 2


@dataclass
class Presigned:
    """A mechanism of one operator: a PUT to a URL that needs no credentials."""

    urls: list[str] = field(default_factory=list)

    def send(self, endpoints: Endpoints, details: Mapping[str, str], body: Body) -> Answered:
        self.urls.append(details["presigned"])
        return endpoints.transfer(
            details["presigned"], body, body.content_type, method="PUT", is_presigned=True
        )

    def attest(
        self, endpoints: Endpoints, details: Mapping[str, str], attestations: Sequence[bytes]
    ) -> Answered | None:
        return None


class TestMechanisms:
    KNOWN: Mapping[str, HttpPostBytes] = {"http-post-bytes": HttpPostBytes()}

    def test_the_one_that_the_index_prefers(self) -> None:
        """Of those that both know, the index's first is used."""
        known: dict[str, Mechanism] = {**self.KNOWN, "vnd-a": Presigned(), "vnd-b": Presigned()}
        assert choose(["vnd-x", "vnd-b", "vnd-a", "http-post-bytes"], known) == "vnd-b"
        assert choose(["http-post-bytes", "vnd-a"], known) == "http-post-bytes"

    @pytest.mark.parametrize("offered", [[], ["vnd-x"]])
    def test_none(self, offered: list[str]) -> None:
        """Every index has to take the one that is required."""
        assert choose(offered, self.KNOWN) == "http-post-bytes"

    def test_of_an_operator(self, server: Upload2Server) -> None:
        """Another mechanism has a seat: its pre-signed URL gets no credentials."""
        server.mechanisms = ("vnd-example-put", "http-post-bytes")
        mechanism = Presigned()
        known = {**self.KNOWN, "vnd-example-put": mechanism}
        with upload2(server, mechanisms=known).session(MANIFEST) as session:
            for file in FILES:
                assert send(session, file) == Accepted()
            session.publish()
        assert len(mechanism.urls) == 2
        puts = [headers for method, _, headers in server.requests if method == "PUT"]
        assert len(puts) == 2
        assert not any("authorization" in headers for headers in puts)

    def test_nested(self, server: Upload2Server, session: Upload2Session) -> None:
        """What a mechanism needs may stand in an object under its identifier."""

        def nest(told: dict[str, Any]) -> None:
            details = dict(told["mechanism"])
            identifier = details.pop("identifier")
            told["mechanism"] = {"identifier": identifier, identifier: details}

        server.edits["create-file"] = nest
        attestations = (attestation(filename=SDIST),)
        assert send(session, attestations=attestations) == Accepted()
        assert len(server.sessions[0].files[0].attestations) == 1

    def test_unsupported(self, server: Upload2Server, session: Upload2Session) -> None:
        """422: the index does not take the one that it has to."""
        server.mechanisms = ("vnd-x",)
        answer = send(session)
        assert isinstance(answer, Rejected)
        assert "http-post-bytes is not supported" in answer.message

    def test_another_one_than_asked_for(
        self, server: Upload2Server, session: Upload2Session
    ) -> None:
        """An index that hands out another one is not understood; the file session is deleted."""
        server.edits["create-file"] = lambda told: told["mechanism"].update(identifier="vnd-x")
        assert send(session) == Rejected("the index does not take http-post-bytes")
        assert server.sessions[0].present == {}
