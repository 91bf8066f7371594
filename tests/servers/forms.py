"""Reading the upload form: multipart whose last field is the file, as every uploader sends it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

PIECE = 1 << 20

_FIELD = re.compile(rb'name="([^"]+)"(?:; filename="([^"]+)")?')


@dataclass(kw_only=True)
class Form:
    """An upload; of a field that comes twice, the last value."""

    filename: str
    fields: dict[str, str]
    sha256: str
    size: int
    content: bytes


def read_form(file: BinaryIO, *, length: int, boundary: str, keeps: bool) -> Form:
    """Read a body of that length; raises ConnectionResetError where it breaks off.

    Without ``keeps`` the content is thrown away, and its digest is what the form declares.
    """
    fields: dict[str, str] = {}
    while True:
        head, used = _head(file)
        length -= used
        found = _FIELD.search(head)
        name, filename = found.groups() if found else (b"", None)
        if filename is not None:
            break
        value, used = _value(file, boundary.encode())
        length -= used
        fields[name.decode()] = value.decode()
    end = len(f"\r\n--{boundary}--\r\n")
    size = length - end
    content = _content(file, size, keeps=keeps)
    file.read(end)
    digest = hashlib.sha256(content).hexdigest() if keeps else fields.get("sha256_digest", "")
    return Form(
        filename=filename.decode(), fields=fields, sha256=digest, size=size, content=content
    )


def _line(file: BinaryIO) -> bytes:
    line = file.readline(PIECE)
    if not line:
        raise ConnectionResetError
    return line


def _head(file: BinaryIO) -> tuple[bytes, int]:
    """The headers of a part with the blank line; the boundary line may stand before them."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _line(file)
    return head, len(head)


def _value(file: BinaryIO, boundary: bytes) -> tuple[bytes, int]:
    """The value of a field, and how many bytes were read up to the next boundary line's end."""
    value, used = b"", 0
    while not (line := _line(file)).startswith(b"--" + boundary):
        value += line
        used += len(line)
    return value[:-2], used + len(line)


def _content(file: BinaryIO, size: int, *, keeps: bool) -> bytes:
    buffer = memoryview(bytearray(PIECE))
    content, left = bytearray(), size
    while left:
        count = file.readinto(buffer[: min(left, PIECE)])  # type: ignore[attr-defined]
        if not count:
            raise ConnectionResetError
        left -= count
        if keeps:
            content += buffer[:count]
    return bytes(content)
