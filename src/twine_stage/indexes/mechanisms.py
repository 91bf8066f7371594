"""Upload mechanisms of PEP 694: how the bytes of a file reach an index.

An index names those it has, in the order it prefers. ``http-post-bytes`` is the one that every
index has; those of single operators (``vnd-…``) get a class and a line in ``MECHANISMS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from twine_stage.indexes.bodies import Body
from twine_stage.indexes.endpoints import Endpoints
from twine_stage.transport import Answered

HTTP_POST_BYTES = "http-post-bytes"


class Mechanism(Protocol):
    """One way to send a file; ``details`` are what the index handed out for it."""

    def send(self, endpoints: Endpoints, details: Mapping[str, str], body: Body) -> Answered:
        """Send the bytes.

        Raises:
            NoAnswer: the index may have them or not.
        """
        ...

    def attest(
        self, endpoints: Endpoints, details: Mapping[str, str], attestations: Sequence[bytes]
    ) -> Answered | None:
        """Send attestations, before the file is completed; None where the index takes none.

        Raises:
            NoAnswer: the index may have them or not.
        """
        ...


class HttpPostBytes:
    """The bytes in a POST request, authenticated like all others."""

    def send(self, endpoints: Endpoints, details: Mapping[str, str], body: Body) -> Answered:
        """POST to ``file_url``; see ``Mechanism``."""
        return endpoints.transfer(details.get("file_url", ""), body, body.content_type)

    def attest(
        self, endpoints: Endpoints, details: Mapping[str, str], attestations: Sequence[bytes]
    ) -> Answered | None:
        """POST to ``attestations_url``, if there is one; see ``Mechanism``."""
        if "attestations_url" not in details:
            return None
        # Each is a JSON object, as it was staged; a list of them needs nothing but brackets.
        body = b"[" + b",".join(attestations) + b"]"
        return endpoints.transfer(details["attestations_url"], body, "application/json")


MECHANISMS: Mapping[str, Mechanism] = {HTTP_POST_BYTES: HttpPostBytes()}
"""Every mechanism that is spoken, by its identifier."""


def choose(offered: Sequence[str], known: Mapping[str, Mechanism]) -> str:
    """The identifier of the first mechanism offered that is known.

    An index that offers none of them still has to take the one that is required of all.
    """
    return next((name for name in offered if name in known), HTTP_POST_BYTES)
