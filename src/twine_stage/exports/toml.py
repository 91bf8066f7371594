"""TOML, written: what a lock file needs of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime


def dumps(document: Mapping[str, object]) -> str:
    """A document of strings, numbers, moments in UTC, tables and lists of tables.

    Keys are written as they are, so they must be bare keys. A table of one key takes one line.
    """
    return "\n".join([*_table(document, ""), ""])


def text(value: str) -> str:
    """A basic string; the escapes of JSON are escapes of TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _table(table: Mapping[str, object], path: str) -> list[str]:
    lines: list[str] = []
    below: list[str] = []
    for key, value in table.items():
        match value:
            case list():
                for item in value:
                    below += ["", f"[[{path}{key}]]", *_table(item, f"{path}{key}.")]
            case dict() if len(value) > 1:
                below += ["", f"[{path}{key}]", *_table(value, f"{path}{key}.")]
            case _:
                lines.append(f"{key} = {_value(value)}")
    return lines + below


def _value(value: object) -> str:
    match value:
        case str():
            return text(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case dict():
            return "".join(f"{{{key} = {_value(item)}}}" for key, item in value.items())
        case _:
            return str(value)
