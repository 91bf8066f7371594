"""Verify: compare what was frozen with what the index serves, and say each difference by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from twine_stage.differences import Difference, Kind
from twine_stage.errors import NotYetVisible, Unreachable, Unreadable, UsageError, WrongState
from twine_stage.indexes.base import Index
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.operations.clock import Clock
from twine_stage.operations.inspecting import Inspecting
from twine_stage.operations.manifest_files import manifest_at
from twine_stage.operations.receipt_files import read_receipt
from twine_stage.operations.settling import PROPAGATION, Look, Looking
from twine_stage.operations.standing import progress_of
from twine_stage.receipts import Receipt
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRelease:
    """What the index serves of one release; the lists of names are those of ``Comparison``.

    ``index`` is the URL that was asked. ``differences`` tells each by kind and cause;
    ``compared_with`` is the moment of the receipt that it was compared with, None without one.
    ``is_stale`` says that the answer is of before that moment, or may be of before the publication.
    """

    release: str
    index: str
    is_exact: bool
    matching: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    different: tuple[str, ...]
    yanked: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    compared_with: str | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What the index serves of each release asked for."""

    releases: tuple[VerifiedRelease, ...]

    @property
    def exit_status(self) -> int:
        """0 if it serves exactly what was frozen; 6 if only stale answers say otherwise; else 1."""
        others = [release for release in self.releases if not release.is_exact]
        if any(not release.is_stale for release in others):
            return 1
        return NotYetVisible.exit_status if others else 0


def verify(
    manifests: Sequence[Manifest],
    index: Index,
    *,
    receipts: Iterable[Receipt] = (),
    published: Mapping[str, datetime] | None = None,
    window: timedelta | None = None,
    wait: float,
    deep: bool,
    clock: Clock,
    reporter: Reporter,
) -> VerifyReport:
    """Compare manifests with an index.

    Args:
        manifests: what was frozen.
        index: where to look.
        receipts: what it showed before; each counts for the manifest that it names.
        published: when it was told to show a release, by the SHA-256 of its manifest; that counts
            where there is no receipt.
        window: how long after its first file the index takes files of a release.
        wait: seconds that missing files of a release may still take to appear.
        deep: download and hash what matches, read metadata files and provenance, and ask the
            addresses of what is missing; nothing is kept.
        clock: for the pauses.
        reporter: hears of every byte.

    Raises:
        Unreachable: the index did not answer; the report has what was found until then.
        Unreadable: some pages cannot be read; the report has what was found on the others.
    """
    by_manifest = {receipt.manifest: receipt for receipt in receipts}
    found: list[VerifiedRelease] = []
    unread: dict[str, Unreadable] = {}
    try:
        for manifest in manifests:
            receipt = by_manifest.get(manifest.digest)
            at = None if receipt else (published or {}).get(manifest.digest)
            looking = Looking(
                index=index, reporter=reporter, before=_before(receipt), skips_gone=True
            )
            inspecting = Inspecting(looking, manifest, receipt, at, window)
            try:
                look = looking.settle(manifest, wait=wait, clock=clock)
            except Unreadable as error:
                unread[error.message] = error
                continue
            for seen, others in _seen(inspecting, look, deep=deep):
                found.append(_verified(inspecting, seen, others, now=clock.now()))
        _expect_read(unread)
    except Unreachable as error:
        report = VerifyReport(tuple(found))
        error.report = report if found else None
        if report.exit_status == 1:  # it is the answer, whatever the rest would be
            error.exit_status = 1
        raise
    return VerifyReport(tuple(found))


def _expect_read(unread: Mapping[str, Unreadable]) -> None:
    """Tell of the pages that cannot be read, once it is known what the others show."""
    if unread:
        raise Unreadable("; ".join(unread), hint=next(iter(unread.values())).hint)


def _seen(
    inspecting: Inspecting, look: Look, *, deep: bool
) -> Iterator[tuple[Look, tuple[Difference, ...]]]:
    """A look and its differences; those by the page alone, if any, where the rest cannot be had."""
    told = inspecting.told(look)
    if not deep:
        yield look, told
        return
    try:
        yield inspecting.inspect(look)
    except Unreachable:
        if told:
            yield look, told
        raise


