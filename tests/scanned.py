"""Contents to test with: scanned from bytes in memory."""

from __future__ import annotations

import io

from samples import content_of
from twine_stage import archives
from twine_stage.contents import Contents
from twine_stage.digests import Hashing

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"


def scanned(name: str, content: bytes | None = None, *, thorough: bool = True) -> Contents:
    """What a file of that name holds; by default the well-formed content that belongs to it."""
    content = content_of(name) if content is None else content
    hashing = Hashing()
    hashing.update(content)
    return archives.scan(
        io.BytesIO(content), name=name, digests=hashing.digests(), thorough=thorough
    )
