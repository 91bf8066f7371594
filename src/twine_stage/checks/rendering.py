"""READMEs rendered as PyPI renders them, if that can be done in about a second.

The renderer has no limit of time. What docutils takes depends on the lines and characters of a
README, and on a few constructs of which few lines make much work; all are counted beforehand.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod
from typing import IO, cast

_RST = "text/x-rst"
_MARKDOWN = "text/markdown"

# Measured on texts of a hundred hostile kinds: up to 25 µs a character, and 400 µs a line.
_MOST_CHARACTERS = 80_000
_MOST_LINES = 3_000
_MOST_REPLACED = 100_000  # characters

_MOST_MARKDOWN = 10_000
"""Characters; of longer Markdown something is always left, and nested quotes take very long."""

_VARIANT = re.compile(r'variant\s*=\s*"?(\w+)', re.IGNORECASE)
_REPLACEMENT = re.compile(
    r"^[ \t]*\.\.[ \t]+\|[^|\n]*\|[ \t]+replace ?::(?P<text>.*(?:\n[ \t]+.*|\n)*)",
    re.MULTILINE | re.IGNORECASE,
)
_REPORT = re.compile(
    r"^<string>:(?P<line>\d*): \(\w+/\d\) (?P<message>.*?)\.?(?:\n\n|\s*\Z)",
    re.MULTILINE | re.DOTALL,
)


class _Warnings:
    """The stream that docutils writes its warnings to."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, text: str) -> None:
        self._parts.append(text)

    def tell(self) -> int:
        """How much was written; readme_renderer asks whether it was anything."""
        return sum(map(len, self._parts))

    def reason(self) -> str:
        """The first warning, in one line, with the line of the README where it is known."""
        text = "".join(self._parts)
        if report := _REPORT.search(text):
            message = " ".join(report["message"].split())
            return f"{message!r} in line {report['line']}" if report["line"] else repr(message)
        return " ".join(text.split()).removesuffix(".") or "that it does not render"


def media_type(content_type: str) -> str:
    """The type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def excess(text: str, content_type: str) -> str:
    """What is too much of a README for rendering it here, in words; empty where nothing is."""
    if media_type(content_type) != _RST:
        return ""
    if len(text) > _MOST_CHARACTERS:
        return f"at most {_MOST_CHARACTERS:,} characters, found {len(text):,}"
    if (lines := len(text.splitlines())) > _MOST_LINES:
        return f"at most {_MOST_LINES:,} lines, found {lines:,}"
    if _replaced(text) > _MOST_REPLACED:
        return (
            f"substitutions that come to at most {_MOST_REPLACED:,} characters,"
            " found some that may come to more"
        )
    return ""


def _replaced(text: str) -> int:
    """How many characters substitutions may put into a text, at most.

    A replacement may refer to others, and each of those to others again.
    """
    replacements = [found["text"] for found in _REPLACEMENT.finditer(text)]
    longest = max(map(len, replacements), default=0)
    within = prod(1 + replacement.count("|") // 2 for replacement in replacements)
    return longest * within * (text.count("|") // 2)


@lru_cache(maxsize=4)  # the wheels of a release share one README
def failure(text: str, content_type: str) -> str:
    """Why a README does not render; empty where it does.

    Plain text always does; a content type that does not exist is the business of another rule.
    """
    kind = media_type(content_type)
    if kind == _MARKDOWN and len(text) <= _MOST_MARKDOWN:
        variant = _VARIANT.search(content_type)
        return _failure_of_markdown(text, variant[1] if variant else "GFM")
    return _failure_of_rst(text) if kind == _RST else ""


def _failure_of_markdown(text: str, variant: str) -> str:
    from readme_renderer import markdown  # noqa: PLC0415 - it costs 0.1 s

    if variant not in markdown.variants:
        return ""
    return "that nothing is left of it" if markdown.render(text, variant=variant) is None else ""


def _failure_of_rst(text: str) -> str:
    from readme_renderer import rst  # noqa: PLC0415 - docutils costs 0.2 s

    warnings = _Warnings()
    try:
        html = rst.render(text, stream=cast("IO[str]", warnings))
    except Exception as error:  # noqa: BLE001 - docutils fails on hostile input in many ways
        return f"that the renderer fails on it ({type(error).__name__})"
    return warnings.reason() if html is None else ""
