"""The format ``nix``: a ``fetchurl`` for each file, with its hash as SRI and in base 32."""

from __future__ import annotations

import base64
import re

from twine_stage.exports.values import Exported, ExportedFile

_DIGITS = "0123456789abcdfghijklmnpqrsvwxyz"
"""Nix leaves out e, o, t and u."""

_NO_STORE_NAME = re.compile(r"[^A-Za-z0-9+._?=-]")


def write(release: Exported) -> str:
    """An expression: a function of ``fetchurl`` that gives a set of files by their names."""
    lines = [f"# {release.id}", "{ fetchurl }:", "{"]
    for file in release.files:
        lines += _stanza(file)
    return "\n".join([*lines, "}", ""])


def sri(sha256: str) -> str:
    """A digest as ``hash`` takes it: ``sha256-`` and base 64."""
    return "sha256-" + base64.b64encode(bytes.fromhex(sha256)).decode()


def base32(sha256: str) -> str:
    """A digest as ``nix-hash --type sha256 --to-base32`` prints it.

    Five bits to a digit, the last ones of the digest first (``printHash32`` of Nix).
    """
    number = int.from_bytes(bytes.fromhex(sha256), "little")
    count = (len(sha256) * 4 + 4) // 5
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(count)))


def text(value: str) -> str:
    """A string of Nix, in which ``${`` would begin an expression."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + quoted.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _stanza(file: ExportedFile) -> list[str]:
    digest = file.distribution.sha256
    return [
        f"  {text(file.name)} = fetchurl {{",
        f"    name = {text(_NO_STORE_NAME.sub('-', file.name))};",
        f"    url = {text(file.url)};",
        f"    hash = {text(sri(digest))}; # sha256:{base32(digest)}",
        "  };",
    ]
