"""The format ``json``: every file with its address and hashes."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from twine_stage.exports.values import Exported, ExportedFile

SCHEMA = 1


def write(release: Exported) -> str:
    """One JSON document; what is not known is null."""
    manifest = release.manifest
    return dumps(
        {
            "schema": SCHEMA,
            "name": release.id.project,
            "version": str(release.id.version),
            "revision": manifest.revision,
            "digest": manifest.release.digest,
            "manifest": {"sha256": manifest.digest},
            "files": [_file(file) for file in release.files],
        }
    )


def dumps(document: object) -> str:
    """A document as text: indented, ASCII alone, in the order that it was made in."""
    return json.dumps(document, indent=2) + "\n"


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, as ISO 8601 writes it; None where it is not known."""
    return None if at is None else at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _file(file: ExportedFile) -> dict[str, Any]:
    dist = file.distribution
    return {
        "filename": file.name,
        "packagetype": dist.filename.kind.packagetype,
        "url": file.url,
        "size": dist.size,
        "hashes": {"sha256": dist.sha256, "blake2b_256": dist.blake2b256},
        "requires_python": dist.requires_python,
        "uploaded_at": moment(file.uploaded_at),
        "yanked": file.yanked,
    }
