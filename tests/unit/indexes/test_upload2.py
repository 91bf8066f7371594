"""Publishing by Upload 2.0: one session, from its opening to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import NOON
from releasing import built, manifest_of
from samples import content_of, write
from servers.session_rooms import Room
from servers.upload2 import Upload2Server
from sessioning import LOGIN, PASSWORD, Certified, Publisher, once, problem, publisher, put, upload2
from staging import SDIST, SPAM, WHEEL
from twine_stage.errors import Conflict, Refused, StageError, Unreachable, UploadRefused
from twine_stage.indexes.polling import Polling
from twine_stage.indexes.sessions import Upload2Session
from twine_stage.indexes.uploads import Accepted
from twine_stage.journal import Opened, Progress
from twine_stage.operations.add import add
from twine_stage.operations.publish import PublishReport
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent

STRANGER = "spam-1.0-py2-none-any.whl"
TWO = (WHEEL, SDIST)
MANIFEST = manifest_of(built(WHEEL), built(SDIST))


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    with Upload2Server(credentials=LOGIN) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def run(tmp_path: Path, server: Upload2Server) -> Publisher:
    """A publisher of two files."""
    return publisher(tmp_path, server, *TWO)


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, server: Upload2Server) -> Publisher:
    """Another machine, with the same files and no journal."""
    return publisher(tmp_path_factory.mktemp("other"), server, *TWO)


def published(server: Upload2Server, *names: str) -> bool:
    """Whether these files are public, each accepted once, and no session is open."""
    return (
        {name: file.content for name, file in server.files.items()}
        == {name: content_of(name) for name in names}
        and set(server.accepted.values()) <= {1}
        and not any(room.is_live for room in server.sessions)
    )


class TestPublish:
    def test_one_session(self, run: Publisher) -> None:
        """One session takes all, is read once more, and is published: nothing else is asked."""
        done = run()
        assert (done.outcome, done.api, done.exposure_seconds) == ("published", "2.0", 0.0)
        assert published(run.server, *TWO)
        assert run.server.steps == {
            "create-session": 1,
            "create-file": 2,
            "bytes": 2,
            "complete": 2,
            "status": 1,
            "publish": 1,
        }
        assert (run.reporter.warnings, len(run.reporter.notes)) == ([], 1)

    def test_notices_of_files(self, run: Publisher) -> None:
        """Also those of files, behind their names, each once."""

        def notice() -> None:
            run.server.sessions[0].present[SDIST].notices = ["no README"]

        once(run.server, "status", notice)
        run.server.is_deferred_publish, run.server.processing_polls = True, 2
        run()
        assert run.reporter.notes.count(f"the index says: {SDIST}: no README") == 1

    def test_notices_while_polling(self, run: Publisher) -> None:
        """And those that appear while the index works."""
        run.server.is_deferred_publish, run.server.processing_polls = True, 2

        def notice() -> None:
            run.server.sessions[0].notices = ["scanning"]

        once(run.server, "publish", notice, "after-effect")
        run.server.edits["publish"] = lambda told: told.update(notices=[])
        assert run().outcome == "published"
        assert run.reporter.notes.count("the index says: scanning") == 1

    def test_client_certificate(self, server: Upload2Server, tmp_path: Path) -> None:
        """The preview is anybody's who knows its URL: it gets no certificate, like no password."""
        certificate = str(tmp_path / "client.pem")
        (tmp_path / "client.pem").touch()
        transport = Certified(client_cert=certificate, sleep=lambda _: None)
        index = replace(upload2(server), transport=transport)
        with index.session(MANIFEST) as session:
            whole(session).hold()
        with index.session(MANIFEST) as session:
            assert session.has == frozenset(TWO)
        stage = server.base + server.sessions[0].paths["stage"]
        shown = {given for url, given in transport.asked if url.startswith(stage)}
        others = {given for url, given in transport.asked if not url.startswith(stage)}
        assert (shown, others) == ({None}, {certificate})

    def test_unknown_keys(self, run: Publisher) -> None:
        """Whatever else stands in documents and links is passed over."""
        run.server.unknown_keys = True
        assert run().outcome == "published"

    def test_notices(self, run: Publisher) -> None:
        """What the index wants to be shown is shown once, without control characters."""
        run.server.notices = ["The quota\x1b[31m is almost used", "Hear"]
        run()
        assert run.reporter.notes[1:] == [
            "the index says: The quota [31m is almost used",
            "the index says: Hear",
        ]

    def test_several(self, run: Publisher, tmp_path: Path) -> None:
        """A session for each release; a file that is refused leaves none of them public."""
        [path] = write(tmp_path / "more", "eggs-2.0.tar.gz")
        add(run.store, [str(path)], reporter=Silent())
        run.releases = (SPAM, ReleaseId.parse("eggs==2.0"))
        run.server.fail("bytes", "", "", "400")
        assert isinstance(run.fails(), UploadRefused)
        assert [room.status for room in run.server.sessions] == ["canceled", "canceled"]
        assert [one.outcome for one in run.all().releases] == ["published", "published"]

    def test_later_one_fails(self, run: Publisher, tmp_path: Path) -> None:
        """If a later publication fails, the earlier stands and is named; a rerun finishes."""
        [path] = write(tmp_path / "more", "eggs-2.0.tar.gz")
        add(run.store, [str(path)], reporter=Silent())
        run.releases = (SPAM, ReleaseId.parse("eggs==2.0"))
        run.server.fail("publish", "", problem(403, "Not this one"))
        error = run.fails()
        assert "Not this one" in error.message
        assert isinstance(error.report, PublishReport)
        assert [one.outcome for one in error.report.releases] == ["published", "incomplete"]
        assert run.journal.count('"verified"') == 1
        assert [one.outcome for one in run.all().releases] == ["present", "published"]

    def test_problem(self, run: Publisher) -> None:
        """A problem document is told with title, details and each of its errors."""
        errors = [{"source": "classifiers", "message": "unknown"}, {"message": "too long"}]
        run.server.fail("complete", *[problem(400, "Bad", details="See there", errors=errors)] * 4)
        error = run.fails(jobs=1)
        assert "Bad: See there; classifiers: unknown; too long" in error.message


