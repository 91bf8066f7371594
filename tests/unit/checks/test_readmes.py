from __future__ import annotations

import pytest

from samples import metadata, wheel
from scanned import WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Finding


def findings_of(core_metadata: bytes) -> tuple[Finding, ...]:
    return checks.run([scanned(WHEEL, wheel(core_metadata=core_metadata))], select=["M21"])


def with_readme(text: str, content_type: str = "text/x-rst") -> bytes:
    return metadata(Description_Content_Type=content_type) + b"\n" + text.encode()


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("Spam\n====\n\nText.", "text/x-rst"),
        ("Spam\n====\n\nText.", "text/x-rst; charset=UTF-8"),
        ("# Spam\n\nText.", "text/markdown"),
        ("# Spam\n\nText.", "text/markdown; charset=UTF-8; variant=CommonMark"),
        ("Spam <spam>", "text/plain"),
        ("Spam", "text/unknown"),
    ],
)
def test_readmes_that_render(text: str, content_type: str) -> None:
    """Each format renders; a type that does not exist is the metadata's problem."""
    assert findings_of(with_readme(text, content_type)) == ()


def test_m210_tells_the_line_and_the_reason() -> None:
    """What docutils says is passed on, in one line."""
    [finding] = findings_of(with_readme("Spam\n====\n\n.. image:: a\n   :nonsense: b\n"))

    assert finding.code == "M210"
    assert finding.severity.value == "error"
    assert finding.message.startswith("expected a README that renders as text/x-rst, found 'Error")
    assert 'unknown option: "nonsense"' in finding.message
    assert finding.message.endswith("in line 4")


def test_m210_a_warning_without_a_line() -> None:
    """Some warnings of docutils have no line."""
    [finding] = findings_of(with_readme("`Spam`_ and |eggs|\n\n.. |eggs| replace:: |eggs|\n"))

    assert finding.code == "M210"


def test_m210_a_readme_of_which_nothing_is_left() -> None:
    """What renders to nothing is refused by PyPI."""
    [finding] = findings_of(with_readme(".. only a comment"))

    assert finding.message.endswith("found No content rendered from RST source")


def test_m210_a_readme_that_breaks_the_renderer() -> None:
    """Nesting without end is a finding, not a crash."""
    text = "".join(f"{' ' * depth}* a\n\n" for depth in range(0, 1200, 2))

    [finding] = findings_of(with_readme(text))

    assert finding.code == "M210"


@pytest.mark.parametrize("fold", ["        ", "       |"])
def test_a_description_in_a_header_is_unfolded(fold: str) -> None:
    """Before metadata 2.1 the README was a header, each of its lines indented."""
    lines = ["Spam", "====", "", "Text"]
    folded = metadata() + f"Description: {lines[0]}\n{fold}".encode()

    found = findings_of(folded + f"\n{fold}".join(lines[1:]).encode() + b"\n")

    assert [finding.code for finding in found] == ["M212"]


@pytest.mark.parametrize("description", ["", "\nUNKNOWN\n", "\n\n \n"])
def test_m211_no_readme(description: str) -> None:
    """What is missing, empty, or setuptools' UNKNOWN is no README."""
    [finding] = findings_of(metadata() + description.encode())

    assert (finding.code, finding.severity.value) == ("M211", "warning")


def test_m212_no_type() -> None:
    """A README without a content type is taken for reStructuredText."""
    [finding] = findings_of(metadata() + b"\nSpam")

    assert (finding.code, finding.severity.value) == ("M212", "notice")


def test_m213_a_readme_too_long() -> None:
    """A README that would take minutes to render is not rendered."""
    [finding] = findings_of(with_readme("*" * 600_000))

    assert (finding.code, finding.severity.value) == ("M213", "notice")
    assert "found 600,000" in finding.message


def test_no_metadata_no_readme() -> None:
    """Without core metadata nothing is said of the README."""
    contents = scanned("spam-1.0.zip", wheel())

    assert checks.run([contents], select=["M21"]) == ()
