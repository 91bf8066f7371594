"""Sessions: what waits on an index, not public yet, as far as our own journals know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from twine_stage.indexes.base import Index, SessionState
from twine_stage.journal import Progress
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store

_LIVE = ("open", "processing", "error")


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A file of a session; ``status`` is the index's word, ``completed`` where it is all there."""

    filename: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSession:
    """A session of a release; ``url`` is where the index reports how it stands.

    ``index`` is the id of the index, ``index_url`` where uploads to it go. ``status`` is the
    index's word, None for an index that was not asked, of which ``files`` and ``expires_at`` are
    not known then. ``is_held`` tells that it was left to wait; ``digest`` is the release digest.
    """

    release: str
    index: str
    index_url: str
    url: str
    status: str | None
    is_held: bool
    digest: str
    expires_at: datetime | None = None
    has_preview: bool = False
    files: tuple[SessionFile, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionsReport:
    """The sessions that live, or that may: those of indexes that were not asked."""

    releases: tuple[ReleaseSession, ...]

    @property
    def exit_status(self) -> int:
        """0: looking is always fine."""
        return 0


def sessions(store: Store, index: Index, names: Sequence[str]) -> SessionsReport:
    """Look at the sessions that our journals tell of.

    Args:
        store: the stage.
        index: the index that is asked; sessions on others are told as the journals have them.
        names: releases; all that are staged if there is none.

    Raises:
        StageError: the index refused, or did not answer.
    """
    releases = selection.releases(store, names, default=lambda _: True)
    found = (one for release in releases for one in _of(store.record(release), index))
    return SessionsReport(tuple(found))


def _of(record: Record, index: Index) -> Iterator[ReleaseSession]:
    for manifest in record.manifests:
        for (revision, index_id), progress in sorted(record.progress.items()):
            if revision != manifest.revision or not _may_live(progress):
                continue
            if (index_id, progress.opened.url) != (index.id, index.url):
                yield _told(record.release, manifest, index_id, progress)
                continue
            state = index.state(progress.session or "")
            if state and state.status in _LIVE:
                yield _told(record.release, manifest, index_id, progress, state)


def _may_live(progress: Progress) -> bool:
    return progress.session is not None and not progress.is_published


def _told(
    release: ReleaseId,
    manifest: Manifest,
    index: str,
    progress: Progress,
    state: SessionState | None = None,
) -> ReleaseSession:
    return ReleaseSession(
        release=str(release),
        index=index,
        index_url=progress.opened.url,
        url=progress.session or "",
        status=state.status if state else None,
        is_held=progress.is_held,
        digest=manifest.release.digest,
        expires_at=state.expires_at if state else None,
        has_preview=bool(state and state.preview),
        files=tuple(SessionFile(name, one) for name, one in state.files.items()) if state else (),
    )
