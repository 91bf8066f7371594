"""The face of ``stage export``."""

from __future__ import annotations

from twine_stage.operations.export import ExportReport
from twine_stage.operations.status import StatusReport
from twine_stage.render import terminal
from twine_stage.render.document import plain


def report(**facts: str | None) -> ExportReport:
    usual: dict[str, str | None] = {"output": None, "document": None}
    return ExportReport(format="nix", releases=("spam==1.0",), **{**usual, **facts})


def test_a_document_is_shown_as_it_is() -> None:
    """Nothing of it is folded, coloured or taken away."""
    assert terminal.verbatim(report(document="a  \n\tb")) == "a  \n\tb"


def test_of_a_file_that_was_written_a_line_is_shown() -> None:
    """What it is, and of what."""
    written = report(output="x.nix")
    assert terminal.verbatim(written) is None
    assert plain(terminal.render(written)) == "wrote x.nix: nix of spam==1.0\n"


def test_other_reports_are_no_documents() -> None:
    """They are rendered."""
    assert terminal.verbatim(StatusReport(())) is None
