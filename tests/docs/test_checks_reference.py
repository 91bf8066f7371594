from __future__ import annotations

import re
from pathlib import Path

import pytest

from twine_stage import checks

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"
SECTION = re.compile(
    r"^### (?P<code>\S+) (?P<name>\S+)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)


def sections() -> dict[str, re.Match[str]]:
    return {found["code"]: found for found in SECTION.finditer(PAGE.read_text("utf-8"))}


def test_every_code_has_its_section_and_no_section_is_without_a_code() -> None:
    """The page has one section per check, in the order of the table."""
    headings = re.findall(r"^### (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert headings == [f"{rule.code} {rule.name}" for rule in checks.ALL]


@pytest.mark.parametrize("rule", checks.ALL, ids=lambda rule: rule.code)
def test_each_section_says_what_and_why_and_the_way_out(rule: checks.Rule) -> None:
    """A section says what is checked, how severe it is, why, and what to do."""
    body = sections()[rule.code]["body"]

    assert f"**What.** *{rule.severity.value.capitalize()}" in body
    assert "\n**Why.** " in body
    assert "\n**Way out.** " in body


def test_the_codes_that_add_refuses_are_named() -> None:
    """What the page says of `stage add` is the table of the rules for staging."""
    codes = [rule.code for rule in checks.STAGING]

    assert codes == [
        *("F101", "F102", "F103", "M201", "A302", "A303", "A304", "A305", "A306", "A310", "A311")
    ]
