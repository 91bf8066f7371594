"""Reporting: how long-running work tells of its progress, without knowing who listens."""

from __future__ import annotations

from typing import Protocol

from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId


class Reporter(Protocol):
    """Who listens; every method may be called from any thread."""

    def note(self, message: str) -> None:
        """A fact worth a line: which credential is used, what is left out and why."""
        ...

    def warn(self, message: str) -> None:
        """A fact that a person should act upon although work goes on."""
        ...

    def conceal(self, secret: str) -> None:
        """A text that must show in no log, told before anything else is done with it."""
        ...

    def planned(self, release: ReleaseId, index: str, plan: Plan) -> None:
        """What is about to be sent, before the first byte is."""
        ...

    def began(self, filename: str, size: int) -> None:
        """Bytes of a file (``size`` in all) start to move; again after a failed attempt."""
        ...

    def advanced(self, filename: str, count: int) -> None:
        """``count`` more bytes of a file have moved."""
        ...

    def ended(self, filename: str, outcome: str, detail: str = "") -> None:
        """An attempt is over: ``added``, ``uploaded``, ``present``, ``refused``, ``failed``.

        After ``unclear`` there is another one, once the index was asked.
        """
        ...


class Silent:
    """Nobody listens."""

    def note(self, message: str) -> None:
        """Ignore it."""

    def warn(self, message: str) -> None:
        """Ignore it."""

    def conceal(self, secret: str) -> None:
        """Ignore it: nobody is told anything."""

    def planned(self, release: ReleaseId, index: str, plan: Plan) -> None:
        """Ignore it."""

    def began(self, filename: str, size: int) -> None:
        """Ignore it."""

    def advanced(self, filename: str, count: int) -> None:
        """Ignore it."""

    def ended(self, filename: str, outcome: str, detail: str = "") -> None:
        """Ignore it."""
