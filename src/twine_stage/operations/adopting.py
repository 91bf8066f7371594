"""Adopting: where the manifests of releases that nobody froze are kept: in a stage, or a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twine_stage.comparison import compare
from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import WrongState
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.manifest import adopt as manifest_of
from twine_stage.operations.manifest_files import read_manifest
from twine_stage.receipts import Receipt
from twine_stage.releases import Release, group
from twine_stage.store import Store
from twine_stage.store.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A release that is to be kept as an index shows it, with all digests and sizes.

    ``reason`` says why files are taken over that came since the manifest that there is, if they
    are meant to be; ``receipt`` makes one for a manifest of that digest.
    """

    listing: Listing
    reason: str | None
    receipt: Callable[[str], Receipt]

    @property
    def release(self) -> Release:
        """What is shown."""
        [release] = group(map(_taken, self.listing.files))  # which spells the version by the files
        return release

    def growth(self, kept: Manifest) -> tuple[str, ...]:
        """The files that came since a manifest; none if what it names is not shown as it was."""
        comparison = compare(kept, self.listing)
        return () if comparison.missing or comparison.different else comparison.unexpected

    def after(self, kept: Manifest | None) -> Manifest:
        """The manifest to keep where there is one: that one, or its next revision."""
        if kept is None:
            return manifest_of(self.release)
        if self.reason is None or not self.growth(kept):
            return kept
        return manifest_of(self.release, previous=kept, reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The manifest that there is now, the one that there was, and the path if it has one."""

    manifest: Manifest
    before: Manifest | None
    path: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it was written just now."""
        return self.manifest != self.before


class Keeper(Protocol):
    """Keeps manifests; one that there is gives way to its next revision alone."""

    def keep(self, adoption: Adoption) -> Kept:
        """Keep a manifest and what was seen of it, as far as there is something new to keep.

        Raises:
            UsageError: the reason is empty, or not text.
            WrongState: something stands in the way.
        """
        ...


@dataclass(frozen=True, slots=True)
class Staged:
    """Keeps them in a stage, where ``verify`` and ``monitor`` find them."""

    store: Store
    index_id: str

    def keep(self, adoption: Adoption) -> Kept:
        """As the protocol has it; a draft stands in the way."""
        release = adoption.release
        with self.store.lock(release.id, command="adopt"):
            record = self.store.record(release.id)
            if record.draft is not None:
                raise WrongState(
                    f"{release.id} is a draft here, which publishing would compare with what the "
                    f"index shows; stage drop {release.id} makes room"
                )
            kept = Kept(manifest=adoption.after(record.latest), before=record.latest)
            manifest = kept.manifest
            if kept.is_new:
                self.store.write_manifest(manifest)
            is_shown = manifest.release.digest == release.digest
            is_seen = (manifest.revision, self.index_id) in record.receipts
            if manifest.adopted and is_shown and not is_seen:  # new, or killed in between
                receipt = adoption.receipt(manifest.digest)
                self.store.write_receipt(manifest, self.index_id, receipt)
        return kept


@dataclass(frozen=True, slots=True)
class Folder:
    """Keeps them in a folder, by the names that ``freeze --output`` gives them."""

    path: Path

    def keep(self, adoption: Adoption) -> Kept:
        """As the protocol has it; a manifest of another release stands in the way."""
        release = adoption.release.id
        path = self.path / f"{release.folder}.release.intoto.json"
        before = read_manifest(path) if path.exists() else None
        if before and before.id != release:
            raise WrongState(f"{path} is a manifest of {before.id}")
        kept = Kept(manifest=adoption.after(before), before=before, path=str(path))
        if kept.is_new:
            receipt = adoption.receipt(kept.manifest.digest)
            write(self.path / f"{release.folder}.receipt.json", receipt.dumps())
            write(path, kept.manifest.dumps())
        return kept


def _taken(file: ListedFile) -> Distribution:
    """A file as an index shows it, of which digest and size are known."""
    return Distribution(
        filename=Filename.parse(file.filename),
        sha256=file.sha256 or "",
        size=file.size or 0,
        core_metadata=file.core_metadata,
        requires_python=file.requires_python,
    )
