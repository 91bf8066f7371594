"""Digests of content: SHA-256 and BLAKE2b-256, always lower-case hexadecimal.

SHA-256 identifies a distribution everywhere; BLAKE2b-256 predicts the address under which PyPI
serves it, and is what the legacy upload API wants beside it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

SHORT = 12
"""How many digits of a digest a person is shown."""


def is_sha256(text: str) -> bool:
    """Whether ``text`` is a digest as we write it: 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def sha256(content: bytes) -> str:
    """The SHA-256 of a small content, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Digests:
    """What one pass over a content yields: two digests and its size in bytes."""

    sha256: str
    blake2b256: str
    size: int


class Hashing:
    """Both digests of a content that comes in chunks.

    The two hashes are separate attributes, so that a caller may feed each in a thread of its own;
    ``hashlib`` releases the interpreter lock on large chunks.
    """

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.blake2b = hashlib.blake2b(digest_size=32)
        self.size = 0

    def update(self, chunk: bytes) -> None:
        """Take one chunk into both digests."""
        self.sha256.update(chunk)
        self.blake2b.update(chunk)
        self.size += len(chunk)

    def digests(self) -> Digests:
        """The digests of all chunks so far."""
        return Digests(self.sha256.hexdigest(), self.blake2b.hexdigest(), self.size)
