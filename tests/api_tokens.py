"""API tokens as PyPI makes them, with a signature that nobody can prove."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

HOST = "index.example.org"


def token(*caveats: object, location: str = HOST) -> str:
    """A token that is limited by some caveats."""
    head = _field(1, location.encode()) + _field(2, b"0" * 36) + b"\0"
    body = b"".join(_field(2, json.dumps(caveat).encode()) + b"\0" for caveat in caveats)
    content = b"\2" + head + body + b"\0" + _field(6, b"s" * 32)
    return "pypi-" + urlsafe_b64encode(content).decode().rstrip("=")


def _field(kind: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return bytes([kind]) + length + content
