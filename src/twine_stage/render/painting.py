"""Painting: lines of a document on a stream, in colour where the stream can show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from twine_stage.render.document import Block, Line, Style, layout
from twine_stage.render.steering import visible

if TYPE_CHECKING:  # rich costs 50 ms, and a pipe needs none of it
    from rich.text import Text

_STYLES = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.FAINT: "dim",
    Style.GOOD: "green",
    Style.CARE: "yellow",
    Style.BAD: "bold red",
}
"""Only colours that a terminal's own theme keeps readable, on light and on dark.

Many terminals make bold colours bright, and bright green or yellow cannot be read on white.
"""


def paint(blocks: Iterable[Block], stream: TextIO, *, width: int | None, is_coloured: bool) -> None:
    """Write a document.

    Control characters are made visible: what an index says must not steer a terminal.
    """
    lines = list(layout(blocks, width))
    if is_coloured:
        _paint(lines, stream)
    else:
        stream.write("".join(f"{_text(line)}\n" for line in lines))
    stream.flush()


def _text(line: Line) -> str:
    return "".join(visible(span.text) for span in line).rstrip()


def styled(line: Line) -> Text:
    """A line as rich prints it."""
    from rich.text import Text  # noqa: PLC0415 - costs 50 ms, and a pipe needs none of it

    text = Text.assemble(*((visible(span.text), _STYLES[span.style]) for span in line))
    text.rstrip()
    return text


def _paint(lines: Iterable[Line], stream: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 - as above

    console = Console(
        file=stream, force_terminal=True, color_system="standard", no_color=False, highlight=False
    )
    for line in lines:
        console.print(styled(line), soft_wrap=True)
