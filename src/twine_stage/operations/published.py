"""What became of a release that was published, held, or left unfinished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from twine_stage import journal
from twine_stage.indexes.base import SessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """What became of one file: ``uploaded``, ``present``, ``pending`` or ``refused``."""

    filename: str
    outcome: str
    attempts: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSession:
    """Where an index reports how the session of a held release stands, and when it ends."""

    url: str
    expires_at: datetime | None
    has_preview: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRelease:
    """What became of a release: ``published``, ``present``, ``held`` or ``incomplete``.

    ``url`` is where. ``digest`` is the release digest; ``exposure_seconds`` the time from the first
    file becoming visible to the last, over all runs; 0 where the release becomes public as a whole.
    ``session`` is where a held release waits.
    """

    release: str
    index: str
    url: str
    api: str
    outcome: str
    digest: str
    exposure_seconds: float
    files: tuple[PublishedFile, ...]
    session: HeldSession | None = None


def held_session(state: SessionState) -> HeldSession:
    """What is told of a held session; the URL of its preview is a secret, and is not."""
    return HeldSession(
        url=state.url, expires_at=state.expires_at, has_preview=state.preview is not None
    )


def published_file(
    name: str, events: Iterable[journal.Event], *, is_there: bool, message: str
) -> PublishedFile:
    """What became of a file.

    Args:
        name: of the file.
        events: of this run.
        is_there: the index had it before this run.
        message: what was said of it.
    """
    mine = [event for event in events if getattr(event, "filename", None) == name]
    kinds = {type(event) for event in mine}
    if journal.Uploaded in kinds:
        outcome = "uploaded"
    elif journal.UploadRefused in kinds:
        outcome = "refused"
    else:
        outcome = "present" if is_there or journal.Present in kinds else "pending"
    return PublishedFile(
        filename=name,
        outcome=outcome,
        attempts=sum(isinstance(event, journal.Sending) for event in mine),
        message=message,
    )
