"""Answers as they come in: so many bytes of a body, and for so long."""

from __future__ import annotations

import time
from collections.abc import Iterator

from requests import RequestException, Response
from requests.exceptions import ReadTimeout
from urllib3.exceptions import HTTPError

from twine_stage.errors import Unreachable
from twine_stage.transport.answered import Answered
from twine_stage.transport.failures import host, unreachable
from twine_stage.transport.sentences import LARGEST, without_query

SERVED = (200, 206)
"""With what a file comes, whole or in part; another success has something else to say."""

_BLOCK = 1 << 20
_PIECE = 1 << 16  # what is compressed may grow by a thousand when it is unpacked


def answered(response: Response, body: bytes = b"") -> Answered:
    """An answer as a value."""
    return Answered(
        url=response.url,
        status=response.status_code,
        reason=response.reason or "",
        headers=response.headers,
        body=body,
    )


def pieces(response: Response, *, seconds: float) -> Iterator[bytes]:
    """A body, decoded, as it comes in.

    A time limit for each read alone would let a server send a byte now and then, for ever.

    Raises:
        requests.RequestException: it takes longer than ``seconds``.
        urllib3.HTTPError: it breaks off, stalls, or cannot be decoded.
    """
    end = time.monotonic() + seconds
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece
        if time.monotonic() > end:
            raise ReadTimeout(f"the body takes longer than {seconds} seconds")


def beginning(response: Response, *, seconds: float, limit: int = LARGEST) -> bytes:
    """The first part of an answer's body; an answer counts although its body breaks off."""
    body = bytearray()
    try:
        for piece in pieces(response, seconds=seconds):
            body += piece
            if len(body) >= limit:
                break
    except (RequestException, HTTPError):
        pass
    return bytes(body[:limit])


def blocks(response: Response) -> Iterator[bytes]:
    """The body as it is stored, in blocks.

    Raises:
        Unreachable: it breaks off, or the server refuses it.
    """
    if response.status_code not in SERVED:
        said = answered(response).sentence()
        raise Unreachable(f"{host(response.url)}: {said}: {without_query(response.url)}")
    try:
        yield from response.raw.stream(_BLOCK, decode_content=False)
    except (HTTPError, OSError) as error:
        raise unreachable(error, response.url) from error
