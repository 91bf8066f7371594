"""The files of one frozen revision: the manifest, its SHA256SUMS, and the signature over it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from twine_stage.store.writing import READ_ONLY, storing, write

SIGNATURE = ".sigstore.json"
"""How the name of a signature ends; it is no manifest."""


@dataclass(frozen=True, slots=True)
class ManifestFiles:
    """Where the documents of revision ``revision`` are, in the folder ``folder``."""

    folder: Path
    revision: int

    @property
    def manifest(self) -> Path:
        """The manifest."""
        return self.folder / f"{self.revision}.json"

    @property
    def sums(self) -> Path:
        """The same digests for ``sha256sum``."""
        return self.folder / f"{self.revision}.SHA256SUMS"

    @property
    def signature(self) -> Path:
        """The Sigstore bundle over the manifest."""
        return self.folder / f"{self.revision}{SIGNATURE}"

    @property
    def all(self) -> tuple[Path, ...]:
        """All of them, in the order in which they are taken away."""
        return self.signature, self.manifest, self.sums

    def content(self) -> bytes:
        """The bytes of the manifest, as they are there."""
        with storing(self.manifest.name, verb="read"):
            return self.manifest.read_bytes()

    def bundle(self) -> bytes | None:
        """The Sigstore bundle; None where the manifest is not signed."""
        with storing(self.signature.name, verb="read"), suppress(FileNotFoundError):
            return self.signature.read_bytes()
        return None

    def sign(self, bundle: bytes) -> None:
        """Keep a Sigstore bundle beside the manifest."""
        write(self.signature, bundle, mode=READ_ONLY)
