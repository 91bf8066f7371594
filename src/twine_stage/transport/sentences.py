"""The index's own words: one clean line out of whatever an index answers.

PyPI writes its sentence into the status line, into ``code`` of a JSON answer, and into ``<title>``;
others use the fields of RFC 9457, ``message``, ``error`` or ``errors``, or plain text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import chain

LONGEST = 500
"""Characters that a person is shown of an answer."""

LONGEST_PROBLEM = 8000
"""The same of a problem document, whose every entry is for a person."""

LARGEST = 1 << 16
"""Bytes of a body in which a sentence is looked for."""

HIDDEN = "********"

UPLOAD = "application/vnd.pypi.upload.v2+json"
"""What Upload 2.0 is written in (PEP 694)."""

PROBLEMS = ("application/problem+json", UPLOAD)
"""What a problem document of RFC 9457 comes as; the second where an index is not strict."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")
_TOKEN = re.compile(r"\bpypi-[A-Za-z0-9_-]{16,}")
_HEADER = re.compile(r"(?i)(\bauthorization\b\W{1,4})\w+\s+\S+")
_STATUS = re.compile(r"(?:error:? )?\d{3}(?: |$)", re.IGNORECASE)
# In this order: pypiserver writes but the status into the first two, and the sentence into <pre>.
_HTML = [
    re.compile(rf"<{tag}\b[^>]{{0,500}}>(.{{0,2000}}?)</{tag}\s*>", re.IGNORECASE | re.DOTALL)
    for tag in ("title", "h1", "pre")
]
_BREAK = re.compile(r"<(?:br|p|li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SHORT_SECRET = 8


def clean(text: str, *, secrets: Iterable[str] = (), longest: int = LONGEST) -> str:
    """One line without control characters, of bounded length, without anything secret.

    Args:
        text: what somebody else wrote.
        secrets: what must not be shown; tokens of PyPI and user info in URLs never are.
        longest: how many characters of it.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        # A short password may well be part of a word.
        edge = r"\b" if len(secret) < _SHORT_SECRET else ""
        text = re.sub(f"{edge}{re.escape(secret)}{edge}", HIDDEN, text)
    text = _HEADER.sub(rf"\1{HIDDEN}", text)
    text = _TOKEN.sub(HIDDEN, _USER_INFO.sub("", text))
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def without_query(url: str) -> str:
    """A URL as a message may hold it: what stands behind the path may be somebody's key."""
    return clean(re.split(r"[?#]", url, maxsplit=1)[0])


def sentence(
    *, status: int, reason: str, content_type: str, body: bytes, secrets: Iterable[str] = ()
) -> str:
    """What an answer says, without a trailing full stop; at least its status and reason."""
    hidden = tuple(secrets)
    longest = LONGEST_PROBLEM if content_type in PROBLEMS else LONGEST
    phrase = _phrase(status)
    empty = {"", phrase.lower(), "error", "none"}
    for saying in (*_sayings(content_type, body), reason):
        told = _STATUS.sub("", saying.strip(), count=1)
        line = clean(told, secrets=hidden, longest=longest).removesuffix(".")
        if line.lower() not in empty:
            return line
    return f"{status} {phrase}".strip()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _sayings(content_type: str, body: bytes) -> Iterator[str]:
    text = body[:LARGEST].decode("utf-8", "replace")
    if content_type in PROBLEMS:
        yield from _of_problem(text)
    if "json" in content_type:
        yield from _of_json(text)
    elif "html" in content_type:
        for content in chain.from_iterable(pattern.findall(text) for pattern in _HTML):
            yield html.unescape(_TAG.sub("", _BREAK.sub(" ", content)))
    elif content_type.startswith("text/plain"):
        yield text


def _of_problem(text: str) -> Iterator[str]:
    """Title, detail (which PEP 694 calls details) and each of the errors, with its source."""
    document = _object(text)
    errors = document.get("errors")
    parts = [
        part
        for value in (
            *(document.get(key) for key in ("title", "detail", "details")),
            *(map(_sourced, errors) if isinstance(errors, list) else ()),
        )
        for part in _flat(value)
    ]
    yield ": ".join(filter(None, (parts[0], "; ".join(parts[1:])))) if parts else ""


def _sourced(error: object) -> object:
    """One of the errors of a problem, as a text if it tells its source."""
    match error:
        case {"source": str(source), "message": str(message)} if source:
            return f"{source}: {message}"
        case _:
            return error


def _object(text: str) -> dict[str, object]:
    """A JSON object; empty for everything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _of_json(text: str) -> Iterator[str]:
    document = _object(text)
    code = document.get("code")
    if isinstance(code, str) and _STATUS.match(code):
        yield code
    rest = "; ".join((*_flat(document.get("errors")), *_flat(document.get("details"))))
    for key in ("detail", "message", "error_description", "error"):
        if head := "; ".join(_flat(document.get(key))):
            yield f"{head}: {rest}" if rest else head
    yield from filter(None, (rest, *_flat(document.get("title"))))


def _flat(value: object) -> list[str]:
    """The sentences in a value: a text, or lists and objects of texts."""
    match value:
        case str():
            return [value]
        case list():
            return [part for item in value for part in _flat(item)]
        case dict():
            for key in ("description", "message", "detail"):
                if isinstance(value.get(key), str):
                    return [value[key]]
            return [f"{key} {part}" for key, item in value.items() for part in _flat(item)]
        case _:
            return []
