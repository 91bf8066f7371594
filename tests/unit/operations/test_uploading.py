"""The I/O loop: what is recorded, when the index is asked, and where a run stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from fakes import FakeClock, MemoryIndex, MemorySession, Remembering
from samples import distribution
from twine_stage import journal
from twine_stage.errors import Conflict, Damaged, Unreachable, UploadRefused
from twine_stage.indexes.base import Session
from twine_stage.indexes.uploads import Accepted, Answer, Unclear, Upload
from twine_stage.operations.uploading import ATTEMPTS, LONGEST_PAUSE, Uploading
from twine_stage.plan import Plan, Wave
from twine_stage.releases import release_id

WHEELS = tuple(f"spam-1.0-cp3{minor}-cp3{minor}-win_amd64.whl" for minor in range(10, 16))
SDIST = "spam-1.0.tar.gz"


def upload(filename: str) -> Upload:
    """An upload whose content is its filename."""

    def chunks() -> Iterator[bytes]:
        yield filename.encode()

    return Upload(distribution=distribution(filename), core_metadata=b"", chunks=chunks)


def plan(*waves: tuple[str, ...]) -> Plan:
    """A plan of waves by name."""
    return Plan(waves=tuple(Wave(tuple(distribution(name) for name in wave)) for wave in waves))


class Loop:
    """An ``Uploading`` over an index in memory, with what it recorded."""

    def __init__(
        self, index: MemoryIndex, *, session: Session | None = None, jobs: int = 1
    ) -> None:
        self.index = index
        self.events: list[journal.Event] = []
        self.reporter = Remembering()
        self.uploading = Uploading(
            session=session or MemorySession(index),
            look=self.look,
            record=self.events.append,
            jobs=jobs,
            clock=index.clock,
            reporter=self.reporter,
        )

    def look(self, filename: str) -> str | None:
        listing = self.index.listing(release_id(distribution(filename)))
        shown = listing.by_name.get(filename)
        return shown.sha256 if shown else None

    def run(self, *waves: tuple[str, ...]) -> Uploading:
        self.uploading.run(plan(*waves), {name: upload(name) for wave in waves for name in wave})
        return self.uploading

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


def test_an_accepted_file_is_announced_and_recorded() -> None:
    """The journal knows of a request before it begins, and of its end."""
    loop = Loop(MemoryIndex())
    assert loop.run((SDIST,)).error is None
    assert loop.kinds() == ["Sending", "Uploaded"]
    assert loop.reporter.outcomes == [(SDIST, "uploaded")]
    assert loop.reporter.moved == {SDIST: len(SDIST)}


def test_a_wave_begins_when_the_one_before_is_done() -> None:
    """No file of the second wave is sent before all of the first are accepted."""
    loop = Loop(MemoryIndex(), jobs=4)
    loop.run(WHEELS, (SDIST,))
    assert loop.index.posts[-1] == SDIST
    assert sorted(loop.index.posts[:-1]) == sorted(WHEELS)
    assert loop.kinds()[-2:] == ["Sending", "Uploaded"]


def test_uploads_of_a_wave_run_side_by_side() -> None:
    """Four jobs hold four requests open at once."""
    barrier = threading.Barrier(4, timeout=30)

    class Meeting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            barrier.wait()
            return Accepted()

    loop = Loop(Meeting(), jobs=4)
    assert loop.run(WHEELS[:4]).error is None


def test_after_a_lost_answer_the_listing_is_asked() -> None:
    """A file that arrived although the answer was lost is not sent again."""
    loop = Loop(MemoryIndex(faults=["late"]))
    assert loop.run((SDIST,)).error is None
    assert loop.kinds() == ["Sending", "Failed", "Present"]
    assert loop.index.posts == [SDIST]
    assert loop.uploading.messages == {}


def test_a_file_that_did_not_arrive_is_sent_again() -> None:
    """The listing does not show it, so it goes up a second time."""
    loop = Loop(MemoryIndex(faults=["lost"]))
    assert loop.run((SDIST,)).error is None
    assert loop.kinds() == ["Sending", "Failed", "Sending", "Uploaded"]


def test_it_gives_up_after_some_attempts() -> None:
    """An index that never answers ends the run with status 5, and running again is safe."""
    loop = Loop(MemoryIndex(faults=["lost"] * 10))
    error = loop.run((SDIST,)).error
    assert isinstance(error, Unreachable)
    assert loop.index.posts == [SDIST] * ATTEMPTS
    assert "connection reset" in error.message
    assert f"{SDIST}: {loop.uploading.messages[SDIST]}" == error.message


def test_pauses_grow_and_follow_the_index() -> None:
    """What the index asks for in Retry-After is waited for, within reason."""
    clock = FakeClock()
    loop = Loop(MemoryIndex(clock=clock, faults=["strain"]))
    before = clock.now()
    loop.run((SDIST,))
    assert 7 <= (clock.now() - before).total_seconds() < 8


def test_strain_makes_the_rest_go_one_by_one() -> None:
    """After a 5xx or 429 no two requests run side by side."""
    running = []

    class Counting(MemoryIndex):
        active = 0

        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            self.active += 1
            running.append(self.active)
            answer = super().upload(upload, sent)
            self.active -= 1
            return answer

    index = Counting(faults=["strain"])
    loop = Loop(index, jobs=4)
    assert loop.run((SDIST,), WHEELS).error is None
    assert running == [1] * (len(WHEELS) + 2)
    assert loop.reporter.notes == ["the index is under strain; the rest goes one by one"]


def test_strain_while_going_one_by_one_is_not_told_twice() -> None:
    """There is nothing left to lower."""
    loop = Loop(MemoryIndex(faults=["strain", "strain"]), jobs=4)
    loop.run((SDIST,))
    assert len(loop.reporter.notes) == 1


def test_a_refusal_stops_the_run() -> None:
    """What the index refuses is not sent again, and nothing after it is sent."""
    loop = Loop(MemoryIndex(faults=["refused"]))
    error = loop.run((SDIST,), WHEELS).error
    assert isinstance(error, UploadRefused)
    assert error.message == f"{SDIST}: the index says no"
    assert error.hint == "ask it why"
    assert loop.index.posts == [SDIST]
    assert loop.kinds() == ["Sending", "UploadRefused"]


def test_the_first_of_two_errors_is_told() -> None:
    """Both files have a message; the run has one error."""
    barrier = threading.Barrier(2, timeout=30)

    class Meeting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            barrier.wait()
            return super().upload(upload, sent)

    loop = Loop(Meeting(faults=["refused", "refused"]), jobs=2)
    assert isinstance(loop.run(WHEELS[:2]).error, UploadRefused)
    assert len(loop.uploading.messages) == 2


def test_a_name_that_is_taken_by_our_own_bytes_is_present() -> None:
    """Whatever the index says in prose, the digest decides."""
    index = MemoryIndex(takes_twice=False)
    index.put(SDIST, SDIST.encode())
    loop = Loop(index)
    assert loop.run((SDIST,)).error is None
    assert loop.kinds() == ["Sending", "Present"]


def test_a_name_that_is_taken_by_other_bytes_is_a_conflict() -> None:
    """Both digests are told."""
    index = MemoryIndex()
    index.put(SDIST, b"other")
    error = Loop(index).run((SDIST,)).error
    assert isinstance(error, Conflict)
    assert distribution(SDIST).sha256 in error.message


def test_a_name_that_is_taken_and_never_shown_is_refused() -> None:
    """A name used before by a deleted file cannot be used again; the index's words are shown."""
    loop = Loop(MemoryIndex(faults=["taken"]))
    error = loop.run((SDIST,)).error
    assert isinstance(error, UploadRefused)
    assert error.message == f"{SDIST}: File already exists"
    assert loop.index.posts == [SDIST]


