"""Waiting for an index: as long as it asks for, and not for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from twine_stage.errors import Unreachable
from twine_stage.indexes.endpoints import NoAnswer
from twine_stage.indexes.polling import ATTEMPTS, LONGEST_ASKED, Polling
from twine_stage.transport import Answered


def answer(status: int = 200, retry_after: str = "") -> Answered:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Answered(url="", status=status, reason="", headers=headers, body=b"")


def looks(*found: tuple[str, str]) -> Callable[[], tuple[str, Answered]]:
    """Looks that find a status each, and are asked to wait."""
    left: Iterator[tuple[str, str]] = iter(found)

    def look() -> tuple[str, Answered]:
        status, retry_after = next(left)
        return status, answered_after(retry_after)

    def answered_after(retry_after: str) -> Answered:
        return answer(retry_after=retry_after)

    return look


def is_done(status: str) -> bool:
    return status == "completed"


class TestUntil:
    def test_done(self) -> None:
        """What is done at the first look is not waited for."""
        pauses: list[float] = []
        polling = Polling(sleep=pauses.append)
        assert polling.until(looks(("completed", "")), is_done) == "completed"
        assert pauses == []

    def test_pauses(self) -> None:
        """Between two looks it waits as long as the index asks for, else ever a little longer."""
        pauses: list[float] = []
        look = looks(("p", ""), ("p", "7"), ("p", ""), ("p", "86400"), ("completed", ""))
        Polling(sleep=pauses.append).until(look, is_done)
        assert pauses == [1, 7, 4, LONGEST_ASKED]

    @pytest.mark.parametrize(("asked", "first"), [("9", [9]), ("86400", [LONGEST_ASKED]), ("", [])])
    def test_since(self, asked: str, first: list[float]) -> None:
        """Where the answer before asked for it, it waits before the first look, too."""
        pauses: list[float] = []
        polling = Polling(sleep=pauses.append)
        polling.until(looks(("completed", "")), is_done, since=answer(202, asked))
        assert pauses == first

    def test_patience(self) -> None:
        """What is never done ends the run, which can be repeated."""
        pauses: list[float] = []
        polling = Polling(sleep=pauses.append, patience=100)
        with pytest.raises(Unreachable, match="still works on it after 100 seconds"):
            polling.until(lambda: ("processing", answer()), is_done)
        assert 100 <= sum(pauses) < 140


class TestPatiently:
    def test_answer(self) -> None:
        """An answer is an answer, also if it refuses."""
        polling = Polling(sleep=lambda _: pytest.fail("it waits"))
        assert polling.patiently(lambda: answer(403)).status == 403

    def test_busy(self) -> None:
        """Who is busy is asked again, after as long as it wants."""
        pauses: list[float] = []
        left = iter([answer(503, "9"), answer(429), answer(201)])
        found = Polling(sleep=pauses.append).patiently(lambda: next(left))
        assert found.status == 201
        assert pauses[0] == 9
        assert 1 <= pauses[1] <= 2

    def test_always_busy(self) -> None:
        """The last answer counts, whatever it is."""
        asked: list[int] = []

        def request() -> Answered:
            asked.append(1)
            return answer(500)

        assert Polling(sleep=lambda _: None).patiently(request).status == 500
        assert len(asked) == ATTEMPTS

    def test_not_implemented(self) -> None:
        """What is not implemented will not be a moment later."""
        pauses: list[float] = []
        polling = Polling(sleep=pauses.append)
        assert polling.patiently(lambda: answer(501)).status == 501
        assert pauses == []

    def test_no_answer(self) -> None:
        """No answer is asked for again; none at all is an error."""
        left = iter([False, True, *[False] * ATTEMPTS])

        def request() -> Answered:
            if not next(left):
                raise NoAnswer("the connection was reset")
            return answer()

        polling = Polling(sleep=lambda _: None)
        assert polling.patiently(request).status == 200
        with pytest.raises(NoAnswer, match="reset"):
            polling.patiently(request)

    def test_hurry(self) -> None:
        """Whoever is in a hurry asks less often, and waits no longer than they want."""
        pauses: list[float] = []
        polling = Polling(sleep=pauses.append, attempts=2, longest=0.25)
        assert polling.patiently(lambda: answer(503, "30")).status == 503
        assert pauses == [0.25]
