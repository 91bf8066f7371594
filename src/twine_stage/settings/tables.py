"""Tables of a ``pyproject.toml``, judged key by key; an error names the table and the key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from twine_stage.errors import UsageError
from twine_stage.settings.addresses import split_user_info

_SECRETS = re.compile(r"pass|token|secret|user|credential|auth|key", re.IGNORECASE)
_SAFE = "Keep credentials in the environment, in ~/.pypirc or in the keyring."

_Word = TypeVar("_Word", bound=str)


def table(value: object, place: str) -> dict[str, Any]:
    """A table.

    Raises:
        UsageError: it is none.
    """
    if not isinstance(value, dict):
        raise UsageError(f"[{place}]: expected a table")
    return value


def know(keys: Mapping[str, object], known: Sequence[str], place: str) -> None:
    """Judge the keys of a table.

    Raises:
        UsageError: one is not known, or is that of a credential.
    """
    for key in keys:
        if key not in known and _SECRETS.search(key):
            raise UsageError(f"[{place}] {key}: a credential does not belong here", hint=_SAFE)
        if key not in known:
            raise UsageError(f"[{place}] {key}: unknown; expected one of {', '.join(known)}")


def text(values: Mapping[str, Any], key: str, place: str) -> str | None:
    """The text under a key; None where there is nothing.

    Raises:
        UsageError: it is something else.
    """
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"[{place}] {key}: expected a text")
    return value


def texts(value: object, place: str, *, what: str) -> tuple[str, ...]:
    """A text or a list of them, none of them empty; the list may be.

    Raises:
        UsageError: it is something else; ``what`` says what a text of them is.
    """
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list):
        raise UsageError(f"{place}: expected {what} or a list of them, found {value!r}")
    for one in found:
        if not isinstance(one, str) or not one.strip():
            raise UsageError(f"{place}: expected {what}, found {one!r}")
    return tuple(found)


def flag(values: Mapping[str, Any], key: str, place: str) -> bool:
    """Whether a key says yes; no where there is nothing.

    Raises:
        UsageError: it is neither true nor false.
    """
    value = values.get(key, False)
    if not isinstance(value, bool):
        raise UsageError(f"[{place}] {key}: expected true or false, found {value!r}")
    return value


def one_of(words: Sequence[_Word], text: str, *, place: str) -> _Word:
    """A word, judged.

    Raises:
        UsageError: it is none of those that there are.
    """
    for word in words:
        if word == text:
            return word
    raise UsageError(f"{place}: expected one of {', '.join(words)}, found {text!r}")


def word(values: Mapping[str, Any], key: str, place: str, words: Sequence[_Word]) -> _Word | None:
    """The word under a key; None where there is nothing.

    Raises:
        UsageError: it is none of those that there are.
    """
    found = text(values, key, place)
    return None if found is None else one_of(words, found, place=f"[{place}] {key}")


def without_secret(url: str, place: str) -> None:
    """Judge a URL of HTTP that everybody may read.

    Raises:
        UsageError: it is none, or it holds a user name or password.
    """
    _, username, password = split_user_info(url, place=place)
    if username is not None or password is not None:
        raise UsageError(f"{place}: expected a URL without user name and password", hint=_SAFE)