class TestTakingUp:
    def test_location(self, run: Publisher, other: Publisher) -> None:
        """Where a session lives, 409 and ``Location`` lead to it; what the preview proves stays."""
        other(hold=True)
        before = run.server.steps.copy()
        assert run().outcome == "published"
        after = run.server.steps - before
        assert (after["create-session"], after["create-file"], after["publish"]) == (1, 0, 1)
        assert published(run.server, *TWO)
        assert len(run.server.sessions) == 1

    def test_relative_location(self, run: Publisher, other: Publisher) -> None:
        """``Location`` may be relative."""
        other(hold=True)
        [room] = run.server.sessions
        run.server.fail("create-session", conflict(room.paths["session"]))
        assert run().outcome == "published"

    def test_no_location(self, run: Publisher) -> None:
        """Without a ``Location`` nothing can be taken up."""
        run.server.fail("create-session", conflict(""))
        assert "no session can be opened" in run.fails().message

    def test_ended_right_now(self, run: Publisher, other: Publisher) -> None:
        """A session that ends between the two requests is a case for running again."""
        other(hold=True)
        run.server.retention = False
        [room] = run.server.sessions
        run.server.fail("create-session", conflict(room.paths["session"]))
        room.status = "canceled"
        assert isinstance(run.fails(), Unreachable)
        assert run().outcome == "published"

    def test_without_proof(self, run: Publisher, other: Publisher) -> None:
        """Without preview and journal nothing counts: it is deleted and sent again."""
        run.server.previews = False
        other(hold=True)
        assert run().outcome == "published"
        assert run.server.steps["delete-file"] == 2
        assert run.server.steps["create-file"] == 4
        assert published(run.server, *TWO)

    def test_journal(self, run: Publisher) -> None:
        """What our own journal put there counts without a preview, and the session by its URL."""
        run.server.previews = False
        run(hold=True)
        before = run.server.steps.copy()
        assert run().outcome == "published"
        assert run.server.steps - before == {"status": 2, "publish": 1}

    def test_preview_contradicts_the_journal(self, run: Publisher) -> None:
        """The preview has the last word: other content under a name of ours is replaced."""
        run(hold=True)
        [room] = run.server.sessions
        room.present[SDIST].content = b"something else"
        assert run().outcome == "published"
        assert run.server.steps["delete-file"] == 1
        assert published(run.server, *TWO)
        assert [text for text in run.reporter.warnings if "somebody changed" in text]

    def test_preview_that_fails(self, run: Publisher) -> None:
        """A preview that cannot be read is told without its URL; the journal counts."""
        run(hold=True)
        [room] = run.server.sessions
        run.server.links.pop(room.paths["stage"])
        run.server.pages[f"{room.paths['stage']}spam/"] = (200, {}, b"nonsense")
        assert run().outcome == "published"
        assert set(run.reporter.warnings) == {"the preview of the session cannot be read"}
        assert room.token not in f"{run.reporter.warnings}"

    def test_preview_lags(self, run: Publisher) -> None:
        """What the preview does not show yet counts if our journal put it there."""
        run(hold=True)
        [room] = run.server.sessions
        run.server.links.pop(room.paths["stage"])
        assert run().outcome == "published"
        assert run.server.steps["create-file"] == 2

    @pytest.mark.parametrize("status", ["pending", "error", "processing"])
    def test_what_is_not_completed(self, run: Publisher, status: str) -> None:
        """A file of ours that is in the session, but not completely, is deleted and sent anew."""
        with upload2(run.server).session(MANIFEST):
            pass
        put(run.server, SDIST, status)
        assert run().outcome == "published"
        assert run.server.steps["delete-file"] == (2 if status == "processing" else 1)
        assert published(run.server, *TWO)

    def test_journal_url_is_gone(self, run: Publisher) -> None:
        """A session that the index has forgotten is followed by another."""
        run(hold=True)
        run.server.retention = False
        run.server.sessions[0].status = "canceled"
        assert run().outcome == "published"
        assert [room.status for room in run.server.sessions] == ["canceled", "published"]

    def test_journal_url_is_canceled(self, run: Publisher) -> None:
        """So is one that somebody canceled."""
        run(hold=True)
        run.server.sessions[0].status = "canceled"
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    def test_published_and_not_shown_yet(self, run: Publisher) -> None:
        """What we published a moment ago is not sent again while the index does not show it."""
        run.server.lag = 3600
        assert "does not show yet" in run.fails(wait=0).message
        before = run.server.steps.copy()
        shown = {name: replace(file, shown_at=0.0) for name, file in run.server.files.items()}
        once(run.server, "status", lambda: run.server.files.update(shown))
        assert run().outcome == "published"
        assert run.server.steps - before == {"status": 2}
        assert published(run.server, *TWO)

    def test_published_and_lost(self, run: Publisher) -> None:
        """What the index showed and lost goes into a session of its own."""
        run()
        del run.server.files[SDIST]
        del run.server.accepted[SDIST]
        assert run().outcome == "published"
        assert [room.status for room in run.server.sessions] == ["published"] * 2
        assert published(run.server, *TWO)

    def test_session_of_another_journal(self, server: Upload2Server) -> None:
        """What a journal says of another session than the live one proves nothing."""
        server.previews = False
        index = upload2(server)
        with index.session(MANIFEST) as session:
            whole(session)
        opened = Opened(at=NOON, release="", manifest="", index="", url="", api="2.0")
        gone = f"{server.base}/gone"
        progress = Progress(opened=opened, session=gone, filled=frozenset(TWO))
        with index.session(MANIFEST, progress=progress) as session:
            assert session.has == frozenset()
        progress = replace(progress, session=session.url)
        with index.session(MANIFEST, progress=progress) as session:
            assert session.has == frozenset(TWO)
        server.violations.clear()  # the journal's URL was handed out by no one


