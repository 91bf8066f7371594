"""Resuming: a file whose answer breaks off is asked for from where it broke (RFC 9110, 14.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from requests import Response

from twine_stage.errors import Unreachable
from twine_stage.transport.failures import host
from twine_stage.transport.reading import SERVED, blocks

BREAKS = 3
"""How often a file may break off without a single byte in between."""

_RANGE = re.compile(r"bytes (?P<start>\d+)-\d+/(?P<total>\d+)")


def whole(response: Response, reopen: Callable[[Mapping[str, str]], Response]) -> Iterator[bytes]:
    """The body as it is stored, in blocks, over as many answers as it takes.

    What was read is never read again, so the server must say that the rest is of the same file: by
    its length, and by the validator of the first answer, if that had one.

    Args:
        response: the first answer.
        reopen: asks again, with some headers more.

    Raises:
        Unreachable: the server refuses it, or it breaks off and cannot be resumed.
    """
    done, stalled = 0, 0
    total, validator = response.headers.get("Content-Length", ""), _validator(response)
    while True:
        before = done
        try:
            for block in _more(response, done, total):
                done += len(block)
                yield block
        except Unreachable:
            stalled = stalled + 1 if done == before else 0
            if response.status_code not in SERVED or stalled == BREAKS:
                raise
            response.close()
            response = reopen({"Range": f"bytes={done}-", **validator})
            if not _goes_on(response, done, total):
                response.close()
                raise
        else:
            response.close()
            return


def _more(response: Response, done: int, total: str) -> Iterator[bytes]:
    """The blocks of an answer, after which nothing may be missing."""
    for block in blocks(response):
        done += len(block)
        yield block
    # A server may send less of the rest than it was asked for (RFC 9110, 15.3.7).
    if _is_partial(response) and str(done) != total:
        raise Unreachable(f"{host(response.url)}: the answer broke off")


def _validator(response: Response) -> dict[str, str]:
    """What has the server send the rest only if the file is still the same."""
    etag = response.headers.get("ETag", "")
    strong = "" if etag.startswith("W/") else etag
    told = strong or response.headers.get("Last-Modified", "")
    return {"If-Range": told} if told else {}


def _goes_on(response: Response, done: int, total: str) -> bool:
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    is_rest = match is not None and match.groups() == (str(done), total)
    return _is_partial(response) and is_rest


def _is_partial(response: Response) -> bool:
    return response.status_code == 206  # noqa: PLR2004 - partial content
