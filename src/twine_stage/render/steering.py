"""Steering: characters that show a text otherwise than it is, made visible."""

from __future__ import annotations

from collections.abc import Mapping

_STEERING: Mapping[int, str] = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    )
}
"""Characters that cannot be seen, and those that show a name in another order than it has."""


def visible(text: str) -> str:
    """A text in which nothing steers a terminal, or turns what a person reads around."""
    return text.translate(_STEERING)
