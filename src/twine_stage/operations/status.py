"""Status: what is staged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """One staged file; ``kind`` is ``wheel`` or ``sdist``, ``size`` is in bytes."""

    filename: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A publication that has begun and not ended: the index accepted ``files`` of ``total``."""

    index: str
    files: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatus:
    """One release; ``state`` is ``draft``, ``frozen`` or ``published``.

    ``revision`` is that of the latest manifest, 0 where there is none. ``published_on`` are the
    ids of the indexes that were told to make the latest public manifest so, or that it was
    ``adopted`` from; ``published_files`` is how many files it has, which may be others than
    ``files``. ``sent`` is how far the latest manifest came on other indexes.
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
    published_files: int = 0
    sent: tuple[Sent, ...] = ()


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
    public = next((one for one in reversed(record.manifests) if record.is_published(one)), None)
    return ReleaseStatus(
        release=str(release),
        project=release.project,
        version=str(release.version),
        state=record.state,
        digest=current.digest,
        revision=revision,
        published_on=tuple(sorted(set(_indexes(record, public)))) if public else (),
        adopted=bool(record.latest and record.latest.adopted),
        published_files=len(public.release.distributions) if public else 0,
        sent=tuple(_sent(record)),
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


def _indexes(record: Record, public: Manifest) -> Iterator[str]:
    """The ids of the indexes that a manifest is on, as far as the stage knows."""
    yield from (
        index
        for (revision, index), progress in record.progress.items()
        if revision == public.revision and progress.is_published
    )
    if public.adopted:
        yield from (index for revision, index in record.receipts if revision == 1)


def _sent(record: Record) -> Iterator[Sent]:
    """Where the latest manifest is not public yet although something of it was sent."""
    if record.latest is None:
        return
    total = len(record.latest.release.distributions)
    for (revision, index), progress in sorted(record.progress.items()):
        is_of_latest = revision == record.latest.revision
        if is_of_latest and progress.has_sent and not progress.is_published:
            sent = progress.filled if progress.session else progress.accepted
            yield Sent(index, len(sent), total)
