from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from twine_stage import journal
from twine_stage.errors import Damaged

NOON = datetime(2025, 1, 2, 12, tzinfo=timezone.utc)
WHEEL, SDIST = "spam-1.0-py3-none-any.whl", "spam-1.0.tar.gz"


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


OPENED = journal.Opened(
    at=NOON,
    release="spam==1.0",
    manifest="1" * 64,
    index="example",
    url="https://example.org/",
    api="legacy",
)
EVENTS: tuple[journal.Event, ...] = (
    OPENED,
    journal.Present(at=at(1), filename=SDIST, sha256="2" * 64),
    journal.Sending(at=at(2), filename=WHEEL, attempt=1),
    journal.Failed(at=at(3), filename=WHEEL, message="the connection broke\n(twice)"),
    journal.Sending(at=at(4), filename=WHEEL, attempt=2),
    journal.Uploaded(at=at(5), filename=WHEEL, sha256="3" * 64),
    journal.UploadRefused(at=at(6), filename="spam-1.0.zip", message="No späm."),
    journal.Published(at=at(7)),
    journal.Verified(at=at(8)),
)


def written(*events: journal.Event) -> bytes:
    return b"".join(map(journal.dumps, events))


def test_an_event_is_a_line() -> None:
    """Each event is one line of JSON that names itself."""
    for event in EVENTS:
        line = journal.dumps(event)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert json.loads(line)["at"] == event.at.isoformat()
    assert json.loads(journal.dumps(OPENED))["schema"] == 1


def test_events_are_read_as_written() -> None:
    """A journal is read back, every event of every kind."""
    assert journal.loads(written(*EVENTS)) == EVENTS


def test_an_empty_journal_has_no_events() -> None:
    """No line, no event; and nothing is proved."""
    assert journal.loads(b"") == ()
    assert journal.replay(()) is None


def test_a_torn_last_line_is_dropped() -> None:
    """What follows the last line feed was never acted upon."""
    assert journal.loads(written(*EVENTS)[:-1]) == EVENTS[:-1]


def test_a_message_that_is_no_text_is_written_all_the_same() -> None:
    """Half a surrogate pair, as an index may answer, becomes a question mark."""
    event = journal.Failed(at=NOON, filename=WHEEL, message="bad: \ud800")
    assert journal.loads(written(OPENED, event))[1] == journal.Failed(
        at=NOON, filename=WHEEL, message="bad: ?"
    )


def test_what_a_newer_version_adds_is_ignored() -> None:
    """A field that we do not know does not hinder reading."""
    line = json.dumps({**json.loads(journal.dumps(EVENTS[-1])), "by": "somebody"}).encode() + b"\n"
    assert journal.loads(written(OPENED) + line) == (OPENED, EVENTS[-1])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"\n", "expected JSON"),
        (b"[]\n", "expected an object"),
        (b"{}\n", "event: missing"),
        (b'{"event": []}\n', "event: expected 'opened' or "),
        (b'{"event": "eaten"}\n', "event: expected 'opened' or "),
        (b'{"event": "published"}\n', "at: missing"),
        (b'{"event": "published", "at": 3}\n', "at: expected a string"),
        (b'{"event": "published", "at": "2025-01-02T03:04:05"}\n', "at: expected a date"),
        (
            written(EVENTS[2]).replace(b'"attempt": 1', b'"attempt": "1"'),
            "attempt: expected a whole number",
        ),
        (b'{"event": "opened", "schema": 2}\n', "schema: expected 1, found 2"),
    ],
)
def test_a_line_that_is_no_event_is_damage(line: bytes, problem: str) -> None:
    """A whole line that is no event is named by its number, with the way out."""
    with pytest.raises(Damaged) as caught:
        journal.loads(written(OPENED) + line + written(*EVENTS), name="1.jsonl")
    assert caught.value.document == "1.jsonl, line 2"
    assert caught.value.problem.startswith(problem)
    assert "publish again" in caught.value.hint


def test_a_journal_begins_with_its_opening() -> None:
    """A journal that does not say what it is about is damaged."""
    with pytest.raises(Damaged, match="expected the first event to be 'opened'"):
        journal.loads(written(*EVENTS[1:]))


