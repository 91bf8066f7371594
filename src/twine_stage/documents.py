"""Documents: JSON from disk or from other people, judged place by place.

A ``Node`` is a place in a document. What is asked of it is there, or ``Damaged`` names the place
(``subject[3].digest.sha256: missing``). Nothing else is ever raised, whatever the bytes are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

from twine_stage.digests import is_sha256
from twine_stage.errors import Damaged

T = TypeVar("T")

MAX_NUMBER = 2**53 - 1
"""The greatest whole number that every reader of JSON agrees upon (RFC 8785, section 3.2.2.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in a document that is being judged.

    ``name`` is what errors call the document, ``path`` the place in it, ``hint`` the way out.
    """

    name: str
    value: object
    path: str = ""
    hint: str = ""

    @classmethod
    def loads(cls, content: bytes, *, name: str, hint: str = "") -> Node:
        """The top of a JSON document.

        Raises:
            Damaged: it is not JSON in UTF-8, or says something twice, so that two readers could
                understand it differently.
        """
        top = cls(name=name, value=None, hint=hint)
        try:
            value = json.loads(content.decode(), object_pairs_hook=_object)
        except RecursionError:
            raise top.fail("expected JSON, found more levels than can be read") from None
        except ValueError as error:
            raise top.fail(f"expected JSON, found {error}") from error
        return replace(top, value=value)

    def fail(self, problem: str) -> Damaged:
        """The error that says what is wrong here."""
        place = f"{self.path}: {problem}" if self.path else problem
        return Damaged(self.name, place, hint=self.hint)

    def find(self, key: str) -> Node | None:
        """What an object has under a key, or None."""
        if not isinstance(self.value, dict):
            raise self.unlike("an object")
        if key not in self.value:
            return None
        return self._at(self.value[key], self._join(key))

    def get(self, key: str) -> Node:
        """What an object has under a key that must be there."""
        node = self.find(key)
        if node is None:
            raise replace(self, path=self._join(key)).fail("missing")
        return node

    def optional(self, key: str, read: Callable[[Node], T]) -> T | None:
        """What an object has under a key, read; None where there is nothing, or null."""
        node = self.find(key)
        return None if node is None or node.value is None else read(node)

    def items(self) -> list[Node]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.unlike("a list")
        return [self._at(item, f"{self.path}[{place}]") for place, item in enumerate(self.value)]

    def members(self) -> list[tuple[str, Node]]:
        """The members of an object, whatever their keys are."""
        if not isinstance(self.value, dict):
            raise self.unlike("an object")
        return [(key, self._at(value, self._join(key))) for key, value in self.value.items()]

    def text(self) -> str:
        """A string of whole characters."""
        if not isinstance(self.value, str) or not is_text(self.value):
            raise self.unlike("a string")
        return self.value

    def number(self) -> int:
        """A whole number that is not negative."""
        if type(self.value) is not int or not 0 <= self.value <= MAX_NUMBER:
            raise self.unlike(f"a whole number up to {MAX_NUMBER}")
        return self.value

    def hash(self) -> str:
        """A digest of 256 bits: SHA-256, or BLAKE2b of that length."""
        if not is_sha256(self.text()):
            raise self.unlike("64 lower-case hexadecimal digits")
        return self.text()

    def moment(self) -> datetime:
        """A moment as ``datetime.isoformat`` writes it, with its offset from UTC."""
        try:
            moment = datetime.fromisoformat(self.text())
        except ValueError:
            raise self.unlike("a date and time") from None
        if moment.utcoffset() is None:
            raise self.unlike("a date and time with its offset from UTC")
        try:
            moment.astimezone(timezone.utc)
        except OverflowError:  # at either end of the calendar
            raise self.unlike("a date and time that UTC has") from None
        return moment

    def expect(self, *values: str | int) -> None:
        """Exactly one of some values."""
        if not any(type(self.value) is type(value) and self.value == value for value in values):
            raise self.unlike(" or ".join(map(repr, values)))

    def unlike(self, expected: str) -> Damaged:
        """The error that says what was expected here, and what is there."""
        return self.fail(f"expected {expected}, found {_shown(self.value)}")

    def _at(self, value: object, path: str) -> Node:
        """Another place of the document; ``replace`` takes four times as long."""
        return Node(name=self.name, value=value, path=path, hint=self.hint)

    def _join(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


_NO_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def is_text(value: str) -> bool:
    """Whether a string is whole characters; half of a surrogate pair cannot be written to a file.

    Such halves come from arguments that are not UTF-8, and from escapes in JSON.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def one_line(value: str) -> str:
    """A text that can be written, on one line; a question mark stands for what cannot be."""
    return _NO_LINE.sub("?", value)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key that stands there twice")
    return found


def _shown(value: object) -> str:
    """A value in a few words, however large or deep it is."""
    match value:
        case None:
            return "nothing"
        case str():
            return ascii(value) if len(value) <= 80 else f"{value[:80]!a}…"  # noqa: PLR2004
        case bool() | int() | float():
            return repr(value)[:80]
        case _:
            return "an object" if isinstance(value, dict) else "a list"
