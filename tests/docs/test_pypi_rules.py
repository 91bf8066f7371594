"""The page of PyPI's rules is made of the table of rules, and the table holds what it says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pypi_rules import RULES, Checked, Kept, PypiRule, Untold
from twine_stage import checks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "pypi-rules.md"
BEGIN, END = "<!-- the table begins -->\n", "<!-- the table ends -->\n"
COUNTS = {0: 7, 1: 6, 2: 8, 3: 26, 4: 10, 5: 6, 6: 16, 7: 17, 8: 4, 9: 10, 10: 6, 11: 4}
"""How many rules there are in each section; the numbers go on from 1 (2a is one of the last)."""

MARKS = {"L": "the file", "I": "the index", "S": "the server"}
CODES = {rule.code: rule for rule in checks.ALL}


def module_of(code: str) -> str:
    """The test module in which a check is made to find something, and not to."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tests" / "unit" / "checks").glob("test_*.py"))
        if re.search(rf'"{code}\b', path.read_text("utf-8"))
    ]
    own = [path for path in found if not path.endswith(("test_running.py", "test_hostile.py"))]
    return own[0] if own else ""


def known(rule: PypiRule) -> str:
    """What `stage` does about a rule."""
    match rule.answer:
        case Checked(codes):
            return ", ".join(f"[{code}](checks.md#{anchor(code)})" for code in codes)
        case Kept(how, _):
            return how
        case Untold(advice):
            return f"*not known before.* {advice}"


def anchor(code: str) -> str:
    return f"{code.lower()}-{CODES[code].name}"


def proof(rule: PypiRule) -> str:
    """Which test shows it."""
    match rule.answer:
        case Checked(codes):
            modules = dict.fromkeys(module_of(code) for code in codes)
            return ", ".join(f"`{module.rpartition('/')[2]}`" for module in modules)
        case Kept(_, test):
            return f"`{test.rpartition('::')[2]}`"
        case Untold():
            return ""


def row(rule: PypiRule) -> tuple[str, ...]:
    return (rule.number, MARKS[rule.mark], rule.refused, known(rule), proof(rule))


def table() -> str:
    lines = [
        "| rule | known from | PyPI refuses | `stage` | test |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {' | '.join(row(rule))} |" for rule in RULES),
    ]
    return "\n".join(lines) + "\n"


def test_the_page_shows_the_table() -> None:
    """With STAGE_WRITE_DOCS set it is written; the text around it is kept."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = f"{before}{BEGIN}{table()}{END}{after}"
    if os.environ.get("STAGE_WRITE_DOCS"):
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted


def test_no_rule_is_left_out() -> None:
    """All sections are there, from the first rule to the last, in the order of the server."""
    numbers = [rule.number for rule in RULES]
    expected = [
        f"{section}.{number}" for section, count in COUNTS.items() for number in range(1, count + 1)
    ]
    expected[expected.index("11.3") : expected.index("11.4") + 1] = ["11.2a", "11.3"]
    assert numbers == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_what_can_be_known_is_known(rule: PypiRule) -> None:
    """A rule of the file or the index has a check, or is kept; one of the server an advice."""
    match rule.answer:
        case Checked(codes):
            assert rule.mark in "LI"
            assert codes
            assert all(module_of(code) for code in codes)
            assert any(CODES[code].severity is checks.Severity.ERROR for code in codes)
        case Kept(_, test):
            path, *names = test.split("::")
            text = (ROOT / path).read_text("utf-8")
            assert all(re.search(rf"(def|class) {name}\b", text) for name in names)
        case Untold(advice):
            assert rule.mark == "S"
            assert advice.endswith(".")


def test_every_check_of_pypi_mirrors_a_rule() -> None:
    """A check that runs for PyPI alone has a rule of PyPI."""
    mirrored = {
        code for rule in RULES if isinstance(rule.answer, Checked) for code in rule.answer.codes
    }
    assert {rule.code for rule in checks.ALL if rule.is_of_pypi} <= mirrored
