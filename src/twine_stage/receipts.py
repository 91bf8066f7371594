"""Receipts: what an index showed once a release was published and verified."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from twine_stage.documents import Node
from twine_stage.listings import Listing

SCHEMA = 1

_HINT = "Publish again; what the index shows is looked at anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What ``index`` showed of the release of the manifest named by digest.

    ``at`` is the moment of the look, ISO 8601 in UTC. ``files`` are JSON objects with
    ``filename``, ``sha256``, ``size``, ``url``, ``uploaded_at`` and ``provenance``, the URL of its
    provenance object; None where the index is silent.
    """

    index: str
    url: str
    manifest: str
    at: str
    files: tuple[dict[str, Any], ...]

    def dumps(self) -> bytes:
        """The document, as it is kept in ``receipts/``."""
        document = {
            "schema": SCHEMA,
            "index": self.index,
            "url": self.url,
            "manifest": {"sha256": self.manifest},
            "at": self.at,
            "files": list(self.files),
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
        )


def receipt(listing: Listing, *, index: str, url: str, manifest: str, at: str) -> Receipt:
    """What a listing shows, to be kept."""
    return Receipt(
        index=index,
        url=url,
        manifest=manifest,
        at=at,
        files=tuple(
            {
                "filename": file.filename,
                "sha256": file.sha256,
                "size": file.size,
                "url": file.url,
                "uploaded_at": file.uploaded_at.isoformat() if file.uploaded_at else None,
                "provenance": file.provenance,
            }
            for file in listing.files
        ),
    )


def _file(node: Node) -> dict[str, Any]:
    uploaded_at = node.optional("uploaded_at", Node.moment)
    return {
        "filename": node.get("filename").text(),
        "sha256": node.optional("sha256", Node.hash),
        "size": node.optional("size", Node.number),
        "url": node.optional("url", Node.text),
        "uploaded_at": uploaded_at.isoformat() if uploaded_at else None,
        "provenance": node.optional("provenance", Node.text),
    }
