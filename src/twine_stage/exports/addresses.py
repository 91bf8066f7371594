"""Addresses of files, made fit to be handed on: without credentials, and of plain characters.

An index may give any text as the address of a file. What comes out of here holds no blank, quote,
backslash or control character, and nothing that is not ASCII; what else a format must quote, it
quotes itself.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from twine_stage.errors import WrongState

_SCHEMES = ("https", "http", "file")
_PLACE = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]*)?|\[[0-9A-Fa-f:.]+\](?::[0-9]*)?")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "/:@!$&()*+,;=~%"
"""What may stand in the path of a URL beside letters, digits and ``_.-`` (RFC 3986), but ``'``.

Shells and ``xargs`` would take that for a quote.
"""

_HINT = "Publish to an index that serves files under lasting addresses, and name it with -r."


def exportable(url: str, *, name: str) -> str:
    """The address of a file, without user info and fragment, percent-encoded where it must be.

    Args:
        url: as the index shows it.
        name: of the file, for errors; the address itself is not told, it may hold a secret.

    Raises:
        WrongState: it is none; or it has a query, which may be a credential that expires.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    place = parts.netloc.rpartition("@")[2]
    is_local = parts.scheme == "file" and not place and parts.path.startswith("/")
    is_there = is_local or _PLACE.fullmatch(place) is not None
    if parts.scheme not in _SCHEMES or not is_there:
        raise WrongState(
            f"{name}: expected the address of the file in the receipt, found none that others "
            "can use",
            hint=_HINT,
        )
    if parts.query:
        raise WrongState(
            f"{name}: expected an address that can be handed on, found one with a query, which "
            "may hold a credential",
            hint=_HINT,
        )
    path = quote(_STRAY.sub("%25", parts.path), safe=_KEPT)
    return f"{parts.scheme}://{place}{path}"
