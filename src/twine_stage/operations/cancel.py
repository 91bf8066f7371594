"""Cancel: discard what waits in a session of an index, so that nothing of it becomes public."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from twine_stage import journal
from twine_stage.indexes.base import Index
from twine_stage.journal import Progress
from twine_stage.manifest import Manifest
from twine_stage.operations.clock import Clock
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CanceledRelease:
    """``outcome`` is ``canceled``, or ``absent`` where the index had no session of the release.

    ``files`` are the names of those that were in it.
    """

    release: str
    index: str
    url: str
    outcome: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancelReport:
    """What became of each session."""

    releases: tuple[CanceledRelease, ...]

    @property
    def exit_status(self) -> int:
        """0: afterwards there is no session."""
        return 0


def cancel(
    store: Store | None, index: Index, releases: Sequence[ReleaseId], *, clock: Clock
) -> CancelReport:
    """Discard the live sessions of releases, wherever they were opened.

    Args:
        store: the stage, whose journals are told; None where there is none.
        index: where the sessions are.
        releases: whose they are; they need not be staged.
        clock: for the times of events.

    Raises:
        StageError: the index refused (as it does while it publishes), or did not answer.
    """
    return CancelReport(tuple(_cancel(store, index, release, clock) for release in releases))


def _cancel(store: Store | None, index: Index, release: ReleaseId, clock: Clock) -> CanceledRelease:
    lock = store.lock(release, command="cancel") if store else nullcontext()
    with lock:
        known = _known(store.record(release), index) if store else None
        is_public = known is not None and known[1].is_published
        state = None
        if not is_public:
            state = index.discard(release, known[1].session if known else None)
        if store and known and not is_public:
            store.journal(known[0], index.id).append(journal.Canceled(at=clock.now()))
    return CanceledRelease(
        release=str(release),
        index=index.id,
        url=index.url,
        outcome="canceled" if state else "absent",
        files=tuple(state.files) if state else (),
    )


def _known(record: Record, index: Index) -> tuple[Manifest, Progress] | None:
    """The manifest whose session our journal knows of, and what it proves."""
    for manifest in reversed(record.manifests):
        progress = record.progress.get((manifest.revision, index.id))
        if progress and progress.session and progress.opened.url == index.url:
            return manifest, progress
    return None