class TestSeal:
    """Where no preview proves anything, links tell whether a file is still the one held."""

    @pytest.fixture
    def held(self, run: Publisher) -> Publisher:
        run.server.previews = False
        run(hold=True)
        return run

    def replace(self, server: Upload2Server) -> None:
        """Somebody deletes a file, and uploads another one under its name."""
        server.sessions[0].present[SDIST].status = "canceled"
        put(server, SDIST)

    def test_untouched(self, held: Publisher) -> None:
        """What is as it was held can be approved, and nothing of it is sent again."""
        assert held(approve=held.manifest.release.digest).outcome == "published"
        assert held.server.steps["create-file"] == 2

    def test_published(self, held: Publisher) -> None:
        """Ours are sent again, and why is said."""
        self.replace(held.server)
        assert held().outcome == "published"
        assert published(held.server, *TWO)
        assert [text for text in held.reporter.warnings if "somebody changed" in text]

    def test_approved(self, held: Publisher) -> None:
        """An approval sends nothing, so it is refused."""
        self.replace(held.server)
        error = held.fails(approve=held.manifest.release.digest)
        assert (isinstance(error, Refused), error.exit_status) == (True, 4)
        assert SDIST in error.message
        assert held.server.files == {}
        assert [room.status for room in held.server.sessions] == ["open"]

    def test_held_again(self, held: Publisher) -> None:
        """Holding it again sends ours, and seals anew."""
        self.replace(held.server)
        held(hold=True)
        assert held(approve=held.manifest.release.digest).outcome == "published"
        assert published(held.server, *TWO)

    def test_no_secret(self, held: Publisher) -> None:
        """The seal is a digest: the journal tells no link of a file."""
        [room] = held.server.sessions
        assert '"seal"' in held.journal
        for file in room.files:
            assert file.paths["file-upload-session"] not in held.journal

    def test_answer_lost(self, run: Publisher) -> None:
        """A file that was found in the session after a lost answer is ours as any other."""
        run.server.previews = False
        run.server.fail("complete", "reset-after")
        run(hold=True)
        assert run(approve=run.manifest.release.digest).outcome == "published"
        assert run.server.steps["create-file"] == 2
        assert published(run.server, *TWO)


