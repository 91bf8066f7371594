"""Receipts: what an index showed once a release was published and verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from twine_stage.documents import Node
from twine_stage.listings import ListedFile, Listing

SCHEMA = 1

_HINT = "Publish again; what the index shows is looked at anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What ``index`` showed of the release of the manifest named by digest.

    ``at`` is the moment of the look, ISO 8601 in UTC; ``serial`` the number of the last change of
    the project by then, where the index counts them. ``publishers`` tells who published each file
    by its provenance, in a line, where the index had some.
    """

    index: str
    url: str
    manifest: str
    at: str
    files: tuple[ListedFile, ...]
    serial: int | None = None
    publishers: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_name(self) -> dict[str, ListedFile]:
        """The files by filename."""
        return {file.filename: file for file in self.files}

    def dumps(self) -> bytes:
        """The document, as it is kept in ``receipts/``."""
        document = {
            "schema": SCHEMA,
            "index": self.index,
            "url": self.url,
            "manifest": {"sha256": self.manifest},
            "at": self.at,
            "serial": self.serial,
            "publishers": dict(self.publishers),
            "files": [_document(file) for file in self.files],
        }
        return json.dumps(document, indent=2, sort_keys=True).encode() + b"\n"

    @classmethod
    def loads(cls, content: bytes, *, name: str = "receipt") -> Receipt:
        """Read a receipt.

        Raises:
            Damaged: the document is not one we wrote.
        """
        node = Node.loads(content, name=name, hint=_HINT)
        node.get("schema").expect(SCHEMA)
        return cls(
            index=node.get("index").text(),
            url=node.get("url").text(),
            manifest=node.get("manifest").get("sha256").hash(),
            at=node.get("at").text(),
            files=tuple(_file(item) for item in node.get("files").items()),
            serial=node.optional("serial", Node.number),
            publishers=node.optional("publishers", _publishers) or {},
        )


def receipt(
    listing: Listing,
    *,
    index: str,
    url: str,
    manifest: str,
    at: str,
    serial: int | None = None,
    publishers: Mapping[str, str] | None = None,
) -> Receipt:
    """What a listing shows, to be kept."""
    return Receipt(
        index=index,
        url=url,
        manifest=manifest,
        at=at,
        files=listing.files,
        serial=serial,
        publishers=publishers or {},
    )


def _document(file: ListedFile) -> dict[str, Any]:
    """A file as it is written; null stands for what the index did not tell."""
    told = {field.name: getattr(file, field.name) for field in fields(file)}
    return {**told, "uploaded_at": file.uploaded_at.isoformat() if file.uploaded_at else None}


def _publishers(node: Node) -> dict[str, str]:
    return {name: item.text() for name, item in node.members()}


def _file(node: Node) -> ListedFile:
    return ListedFile(
        filename=node.get("filename").text(),
        url=node.optional("url", Node.text) or "",
        sha256=node.optional("sha256", Node.hash),
        size=node.optional("size", Node.number),
        uploaded_at=node.optional("uploaded_at", Node.moment),
        yanked=node.optional("yanked", Node.text),
        requires_python=node.optional("requires_python", Node.text),
        provenance=node.optional("provenance", Node.text),
        core_metadata=node.optional("core_metadata", Node.hash),
    )
