"""The format ``pylock``: a lock file (PEP 751) that names one package, and none that it needs."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from twine_stage.exports import toml
from twine_stage.exports.values import Exported, ExportedFile


def write(release: Exported) -> str:
    """``pylock.toml``; of several sdists it has one, since the format knows no more."""
    package: dict[str, Any] = {"name": release.id.project, "version": str(release.id.version)}
    if (specifier := _requires_python(release)) is not None:
        package["requires-python"] = specifier
    sdists = [file for file in release.files if not file.is_wheel]
    if sdists:
        chosen = min(sdists, key=lambda file: not file.name.endswith(".tar.gz"))
        package["sdist"] = _file(chosen)
    wheels = [_file(file) for file in release.files if file.is_wheel]
    if wheels:
        package["wheels"] = wheels
    return toml.dumps({"lock-version": "1.0", "created-by": "twine-stage", "packages": [package]})


def _requires_python(release: Exported) -> str | None:
    """What all files ask for, if it is the same, and a specifier."""
    found = {file.distribution.requires_python for file in release.files}
    only = found.pop() if len(found) == 1 else None
    try:
        return str(SpecifierSet(only)) if only is not None else None
    except InvalidSpecifier:
        return None


def _file(file: ExportedFile) -> dict[str, Any]:
    document: dict[str, Any] = {"name": file.name}
    if file.uploaded_at is not None:
        document["upload-time"] = file.uploaded_at.astimezone(timezone.utc)
    document["url"] = file.url
    document["size"] = file.distribution.size
    document["hashes"] = {"sha256": file.distribution.sha256}
    return document