def ordered(server: Upload2Server) -> list[str]:
    """The steps from now on, in their order."""
    order: list[str] = []
    server.hook = lambda moment, name: order.append(name) if moment == "before-effect" else None
    return order


def conflict(location: str) -> tuple[int, bytes, dict[str, str]]:
    """The answer where a session lives."""
    status, body, headers = problem(409, "A session is open")
    return status, body, headers | ({"Location": location} if location else {})


class TestReview:
    @pytest.mark.parametrize("options", [{}, {"hold": True}])
    def test_strangers(self, run: Publisher, other: Publisher, options: dict[str, bool]) -> None:
        """A file that was not frozen stops it, named, and the session stays for whoever looks."""
        other(hold=True)
        put(run.server, STRANGER)
        error = run.fails(**options)
        assert isinstance(error, Refused)
        assert (error.exit_status, STRANGER in error.message) == (4, True)
        assert "--discard-unexpected" in error.hint
        assert run.server.files == {}
        assert [room.status for room in run.server.sessions] == ["open"]

    def test_discarded(self, run: Publisher, other: Publisher) -> None:
        """Unless it is to be removed."""
        other(hold=True)
        put(run.server, STRANGER)
        assert run(discard_unexpected=True).outcome == "published"
        assert published(run.server, *TWO)

    def test_discarded_while_holding(self, run: Publisher, other: Publisher) -> None:
        """That works for a release that is held, too."""
        other(hold=True)
        put(run.server, STRANGER)
        done = run(hold=True, discard_unexpected=True)
        assert done.session is not None
        assert sorted(run.server.sessions[0].present) == sorted(TWO)

    @pytest.mark.parametrize(
        ("cue", "kind"),
        [("403", UploadRefused), ("reset-before", Unreachable), ("404", None), ("410", None)],
    )
    def test_discarding_fails(
        self, run: Publisher, other: Publisher, cue: str, kind: type[StageError] | None
    ) -> None:
        """If it cannot be removed, that is said; what is gone already is no trouble."""
        other(hold=True)
        put(run.server, STRANGER)
        run.server.fail("delete-file", *[cue] * 5)
        if kind is None:
            run.server.sessions[0].files.pop()
            once(run.server, "status", lambda: None)
            run.server.edits["status"] = lambda told: told["files"].setdefault(
                STRANGER, {"status": "error", "link": stranger_link(run.server)}
            )
            assert run(hold=True, discard_unexpected=True).outcome == "held"
        else:
            error = run.fails(discard_unexpected=True)
            assert type(error) is kind
            assert f"{STRANGER} was not removed" in error.message

    def test_came_right_before(self, run: Publisher) -> None:
        """What somebody puts there between the last upload and the publication is seen."""
        once(run.server, "status", lambda: put(run.server, STRANGER))
        assert STRANGER in run.fails().message
        assert run.server.files == {}
        assert [room.status for room in run.server.sessions] == ["open"]

    def test_came_before_the_smoke_test(self, run: Publisher) -> None:
        """What somebody put there is never installed, and never run."""
        tried: list[object] = []
        once(run.server, "status", lambda: put(run.server, STRANGER))
        error = run.fails(smoke=lambda *facts: tried.append(facts))
        assert STRANGER in error.message
        assert (tried, run.server.files) == ([], {})
        run(smoke=lambda *facts: tried.append(facts), discard_unexpected=True)
        assert len(tried) == 1
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("discard", [False, True])
    def test_before_the_first_byte(self, run: Publisher, *, discard: bool) -> None:
        """Who is there is seen when the session is taken up: nothing is sent before."""
        with upload2(run.server).session(MANIFEST):
            pass
        put(run.server, STRANGER)
        if discard:
            order = ordered(run.server)
            assert run(discard_unexpected=True).outcome == "published"
            assert order.index("delete-file") < order.index("create-file")
            assert published(run.server, *TWO)
        else:
            error = run.fails()
            assert isinstance(error, Refused)
            assert STRANGER in error.message
            assert run.server.steps["create-file"] == 0
            assert [room.status for room in run.server.sessions] == ["open"]

    @pytest.mark.parametrize("previews", [True, False])
    def test_public_since_it_was_held(self, run: Publisher, *, previews: bool) -> None:
        """A file of ours that became public by another way is removed; the rest is published."""
        run.server.previews = previews
        run(hold=True)
        run.server.put(SDIST, content_of(SDIST))
        done = run()
        assert {file.filename: file.outcome for file in done.files}[SDIST] == "present"
        assert run.server.steps["delete-file"] == 1
        assert run.server.accepted == {WHEEL: 1}
        assert published(run.server, *TWO)

    def test_came_after_the_review(self, run: Publisher) -> None:
        """A file that is not completed lets the publication fail, and is named by the next look."""
        once(run.server, "publish", lambda: put(run.server, STRANGER, "pending"))
        error = run.fails()
        assert isinstance(error, Refused)
        assert "were not frozen" in error.message
        assert STRANGER in error.message
        assert run.server.steps["publish"] == 1

    def test_came_after_the_review_and_is_discarded(self, run: Publisher) -> None:
        """Where it may be removed, the publication is asked for again."""
        once(run.server, "publish", lambda: put(run.server, STRANGER, "pending"))
        assert run(discard_unexpected=True).outcome == "published"
        assert run.server.steps["publish"] == 2
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("act", ["deleted", "pending", "replaced"])
    def test_changed_by_somebody(self, run: Publisher, act: str) -> None:
        """A file of ours that is gone, or is another one, stops it; a rerun mends it."""

        def change() -> None:
            file = run.server.sessions[0].present[SDIST]
            file.status = {"deleted": "canceled"}.get(act, file.status)
            file.status = {"pending": "pending"}.get(act, file.status)
            file.content = b"another" if act == "replaced" else file.content

        once(run.server, "status", change)
        error = run.fails()
        assert isinstance(error, Unreachable)
        assert "changed by somebody else meanwhile: spam-1.0.tar.gz" in error.message
        assert [room.status for room in run.server.sessions] == ["open"]
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("retention", [True, False])
    def test_canceled_by_somebody(self, run: Publisher, *, retention: bool) -> None:
        """A session that is gone before the publication is a case for running again."""
        run.server.retention = retention

        def cancel() -> None:
            run.server.sessions[0].status = "canceled"

        once(run.server, "status", cancel)
        error = run.fails()
        assert isinstance(error, Unreachable)
        assert "is gone" in error.message
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    def test_published_by_somebody(self, run: Publisher) -> None:
        """If somebody published it meanwhile, it is published."""
        once(run.server, "status", lambda: end(run.server, "published"))
        assert run().outcome == "published"
        assert run.server.steps["publish"] == 0

    def test_held_when_it_was_published(self, run: Publisher) -> None:
        """What somebody published meanwhile cannot be held."""
        once(run.server, "status", lambda: end(run.server, "published"))
        assert "somebody published it" in run.fails(hold=True).message

    def test_public_by_another_way(self, run: Publisher, server: Upload2Server) -> None:
        """Where all of it became public meanwhile, the session is empty, and is discarded."""

        def upload_all() -> None:
            for name in TWO:
                server.put(name, content_of(name))
                server.accepted[name] += 1

        once(server, "create-session", upload_all)
        done = run()
        assert {file.outcome for file in done.files} == {"present"}
        assert [room.status for room in server.sessions] == ["canceled"]
        assert published(server, *TWO)


