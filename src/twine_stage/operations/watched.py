"""What is watched: manifests from folders, files, lists and the stage, each release once.

And what no longer is: a release whose manifest is not where it was found at the last look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from twine_stage import sizes
from twine_stage.changes import Change
from twine_stage.digests import sha256
from twine_stage.documents import Node
from twine_stage.errors import Damaged, UsageError, WrongState
from twine_stage.manifest import PREDICATE_TYPE, STATEMENT_TYPE, Manifest
from twine_stage.receipts import Receipt
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store

_LARGEST = 64 << 20
"""Bytes; a manifest of a hundred thousand files is half as large."""

_RELEASES = PREDICATE_TYPE.rpartition("/")[0]
"""How the types of predicates about releases begin, of any version."""

_MANIFEST_ENDING = ".release.intoto.json"
"""What commands write with ``--output``; who names a file so says that it is a manifest."""

UNWATCHED = "unwatched"
"""What a release is called whose manifest is no longer where it was found at the last look."""

_NAME_THEM = "Name manifests, or folders of them; stage freeze --output DIR writes one."

Known = Mapping[str, tuple[str, int]]
"""The release and the revision of manifests that were read before, by the SHA-256 of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A release to watch.

    ``digest`` is the SHA-256 of the manifest's ``document``, ``name`` where it is from, ``folder``
    the folder that was searched for it, if one was; the ``receipt`` is of the index that is asked,
    if there is one.
    """

    release: ReleaseId
    revision: int
    digest: str
    name: str
    document: bytes = field(repr=False)
    receipt: Receipt | None = None
    folder: str = ""

    def manifest(self) -> Manifest:
        """The manifest, read.

        Raises:
            Damaged: it is none.
        """
        return Manifest.loads(self.document, name=self.name)


@dataclass(slots=True)
class _Found:
    manifests: list[Watched] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def watched_files(
    paths: Sequence[Path],
    lists: Sequence[Path],
    *,
    url: str,
    known: Known,
    base: Path = Path(),
) -> tuple[Watched, ...]:
    """The releases of manifests in files and folders, each by its highest revision.

    Receipts that lie there too go with their manifests.

    Args:
        paths: files and folders.
        lists: files with a path on each line.
        url: of the index that is asked: receipts of others are left out.
        known: manifests that need not be read again.
        base: what folders are named from.

    Raises:
        UsageError: there is no manifest, or a path cannot be read.
        Damaged: a document is not what it says it is.
    """
    found = _Found()
    for path in _named(paths, lists):
        if path.is_dir():
            for file in _documents(path):
                is_named = file.name.endswith(_MANIFEST_ENDING)
                _take(file, found, known, is_named=is_named, folder=_place(path, base))
        else:
            _take(path, found, known, is_named=True)
    if not found.manifests:
        raise UsageError("expected manifests to watch, found none", hint=_NAME_THEM)
    receipts = {one.manifest: one for one in found.receipts if one.url == url}
    return tuple(replace(one, receipt=receipts.get(one.digest)) for one in _latest(found.manifests))


def unwatched(
    watched: Iterable[Watched],
    folders: Mapping[str, str],
    paths: Sequence[Path],
    lists: Sequence[Path],
    *,
    base: Path = Path(),
) -> tuple[Change, ...]:
    """The releases whose manifests are gone from folders that are searched again.

    Args:
        watched: the releases that are watched.
        folders: where the manifest of each release was found at the last look.
        paths: files and folders.
        lists: files with a path on each line.
        base: what folders are named from.
    """
    names = {str(one.release) for one in watched}
    searched = {_place(path, base) for path in _named(paths, lists) if path.is_dir()}
    return tuple(
        Change(
            release=release,
            kind=UNWATCHED,
            files=(),
            message=f"its manifest is no longer in {folder}",
        )
        for release, folder in sorted(folders.items())
        if release not in names and folder in searched
    )


def watched_stage(store: Store | None, index_id: str) -> tuple[Watched, ...]:
    """The releases of the stage that were published to an index, as they were frozen last.

    Raises:
        WrongState: there is no stage, or nothing of it was published there.
    """
    if store is None:
        raise WrongState("expected manifests or a stage here, found neither", hint=_NAME_THEM)
    found = [one for release in store.releases() for one in _published(store.record(release))]
    own = [watched for watched, index in found if index == index_id]
    if not own:
        raise WrongState(
            f"nothing of this stage was published to {index_id}",
            hint=f"Name another index (-r), or publish to this one first. {_NAME_THEM}",
        )
    return _latest(own)


def _published(record: Record) -> Iterator[tuple[Watched, str]]:
    """The manifests that an index was told to make public, with its id."""
    by_revision = {one.revision: one for one in record.manifests}
    told = {key for key, progress in record.progress.items() if progress.is_published}
    for revision, index in sorted(told | record.receipts.keys()):
        if revision in by_revision:
            manifest = by_revision[revision]
            watched = Watched(
                release=manifest.id,
                revision=revision,
                digest=manifest.digest,
                name=f"the stage's {manifest.id}",
                document=manifest.dumps(),
                receipt=record.receipts.get((revision, index)),
            )
            yield watched, index


def _latest(found: Iterable[Watched]) -> tuple[Watched, ...]:
    """Each release once; what was frozen last counts."""
    chosen: dict[ReleaseId, Watched] = {}
    for one in sorted(found, key=lambda one: one.revision):
        other = chosen.get(one.release, one)
        if one.revision == other.revision and one.digest != other.digest:
            raise UsageError(
                f"expected one manifest of {one.release}, found two that differ: {other.name} and "
                f"{one.name}",
                hint="Leave one of them out.",
            )
        chosen[one.release] = one
    return tuple(sorted(chosen.values(), key=lambda one: one.release.sort_key))


def _named(paths: Iterable[Path], lists: Iterable[Path]) -> Iterator[Path]:
    """The paths that are named, by themselves and in lists."""
    yield from paths
    for one in lists:
        yield from _lines(one)


def _place(path: Path, base: Path) -> str:
    """A folder as a person names it, so that it is the same wherever a checkout lies."""
    return (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()


def _take(path: Path, found: _Found, known: Known, *, is_named: bool, folder: str = "") -> None:
    """Take up a file for what it is; what is not ours is left out, unless it was named."""
    content = _read(path)
    digest = sha256(content)
    if digest in known:
        name, revision = known[digest]
        found.manifests.append(_watched(path, content, ReleaseId.parse(name), revision, folder))
        return
    match _kind(content, name=str(path), is_named=is_named):
        case "manifest":
            manifest = Manifest.loads(content, name=str(path))
            found.manifests.append(_watched(path, content, manifest.id, manifest.revision, folder))
        case "receipt":
            found.receipts.append(Receipt.loads(content, name=str(path)))
        case _ if is_named:
            raise Damaged(str(path), "expected a manifest or a receipt, found neither")
        case _:
            pass


def _watched(path: Path, content: bytes, release: ReleaseId, revision: int, folder: str) -> Watched:
    return Watched(
        release=release,
        revision=revision,
        digest=sha256(content),
        name=str(path),
        document=content,
        folder=folder,
    )


def _kind(content: bytes, *, name: str, is_named: bool) -> str:
    try:
        document = Node.loads(content, name=name).value
    except Damaged:
        if is_named:
            raise
        return ""
    if not isinstance(document, dict):
        return ""
    if document.get("_type") == STATEMENT_TYPE:
        predicate = document.get("predicateType")
        return "manifest" if str(predicate).startswith(_RELEASES) else ""
    return "receipt" if {"index", "url", "manifest", "files"} <= document.keys() else ""


def _documents(folder: Path) -> list[Path]:
    """The JSON files in a folder and those below it, without hidden ones."""
    return sorted(
        path
        for path in folder.rglob("*.json")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _lines(path: Path) -> Iterator[Path]:
    """The paths that a list names, each from where the list is."""
    text = _read(path).decode(errors="surrogateescape")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield path.parent / line.strip()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"expected a manifest at {path}, found: {error.strerror}", hint=_NAME_THEM
        ) from error
    if len(content) > _LARGEST:
        raise Damaged(str(path), f"expected a manifest, found more than {sizes.shown(_LARGEST)}")
    return content