def test_a_replay_tells_what_is_proved() -> None:
    """Accepted files, attempts, moments and marks follow from the events."""
    assert journal.replay(EVENTS) == journal.Progress(
        opened=OPENED,
        accepted=frozenset({WHEEL, SDIST}),
        attempts={WHEEL: 2},
        first_accepted=at(5),
        last_accepted=at(5),
        published_at=at(7),
        is_published=True,
        is_verified=True,
        has_sent=True,
    )


SESSION = journal.SessionOpened(at=at(0), session="https://example.org/session/1")
SENT = journal.Uploaded(at=at(1), filename=WHEEL, sha256="0" * 64)
SENDING = journal.Sending(at=at(1), filename=WHEEL, attempt=1)


def test_a_session_is_filled_and_held() -> None:
    """What was accepted since the session was opened is in it."""
    progress = journal.replay([OPENED, SESSION, SENDING, SENT, journal.Held(at=at(2), seal="5ea1")])
    assert progress is not None
    assert progress.session == SESSION.session
    assert progress.filled == {WHEEL}
    assert progress.is_held
    assert progress.has_sent


def test_another_session_begins_empty() -> None:
    """What was sent to the one before counts no more, and neither does that it was held."""
    other = journal.SessionOpened(at=at(3), session="https://example.org/session/2")
    progress = journal.replay([OPENED, SESSION, SENT, journal.Held(at=at(2), seal="5ea1"), other])
    assert progress is not None
    assert (progress.session, progress.filled) == (other.session, frozenset())
    assert not progress.is_held


def test_a_discarded_session_leaves_nothing() -> None:
    """The index has nothing any more, so what is frozen may be thawed."""
    progress = journal.replay([OPENED, SESSION, SENDING, SENT, journal.Canceled(at=at(2))])
    assert progress is not None
    assert (progress.session, progress.filled) == (None, frozenset())
    assert not progress.has_sent
    again = journal.replay([OPENED, SESSION, journal.Canceled(at=at(2)), SESSION, SENDING])
    assert again is not None
    assert again.has_sent


def test_an_opened_journal_proves_nothing_more() -> None:
    """After the opening alone nothing was sent, and there is no exposure."""
    progress = journal.replay([OPENED])
    assert progress == journal.Progress(opened=OPENED)
    assert (progress.has_sent, progress.exposure_seconds) == (False, 0.0)


@pytest.mark.parametrize(
    ("event", "has_sent"),
    [
        (journal.Sending(at=NOON, filename=WHEEL, attempt=1), True),
        (journal.Published(at=NOON), True),
        (journal.Present(at=NOON, filename=WHEEL, sha256="2" * 64), False),
    ],
)
def test_a_request_begun_may_have_arrived(event: journal.Event, has_sent: bool) -> None:  # noqa: FBT001
    """Once a request begins, the index may have received something."""
    progress = journal.replay([OPENED, event])
    assert progress is not None
    assert progress.has_sent is has_sent


def test_exposure_is_from_the_first_file_to_the_last() -> None:
    """The seconds between the first and the last file that became accepted, in any order."""
    moments = (9, 2, 4)
    uploaded = [journal.Uploaded(at=at(s), filename=str(s), sha256="2" * 64) for s in moments]
    progress = journal.replay([OPENED, *uploaded])
    assert progress is not None
    assert progress.exposure_seconds == 7.0


def test_after_another_opening_what_was_accepted_before_counts_no_more() -> None:
    """The index of that name is another one now; but something was sent and made public."""
    moved = replace(OPENED, at=at(9), url="https://example.org/moved/")
    progress = journal.replay([*EVENTS, moved])
    assert progress is not None
    assert (progress.opened, progress.accepted, progress.first_accepted) == (
        moved,
        frozenset(),
        None,
    )
    assert (progress.has_sent, progress.is_published) == (True, True)


def test_a_journal_is_of_one_manifest_and_one_index() -> None:
    """Both are named by the last opening."""
    progress = journal.Progress(opened=OPENED)
    assert progress.is_of(OPENED.manifest, OPENED.url)
    assert not progress.is_of("0" * 64, OPENED.url)
    assert not progress.is_of(OPENED.manifest, "https://example.org/moved/")
