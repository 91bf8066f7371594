"""Workers: threads that send and fetch, and that nobody waits for once the work is broken off.

The threads of ``concurrent.futures`` are waited for when the program ends, and an index may take
minutes for an answer: a person who pressed Ctrl-C would sit there as long.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Up to ``count`` threads that do what is submitted, in that order.

    At the end of the ``with`` block all of it is done; but if an error ends the block, each thread
    only finishes what it is at, nothing else is begun, and nobody waits.
    """

    def __init__(self, count: int, *, name: str) -> None:
        self._count = count
        self._name = name
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._is_broken_off = False

    def submit(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """What will come of a call, which a thread makes when it is free."""
        future: Future[T] = Future()
        self._tasks.put(partial(_fulfil, future, partial(do, *args, **kwargs)))
        if len(self._threads) < self._count:
            name = f"{self._name}-{len(self._threads)}"
            self._threads.append(Thread(target=self._work, name=name, daemon=True))
            self._threads[-1].start()
        return future

    def __enter__(self) -> Workers:  # noqa: PYI034 - Self is of Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_broken_off = kind is not None
        for _ in self._threads:
            self._tasks.put(None)
        if not self._is_broken_off:
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None and not self._is_broken_off:
            task()


def _fulfil(future: Future[T], do: Callable[[], T]) -> None:
    try:
        result = do()
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
        future.set_exception(error)
    else:
        future.set_result(result)
