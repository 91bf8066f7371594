"""Polling: waiting for an index that works on something, or that has no time now."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from twine_stage.errors import Unreachable
from twine_stage.indexes.answers import is_busy
from twine_stage.indexes.endpoints import NoAnswer
from twine_stage.transport import Answered

S = TypeVar("S")

ATTEMPTS = 5
"""How often a request is made of which a repetition does no harm."""

LONGEST_PAUSE = 30.0
"""Seconds between two looks, unless the index asks for more."""

LONGEST_ASKED = 300.0
"""Seconds; what an index asks for in ``Retry-After`` counts up to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How to wait: ``sleep`` takes seconds, and so are ``patience`` and ``longest``.

    ``patience`` is for one piece of work of the index, ``longest`` for one pause, whatever it asks
    for; ``attempts`` is how often a request is made of which a repetition does no harm.
    """

    sleep: Callable[[float], None]
    patience: float = 1800.0
    longest: float = LONGEST_ASKED
    attempts: int = ATTEMPTS

    def until(
        self,
        look: Callable[[], tuple[S, Answered]],
        is_done: Callable[[S], bool],
        *,
        since: Answered | None = None,
    ) -> S:
        """Look until something is done; between two looks as long as the index asks for.

        Args:
            look: what there is now, and the answer that says so.
            is_done: whether that is all.
            since: the answer after which it began; it may ask to wait before the first look.

        Raises:
            Unreachable: it is not done within the patience.
        """
        waited, pause = 0.0, 1.0
        if since is not None and since.retry_after:
            waited = min(since.retry_after, self.longest)
            self.sleep(waited)
        while True:
            found, answered = look()
            if is_done(found):
                return found
            if waited >= self.patience:
                raise Unreachable(
                    f"the index still works on it after {self.patience:.0f} seconds",
                    hint="Run the same command again; it continues where it stopped.",
                )
            asked = min(max(pause, answered.retry_after or 0.0), self.longest)
            self.sleep(asked)
            waited, pause = waited + asked, min(2 * pause, LONGEST_PAUSE)

    def patiently(self, request: Callable[[], Answered]) -> Answered:
        """The answer to a request that may be repeated while there is none, or the index is busy.

        Raises:
            NoAnswer: there was none to the last attempt.
        """
        attempt = 0
        while True:
            attempt += 1
            pause = random.uniform(0.5, 1.0) * 2.0 ** (attempt - 1)  # noqa: S311 - no secret
            try:
                answered = request()
            except NoAnswer:
                if attempt == self.attempts:
                    raise
            else:
                if attempt == self.attempts or not _is_to_be_repeated(answered.status):
                    return answered
                pause = max(pause, answered.retry_after or 0.0)
            self.sleep(min(pause, self.longest))


def _is_to_be_repeated(status: int) -> bool:
    """Whether the next answer may be another one; what is not implemented will not be."""
    return is_busy(status) and status != 501  # noqa: PLR2004 - not implemented
