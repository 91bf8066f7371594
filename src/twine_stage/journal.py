"""The journal: an append-only record of one publication, one fact a line.

The first line names the manifest and the index. A line that was torn by a kill, which can only be
the last, is dropped on reading: the fact in it was not yet acted upon, or the index is asked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from twine_stage.documents import Node
from twine_stage.errors import Damaged

SCHEMA = 1

_HINT = "Move the journal away and publish again; the index is asked what it has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A publication of a manifest (named by digest) to an index began.

    Always the first event; it comes again where the index of that name is another one than before.
    """

    at: datetime
    release: str
    manifest: str
    index: str
    url: str
    api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """A publishing session was opened or taken up; what was sent to another one counts no more.

    ``session`` is where the index reports how it stands.
    """

    at: datetime
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything is in the session, and it waits there for somebody to publish it.

    ``seal`` is a digest of the names and links of its files: a file that is replaced has another
    link. The links themselves are secrets.
    """

    at: datetime
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    """The session was discarded: the index keeps nothing of it."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request that sends a file is about to begin: from here on the index may have the file."""

    at: datetime
    filename: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The index accepted a file."""

    at: datetime
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The listing shows a file with the frozen digest; nothing had to be sent."""

    at: datetime
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An attempt ended without a clear answer; the index is asked before the next."""

    at: datetime
    filename: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRefused:
    """The index refused a file, in its own words."""

    at: datetime
    filename: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The release is public: all files are accepted, and the index was told to show them."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The listing showed the whole manifest."""

    at: datetime


Event = (
    Opened
    | SessionOpened
    | Sending
    | Uploaded
    | Present
    | Failed
    | UploadRefused
    | Held
    | Canceled
    | Published
    | Verified
)

_NAMES: dict[str, type[Event]] = {
    "opened": Opened,
    "session": SessionOpened,
    "held": Held,
    "canceled": Canceled,
    "sending": Sending,
    "uploaded": Uploaded,
    "present": Present,
    "failed": Failed,
    "refused": UploadRefused,
    "published": Published,
    "verified": Verified,
}
_WORDS = {cls: word for word, cls in _NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a journal proves: the state of a publication.

    ``opened`` is the last opening. ``accepted`` are the names that the index has with the frozen
    digest, ``first_accepted`` and ``last_accepted`` the moments between which files of ours became
    accepted, which on an index that shows each file at once is the exposure: all of it since that
    opening; ``published_at`` is when all was public first, since then. ``attempts`` counts the
    requests begun per file, since the first.

    ``session`` is where the index reports on the session that everything goes to, None where there
    is none or it was discarded; ``filled`` are the names that it accepted, ``is_held`` whether it
    was left to wait, sealed with ``seal``. ``has_sent`` is whether the index may have, or once had,
    anything of it.
    """

    opened: Opened
    accepted: frozenset[str] = frozenset()
    attempts: Mapping[str, int] = field(default_factory=dict)
    first_accepted: datetime | None = None
    last_accepted: datetime | None = None
    published_at: datetime | None = None
    is_published: bool = False
    is_verified: bool = False
    session: str | None = None
    filled: frozenset[str] = frozenset()
    is_held: bool = False
    seal: str | None = None
    has_sent: bool = False

    def is_of(self, manifest: str, url: str) -> bool:
        """Whether it tells of the manifest of this digest, and of the index at this URL."""
        return (self.opened.manifest, self.opened.url) == (manifest, url)

    @property
    def is_public_when_accepted(self) -> bool:
        """Whether the index shows each file by itself: that is what the legacy API does."""
        return self.opened.api == "legacy"

    @property
    def exposure_seconds(self) -> float:
        """The seconds between the first and the last file accepted; 0 for one file or none."""
        if self.first_accepted is None or self.last_accepted is None:
            return 0.0
        return (self.last_accepted - self.first_accepted).total_seconds()


def dumps(event: Event) -> bytes:
    """One line of JSON for one event; what an index said is written even if it is not text."""
    document: dict[str, Any] = {"event": _WORDS[type(event)]}
    if isinstance(event, Opened):
        document["schema"] = SCHEMA
    for member in fields(event):
        value = getattr(event, member.name)
        document[member.name] = value.isoformat() if isinstance(value, datetime) else value
    return json.dumps(document, ensure_ascii=False).encode(errors="replace") + b"\n"


def loads(content: bytes, *, name: str = "journal") -> tuple[Event, ...]:
    """Read all events; a torn last line is dropped.

    Raises:
        Damaged: a line that is not the torn last one is no event, or the first is not ``opened``.
    """
    lines = content.split(b"\n")[:-1]  # what follows the last line feed is torn, or empty
    events = tuple(_event(line, f"{name}, line {place}") for place, line in enumerate(lines, 1))
    if events and not isinstance(events[0], Opened):
        raise Damaged(name, "expected the first event to be 'opened'", hint=_HINT)
    return events


def replay(events: Iterable[Event]) -> Progress | None:
    """What the events prove together; None for a journal without a first line."""
    facts = tuple(events)
    openings = [(place, fact) for place, fact in enumerate(facts) if isinstance(fact, Opened)]
    if not openings:
        return None
    place, opened = openings[-1]
    recent = facts[place:]
    moments = [fact.at for fact in recent if isinstance(fact, Uploaded)]
    is_published = any(isinstance(fact, Published) for fact in facts)
    return Progress(
        opened=opened,
        accepted=_names(recent, Uploaded, Present),
        attempts=Counter(fact.filename for fact in facts if isinstance(fact, Sending)),
        first_accepted=min(moments, default=None),
        last_accepted=max(moments, default=None),
        published_at=min((fact.at for fact in recent if isinstance(fact, Published)), default=None),
        is_published=is_published,
        is_verified=any(isinstance(fact, Verified) for fact in facts),
        has_sent=is_published or any(isinstance(fact, Sending) for fact in _since(facts, Canceled)),
        **_of_session(recent),
    )


def _of_session(facts: Sequence[Event]) -> dict[str, Any]:
    """What is known of the last session, if it was not discarded."""
    since = _since(facts, SessionOpened, Canceled)
    if not isinstance(since[0], SessionOpened):
        return {}
    return {
        "session": since[0].session,
        "filled": _names(since, Uploaded, Present),
        "is_held": any(isinstance(fact, Held) for fact in since),
        "seal": next((fact.seal for fact in reversed(since) if isinstance(fact, Held)), None),
    }


def _names(facts: Iterable[Event], *kinds: type[Uploaded | Present]) -> frozenset[str]:
    return frozenset(fact.filename for fact in facts if isinstance(fact, kinds))


def _since(facts: Sequence[Event], *kinds: type[Event]) -> Sequence[Event]:
    """The facts from the last of some kinds on; all where there is none of them."""
    places = (place for place, fact in enumerate(facts) if isinstance(fact, kinds))
    return facts[max(places, default=0) :]


_READ: dict[str, Callable[[Node], Any]] = {
    "datetime": Node.moment,
    "int": Node.number,
    "str": Node.text,
}
"""How a field of an event is read, by its annotation."""


def _event(line: bytes, name: str) -> Event:
    node = Node.loads(line, name=name, hint=_HINT)
    word = node.get("event")
    word.expect(*_NAMES)
    cls = _NAMES[word.text()]
    if cls is Opened:
        node.get("schema").expect(SCHEMA)
    return cls(**{one.name: _READ[str(one.type)](node.get(one.name)) for one in fields(cls)})
