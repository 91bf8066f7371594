"""The stage: the folder ``.stage``, found from the current directory upwards, like ``.git``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from packaging.utils import canonicalize_version

from twine_stage.digests import Digests
from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, NewerFormat, StorageFailed, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.receipts import Receipt
from twine_stage.releases import ReleaseId, release_id
from twine_stage.store import drafts
from twine_stage.store.contents import ContentFiles, Judge
from twine_stage.store.journals import Journal
from twine_stage.store.locks import locked
from twine_stage.store.manifests import ManifestFiles
from twine_stage.store.records import DRAFT, MANIFESTS, Record, is_staged, read_record
from twine_stage.store.writing import READ_ONLY, remove, storing, write, write_together

FOLDER = ".stage"
FORMAT = 1
_SCANS = "scans.json"

AnyStore = TypeVar("AnyStore", bound="Store")


@dataclass(slots=True)
class Store:
    """One stage. ``root`` is the ``.stage`` folder; ``is_new`` tells that it was just made."""

    root: Path
    is_new: bool = False

    @classmethod
    def find(cls: type[AnyStore], start: Path, *, explicit: Path | None = None) -> AnyStore | None:  # noqa: PYI019 - not in Python 3.10
        """The stage of a directory or of one above it; or the one at ``explicit``.

        Raises:
            NewerFormat: it was written by a newer version.
        """
        folders = [explicit] if explicit else [up / FOLDER for up in (start, *start.parents)]
        with storing("the stage", verb="read"):
            for folder in folders:
                if (folder / "format").is_file():
                    _judge_format(folder)
                    return cls(folder)
        return None

    @classmethod
    def open(cls: type[AnyStore], start: Path, *, explicit: Path | None = None) -> AnyStore:  # noqa: PYI019 - not in Python 3.10
        """As ``find``, where there must be one.

        Raises:
            WrongState: there is none.
        """
        store = cls.find(start, explicit=explicit)
        if store is None:
            raise WrongState(
                f"expected a stage in {explicit or 'this directory or one above it'}, found none",
                hint="Stage a release first: stage add dist/*",
            )
        return store

    @classmethod
    def create(cls: type[AnyStore], start: Path, *, explicit: Path | None = None) -> AnyStore:  # noqa: PYI019 - not in Python 3.10
        """As ``find``, and made where there is none: at ``explicit``, or in ``start``.

        Raises:
            StorageFailed: the disk refused.
        """
        store = cls.find(start, explicit=explicit)
        if store is not None:
            return store
        root = explicit or start / FOLDER
        if not (root / ".gitignore").exists():  # somebody may name a folder that has one
            write(root / ".gitignore", b"*\n")
        write(root / "format", f"{FORMAT}\n".encode())
        return cls(root, is_new=True)

    @property
    def index_folder(self) -> Path:
        """Where the directory index is that ``-r local`` publishes to."""
        return self.root / "index"

    # Contents

    def put(self, chunks: Iterable[bytes], *, name: str, judge: Judge | None = None) -> Digests:
        """Keep a content under its digest; see ``ContentFiles.put``."""
        return self._contents.put(chunks, name=name, judge=judge)

    def has(self, digest: str) -> bool:
        """Whether there is a content of this SHA-256."""
        return self._contents.has(digest)

    def content(self, digest: str) -> BinaryIO:
        """A content, open and seekable; ``Damaged`` if there is none."""
        return self._contents.open(digest)

    def chunks(self, digest: str) -> Iterator[bytes]:
        """A content in chunks; ``Damaged`` if there is none."""
        return self._contents.chunks(digest)

    def read(self, digest: str) -> bytes:
        """A small content, compared with its digest; ``Damaged`` if it is not that."""
        return self._contents.read(digest)

    def sweep(self, dropped: Collection[str] = ()) -> int:
        """Remove content that nothing refers to; to be called under ``referencing``.

        Drafts and manifests refer to content; a published manifest no longer does to what was
        ``dropped``, since the index has it.

        Returns:
            How many bytes became free.
        """
        kept: set[str] = set()
        for release in self.releases():
            record = self.record(release)
            for manifest in record.manifests:
                gone = dropped if record.is_published(manifest) else ()
                kept.update(
                    digest
                    for dist in manifest.release.distributions
                    for digest in dist.contents
                    if digest not in gone
                )
            if record.draft is not None:
                kept.update(
                    digest for dist in record.draft.distributions for digest in dist.contents
                )
        return self._contents.sweep(kept)

    def clear(self) -> None:
        """Remove what killed commands left half written; what cannot be removed is no matter."""
        with suppress(StorageFailed):
            self._contents.clear()

    # Releases

    def releases(self) -> tuple[ReleaseId, ...]:
        """All releases in the stage, sorted by project and version."""
        folder = self.root / "releases"
        with storing("the stage", verb="read"):
            paths = list(folder.iterdir()) if folder.is_dir() else []
            found = [_release_of(path) for path in paths if is_staged(path)]
        return tuple(sorted(found, key=lambda release: release.sort_key))

    def record(self, release: ReleaseId) -> Record:
        """What the stage holds of a release; raises ``Damaged`` where a document is not ours."""
        return read_record(self._folder(release), release)

    def write_entries(self, distributions: Iterable[Distribution]) -> None:
        """Put distributions into the drafts of their releases, in place of those of that name.

        Raises:
            StorageFailed: the disk refused; all drafts are as they were.
        """
        folders: dict[ReleaseId, Path] = {}  # one for a version that is spelled in several ways
        entries: dict[Path, bytes] = {}
        for dist in distributions:
            release = release_id(dist)
            folder = folders.setdefault(release, self._folder(release))
            entries[drafts.entry(folder / DRAFT, dist)] = drafts.dumps(dist)
        write_together(entries)

    def write_draft(self, release: ReleaseId, distributions: Iterable[Distribution]) -> None:
        """Make the draft of a release that has none, as a whole."""
        drafts.fill(self._folder(release) / DRAFT, distributions)

    def remove_entry(self, distribution: Distribution) -> None:
        """Take a distribution out of the draft."""
        remove(drafts.entry(self._folder(release_id(distribution)) / DRAFT, distribution))

    def clear_draft(self, release: ReleaseId) -> None:
        """Take all out of the draft, at once."""
        drafts.clear(self._folder(release) / DRAFT)

    def write_manifest(self, manifest: Manifest) -> None:
        """Keep a manifest, once and for all, with its SHA256SUMS beside it.

        Raises:
            WrongState: there is another one of this revision.
        """
        files = self.manifest_files(manifest)
        if files.manifest.exists():
            raise WrongState(
                f"{manifest.id} has a manifest of revision {manifest.revision} already"
            )
        sums = manifest.release.sha256sums.encode()
        contents = {files.sums: sums, files.manifest: manifest.dumps()}
        write_together(contents, mode=READ_ONLY)

    def remove_manifest(self, manifest: Manifest) -> None:
        """Take a manifest back that no index received, and what was noted about it.

        The journals go first: the next manifest of this revision must not be taken for this one.
        """
        folder = self._folder(manifest.id) / "journals"
        journals = folder.glob(f"{manifest.revision}-*.jsonl")
        for path in (*journals, *self.manifest_files(manifest).all):
            remove(path)

    def manifest_files(self, manifest: Manifest) -> ManifestFiles:
        """Where a manifest is kept, and what belongs to it."""
        return ManifestFiles(self._folder(manifest.id) / MANIFESTS, manifest.revision)

    def scans(self, release: ReleaseId) -> bytes:
        """What was kept of the scans of a release's files; empty if that is nothing."""
        with suppress(OSError):  # then they are read again
            return (self._folder(release) / _SCANS).read_bytes()
        return b""

    def write_scans(self, release: ReleaseId, content: bytes) -> None:
        """Keep the scans of a release's files; a disk that has no room for them is no matter."""
        with suppress(StorageFailed):
            write(self._folder(release) / _SCANS, content)

    def forget_scans(self, release: ReleaseId) -> None:
        """Keep no scans of a release."""
        remove(self._folder(release) / _SCANS)

    def journal(self, manifest: Manifest, index_id: str) -> Journal:
        """The journal of the publication of a manifest to an index."""
        name = f"{manifest.revision}-{index_id}.jsonl"
        return Journal(self._folder(manifest.id) / "journals" / name)

    def write_receipt(self, manifest: Manifest, index_id: str, receipt: Receipt) -> None:
        """Keep what an index showed, in place of what it showed before."""
        name = f"{manifest.revision}-{index_id}.json"
        write(self._folder(manifest.id) / "receipts" / name, receipt.dumps())

    # Locks

    def lock(self, release: ReleaseId, *, command: str) -> AbstractContextManager[None]:
        """Hold a release: add, drop, freeze and thaw for moments, publish as long as it runs.

        Raises:
            Busy: another command holds it.
        """
        name = f"{release.project}-{canonicalize_version(release.version)}.lock"
        path = self.root / "locks" / name
        return locked(path, what=str(release), command=command)

    def referencing(self) -> AbstractContextManager[None]:
        """Hold the stage for the moment in which references are written, or content is swept.

        Who writes a reference looks again, under this, whether the content is still there.
        """
        return locked(self.root / "locks" / "stage.lock", what="the stage", command="a reference")

    @property
    def _contents(self) -> ContentFiles:
        return ContentFiles(self.root / "files")

    def _folder(self, release: ReleaseId) -> Path:
        """The folder of a release; a version that is spelled differently is the same one."""
        folder = self.root / "releases" / release.folder
        if folder.is_dir():
            return folder
        alike = folder.parent.glob(f"{release.project}-*")
        return next((path for path in alike if _release_of(path) == release), folder)


def _release_of(folder: Path) -> ReleaseId:
    name, _, version = folder.name.rpartition("-")
    try:
        return ReleaseId.parse(f"{name}=={version}")
    except UsageError as error:
        raise Damaged(
            f"releases/{folder.name}", "expected PROJECT-VERSION", hint="Move the folder away."
        ) from error


def _judge_format(folder: Path) -> None:
    text = (folder / "format").read_text("utf-8", errors="replace").strip()
    if not text.isdecimal():
        raise Damaged(f"{folder.name}/format", f"expected {FORMAT}, found {text[:20]!r}")
    if int(text) > FORMAT:
        raise NewerFormat(
            f"expected a stage of format {FORMAT}, found {text}",
            hint="It was written by a newer version of twine-stage: use that one.",
        )
