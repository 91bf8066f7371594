"""Origins: where the files of a release were built from, in git."""

from __future__ import annotations

import re
from dataclasses import dataclass

from twine_stage.documents import Node, is_text
from twine_stage.errors import UsageError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SOURCE = re.compile(
    r"(?P<uri>git\+[^@#\s]+(?:@[^@#/\s]+/[^@#\s]+)?)@(?P<commit>[0-9a-f]{40})(?:#(?P<ref>\S+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a release was built from: a git URI, a full commit and, optionally, a ref."""

    uri: str
    commit: str
    ref: str | None = None

    @classmethod
    def parse(cls, text: str) -> Source:
        """Read ``git+https://example.org/spam.git@<40 hex digits>#refs/tags/v1``.

        Raises:
            UsageError: the text is not of that form.
        """
        match = _SOURCE.fullmatch(text)
        if match is None or not is_text(text):
            raise UsageError(
                f"expected a source as git+URL@COMMIT or git+URL@COMMIT#REF, found {text!r}",
                hint="COMMIT is all 40 digits that git rev-parse HEAD prints.",
            )
        return cls(uri=match["uri"], commit=match["commit"], ref=match["ref"])


def read_source(node: Node) -> Source:
    """Read the source that a manifest names.

    Raises:
        Damaged: it is not one.
    """
    commit = node.get("digest").get("gitCommit")
    if _COMMIT.fullmatch(commit.text()) is None:
        raise commit.unlike("40 lower-case hexadecimal digits")
    return Source(
        uri=node.get("uri").text(), commit=commit.text(), ref=node.optional("ref", Node.text)
    )
