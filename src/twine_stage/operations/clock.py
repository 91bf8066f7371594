"""The clock, handed in so that no test waits and no assertion depends on the time of day."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Protocol


class Clock(Protocol):
    """What the time is, and waiting."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; may be called from any thread."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()
