"""Reports for a person: one module for each kind, with ``render``, and ``details`` for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType

from twine_stage.errors import StageError
from twine_stage.render.document import Block, Entry, Span, Style

_Render = Callable[[object], Sequence[Block]]


_MODULES = {
    "AddReport": "add",
    "AdoptReport": "adopt",
    "AuditReport": "audit",
    "BundleExportReport": "bundle",
    "BundleImportReport": "bundle",
    "CancelReport": "cancel",
    "CheckReport": "check",
    "DropReport": "drop",
    "ExplainReport": "explain",
    "ExportReport": "export",
    "FileVerificationReport": "file_verification",
    "FreezeReport": "freeze",
    "MonitorReport": "monitor",
    "PreviewReport": "preview",
    "PublishReport": "publish",
    "SessionsReport": "sessions",
    "StatusReport": "status",
    "ThawReport": "thaw",
    "VerifyReport": "verify",
}
"""Where each kind of report is rendered; imported then, so that no command pays for another."""


def render(report: object, *, is_detailed: bool = False) -> Sequence[Block]:
    """The document for a report; of checks, say, which also ``freeze`` may end with.

    Args:
        report: of any command.
        is_detailed: name each file also where there is nothing to do about it.
    """
    module = _module(report)
    shown: _Render = module.render
    details: _Render | None = getattr(module, "details", None) if is_detailed else None
    return [*shown(report), *(details(report) if details else ())]


def verbatim(report: object) -> str | None:
    """The document that a report is, to be written as it is; None where it is to be rendered."""
    of: Callable[[object], str | None] | None = getattr(_module(report), "verbatim", None)
    return of(report) if of else None


def _module(report: object) -> ModuleType:
    return import_module(f"{__name__}.{_MODULES[type(report).__name__]}")


def problem(error: StageError) -> Sequence[Block]:
    """What went wrong, in one sentence, and the way out."""
    blocks: list[Block] = [Entry(Span("error:", Style.BAD), error.message)]
    if error.hint:
        blocks.append(Entry(Span("hint:", Style.STRONG), error.hint))
    return blocks


def note(message: str) -> Block:
    """A fact worth a line."""
    return Entry(Span("note:", Style.FAINT), message)


def warning(message: str) -> Block:
    """A fact that a person should act upon."""
    return Entry(Span("warning:", Style.CARE), message)


def said(message: str, *, indent: int) -> Block:
    """What was said of the line above."""
    return Entry(Span(""), message, indent=indent)
