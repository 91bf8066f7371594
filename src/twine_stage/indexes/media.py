"""What the pages of a simple index are sent as, and how one tells that a page is such a page."""

from __future__ import annotations

import json
import re
from typing import Any

from twine_stage.transport import Answered, clean

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"

INTEGRITY = "application/vnd.pypi.integrity.v1+json"
"""What provenance objects are sent as; PyPI sends them to nobody who would rather have others."""

JSON_TYPES = (JSON, "application/json")
HTML_TYPES = (HTML, "text/html", "")

ACCEPT = f"{JSON}, {HTML};q=0.2, text/html;q=0.1"

_API_VERSION = re.compile(r"1(\.\d+)*")
_MARK = re.compile(rb"""name=["']?pypi:repository-version""", re.IGNORECASE)
_HEADING = re.compile(rb"<(title|h1)\b[^>]{0,500}>(.{0,2000}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_HEAD = slice(1 << 16)
"""Where a page says what it is."""

_LINKS_FOR = re.compile(rb"\blinks for ([A-Z0-9][A-Z0-9._-]*)\s*\Z", re.IGNORECASE)
_SIMPLE_WORDS = re.compile(rb"\blinks for\b|\bsimple\b|\bindex of\b", re.IGNORECASE)


class NotAPage(Exception):
    """What was answered is no page of a simple index; the message says what it is instead."""


def json_page(answered: Answered, key: str) -> dict[str, Any]:
    """A page in JSON that has a list under a key.

    Raises:
        NotAPage: it is something else.
    """
    try:
        document: Any = json.loads(answered.body)
        version, items = document["meta"]["api-version"], document[key]
    except (ValueError, RecursionError):
        raise NotAPage("expected JSON, found a text that is none, or not all of it") from None
    except (KeyError, TypeError):
        raise NotAPage(f"expected a page of {JSON} with its {key}, found other JSON") from None
    if not isinstance(version, str) or not _API_VERSION.fullmatch(version):
        raise NotAPage(f"expected version 1 of the simple API, found {clean(str(version))}")
    if not isinstance(items, list):
        raise NotAPage(f"expected a page of {JSON} with its {key}, found other JSON")
    found: dict[str, Any] = document
    return found


def is_simple(body: bytes) -> bool:
    """Whether HTML calls itself a list of projects or files, as every known index does."""
    return bool(_MARK.search(body[_HEAD])) or any(map(_SIMPLE_WORDS.search, _headings(body)))


def whose(body: bytes) -> str:
    """The project that HTML calls itself the links for; empty where it names none."""
    found = filter(None, map(_LINKS_FOR.search, _headings(body)))
    return next((match.group(1).decode() for match in found), "")


def _headings(body: bytes) -> list[bytes]:
    return [text for _, text in _HEADING.findall(body[_HEAD])]


def title(answered: Answered) -> str:
    """What a web page calls itself, behind a colon; nothing if it does not."""
    found = _HEADING.search(answered.body[_HEAD])
    text = clean(found.group(2).decode("utf-8", "replace")) if found else ""
    return f": {text}" if text else ""
