"""Releases to export in tests, as an index serves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fakes import NOON
from releasing import Built, built, manifest_of
from twine_stage.distributions import Filename
from twine_stage.exports import Exported, ExportedFile, exported
from twine_stage.listings import ListedFile
from twine_stage.manifest import Manifest
from twine_stage.receipts import Receipt

BASE = "https://files.example.org/packages/"


def receipt_of(
    manifest: Manifest, *, base: str = BASE, at: datetime | None = NOON, **facts: Any
) -> Receipt:
    """What an index showed: each file below one address, a second after the other."""
    files = tuple(
        ListedFile(
            filename=dist.filename.text,
            url=base + dist.filename.text,
            sha256=dist.sha256,
            size=dist.size,
            uploaded_at=None if at is None else at + timedelta(seconds=place),
            **facts,
        )
        for place, dist in enumerate(manifest.release.distributions)
    )
    return Receipt(
        index="example",
        url="https://example.org/legacy/",
        manifest=manifest.digest,
        at=NOON.isoformat(),
        files=files,
    )


def release(*files: str | Built, base: str = BASE, **facts: Any) -> Exported:
    """A release that an index serves, by its filenames."""
    manifest = manifest_of(*(built(one) if isinstance(one, str) else one for one in files))
    return exported(manifest, receipt_of(manifest, base=base, **facts))


def renamed(file: ExportedFile, filename: str) -> ExportedFile:
    """The same file under another name."""
    distribution = replace(file.distribution, filename=Filename.parse(filename))
    return replace(file, distribution=distribution)
