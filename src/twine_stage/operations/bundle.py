"""Bundle: carry staged files to the stage of another machine, where the release is put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from twine_stage import bundles, completeness
from twine_stage.archives import bundling
from twine_stage.archives.bundling import Bundle
from twine_stage.bundles import Part
from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, WrongState
from twine_stage.operations.add import AddedFile, add_sources, described
from twine_stage.operations.selection import releases
from twine_stage.operations.sources import regular_size, unreadable
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store
from twine_stage.store.writing import READ_WRITE, settle, storing, temporary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleExportReport:
    """What went into a bundle of ``size`` bytes.

    ``left_out`` are the names of files that the index has and the stage has not.
    """

    bundle: str
    size: int
    files: tuple[AddedFile, ...]
    attestations: int
    left_out: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0: what cannot be exported is an error."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFile:
    """A pattern that no file of a release fits yet, and the specifier that asks for it."""

    release: str
    specifier: str
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleImportReport:
    """What became of each file of some bundles; ``missing`` is what is still expected."""

    bundles: tuple[str, ...]
    added: tuple[AddedFile, ...]
    unchanged: tuple[AddedFile, ...]
    missing: tuple[ExpectedFile, ...]

    @property
    def exit_status(self) -> int:
        """0: what is missing may come with another bundle; ``stage check`` judges the whole."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A bundle whose archive was judged; the contents of its files were not read yet."""

    path: Path
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class _InBundle:
    """A file in a bundle, as a source."""

    opened: Opened
    part: Part

    def __str__(self) -> str:
        return f"{self.opened.path}"

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def sha256(self) -> str:
        return self.part.sha256

    def size(self) -> int:
        return self.opened.bundle.entries[self.part.member].unpacked

    def chunks(self) -> Iterator[bytes]:
        try:
            with self.opened.path.open("rb") as file:
                yield from self.opened.bundle.chunks(file, self.part)
        except OSError as error:
            raise unreadable(self.opened.path, error.strerror or str(error)) from error


def export_bundle(store: Store, names: Sequence[str], *, output: Path) -> BundleExportReport:
    """Write the files of releases, and their part of the drafts, into one archive.

    Args:
        store: the stage.
        names: of releases; none means all that are not published.
        output: the archive; it is there as a whole, or not at all.

    Raises:
        WrongState: a release is not staged, or there is nothing to export.
        Damaged: a file of the stage is not what was staged.
        StorageFailed: the disk refused.
    """
    chosen = releases(store, names, default=lambda record: record.state != "published")
    records = [store.record(release) for release in chosen]
    found = [dist for record in records for dist in record.current.distributions]
    carried = {name for record in records for name in _carried(record)}
    away = [one for one in found if one.filename.text in carried and not store.has(one.sha256)]
    own = [one for one in found if one not in away]
    if not own:
        raise WrongState("there is nothing to export", hint="stage add FILE stages files.")
    parts = bundles.parts(own)
    with storing(output.name), temporary_of(output) as (file, path):
        bundling.write(file, _members(store, own, parts.values()))
        settle(file, path, output, mode=READ_WRITE)
    return BundleExportReport(
        bundle=str(output),
        size=output.stat().st_size,
        files=tuple(described(one) for one in own),
        attestations=sum(part.is_attestation for part in parts.values()),
        left_out=tuple(one.filename.text for one in away),
    )


def open_bundles(paths: Sequence[Path]) -> tuple[Opened, ...]:
    """Judge the archives of some bundles.

    Raises:
        Damaged: one is no bundle, or was tampered with.
        InvalidDistribution, StorageFailed: one cannot be read.
    """
    return tuple(map(_open, paths))


def import_bundles(
    store: Store,
    opened: Sequence[Opened],
    *,
    expected: Mapping[str, Sequence[str]],
    reporter: Reporter,
) -> BundleImportReport:
    """Stage all files of some bundles, or none; each is hashed and judged as ``add`` does.

    Args:
        store: the stage.
        opened: the bundles.
        expected: the patterns that a release must have, by version specifier.
        reporter: hears of each file.

    Raises:
        Damaged: a bundle is not what it was when it was opened.
        InvalidDistribution: a file is not valid, or not the one that its bundle names.
        WrongState: files do not fit what is staged or frozen; each is named.
    """
    sources = [_InBundle(one, part) for one in opened for part in one.bundle.parts.values()]
    groups = add_sources(
        store,
        [source for source in sources if not source.part.is_attestation],
        [source for source in sources if source.part.is_attestation],
        replaces=False,
        reporter=reporter,
    )
    files = (*groups["added"], *groups["unchanged"])
    met = dict.fromkeys(ReleaseId.parse(file.release) for file in files)
    return BundleImportReport(
        bundles=tuple(str(one.path) for one in opened),
        added=groups["added"],
        unchanged=groups["unchanged"],
        missing=tuple(
            missing
            for release in sorted(met, key=lambda one: one.sort_key)
            for missing in _missing(store.record(release), expected)
        ),
    )


def _open(path: Path) -> Opened:
    size = regular_size(path)
    with storing(path.name, verb="read"), path.open("rb") as file:
        return Opened(path=path, bundle=bundling.read(file, size=size, name=path.name))


def _carried(record: Record) -> frozenset[str]:
    """The names of files that are frozen as they stand on the index."""
    is_frozen = record.draft is None and record.latest
    return record.latest.carried if is_frozen and record.latest else frozenset()


def _members(
    store: Store, distributions: Iterable[Distribution], parts: Iterable[Part]
) -> Iterator[tuple[str, int, Iterable[bytes]]]:
    document = bundles.dumps(distributions)
    yield bundles.DOCUMENT, len(document), [document]
    for part in parts:
        with store.content(part.sha256) as content:
            size = content.seek(0, 2)
        yield part.member, size, _proved(store, part)


def _proved(store: Store, part: Part) -> Iterator[bytes]:
    """A content of the stage, compared with its digest once it was read."""
    hashing = hashlib.sha256()
    for chunk in store.chunks(part.sha256):
        hashing.update(chunk)
        yield chunk
    if hashing.hexdigest() != part.sha256:
        raise Damaged(
            part.name,
            f"expected sha256 {part.sha256}, found {hashing.hexdigest()}",
            hint="Stage the file again: stage add FILE",
        )


def _missing(record: Record, expected: Mapping[str, Sequence[str]]) -> Iterator[ExpectedFile]:
    names = {one.filename.text for one in record.current.distributions}
    names |= (
        {one.filename.text for one in record.base.release.distributions} if record.base else set()
    )
    unmet = completeness.unmet(expected, record.release.version, names)
    for specifier, patterns in unmet.items():
        for pattern in patterns:
            yield ExpectedFile(release=str(record.release), specifier=specifier, pattern=pattern)
