"""Addresses of indexes: URLs without their secrets, folders, and the ids made of them."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from twine_stage.digests import sha256
from twine_stage.errors import UsageError

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOSTLIKE = re.compile(r"[^./\\~][^/\\]*[.:][^/\\]*|localhost")
_SUFFIX = 8


def split_user_info(url: str, *, place: str) -> tuple[str, str | None, str | None]:
    """A URL without its user info, and the user name and password that stood in it.

    Raises:
        UsageError: it is no URL of HTTP. The URL itself is not told: it may hold a secret.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is judged only when it is asked for
        if any(character.isspace() for character in url) or not parts.hostname:
            parts = SplitResult("", "", "", "", "")
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in ("http", "https"):
        raise UsageError(
            f"{place}: expected a URL that begins with https:// or http://",
            hint="For example: https://example.org/legacy/",
        )
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    username, password = parts.username, parts.password
    return (
        bare,
        None if username is None else unquote(username),
        None if password is None else unquote(password),
    )


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: by HTTPS, or to this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def expanded(text: str) -> Path:
    """A path whose ``~`` is the home folder, if there is one; a container may run without."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - pathlib raises where there is no home


def folder(text: str, *, place: str, base: Path | None = None) -> Path | None:
    """The folder that a path or ``file:`` URL names; None for another URL.

    A relative path is one in the folder ``base``, else in the current one.

    Raises:
        UsageError: it may be either, such as a URL whose beginning was forgotten.
    """
    if text.lower().startswith("file:"):
        from urllib.request import url2pathname  # noqa: PLC0415 - costs 25 ms

        parts = urlsplit(text)
        if parts.netloc not in ("", "localhost"):
            raise UsageError(f"{place}: expected a file: URL of this machine, found another host's")
        return Path(url2pathname(parts.path)).absolute()
    if _SCHEME.match(text) and not _DRIVE.match(text):
        return None
    path = (base or Path()) / expanded(text)
    first = re.split(r"[/\\]", text)[0]
    if not text.strip() or (_HOSTLIKE.fullmatch(first) and not path.exists()):
        raise UsageError(
            f"{place}: expected a URL or the path of a folder",
            hint="A URL begins with https://, a path in the current folder with ./",
        )
    return path.absolute()


def index_id(name: str | None, url: str, *, directory: Path | None = None) -> str:
    """The id of an index: its name, else the host or folder and 8 digits of the URL's SHA-256."""
    if name is not None and _ID.fullmatch(name):
        return name
    place = directory.name if directory else urlsplit(url).hostname or ""
    readable = re.sub(r"[^A-Za-z0-9._-]", "-", place).lstrip(".-") or "index"
    return f"{readable[:64]}-{sha256(url.encode())[:_SUFFIX]}"
