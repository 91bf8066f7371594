from __future__ import annotations

import re

import pytest

from samples import metadata, wheel
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Severity
from twine_stage.errors import UsageError
from twine_stage.profiles import PYPI

NO_README = scanned(WHEEL)


def codes(*select: str, ignore: tuple[str, ...] = ()) -> list[str]:
    contents = scanned(WHEEL, wheel(core_metadata=metadata("eggs", "2", Licence="x")))
    return [found.code for found in checks.run([contents], select=select, ignore=ignore)]


def test_every_rule_runs_by_default() -> None:
    """Findings are sorted by file and code."""
    contents = [scanned(WHEEL, wheel(core_metadata=metadata("eggs"))), scanned(SDIST)]

    found = [(finding.file, finding.code) for finding in checks.run(contents)]

    assert found == [(WHEEL, "F102"), (WHEEL, "M211"), (SDIST, "M211")]


def test_rules_are_selected_and_ignored_by_the_beginning_of_their_code() -> None:
    """Ignoring is stronger than selecting."""
    assert codes() == ["F102", "F103", "M203", "M211"]
    assert codes("F") == ["F102", "F103"]
    assert codes("F102", "M21") == ["F102", "M211"]
    assert codes(ignore=("M",)) == ["F102", "F103"]
    assert codes("F", ignore=("F103",)) == ["F102"]


@pytest.mark.parametrize("prefix", ["", "X", "F9", "f1", "F1022"])
def test_a_code_that_does_not_exist_is_a_mistake(prefix: str) -> None:
    """A mistyped code must not turn checks off in silence."""
    with pytest.raises(UsageError, match="expected a check's code"):
        checks.run([], select=[prefix])
    with pytest.raises(UsageError, match="expected a check's code"):
        checks.run([], ignore=[prefix])


def test_strict_makes_warnings_errors() -> None:
    """Notices stay notices."""
    typeless = scanned(SDIST, None)

    [finding] = checks.run([typeless], strict=True)
    assert finding.severity is Severity.ERROR

    contents = scanned(WHEEL, wheel(core_metadata=metadata() + b"\nSpam"))
    assert [found.severity for found in checks.run([contents], strict=True)] == [Severity.NOTICE]


def test_messages_are_one_line_and_not_too_long() -> None:
    """Values from hostile metadata are escaped and cut."""
    contents = scanned(WHEEL, wheel(core_metadata=metadata(Requires_Python="\x1b" * 9999)))

    [finding] = checks.run([contents], select=["M202"])

    assert finding.message.isprintable()
    assert len(finding.message) < 5000


def test_rules_of_pypi_run_only_there() -> None:
    """Even if they are selected by name."""
    contents = [scanned(WHEEL, wheel(core_metadata=metadata(Home_page="x")))]
    there = Destination(profile=PYPI)

    assert checks.run(contents, select=["M230"]) == ()
    found = checks.run(contents, select=["M230"], destination=there)
    assert [finding.code for finding in found] == ["M230"]
    assert checks.run(contents, ignore=["M"], destination=there) == ()


def test_only_the_given_rules_run() -> None:
    """Staging asks for fewer rules than a check."""
    assert checks.run([NO_README], rules=checks.STAGING) == ()


class TestTheTable:
    def test_codes_are_unique_and_names_too(self) -> None:
        """A code is a letter and three digits, and stands for one rule."""
        found = [rule.code for rule in checks.ALL]

        assert len(set(found)) == len(found)
        assert len({rule.name for rule in checks.ALL}) == len(found)
        assert all(re.fullmatch(r"[FMASIP]\d{3}", code) for code in found)

    def test_summaries_are_sentences_without_a_full_stop(self) -> None:
        """So that they can stand in a list."""
        assert all(rule.summary[0].isupper() for rule in checks.ALL)
        assert not any(rule.summary.endswith(".") for rule in checks.ALL)

    def test_what_staging_asks_for_is_in_the_table(self) -> None:
        """There are no rules beside the table."""
        assert set(checks.STAGING) <= set(checks.ALL)
