from __future__ import annotations

import pytest

from samples import metadata, wheel
from scanned import WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding
from twine_stage.profiles import GENERIC, PYPI


def findings_of(core_metadata: bytes) -> tuple[Finding, ...]:
    contents = [scanned(WHEEL, wheel(core_metadata=core_metadata))]
    return checks.run(contents, select=["M21"], destination=Destination(profile=PYPI))


def with_readme(text: str, content_type: str = "text/x-rst") -> bytes:
    return metadata(Description_Content_Type=content_type) + b"\n" + text.encode()


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("Spam\n====\n\nText.", "text/x-rst"),
        ("Spam\n====\n\nText.", "text/x-rst; charset=UTF-8"),
        ("# Spam\n\nText.", "text/markdown"),
        ("# Spam\n\nText.", "text/markdown; charset=UTF-8; variant=CommonMark"),
        ("# Spam\n" * 5_000, "text/markdown"),
        ("<!-- only a comment -->", "text/markdown"),
        ("Spam <spam>", "text/plain"),
        ("Spam", "text/unknown"),
        ("Spam", "text/markdown; variant=gfm"),
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
    text = "".join(f"{' ' * depth}.. note::\n\n" for depth in range(0, 450, 3))

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


@pytest.mark.parametrize("content_type", ["text/markdown", "text/markdown; variant=CommonMark"])
def test_m210_markdown_of_which_nothing_is_left(content_type: str) -> None:
    """What only says where links go is refused by PyPI; what is hidden, it takes."""
    [finding] = findings_of(with_readme("[a]: b", content_type))

    assert finding.code == "M210"
    assert finding.message == (
        "expected a README that renders as text/markdown, found that nothing is left of it"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 80_001, "at most 80,000 characters, found 80,001"),
        ("x\n" * 3_001, "at most 3,000 lines, found 3,001"),
        (".. |a| replace:: |a| |a|\n\n" * 60, "substitutions that come to at most"),
    ],
)
def test_m213_a_readme_too_costly(text: str, said: str) -> None:
    """A README that could take minutes to render is not rendered."""
    [finding] = findings_of(with_readme(text))

    assert (finding.code, finding.severity.value) == ("M213", "notice")
    assert said in finding.message


def test_m213_is_about_restructuredtext_alone() -> None:
    """Other formats cost little."""
    assert findings_of(with_readme("x\n" * 100_000, "text/markdown")) == ()


def test_m213_usual_substitutions() -> None:
    """A page of badges, and a name that stands in many places, are no bomb."""
    badges = "".join(f".. |b{n}| image:: https://example.org/{n}\n" for n in range(40))
    name = ".. |name| replace:: Spam |b1|\n\n"
    text = badges + name + " ".join(f"|b{n}| |name|" for n in range(40))

    assert findings_of(with_readme(text)) == ()


def test_no_metadata_no_readme() -> None:
    """Without core metadata nothing is said of the README."""
    contents = scanned("spam-1.0.zip", wheel())

    assert checks.run([contents], select=["M21"]) == ()


def test_m210_is_pypi_s_own() -> None:
    """An index that refuses no README is sent any."""
    broken = scanned(WHEEL, wheel(core_metadata=with_readme("broken `link")))

    assert checks.run([broken], select=["M21"], destination=Destination(profile=GENERIC)) == ()
