"""What a file is that is not the archive it should be: a guess from its first bytes, in words."""

from __future__ import annotations

_BEGINNINGS = (
    (b"PK\3\4", "a zip archive"),
    (b"PK\5\6", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "an ELF binary"),
    (b"version https://git-lfs", "a Git LFS pointer"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
_USTAR = slice(257, 262)

ENOUGH = 512
"""How many bytes of the beginning `name` can make use of."""


def name(beginning: bytes) -> str:
    """Name what begins so, with its article: ``an HTML page``."""
    for sign, words in _BEGINNINGS:
        if beginning.startswith(sign):
            return words
    if beginning[_USTAR] == b"ustar":
        return "a tar archive that is not compressed"
    if not beginning.strip(b"\0"):
        return "nothing but zeros"
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(_HTML):
        return "an HTML page"
    is_text = b"\0" not in text and text.isascii()
    return "text" if is_text else "bytes of no known kind"
