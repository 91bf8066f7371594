"""Painting: colour where it is wanted, plain text elsewhere, and no control from outside."""

from __future__ import annotations

import io

import pytest

from twine_stage.render.document import Entry, Span, Style
from twine_stage.render.painting import paint

DOCUMENT = [Entry(Span("error:", Style.BAD), "no")]


def painted(text: str = "no", *, is_coloured: bool) -> str:
    stream = io.StringIO()
    paint([Entry(Span("error:", Style.BAD), text)], stream, width=None, is_coloured=is_coloured)
    return stream.getvalue()


def test_plain_text_has_no_escape() -> None:
    """Without colour there is not one control sequence."""
    assert painted(is_coloured=False) == "error: no\n"


def test_colour_repeats_what_the_words_say() -> None:
    """With colour the same words are wrapped in the terminal's own sixteen colours."""
    assert painted(is_coloured=True) == "\x1b[1;31merror:\x1b[0m no\n"


def test_green_and_yellow_are_not_bold() -> None:
    """Many terminals make bold bright, and bright yellow cannot be read on white."""
    stream = io.StringIO()
    line = (Span("added", Style.GOOD), Span("draft", Style.CARE))
    paint([line], stream, width=None, is_coloured=True)
    assert stream.getvalue() == "\x1b[32madded\x1b[0m\x1b[33mdraft\x1b[0m\n"


@pytest.mark.parametrize("is_coloured", [False, True])
def test_control_characters_are_made_visible(is_coloured: bool) -> None:  # noqa: FBT001
    """What an index says cannot steer the terminal."""
    shown = painted("\x1b]0;owned\x07 gpj\u202e.exe", is_coloured=is_coloured)
    assert "\x1b]" not in shown
    assert r"\u001b]0;owned\u0007 gpj\u202e.exe" in shown


def test_markup_and_emoji_codes_stay_text() -> None:
    """A name that looks like markup is shown as it is."""
    assert "[bold]:smile:" in painted("[bold]:smile:", is_coloured=True)


def test_a_long_line_in_colour_is_not_folded_by_the_painter() -> None:
    """Folding is the layout's business alone."""
    assert painted("x" * 500, is_coloured=True).count("\n") == 1
