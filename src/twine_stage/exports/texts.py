"""Formats that are lines of text: checksums, requirements, addresses."""

from __future__ import annotations

from twine_stage.exports.values import Exported


def sha256sums(release: Exported) -> str:
    """``SHA256SUMS``, as ``sha256sum -c`` reads it."""
    return release.manifest.release.sha256sums


def requirements(release: Exported) -> str:
    """A requirement with the hashes of all files, for ``pip install --require-hashes -r``."""
    hashes = (f"    --hash=sha256:{file.distribution.sha256}" for file in release.files)
    return " \\\n".join([str(release.id), *hashes]) + "\n"


def urls(release: Exported) -> str:
    """A line per file: its address, and its digest as a fragment, which downloaders pass over."""
    return "".join(f"{file.url}#sha256={file.distribution.sha256}\n" for file in release.files)
