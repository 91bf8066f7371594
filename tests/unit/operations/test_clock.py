from __future__ import annotations

from datetime import timedelta

from twine_stage.operations.clock import Clock, SystemClock


def test_the_machine_has_a_clock() -> None:
    """The clock of the machine tells UTC, and time passes while it sleeps."""
    clock: Clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.monotonic() > before
    assert clock.now().utcoffset() == timedelta(0)
