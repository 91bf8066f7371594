"""The one JSON document that ``--json`` prints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum

from twine_stage.errors import StageError

SCHEMA = 1


def dumps(
    command: str | None, report: object, *, error: StageError | None, exit_status: int
) -> str:
    """The envelope around a report.

    Args:
        command: the name of the command; None where the command line names none.
        report: a dataclass whose field names are the keys, or None where there is none.
        error: why the command stopped early, if it did.
        exit_status: what the program ends with.
    """
    document = {
        "schema": SCHEMA,
        "command": command,
        "ok": exit_status == 0,
        "exit_status": exit_status,
        "report": value(report),
        "error": {"message": error.message, "hint": error.hint} if error else None,
    }
    return json.dumps(document, indent=2) + "\n"


def value(thing: object) -> object:
    """A value of a report, as JSON has it; what JSON does not know becomes its text."""
    match thing:
        case None | bool() | int() | float() | str():
            return thing
        case Mapping():
            return {str(key): value(item) for key, item in thing.items()}
        case list() | tuple():
            return [value(item) for item in thing]
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            return {field.name: value(getattr(thing, field.name)) for field in fields(thing)}
        case _:
            return _text(thing)


def _text(thing: object) -> object:
    match thing:
        case Enum():
            return value(thing.value)
        case datetime():
            return thing.isoformat()
        case _:
            return str(thing)
