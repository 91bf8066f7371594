"""What is the same for all indexes that keep no publishing session of their own."""

from __future__ import annotations

from twine_stage.errors import Refused
from twine_stage.indexes.base import SessionState
from twine_stage.settings import Secret


class Sessionless:
    """The part of ``base.Session`` that is about sessions that an index keeps: there is none."""

    url: str | None = None
    preview: Secret | None = None
    has: frozenset[str] = frozenset()
    is_canceled = False

    def look(self, filename: str) -> str | None:  # noqa: ARG002 - nothing is kept apart
        """None: what the index has, its listing shows."""
        return None

    def greet(self, *, discard: bool = False) -> None:
        """Nobody else can be there."""

    def review(self, *, discard: bool = False) -> None:
        """There is nothing to look at."""

    def hold(self, *, discard: bool = False) -> SessionState:  # noqa: ARG002 - never done
        """What cannot be done.

        Raises:
            Refused: always; ``Capabilities.can_hold`` says so beforehand.
        """
        raise Refused("this index cannot hold a release: it keeps no sessions")
