"""Lines about files: what happened, size, short digest, name."""

from __future__ import annotations

from twine_stage import digests
from twine_stage.render import amounts
from twine_stage.render.document import Line, Span, Style

WORDS = {
    "added": Style.GOOD,
    "adopted": Style.GOOD,
    "uploaded": Style.GOOD,
    "published": Style.GOOD,
    "exact": Style.GOOD,
    "held": Style.GOOD,
    "passed": Style.GOOD,
    "frozen": Style.GOOD,
    "replaced": Style.CARE,
    "left out": Style.CARE,
    "appended": Style.CARE,
    "dropped": Style.CARE,
    "thawed": Style.CARE,
    "canceled": Style.CARE,
    "draft": Style.CARE,
    "dry run": Style.CARE,
    "pending": Style.CARE,
    "unclear": Style.CARE,
    "warning": Style.CARE,
    "replaces-sdist": Style.CARE,
    "yanked": Style.CARE,
    "unyanked": Style.CARE,
    "late": Style.CARE,
    "stale": Style.CARE,
    "present": Style.STRONG,
    "absent": Style.STRONG,
    "unchanged": Style.STRONG,
    "notice": Style.STRONG,
    "fills": Style.STRONG,
    "matching": Style.STRONG,
    "ignored": Style.FAINT,
    "kept": Style.FAINT,
    "error": Style.BAD,
    "refused": Style.BAD,
    "failed": Style.BAD,
    "incomplete": Style.BAD,
    "missing": Style.BAD,
    "unexpected": Style.BAD,
    "different": Style.BAD,
    "respelled": Style.BAD,
    "metadata": Style.BAD,
    "unproven": Style.BAD,
    "publisher": Style.BAD,
    "recreated": Style.BAD,
    "unlisted": Style.BAD,
    "unreachable": Style.BAD,
    "renamed": Style.BAD,
    "shadows": Style.BAD,
    "tie": Style.BAD,
}
"""The words that reports use, and how much each wants to be seen."""


def word(text: str) -> Span:
    """A word that says what happened."""
    return Span(text, WORDS.get(text, Style.PLAIN))


def row(what: str, filename: str, *, size: int | None = None, sha256: str = "") -> Line:
    """One row of a table: what happened, size, short digest, name."""
    return (
        word(what),
        Span("" if size is None else amounts.size(size)),
        digest(sha256),
        Span(filename),
    )


def digest(sha256: str) -> Span:
    """A digest, as short as a person can compare it."""
    return Span(sha256[: digests.SHORT], Style.FAINT)