def whole(session: Upload2Session) -> Upload2Session:
    """The session with all files in it."""
    for file in (built(WHEEL), built(SDIST)):
        assert session.upload(file.upload, lambda _: None) == Accepted()
    return session


def stranger_link(server: Upload2Server) -> str:
    """A link of a file that is not there any more."""
    room = server.sessions[0]
    return server.base + room.files[0].paths["file-upload-session"]


def end(server: Upload2Server, status: str) -> None:
    """Somebody publishes the session, or it is through."""
    room: Room = server.sessions[0]
    room.status = status
    server.make_public(room)


class TestPublication:
    def test_deferred(self, run: Publisher) -> None:
        """202 is followed by looks at the session, with the pauses that the index asks for."""
        run.server.is_deferred_publish = True
        run.server.retry_after = 7
        run.server.processing_polls = 2
        assert run().outcome == "published"
        assert run.pauses == [7, 7, 7]

    def test_deferred_and_forgotten(self, run: Publisher) -> None:
        """An index need not keep what it published: then its listing tells."""
        run.server.is_deferred_publish = True
        run.server.retention = False
        once(run.server, "publish", lambda: end(run.server, "processing"), "after-effect")
        run.server.fail("status", "", "404")
        run.server.edits["publish"] = lambda told: end(run.server, "published")
        assert run().outcome == "published"

    @pytest.mark.parametrize("says", [True, False])
    def test_deferred_failure(self, run: Publisher, *, says: bool) -> None:
        """It is told with the notices of the index, and the session of this run is discarded."""
        run.server.fail("publish", "async")
        if not says:
            run.server.edits["status"] = lambda told: told.update(notices=[])
        error = run.fails()
        assert isinstance(error, UploadRefused)
        reason = "the release has a virus" if says else "the index gives no reason"
        assert error.message == f"{SPAM} was not published: {reason}"
        assert [room.status for room in run.server.sessions] == ["canceled"]
        assert run.server.files == {}

    def test_deferred_failure_of_what_was_held(self, run: Publisher) -> None:
        """A session that this run did not open stays, and the next run publishes it from there."""
        run(hold=True)
        run.server.fail("publish", "async")
        assert isinstance(run.fails(), UploadRefused)
        assert [room.status for room in run.server.sessions] == ["error"]
        assert run().outcome == "published"
        assert run.server.steps["create-file"] == 2
        assert published(run.server, *TWO)

    def test_processing_when_taken_up(self, run: Publisher) -> None:
        """A session that is being published already is waited for."""
        run(hold=True)
        room = run.server.sessions[0]
        room.status, room.polls = "processing", 2
        assert run().outcome == "published"
        assert run.server.steps["publish"] == 0
        assert published(run.server, *TWO)

    def test_waiting_fails(self, run: Publisher) -> None:
        """If the index says no while it is waited for, that is the error."""
        run(hold=True)
        room = run.server.sessions[0]
        room.status, room.polls = "processing", 9
        run.server.fail("status", "", "", "403")
        assert "the session cannot be read" in run.fails().message

    @pytest.mark.parametrize("cue", ["reset-before", "reset-after", "503", "429"])
    def test_no_clear_answer(self, run: Publisher, cue: str) -> None:
        """The session is read before publication is asked for again."""
        run.server.fail("publish", cue)
        assert run().outcome == "published"
        assert run.server.steps["publish"] == (1 if cue == "reset-after" else 2)
        assert published(run.server, *TWO)

    def test_asks_for_too_much(self, run: Publisher) -> None:
        """A pause that the index asks for has an end."""
        status, body, headers = problem(503, "Later")
        run.server.fail("publish", (status, body, headers | {"Retry-After": "86400"}))
        assert run().outcome == "published"
        assert max(run.pauses) == Polling(sleep=run.pauses.append).longest

    @pytest.mark.parametrize("takes_up", [False, True])
    def test_link_that_is_none(self, run: Publisher, *, takes_up: bool) -> None:
        """If it could not even be asked for, the session that this run opened is discarded."""
        for step in ("create-session", "status"):
            run.server.edits[step] = lambda told: told.get("links", {}).update(publish="ftp://x/")
        if takes_up:
            run(hold=True)
        assert "no URL of http" in run.fails().message
        ended = "open" if takes_up else "canceled"
        assert [room.status for room in run.server.sessions] == [ended]

    @pytest.mark.parametrize("cue", ["reset-before", "503"])
    def test_never_a_clear_answer(self, run: Publisher, cue: str) -> None:
        """In the end it is unreachable, and the session stays for the next run."""
        run.server.fail("publish", *[cue] * 5)
        error = run.fails()
        assert isinstance(error, Unreachable)
        assert [room.status for room in run.server.sessions] == ["open"]
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    def test_answer_lost_and_forgotten(self, run: Publisher) -> None:
        """If the session is gone after a lost answer, the next run sees what became of it."""
        run.server.retention = False
        run.server.fail("publish", "reset-after")
        assert isinstance(run.fails(), Unreachable)
        assert run().outcome == "present"
        assert published(run.server, *TWO)

    @pytest.mark.parametrize(("content", "kind"), [(None, "present"), (b"other", Conflict)])
    def test_taken_meanwhile(
        self, run: Publisher, content: bytes | None, kind: str | type[StageError]
    ) -> None:
        """A name that became public by the legacy API meanwhile lets the publication fail."""
        once(run.server, "publish", lambda: run.server.put(SDIST, content or content_of(SDIST)))
        error = run.fails()
        assert isinstance(error, UploadRefused)
        assert SDIST in error.message
        assert [room.status for room in run.server.sessions] == ["canceled"]
        if isinstance(kind, str):
            done = run()
            assert (done.outcome, run.server.accepted) == ("published", {WHEEL: 1})
        else:
            assert isinstance(run.fails(), kind)


