"""GitHub Actions: annotations for what went wrong, and a summary of the step in Markdown.

Annotations go to stderr, where the runner reads them too, so that stdout keeps its one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twine_stage.errors import StageError
from twine_stage.render import terminal
from twine_stage.render.document import plain

_LEVELS = {"error": "error", "warning": "warning", "notice": "notice"}
_SUMMARIZED = ("check", "publish", "verify")


def workflow_commands(command: str, report: object, error: StageError | None) -> Sequence[str]:
    """One workflow command for each finding, difference and error."""
    lines = [
        _annotation(
            _LEVELS[finding.severity.value],
            _sentence(f"{finding.file}: {finding.message}", finding.hint),
            finding.code,
        )
        for finding in getattr(report, "findings", ())
    ]
    if command == "verify":
        lines += _differences(getattr(report, "releases", ()))
    if error:
        lines.append(_annotation("error", _sentence(error.message, error.hint), f"stage {command}"))
    return lines


def warning(message: str) -> str:
    """A warning, as a workflow command."""
    return _annotation("warning", message, "stage")


def mask(secret: str) -> str:
    """What has a text masked in all that the log of the run shows from now on."""
    return f"::add-mask::{_escape(secret)}"


def summary(command: str, report: object, error: StageError | None) -> str:
    """What the page of the run shows of this step; empty for commands that need none."""
    if command not in _SUMMARIZED:
        return ""
    parts = [f"### stage {command}\n"]
    if report is not None:
        parts.append(_fenced(plain(terminal.render(report))))
    if error:
        parts.append(_fenced(plain(terminal.problem(error))))
    return "\n".join(parts) + "\n"


def _differences(releases: Iterable[object]) -> list[str]:
    return [
        _annotation("error", f"{getattr(release, 'release', '')}: {name} is {kind}", "stage verify")
        for release in releases
        for kind in ("missing", "unexpected", "different", "yanked")
        for name in getattr(release, kind)
    ]


def _sentence(message: str, hint: str) -> str:
    """What is wrong, and the way out."""
    return f"{message}. {hint}" if hint else message


def _annotation(level: str, message: str, title: str) -> str:
    """A workflow command, escaped as actions/toolkit does it."""
    escaped = _escape(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={escaped}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _fenced(text: str) -> str:
    """A block of preformatted text, with a fence that the text cannot close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}{fence}\n"
