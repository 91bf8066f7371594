"""Asking an index about many projects and files at once, with few connections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from packaging.utils import NormalizedName

from twine_stage.errors import Unreachable, Unreadable
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.workers import Workers

CONNECTIONS = 16
"""How many there are to one host at most."""

_FIRST = 3
"""How many questions in a row an index may leave unanswered before it is given up at once."""

K = TypeVar("K")
T = TypeVar("T")


@dataclass(slots=True)
class Answers(Generic[K, T]):
    """What was answered, and what was not: why."""

    known: dict[K, T] = field(default_factory=dict)
    unknown: dict[K, Unreachable] = field(default_factory=dict)


def pages(
    index: Index, etags: Mapping[NormalizedName, str]
) -> Answers[NormalizedName, Project | None]:
    """What an index shows of projects; None of those whose page still has its ETag.

    Raises:
        StageError: the index cannot be asked at all: there are no credentials, say.
    """
    return answers(etags, lambda name: index.project_since(name, etags[name]))


def addresses(index: Index, files: Iterable[ListedFile]) -> Answers[ListedFile, bool]:
    """Whether the addresses of files answer; raises as ``pages`` does."""
    return answers(files, index.serves)


def answers(
    questions: Iterable[K], ask: Callable[[K], T], *, connections: int = CONNECTIONS
) -> Answers[K, T]:
    """All answers; raises as ``pages`` does.

    Questions are put one by one until the index answers: how it is reached, and as whom, is found
    out by one of them. An index that stops answering meanwhile is not asked for ever; one that has
    a page that cannot be read does answer.
    """
    found: Answers[K, T] = Answers()
    asking = _Asking(ask)
    waiting = list(questions)
    while waiting and not asking.is_answered and len(found.unknown) < _FIRST:
        question = waiting.pop(0)
        _note(found, question, asking(question))
    asking.patience = connections if asking.is_answered else 0
    with Workers(connections, name="asking") as workers:
        futures = {workers.submit(asking, one): one for one in waiting}
        for future in as_completed(futures):
            _note(found, futures[future], future.result())
    return found


@dataclass(slots=True)
class _Asking(Generic[K, T]):
    """Puts questions, from any thread, until too many in a row were not answered."""

    ask: Callable[[K], T]
    patience: int = CONNECTIONS
    is_answered: bool = False
    failed: int = 0
    last: Unreachable | None = None
    guard: Lock = field(default_factory=Lock)

    def __call__(self, question: K) -> T | Unreachable:
        if self.last is not None and self.failed >= self.patience:
            return self.last
        try:
            answer: T | Unreachable = self.ask(question)
        except Unreadable as error:
            answer = error
        except Unreachable as error:
            with self.guard:
                self.failed += 1
                self.last = error
            return error
        with self.guard:
            self.failed = 0
            self.is_answered = True
        return answer


def _note(found: Answers[K, T], question: K, answer: T | Unreachable) -> None:
    if isinstance(answer, Unreachable):
        found.unknown[question] = answer
    else:
        found.known[question] = answer
