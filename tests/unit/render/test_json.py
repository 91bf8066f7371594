"""JSON: one envelope around every report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import PurePosixPath
from typing import Any

from twine_stage.checks import Severity
from twine_stage.errors import Refused
from twine_stage.render.json import dumps, value


@dataclass(frozen=True, slots=True)
class Inner:
    filename: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Outer:
    files: tuple[Inner, ...]
    exact: bool


def loads(*arguments: Any, **options: Any) -> Any:
    return json.loads(dumps(*arguments, **options))


def test_a_report_stands_in_the_envelope() -> None:
    """Field names are keys, tuples are lists, enumerations their values."""
    report = Outer((Inner("spam.whl", Severity.ERROR),), exact=False)
    assert loads("check", report, error=None, exit_status=1) == {
        "schema": 1,
        "command": "check",
        "ok": False,
        "exit_status": 1,
        "report": {"files": [{"filename": "spam.whl", "severity": "error"}], "exact": False},
        "error": None,
    }


def test_an_error_is_a_sentence_and_a_way_out() -> None:
    """Without a report there is null, not an empty object."""
    document = loads("publish", None, error=Refused("no", hint="ask"), exit_status=4)
    assert document["report"] is None
    assert document["error"] == {"message": "no", "hint": "ask"}


def test_the_envelope_says_ok_for_zero_only() -> None:
    """``ok`` is the exit status in one word."""
    assert loads("add", None, error=None, exit_status=0)["ok"] is True


def test_every_value_has_a_form() -> None:
    """Times are ISO 8601, mappings objects; anything else is its text."""
    moment = datetime(2026, 1, 2, tzinfo=timezone.utc)
    assert value({1: moment}) == {"1": "2026-01-02T00:00:00+00:00"}
    assert value([1.5, None]) == [1.5, None]
    assert value(PurePosixPath("a/b")) == "a/b"
    assert value(Inner) == str(Inner)
