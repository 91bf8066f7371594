from __future__ import annotations

import pytest

from samples import metadata, sdist, wheel
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Finding


def findings_of(name: str, content: bytes) -> tuple[Finding, ...]:
    return checks.run([scanned(name, content)], select=["F"])


@pytest.mark.parametrize(
    "name",
    ["spam.whl", "spam-1.0-py3-none.whl", "spam-x-py3-none-any.whl", "spam.tar.gz", "spam-x.zip"],
)
def test_f101_a_name_without_grammar(name: str) -> None:
    """What follows neither grammar is told, with the reason."""
    content = wheel() if name.endswith((".whl", ".zip")) else sdist()

    [finding] = findings_of(name, content)

    assert finding.code == "F101"
    assert finding.file == name
    assert "nvalid" in finding.message


@pytest.mark.parametrize("name", ["SPAM-1.0-py3-none-any.whl", "spam-1.0.0-py3-none-any.whl"])
def test_names_and_versions_are_compared_by_meaning(name: str) -> None:
    """Spelling makes no difference."""
    assert findings_of(name, wheel()) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (metadata("eggs"), "say 'eggs'"),
        (b"Metadata-Version: 2.1\nVersion: 1.0\n", "say nothing"),
        (metadata() + b"Name: eggs\n", "say 'spam' and 'eggs'"),
    ],
)
def test_f102_another_project(content: bytes, said: str) -> None:
    """Both projects are named."""
    [finding] = findings_of(WHEEL, wheel(core_metadata=content))

    assert finding.code == "F102"
    assert finding.message == f"the filename says project 'spam', the core metadata {said}"
    assert finding.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (metadata(version="1.1"), "say '1.1'"),
        (metadata(version="one"), "say 'one'"),
        (b"Metadata-Version: 2.1\nName: spam\n", "say nothing"),
    ],
)
def test_f103_another_version(content: bytes, said: str) -> None:
    """Both versions are named."""
    [finding] = findings_of(SDIST, sdist(core_metadata=content))

    assert finding.code == "F103"
    assert finding.message == f"the filename says version '1.0', the core metadata {said}"
