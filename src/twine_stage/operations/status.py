"""Status: what is staged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """One staged file; ``kind`` is ``wheel`` or ``sdist``, ``size`` is in bytes."""

    filename: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatus:
    """One release; ``state`` is ``draft``, ``frozen`` or ``published``.

    ``revision`` is that of the latest manifest, 0 where there is none; ``published_on`` are the
    ids of the indexes that were told to make that manifest public, or that it was ``adopted`` from.
    """

    release: str
    project: str
    version: str
    state: str
    digest: str
    revision: int
    published_on: tuple[str, ...]
    files: tuple[FileStatus, ...]
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class StatusReport:
    """All releases of the stage, sorted by project and version."""

    releases: tuple[ReleaseStatus, ...]

    @property
    def exit_status(self) -> int:
        """0: looking is always fine."""
        return 0


def status(store: Store) -> StatusReport:
    """Look at the stage.

    Raises:
        Damaged: a document of the stage is not what was written.
    """
    return StatusReport(tuple(_status(store, release) for release in store.releases()))


def _status(store: Store, release: ReleaseId) -> ReleaseStatus:
    record = store.record(release)
    current = record.current
    revision = record.latest.revision if record.latest else 0
    return ReleaseStatus(
        release=str(release),
        project=release.project,
        version=str(release.version),
        state=record.state,
        digest=current.digest,
        revision=revision,
        published_on=tuple(sorted(set(_indexes(record)))),
        adopted=bool(record.latest and record.latest.adopted),
        files=tuple(
            FileStatus(
                filename=one.filename.text,
                kind=one.filename.kind.value,
                size=one.size,
                sha256=one.sha256,
            )
            for one in current.distributions
        ),
    )


def _indexes(record: Record) -> Iterator[str]:
    """The ids of the indexes that the latest manifest is on, as far as the stage knows."""
    if record.latest is None:
        return
    revision = record.latest.revision
    yield from (
        index
        for (published, index), progress in record.progress.items()
        if published == revision and progress.is_published
    )
    if record.latest.adopted:
        yield from (index for revision, index in record.receipts if revision == 1)
