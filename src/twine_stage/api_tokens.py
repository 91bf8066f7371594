"""API tokens of PyPI: what they say in clear.

Such a token is ``pypi-`` and a macaroon of version 2 in base64: who made it, an identifier, what it
is limited to (its caveats), and a signature that only its maker can prove. Caveats are JSON: a list
that begins with a number (``warehouse/macaroons/caveats``), in old tokens an object.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

_PREFIX = "pypi-"
_VERSION = 2
_END, _LOCATION, _IDENTIFIER = 0, 1, 2
_EXPIRATION, _PROJECT_NAMES = 0, 1
_MORE = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What a token says of itself.

    ``location`` is the host of the index that made it. ``projects`` are the normalized names of
    those it is limited to, None where it is not limited by name (it may be by an id that only the
    index knows). The times are aware; None where there is none.
    """

    location: str
    projects: frozenset[str] | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None

    def objection(self, *, location: str, projects: Collection[str], now: datetime) -> str | None:
        """Why an index would refuse it, as far as that can be known; None if nothing speaks so.

        Args:
            location: the host of the index.
            projects: what is to be uploaded to, normalized.
            now: aware.
        """
        if self.location != location:
            return f"it was made by {self.location!r}, and this is {location!r}"
        if self.expires_at and now >= self.expires_at:
            return f"it ended at {self.expires_at:%Y-%m-%d %H:%M} UTC"
        if self.not_before and now < self.not_before:
            return f"it begins at {self.not_before:%Y-%m-%d %H:%M} UTC"
        if self.projects is not None and (others := sorted({*projects} - self.projects)):
            own = ", ".join(sorted(self.projects)) or "no project at all"
            return f"it is limited to {own}, not for {', '.join(others)}"
        return None


def read(text: str) -> ApiToken | None:
    """What a token says; None for a text that is no token, or one that we cannot read."""
    if not text.startswith(_PREFIX):
        return None
    try:
        return _token(_content(text.removeprefix(_PREFIX)))
    except (ValueError, IndexError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def is_token(text: str) -> bool:
    """Whether a password has the form of an API token; PyPI takes nothing else."""
    return text.startswith(_PREFIX)


def _content(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _token(content: bytes) -> ApiToken:
    if content[0] != _VERSION:
        raise ValueError(content[0])
    sections = _sections(content)
    head = dict(next(sections, []))
    scopes: list[frozenset[str]] = []
    spans: list[tuple[datetime, datetime]] = []
    for section in sections:
        match json.loads(dict(section)[_IDENTIFIER]):
            case [int(tag), int(end), int(begin)] if tag == _EXPIRATION:
                spans.append((_moment(begin), _moment(end)))
            case {"nbf": int(begin), "exp": int(end)}:
                spans.append((_moment(begin), _moment(end)))
            case [int(tag), list(names)] if tag == _PROJECT_NAMES:
                scopes.append(frozenset(names))
            case {"permissions": {"projects": list(names)}}:
                scopes.append(frozenset(names))
            case _:
                pass  # by a user or an id, which only the index can judge
    return ApiToken(
        location=head[_LOCATION].decode(),
        projects=frozenset.intersection(*scopes) if scopes else None,
        not_before=max((begin for begin, _ in spans), default=None),
        expires_at=min((end for _, end in spans), default=None),
    )


def _sections(content: bytes) -> Iterator[list[tuple[int, bytes]]]:
    """The first section, then one for each caveat; the signature that follows is left alone."""
    place = 1
    while content[place] != _END:
        fields = []
        while content[place] != _END:
            kind, place = _number(content, place)
            size, place = _number(content, place)
            fields.append((kind, content[place : place + size]))
            place += size
        yield fields
        place += 1


def _number(content: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while content[place] & _MORE:
        value |= (content[place] & ~_MORE) << shift
        shift += 7
        place += 1
    return value | content[place] << shift, place + 1


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
