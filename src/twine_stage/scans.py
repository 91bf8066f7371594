"""Scans, kept: what archives were found to hold, so that each is read through but once.

A scan is a pure function of the content, the name and this program: whatever does not read as one
that this version wrote is no scan, and the archive is read again.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable

from twine_stage.contents import Contents, Flaw, FlawKind
from twine_stage.digests import Digests
from twine_stage.documents import Node
from twine_stage.errors import Damaged
from twine_stage.listings import filename_of

VERSION = 1
"""Raised whenever the document has another shape."""


def dumps(found: Iterable[Contents], *, program: str) -> bytes:
    """Scans as they are kept: one JSON document; ``program`` is the version that made them."""
    scans = {contents.name: _document(contents) for contents in found}
    return json.dumps({"version": VERSION, "program": program, "scans": scans}).encode()


def loads(content: bytes, *, program: str) -> dict[str, Contents]:
    """The scans that a document holds, by filename; none if this version did not write it.

    Another one may have looked for less: what it did not find would never be found.
    """
    try:
        node = Node.loads(content, name="scans")
        node.get("version").expect(VERSION)
        node.get("program").expect(program)
        return {name: _contents(name, scan) for name, scan in node.get("scans").members()}
    except (Damaged, ValueError):
        return {}


def _document(contents: Contents) -> dict[str, object]:
    metadata = contents.core_metadata
    return {
        "sha256": contents.digests.sha256,
        "blake2b256": contents.digests.blake2b256,
        "size": contents.digests.size,
        "core_metadata": None if metadata is None else b64encode(metadata).decode(),
        "dist_infos": contents.dist_infos,
        "members": contents.members,
        "flaws": [[flaw.kind.value, flaw.detail] for flaw in contents.flaws],
        "texts": {name: b64encode(text).decode() for name, text in contents.texts.items()},
    }


def _contents(name: str, node: Node) -> Contents:
    return Contents(
        name=name,
        filename=filename_of(name),
        digests=Digests(
            node.get("sha256").hash(), node.get("blake2b256").hash(), node.get("size").number()
        ),
        core_metadata=node.optional("core_metadata", _bytes),
        dist_infos=tuple(item.text() for item in node.get("dist_infos").items()),
        members=tuple(item.text() for item in node.get("members").items()),
        flaws=tuple(_flaw(item) for item in node.get("flaws").items()),
        texts={member: _bytes(text) for member, text in node.get("texts").members()},
    )


def _flaw(node: Node) -> Flaw:
    kind, detail = node.items()
    return Flaw(FlawKind(kind.text()), detail.text())


def _bytes(node: Node) -> bytes:
    return b64decode(node.text(), validate=True)