def manifests_of(
    store: Store | None,
    names: Sequence[str],
    files: Sequence[Path | str],
    *,
    cert: str | None = None,
) -> tuple[Manifest, ...]:
    """The manifests to verify: those at paths and URLs, then the latest of each release named.

    Without either, the latest of all that are frozen in the stage. ``cert`` is a PEM bundle of the
    certificates to trust where a URL is fetched.

    Raises:
        UsageError: a file cannot be read.
        Damaged: it is not a manifest.
        WrongState: a release is not frozen; or nothing is; or there is no stage.
    """
    read = tuple(manifest_at(place, cert=cert) for place in files)
    if files and not names:
        return read
    if store is None and files:
        raise WrongState(
            f"expected a stage here that has {names[0]}, found none",
            hint="If it is a folder of files, put a slash behind it: stage verify downloads/",
        )
    if store is None:
        raise WrongState(
            "expected a stage here or a manifest, found neither",
            hint="Name a manifest: stage verify --manifest FILE",
        )
    releases = selection.releases(store, names, default=lambda record: record.latest is not None)
    if not releases:
        raise WrongState("nothing is frozen in this stage", hint="Freeze a release: stage freeze")
    return read + tuple(_latest(store.record(release)) for release in releases)


def receipts_of(
    store: Store | None,
    manifests: Sequence[Manifest],
    index: Index,
    files: Sequence[Path],
    *,
    reporter: Reporter,
) -> tuple[Receipt, ...]:
    """The receipts to compare with: those of the index in the stage, then those in files.

    ``reporter`` hears of a file that is about another index.

    Raises:
        UsageError: a file cannot be read, or is about none of the manifests.
        Damaged: it is not a receipt.
    """
    digests = {manifest.digest for manifest in manifests}
    read = tuple(map(read_receipt, files))
    for path, receipt in zip(files, read, strict=True):
        if receipt.manifest not in digests:
            raise UsageError(
                f"{path}: expected a receipt of one of the manifests, found one of the manifest "
                f"with SHA-256 {receipt.manifest}",
                hint="A receipt belongs to one revision of a release: name its manifest, too.",
            )
        if receipt.url != index.url:
            reporter.warn(
                f"{path} is of {receipt.url}, and {index.url} is asked: that upload times and "
                "addresses differ proves nothing"
            )
    kept = () if store is None else [_kept(store, manifest, index) for manifest in manifests]
    return (*filter(None, kept), *read)


def published_to(
    store: Store | None, manifests: Sequence[Manifest], index: Index
) -> Mapping[str, datetime]:
    """When the index was told to show releases, by the SHA-256 of the manifest, as far as known."""
    if store is None:
        return {}
    found = {
        one.digest: progress_of(store.record(one.id), one, index.id, index.url) for one in manifests
    }
    return {
        digest: progress.published_at
        for digest, progress in found.items()
        if progress and progress.published_at
    }


def _before(receipt: Receipt | None) -> int | None:
    """The highest serial that is of before a receipt."""
    return receipt.serial - 1 if receipt and receipt.serial is not None else None


def _kept(store: Store, manifest: Manifest, index: Index) -> Receipt | None:
    receipt = store.record(manifest.id).receipts.get((manifest.revision, index.id))
    return receipt if receipt and receipt.manifest == manifest.digest else None


def _verified(
    inspecting: Inspecting, look: Look, found: tuple[Difference, ...], *, now: datetime
) -> VerifiedRelease:
    comparison, receipt, at = look.comparison, inspecting.receipt, inspecting.published_at
    is_young = at is not None and now - at <= PROPAGATION
    is_due = is_young and {one.kind for one in found} <= {Kind.MISSING, Kind.UNLISTED}
    return VerifiedRelease(
        release=str(inspecting.manifest.id),
        index=inspecting.looking.index.url,
        is_exact=not found,
        matching=comparison.matching,
        missing=comparison.missing,
        unexpected=comparison.unexpected,
        different=comparison.different,
        yanked=comparison.yanked,
        differences=found,
        compared_with=receipt.at if receipt else None,
        is_stale=look.is_stale or is_due,
    )


def _latest(record: Record) -> Manifest:
    if record.latest is None:
        raise WrongState(
            f"{record.release} is a draft: there is nothing frozen to compare with",
            hint=f"Freeze it first: stage freeze {record.release}",
        )
    return record.latest
