"""GitHub Actions: annotations for what went wrong, and a summary of the step in Markdown.

Annotations go to stderr, where the runner reads them too, so that stdout keeps its one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twine_stage.differences import Difference, Kind
from twine_stage.errors import StageError
from twine_stage.render import terminal
from twine_stage.render.document import plain
from twine_stage.render.steering import visible

_LEVELS = {"error": "error", "warning": "warning", "notice": "notice"}
_ADJECTIVES = {
    Kind.METADATA: "shown with other metadata",
    Kind.PUBLISHER: "of another publisher",
}
_SUMMARIZED = ("check", "publish", "verify", "monitor", "adopt", "audit")


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
        lines += [
            _annotation(
                "error", f"{file.filename} is {file.outcome}: {file.message}", "stage verify"
            )
            for file in getattr(report, "files", ())
            if file.message
        ]
    if command == "monitor":
        lines += _changes(report)
    if command == "adopt":
        lines += _left_out(report)
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
    """One annotation for each; a warning where the answer is stale, which proves nothing."""
    return [
        _annotation(
            "warning" if getattr(release, "is_stale", False) else "error",
            _difference(getattr(release, "release", ""), one),
            "stage verify",
        )
        for release in releases
        for one in getattr(release, "differences", ())
    ]


def _difference(release: str, one: Difference) -> str:
    told = "; ".join(filter(None, (one.message, one.cause)))
    word = _ADJECTIVES.get(one.kind, one.kind.value)
    return f"{release}: {one.file or 'the release'} is {word}: {told}"


def _changes(report: object) -> list[str]:
    """What is new of the releases that are watched, what did not answer, and what is too old."""
    title = "stage monitor"
    changes = [
        _annotation("error", f"{one.release}: {one.title}: {'; '.join(one.sentences)}", title)
        for one in getattr(report, "changes", ())
    ]
    unanswered = [
        _annotation("warning", f"{one.name}: {one.message}", title)
        for one in getattr(report, "unanswered", ())
    ]
    outdated = [
        _annotation("notice", f"{one.name}: {one.message}", title)
        for one in getattr(report, "outdated", ())
    ]
    return changes + unanswered + outdated


def _left_out(report: object) -> list[str]:
    """A warning for each release that there is no manifest of, although it was named."""
    return [
        _annotation("warning", f"{one.release} is left out: {one.message}", "stage adopt")
        for one in getattr(report, "releases", ())
        if one.outcome == "left out"
    ]


def _sentence(message: str, hint: str) -> str:
    """What is wrong, and the way out."""
    return f"{message}. {hint}" if hint else message


def _annotation(level: str, message: str, title: str) -> str:
    """A workflow command, escaped as actions/toolkit does it; no text steers the log."""
    escaped = _escape(visible(title)).replace(":", "%3A").replace(",", "%2C")
    told = "\n".join(map(visible, message.splitlines()))
    return f"::{level} title={escaped}::{_escape(told)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _fenced(text: str) -> str:
    """A block of preformatted text, with a fence that the text cannot close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}{fence}\n"
