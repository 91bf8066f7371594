"""Pages of the simple API as the index of the tests writes them."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from packaging.utils import NormalizedName, canonicalize_name

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"


@dataclass(kw_only=True)
class Stored:
    """A file that was accepted; ``shown_at`` are seconds of the monotonic clock.

    ``provenance`` is the URL of its provenance object, if it was sent with attestations;
    ``requires_python`` what its form said; ``core_metadata`` the digest that is shown of its
    metadata file.
    """

    sha256: str
    size: int
    content: bytes
    shown_at: float
    uploaded: datetime
    yanked: str | None = None
    provenance: str | None = None
    requires_python: str | None = None
    core_metadata: str | None = None


@dataclass(frozen=True)
class Status:
    """How a project stands, by PEP 792."""

    word: str = ""
    reason: str = ""


NO_STATUS = Status()


def project_of(filename: str) -> NormalizedName:
    """The normalized name of the project that a file belongs to."""
    if filename.endswith(".whl"):
        return canonicalize_name(filename.partition("-")[0])
    return canonicalize_name(filename.rpartition("-")[0])


def root(projects: Iterable[str], *, is_html: bool) -> bytes:
    """The page of all projects."""
    if is_html:
        links = "".join(f'<a href="{name}/">{name}</a>' for name in projects)
        return f"<!DOCTYPE html><title>Simple index</title>{links}".encode()
    names = [{"name": name} for name in projects]
    return json.dumps({"meta": {"api-version": "1.1"}, "projects": names}).encode()


def as_html(
    project: str, files: Mapping[str, Stored], *, has_hashes: bool, status: Status = NO_STATUS
) -> bytes:
    """The page of a project by PEP 503, 592, 740 and 792."""
    lines = [f"<!DOCTYPE html><title>Links for {project}</title>"]
    for key, said in (("project-status", status.word), ("project-status-reason", status.reason)):
        if said:
            lines.append(f'<meta name="pypi:{key}" content="{html.escape(said)}">')
    for name, file in files.items():
        fragment = f"#sha256={file.sha256}" if has_hashes else ""
        optional = {
            "data-requires-python": file.requires_python,
            "data-yanked": file.yanked,
            "data-provenance": file.provenance,
            "data-core-metadata": file.core_metadata and f"sha256={file.core_metadata}",
        }
        told = (
            f' {key}="{html.escape(value)}"' for key, value in optional.items() if value is not None
        )
        lines.append(f'<a href="/files/{name}{fragment}"{"".join(told)}>{name}</a><br>')
    return "\n".join(lines).encode()


def as_json(
    project: str,
    files: Mapping[str, Stored],
    *,
    has_hashes: bool,
    has_times: bool,
    status: Status = NO_STATUS,
) -> bytes:
    """The page of a project by PEP 691, 700, 740 and 792."""
    shown = [
        _entry(name, file, has_hashes=has_hashes, has_times=has_times)
        for name, file in files.items()
    ]
    page: dict[str, Any] = {"meta": {"api-version": "1.4"}, "name": project, "versions": []}
    said = {"status": status.word, "reason": status.reason}
    if status != NO_STATUS:
        page["project-status"] = {key: value for key, value in said.items() if value}
    return json.dumps({**page, "files": shown}).encode()


def _entry(name: str, file: Stored, *, has_hashes: bool, has_times: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"filename": name, "url": f"/files/{name}", "size": file.size}
    entry["yanked"] = False if file.yanked is None else file.yanked or True
    entry["hashes"] = {"sha256": file.sha256} if has_hashes else {}
    entry["requires-python"] = file.requires_python
    if has_times:
        entry["upload-time"] = file.uploaded.isoformat().replace("+00:00", "Z")
    if file.provenance:
        entry["provenance"] = file.provenance
    if file.core_metadata:
        entry["core-metadata"] = {"sha256": file.core_metadata}
    return entry