class TestEnd:
    def test_refusal(self, run: Publisher) -> None:
        """A file that is refused discards the session that this run opened."""
        run.server.fail("create-file", "400")
        assert isinstance(run.fails(), UploadRefused)
        assert [room.status for room in run.server.sessions] == ["canceled"]
        assert run().outcome == "published"

    def test_refusal_in_a_session_of_others(self, run: Publisher) -> None:
        """One that was taken up stays."""
        with upload2(run.server).session(MANIFEST):
            pass
        run.server.fail("create-file", "400")
        assert isinstance(run.fails(), UploadRefused)
        assert [room.status for room in run.server.sessions] == ["open"]

    def test_unreachable(self, run: Publisher) -> None:
        """What a rerun may mend leaves the session, and nothing is sent twice."""
        run.server.fail("bytes", "", *["503"] * 5)
        assert isinstance(run.fails(jobs=1), Unreachable)
        assert [room.status for room in run.server.sessions] == ["open"]
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("takes_up", [False, True])
    def test_interrupted(self, server: Upload2Server, *, takes_up: bool) -> None:
        """Ctrl-C discards the session that this run opened, and no other."""
        index = upload2(server)
        if takes_up:
            with index.session(MANIFEST):
                pass
        with pytest.raises(KeyboardInterrupt), index.session(MANIFEST) as session:
            raise KeyboardInterrupt
        assert [room.status for room in server.sessions] == ["open" if takes_up else "canceled"]
        assert session.is_canceled is not takes_up

    def test_interrupted_when_held(self, server: Upload2Server) -> None:
        """What is held stays."""

        def held(session: Upload2Session) -> None:
            session.hold()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), upload2(server).session(MANIFEST) as session:
            held(session)
        assert [room.status for room in server.sessions] == ["open"]
        assert not session.is_canceled

    def test_interrupted_while_publishing(self, run: Publisher, server: Upload2Server) -> None:
        """Once publication was asked for, nobody can say that nothing is public."""
        index = upload2(server)

        def look(_: float) -> None:
            raise KeyboardInterrupt

        server.is_deferred_publish, server.processing_polls = True, 3
        index = replace(index, transport=replace(index.transport, sleep=look))
        with pytest.raises(KeyboardInterrupt), index.session(MANIFEST) as session:
            whole(session).publish()
        assert [room.status for room in server.sessions] == ["processing"]
        assert server.steps["cancel"] == 0
        assert run().outcome == "published"

    @pytest.mark.parametrize(("cue", "why"), [("403", "You may not"), ("reset-before", "")])
    def test_discarding_fails(self, run: Publisher, cue: str, why: str) -> None:
        """If it cannot be discarded, that is told besides the error."""
        run.server.fail("create-file", "400")
        run.server.fail("cancel", *[cue] * 5)
        error = run.fails()
        assert "was not" not in error.message
        [warning] = run.reporter.warnings
        assert "was left open" in warning
        assert why in warning

    @pytest.mark.parametrize("cue", ["404", "410"])
    def test_discarded_already(self, run: Publisher, cue: str) -> None:
        """What is gone needs no discarding."""
        run.server.fail("create-file", "400")
        run.server.fail("cancel", cue)
        run.fails()
        assert run.reporter.warnings == []


