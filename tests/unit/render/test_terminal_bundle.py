"""The face of ``stage bundle``."""

from __future__ import annotations

from typing import Any

from twine_stage.operations.add import AddedFile
from twine_stage.operations.bundle import BundleExportReport, BundleImportReport, ExpectedFile
from twine_stage.render import terminal
from twine_stage.render.document import plain

FILE = AddedFile(filename="spam-1.0.tar.gz", release="spam==1.0", sha256="1" * 64, size=215)


def exported(**facts: Any) -> str:
    usual = {"bundle": "x.bundle", "size": 1000, "files": (FILE,), "attestations": 0}
    return plain(terminal.render(BundleExportReport(**{**usual, "left_out": (), **facts})))


def test_a_line_per_file_and_the_bundle() -> None:
    """With its size."""
    assert exported() == (
        "exported  215 B  111111111111  spam-1.0.tar.gz\nx.bundle: 1 file, 1.0 kB\n"
    )


def test_attestations_and_what_is_left_out() -> None:
    """They are counted; it is named."""
    assert exported(attestations=2, left_out=("spam-1.0-py3-none-any.whl",)).splitlines()[1:] == [
        " ignored                       spam-1.0-py3-none-any.whl",
        "x.bundle: 1 file, 2 attestations, 1.0 kB",
        "what is ignored is on the index alone, not in the stage",
    ]


def test_what_came_and_what_is_missing() -> None:
    """The pattern, and who expects it."""
    missing = ExpectedFile(release="spam==1.0", specifier=">0", pattern="*.whl")
    report = BundleImportReport(
        bundles=("x.bundle",), added=(FILE,), unchanged=(), missing=(missing,)
    )
    assert plain(terminal.render(report)) == (
        "  added  215 B  111111111111  spam-1.0.tar.gz\n"
        "missing                       *.whl of spam==1.0, which '>0' expects\n"
        "1 added: spam==1.0\n"
    )
