"""URLs of previews: who learns them, and who does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_streams import surroundings, text
from fakes import Remembering
from staging import SPAM
from twine_stage.cli.call import Call
from twine_stage.cli.options import CommonOptions
from twine_stage.cli.preview_urls import tell
from twine_stage.errors import StorageFailed
from twine_stage.settings import Secret

URL = "https://example.org/preview-recognisable/"


def told(folder: Path, *, file: str | None = None, is_terminal: bool = False) -> Remembering:
    """What was said of it; what stands on stderr is its first warning."""
    around = surroundings(folder, is_terminal=is_terminal)
    reporter = Remembering()
    call = Call(around, CommonOptions())
    tell(call, SPAM, Secret(URL), file=file, reporter=reporter)
    reporter.warnings.append(text(around.stderr))
    assert text(around.stdout) == ""
    assert reporter.concealed == [URL]
    assert not any("recognisable" in note for note in reporter.notes)
    return reporter


def test_a_log_does_not_show_it(tmp_path: Path) -> None:
    """Only how it can be had."""
    reporter = told(tmp_path)
    assert reporter.warnings == [""]
    [note] = reporter.notes
    assert "--preview-url-file" in note


def test_a_terminal_does(tmp_path: Path) -> None:
    """On a line of its own, to be taken as it is."""
    reporter = told(tmp_path, is_terminal=True)
    assert (reporter.notes, reporter.warnings) == ([], [f"{URL}\n"])


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_file_keeps_it(tmp_path: Path, is_terminal: bool) -> None:  # noqa: FBT001 - a parameter
    """For its owner alone, relative to the folder of the call."""
    reporter = told(tmp_path, file="url", is_terminal=is_terminal)
    assert (tmp_path / "url").read_text() == f"{URL}\n"
    assert (tmp_path / "url").stat().st_mode & 0o777 == 0o600
    assert reporter.notes == [f"the URL of the preview of {SPAM} is in url"]
    assert reporter.warnings == [f"{URL}\n" if is_terminal else ""]


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Is an error that does not tell it either."""
    (tmp_path / "url").mkdir()
    with pytest.raises(StorageFailed, match="cannot write url") as caught:
        told(tmp_path, file="url")
    assert "recognisable" not in str(caught.value)
