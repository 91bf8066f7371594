"""Rules that judge distributions before anything is sent, each with a stable code."""

from twine_stage.checks.archive import UNREADABLE
from twine_stage.checks.base import (
    Destination,
    FileRule,
    Finding,
    Problem,
    Rule,
    SetRule,
    Severity,
    Staged,
    Subject,
)
from twine_stage.checks.running import run
from twine_stage.checks.table import ALL, STAGING

__all__ = [
    "ALL",
    "STAGING",
    "UNREADABLE",
    "Destination",
    "FileRule",
    "Finding",
    "Problem",
    "Rule",
    "SetRule",
    "Severity",
    "Staged",
    "Subject",
    "run",
]
