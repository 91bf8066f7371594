"""Exports: a frozen release as other tools read it; pure functions from values to text."""

from __future__ import annotations

from twine_stage.exports.table import ALL, FORMATS, Addresses, Format
from twine_stage.exports.values import Bom, Exported, ExportedFile, exported

__all__ = [
    "ALL",
    "FORMATS",
    "Addresses",
    "Bom",
    "Exported",
    "ExportedFile",
    "Format",
    "exported",
]