class TestDiscard:
    def test_by_the_journal(self, server: Upload2Server) -> None:
        """The session of our journal is discarded; how it stood before is told."""
        index = upload2(server)
        with index.session(MANIFEST) as session:
            pass
        state = index.discard(SPAM, session.url)
        assert state is not None
        assert (state.status, server.sessions[0].status) == ("open", "canceled")
        assert server.steps["create-session"] == 1

    def test_live_one(self, server: Upload2Server) -> None:
        """Without one it is the live session of the release."""
        index = upload2(server)
        with index.session(MANIFEST):
            pass
        assert index.discard(SPAM, None) is not None
        assert [room.status for room in server.sessions] == ["canceled"]

    @pytest.mark.parametrize("retention", [True, False])
    def test_none(self, server: Upload2Server, *, retention: bool) -> None:
        """Where none lives, none is left."""
        index = upload2(server)
        with index.session(MANIFEST) as session:
            pass
        server.retention = retention
        server.sessions[0].status = "canceled"
        assert index.discard(SPAM, session.url) is None
        assert not any(room.is_live for room in server.sessions)

    def test_processing(self, server: Upload2Server) -> None:
        """What is being published cannot be discarded."""
        index = upload2(server)
        with index.session(MANIFEST) as session:
            pass
        server.sessions[0].status = "processing"
        server.sessions[0].polls = 9
        with pytest.raises(UploadRefused, match="the session cannot be canceled"):
            index.discard(SPAM, session.url)

    def test_state(self, server: Upload2Server) -> None:
        """How a session stands is told; one that is gone is none."""
        server.previews = False
        index = upload2(server)
        with index.session(MANIFEST) as session:
            assert session.preview is None
        state = index.state(session.url)
        assert state is not None
        assert (state.status, state.preview, dict(state.files)) == ("open", None, {})
        assert state.expires_at is not None
        server.retention = False
        server.sessions[0].status = "canceled"
        assert index.state(session.url) is None