def test_a_listing_that_fails_stops_the_run() -> None:
    """Nothing is sent twice without having asked."""
    loop = Loop(MemoryIndex(faults=["lost"], outages=[True]))
    assert isinstance(loop.run((SDIST,)).error, Unreachable)
    assert loop.index.posts == [SDIST]


def test_damaged_content_stops_the_run() -> None:
    """The stored file is not what was frozen: the request was broken off."""

    class Breaking(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            raise Damaged("spam", "not what was frozen")

    loop = Loop(Breaking())
    assert isinstance(loop.run((SDIST,)).error, Damaged)
    assert loop.kinds() == ["Sending", "Failed"]


def test_an_interruption_keeps_the_answers_under_way() -> None:
    """Ctrl-C breaks off what is sent and records what was accepted meanwhile."""
    gate = threading.Event()

    class Interrupting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            if upload.distribution.filename.text == WHEELS[0]:
                raise KeyboardInterrupt
            gate.wait(30)
            return Accepted()

    class Ended(Loop):
        def look(self, filename: str) -> str | None:
            raise AssertionError

    loop = Ended(Interrupting(), jobs=2)
    threading.Timer(0.2, gate.set).start()
    with pytest.raises(KeyboardInterrupt):
        loop.run(WHEELS[:2])
    assert loop.kinds() == ["Sending", "Sending", "Uploaded"]


def test_an_interruption_breaks_off_a_body() -> None:
    """A request whose body is being sent does not go on behind our back."""
    gate = threading.Event()
    broken = threading.Event()

    class Interrupting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            if upload.distribution.filename.text == WHEELS[0]:
                raise KeyboardInterrupt
            gate.wait(30)
            try:
                sent(1)
            except BaseException:
                broken.set()
                raise
            return Unclear(message="unreached")

    loop = Loop(Interrupting(), jobs=2)
    threading.Timer(0.2, gate.set).start()
    with pytest.raises(KeyboardInterrupt):
        loop.run(WHEELS[:2])
    assert broken.wait(30)
    assert loop.kinds() == ["Sending", "Sending"]


def test_an_interruption_does_not_wait_for_a_pause() -> None:
    """A question that is only to be asked after a minute tells nothing now."""

    class Sleeping(FakeClock):
        def sleep(self, seconds: float) -> None:
            del seconds
            asleep.set()
            gate.wait(30)

    class Interrupting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            if upload.distribution.filename.text == WHEELS[0]:
                return Unclear(message="503", retry_after=60)
            assert asleep.wait(30)
            raise KeyboardInterrupt

    asleep, gate = threading.Event(), threading.Event()
    loop = Loop(Interrupting(clock=Sleeping()), jobs=2)
    with pytest.raises(KeyboardInterrupt):
        loop.run(WHEELS[:2])
    assert not gate.is_set()
    gate.set()


def test_an_index_that_asks_for_an_hour_is_asked_again_sooner() -> None:
    """What ``Retry-After`` says counts within reason."""

    class Strained(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            if self.posts:
                return super().upload(upload, sent)
            self.posts.append("strained")
            return Unclear(message="429", retry_after=3600)

    index = Strained()
    before = index.clock.now()
    assert Loop(index).run((SDIST,)).error is None
    assert LONGEST_PAUSE <= (index.clock.now() - before).total_seconds() < LONGEST_PAUSE + 1


def test_pauses_double() -> None:
    """Without a word from the index, the fifth failure is followed by 8 to 16 seconds."""
    index = MemoryIndex(faults=["lost"] * ATTEMPTS)
    before = index.clock.now()
    Loop(index).run((SDIST,))
    assert 0.5 * 31 <= (index.clock.now() - before).total_seconds() < 32


def test_nothing_of_a_wave_is_sent_after_an_error() -> None:
    """Of the files that go side by side, too."""
    loop = Loop(MemoryIndex(faults=["refused"]))
    assert isinstance(loop.run(WHEELS).error, UploadRefused)
    assert loop.index.posts == [WHEELS[0]]
