"""Pages of the simple API as the index of the tests writes them."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from packaging.utils import canonicalize_name

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"


@dataclass(kw_only=True)
class Stored:
    """A file that was accepted; ``shown_at`` are seconds of the monotonic clock.

    ``provenance`` is the URL of its provenance object, if it was sent with attestations.
    """

    sha256: str
    size: int
    content: bytes
    shown_at: float
    uploaded: datetime
    yanked: str | None = None
    provenance: str | None = None


def project_of(filename: str) -> str:
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


def as_html(project: str, files: Mapping[str, Stored], *, has_hashes: bool) -> bytes:
    """The page of a project by PEP 503, 592 and 740."""
    lines = [f"<!DOCTYPE html><title>Links for {project}</title>"]
    for name, file in files.items():
        fragment = f"#sha256={file.sha256}" if has_hashes else ""
        yanked = "" if file.yanked is None else f' data-yanked="{html.escape(file.yanked)}"'
        proven = f' data-provenance="{file.provenance}"' if file.provenance else ""
        lines.append(f'<a href="/files/{name}{fragment}"{yanked}{proven}>{name}</a><br>')
    return "\n".join(lines).encode()


def as_json(
    project: str, files: Mapping[str, Stored], *, has_hashes: bool, has_times: bool
) -> bytes:
    """The page of a project by PEP 691, 700 and 740."""
    shown = []
    for name, file in files.items():
        entry: dict[str, Any] = {"filename": name, "url": f"/files/{name}", "size": file.size}
        entry["yanked"] = False if file.yanked is None else file.yanked or True
        entry["hashes"] = {"sha256": file.sha256} if has_hashes else {}
        if has_times:
            entry["upload-time"] = file.uploaded.isoformat().replace("+00:00", "Z")
        if file.provenance:
            entry["provenance"] = file.provenance
        shown.append(entry)
    meta = {"api-version": "1.1"}
    return json.dumps({"meta": meta, "name": project, "versions": [], "files": shown}).encode()
