"""Judging JSON documents: every error names the place and what was expected there."""

from __future__ import annotations

import json
from dataclasses import dataclass

from twine_stage.digests import is_sha256
from twine_stage.errors import Damaged


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a document that is being judged.

    ``name`` is the document's, for errors; ``path`` leads to the place (``subject[3].digest``) and
    is empty at the top; ``value`` is what stands there.
    """

    name: str
    value: object
    path: str = ""

    @classmethod
    def loads(cls, content: bytes, *, name: str) -> Node:
        """The top of a JSON document.

        Raises:
            Damaged: the content is not JSON.
        """
        try:
            return cls(name, json.loads(content))
        except (ValueError, RecursionError) as error:
            raise Damaged(name, f"expected JSON, found {error}") from error

    def fail(self, problem: str) -> Damaged:
        """The error that says ``problem`` of this place."""
        place = f"{self.path}: {problem}" if self.path else problem
        return Damaged(
            self.name, place, hint="Take the file from a copy; a manifest is never edited."
        )

    def get(self, key: str) -> Node:
        """What stands under a key that must be there."""
        node = self.find(key)
        if node is None:
            raise Node(self.name, None, self._join(key)).fail("missing")
        return node

    def find(self, key: str) -> Node | None:
        """What stands under a key, or None."""
        if not isinstance(self.value, dict):
            raise self.fail(f"expected an object, found {_kind(self.value)}")
        if key not in self.value:
            return None
        return Node(self.name, self.value[key], self._join(key))

    def text(self) -> str:
        """The string that must stand here."""
        if not isinstance(self.value, str):
            raise self.fail(f"expected a string, found {_kind(self.value)}")
        return self.value

    def number(self) -> int:
        """The whole number, 0 or more, that must stand here."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.fail(f"expected a whole number, found {self.value!r}")
        return self.value

    def hash(self) -> str:
        """The SHA-256 that must stand here."""
        if not is_sha256(self.text()):
            raise self.fail(f"expected 64 lower-case hexadecimal digits, found {self.value!r}")
        return self.text()

    def items(self) -> list[Node]:
        """The items of the list that must stand here."""
        if not isinstance(self.value, list):
            raise self.fail(f"expected a list, found {_kind(self.value)}")
        return [
            Node(self.name, item, f"{self.path}[{place}]") for place, item in enumerate(self.value)
        ]

    def expect(self, *values: object) -> None:
        """Demand one of some values."""
        if self.value not in values:
            expected = " or ".join(map(repr, values))
            raise self.fail(f"expected {expected}, found {self.value!r}")

    def _join(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
