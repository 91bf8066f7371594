"""For all tests: the surroundings that a person at a terminal has."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let Ctrl-C interrupt: a shell that starts a run in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
