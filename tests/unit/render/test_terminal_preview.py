"""The face of previews: where a release is seen, and how it is installed from there."""

from __future__ import annotations

from fakes import NOON
from twine_stage.operations.preview import PreviewReport, Trial
from twine_stage.render import terminal
from twine_stage.render.document import plain

URL = "file:///somewhere/simple/"


def shown(report: PreviewReport) -> str:
    return plain(terminal.render(report))


def test_a_folder_with_the_lines_to_type() -> None:
    """And with how to keep other indexes out."""
    report = PreviewReport(release="spam==1.0", kind="local", url=URL, folder="/somewhere")
    assert shown(report) == (
        "preview of spam==1.0: made on this machine\n"
        f"    url     {URL}\n"
        "    folder  /somewhere, which stays until you remove it\n"
        f"    pip install --no-cache-dir --index-url {URL} --no-deps spam==1.0\n"
        f"    uv pip install --no-cache --index-url {URL} --no-deps spam==1.0\n"
        "hint: stage preview spam==1.0 -- pip install … keeps out all other indexes that pip is "
        "configured for.\n"
    )


def test_the_index_s_own_with_lines_that_tell_no_secret() -> None:
    """The command hands the URL on."""
    report = PreviewReport(
        release="spam==1.0", kind="index", index="https://example.org/2.0/", expires_at=NOON
    )
    assert shown(report) == (
        "preview of spam==1.0: the preview of the index on https://example.org/2.0/\n"
        "    until  2026-01-01 12:00 UTC\n"
        "    stage preview spam==1.0 -- pip install --no-deps spam==1.0\n"
        "    stage preview spam==1.0 -- uv pip install --no-deps spam==1.0\n"
    )


def test_one_that_was_served_is_gone() -> None:
    """Nothing is left to be typed."""
    report = PreviewReport(release="spam==1.0", kind="local")
    assert shown(report) == "preview of spam==1.0: made on this machine, and removed again\n"


def test_how_a_smoke_test_ended() -> None:
    """With the step that failed; a command of its own speaks for itself."""
    report = PreviewReport(release="spam==1.0", kind="local")
    trials = (
        Trial(kind="smoke", command="spam --version"),
        Trial(kind="smoke", command="spam --version", step="install", status=1, said="no"),
        Trial(kind="command", command="spam --version", status=1),
    )
    lines = [
        shown(PreviewReport(release=report.release, kind="local", trial=trial)) for trial in trials
    ]
    assert lines == [
        "passed spam==1.0: spam --version\n",
        "failed spam==1.0 at install, status 1: spam --version\n",
        "",
    ]
