"""What twine set up is undone before our own output begins."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import rich
import rich.logging

from twine_stage.cli.twine_entry import reset_output


@pytest.fixture
def handlers() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    root.handlers[:] = before


@pytest.mark.usefixtures("handlers")
def test_only_the_handler_of_rich_goes() -> None:
    """A handler that somebody else put there stays."""
    root = logging.getLogger()
    own = logging.NullHandler()
    root.addHandler(own)
    root.addHandler(rich.logging.RichHandler())
    reset_output()
    assert own in root.handlers
    assert not any(isinstance(handler, rich.logging.RichHandler) for handler in root.handlers)


@pytest.mark.usefixtures("handlers")
def test_colour_is_not_forced_any_more() -> None:
    """The global console looks at its stream again."""
    rich.reconfigure(force_terminal=True)
    reset_output()
    assert not rich.get_console().is_terminal