class TestFaults:
    """An answer that is lost, at any step, before or after its effect."""

    STEPS = ("create-session", "status", "create-file", "bytes", "complete", "publish")

    @pytest.mark.parametrize("cue", ["reset-before", "reset-after", "503", "429"])
    @pytest.mark.parametrize("step", STEPS)
    def test_one(self, run: Publisher, step: str, cue: str) -> None:
        """One is made good within the run: each file is accepted once."""
        run.server.fail(step, cue)
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("cue", ["reset-before", "reset-after"])
    @pytest.mark.parametrize("step", STEPS)
    def test_deferred(self, run: Publisher, step: str, cue: str) -> None:
        """So is one where the index takes its time."""
        run.server.is_deferred_files = run.server.is_deferred_publish = True
        run.server.fail(step, cue)
        run.server.fail("file-status", cue)
        assert run().outcome == "published"
        assert published(run.server, *TWO)

    @pytest.mark.parametrize("cue", ["reset-before", "503"])
    @pytest.mark.parametrize("step", STEPS)
    def test_for_ever(self, run: Publisher, step: str, cue: str) -> None:
        """If it lasts, the run ends as unreachable, and the next one finishes."""
        run.server.fail(step, *[cue] * 30)
        error = run.fails()
        assert isinstance(error, Unreachable)
        assert error.exit_status == 5
        run.server.cues.clear()
        assert run().outcome == "published"
        assert published(run.server, *TWO)


class TestSecrets:
    @pytest.mark.parametrize("step", ["create-file", "bytes", "complete", "publish", "cancel"])
    def test_repeated_by_the_index(self, run: Publisher, step: str) -> None:
        """Whatever the index repeats: no password, token or preview URL is in any text."""
        shown: list[str] = []

        def prepare() -> None:
            room = run.server.sessions[0]
            stage_url = run.server.base + room.paths["stage"]
            words = f"look: {PASSWORD} {room.token} {stage_url}"
            run.server.notices = room.notices = [words]
            run.server.fail(step, *[problem(400, words, errors=[{"message": words}])] * 9)
            if step == "cancel":
                run.server.fail("publish", *["403"] * 2)

        once(run.server, "create-session", prepare, "after-effect")
        error = run.fails()
        room = run.server.sessions[0]
        told = [*run.reporter.notes, *run.reporter.warnings, error.message, error.hint]
        shown += [*told, repr(error.report), run.journal]
        assert "look: ********" in "".join(told)
        for secret in (PASSWORD, room.token, room.paths["stage"]):
            assert secret not in "".join(shown)
        assert set(run.reporter.concealed) >= {
            room.token,
            run.server.base + room.paths["stage"],
        }

    def test_representations(self, server: Upload2Server) -> None:
        """No object shows one."""
        index = upload2(server, reporter=Silent())
        with index.session(MANIFEST) as session:
            session.upload(built(SDIST).upload, lambda _: None)
            state = session.hold()
            shown = repr([index, session, vars(session), session.uploads, state, session.preview])
        room = server.sessions[0]
        assert room.token not in shown
        assert PASSWORD not in shown

    def test_journal(self, run: Publisher) -> None:
        """Neither does the journal of a held release."""
        run(hold=True)
        room = run.server.sessions[0]
        assert run.server.base + room.paths["session"] in run.journal
        assert room.token not in run.journal
