"""Adopting: where the manifests of releases that nobody froze are kept: in a stage, or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twine_stage.errors import WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.manifest_files import read_manifest
from twine_stage.receipts import Receipt
from twine_stage.store import Store
from twine_stage.store.writing import write


class Keeper(Protocol):
    """Keeps manifests, each once and for all."""

    def keep(self, manifest: Manifest, seen: Receipt) -> tuple[Manifest | None, str]:
        """Keep a manifest and what was seen of it, unless there is another manifest.

        Returns:
            The manifest that there was, or None; and the path of the manifest, if it has one.

        Raises:
            WrongState: something stands in the way.
        """
        ...


@dataclass(frozen=True, slots=True)
class Staged:
    """Keeps them in a stage, where ``verify`` and ``monitor`` find them."""

    store: Store
    index_id: str

    def keep(self, manifest: Manifest, seen: Receipt) -> tuple[Manifest | None, str]:
        """As the protocol has it; a draft stands in the way."""
        with self.store.lock(manifest.id, command="adopt"):
            record = self.store.record(manifest.id)
            if record.draft is not None:
                raise WrongState(
                    f"{manifest.id} is a draft here, which publishing would compare with what the "
                    f"index shows; stage drop {manifest.id} makes room"
                )
            if record.latest is None:
                self.store.write_manifest(manifest)
            kept = record.latest
            is_seen = (manifest.revision, self.index_id) in record.receipts
            if kept is None or (kept == manifest and not is_seen):  # it was killed in between
                self.store.write_receipt(manifest, self.index_id, seen)
        return kept, ""


@dataclass(frozen=True, slots=True)
class Folder:
    """Keeps them in a folder, by the names that ``freeze --output`` gives them."""

    path: Path

    def keep(self, manifest: Manifest, seen: Receipt) -> tuple[Manifest | None, str]:
        """As the protocol has it; a manifest of another release stands in the way."""
        path = self.path / f"{manifest.id.folder}.release.intoto.json"
        if path.exists():
            kept = read_manifest(path)
            if kept.id != manifest.id:
                raise WrongState(f"{path} is a manifest of {kept.id}")
            return kept, str(path)
        write(self.path / f"{manifest.id.folder}.receipt.json", seen.dumps())
        write(path, manifest.dumps())
        return None, str(path)
