"""Workers: threads that do what is submitted, and that hold nobody up."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import Future

import pytest

from twine_stage.operations.workers import Workers


def test_results_and_errors_come_to_who_asks() -> None:
    """Whatever a call raises is raised where its result is asked for."""
    with Workers(2, name="test") as workers:
        fine = workers.submit(divmod, 7, 2)
        bad = workers.submit(divmod, 7, 0)
        assert fine.result(30) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            bad.result(30)


def test_no_more_threads_than_asked_for() -> None:
    """Many calls share the threads, in order."""
    with Workers(1, name="test") as workers:
        names = [workers.submit(lambda: threading.current_thread().name) for _ in range(3)]
    assert {name.result(0) for name in names} == {"test-0"}


def test_at_the_end_all_is_done() -> None:
    """Leaving the block waits for what was submitted, and for the threads."""
    before = threading.active_count()
    done: list[int] = []
    with Workers(2, name="test") as workers:
        for number in range(20):
            workers.submit(done.append, number)
    assert sorted(done) == list(range(20))
    assert threading.active_count() == before


def test_an_error_waits_for_nobody() -> None:
    """What is under way is left to itself, and what was not begun is never begun."""
    begun, gate, late = threading.Event(), threading.Event(), threading.Event()
    futures: list[Future[None]] = []

    def hold() -> None:
        begun.set()
        gate.wait(30)

    def interrupted() -> None:
        with Workers(1, name="test") as workers:
            futures.append(workers.submit(hold))
            workers.submit(late.set)
            assert begun.wait(30)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    [under_way] = futures
    assert not under_way.done()
    gate.set()
    under_way.result(30)
    for thread in threading.enumerate():
        if thread.name == "test-0":
            thread.join(30)
    assert not late.is_set()


def test_a_program_ends_without_its_workers() -> None:
    """A request that is never answered does not keep an interrupted program from ending."""
    program = (
        "import threading\n"
        "from twine_stage.operations.workers import Workers\n"
        "with Workers(1, name='test') as workers:\n"
        "    workers.submit(threading.Event().wait)\n"
        "    raise SystemExit(130)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ended.returncode == 130
