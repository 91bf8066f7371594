from __future__ import annotations

import pytest

from findings import described, on_pypi


@pytest.mark.parametrize(
    ("code", "line", "found"),
    [
        ("M230", "Home-page: example.org", "a URL in Home-page, found 'example.org'"),
        ("M230", "Home-page:", "found ''"),
        ("M230", "Download-URL: ftp://example.org/", "in Download-URL, found 'ftp://example.org/'"),
        ("M230", "Home-page: https://example.org:99999/", "found 'https://example.org:99999/'"),
        ("M230", "Home-page: https://example.org/[x]", "found 'https://example.org/[x]'"),
        ("M231", f"Project-URL: {'x' * 33}, https://example.org/", "a label of 33 characters"),
        ("M231", "Project-URL: , https://example.org/", "no label for 'https://example.org/'"),
        ("M231", "Project-URL: Source", "no URL for 'Source'"),
        ("M231", "Project-URL: Source, example.org", "found 'example.org' for 'Source'"),
        ("M232", "Provides-Dist: eggs (1.0)", "in Provides-Dist, found 'eggs (1.0)'"),
        ("M232", "Obsoletes-Dist: -", "a requirement in Obsoletes-Dist, found '-'"),
        ("M233", "Requires-Dist: eggs @ https://example.org/", "in Requires-Dist, found a URL"),
        ("M233", "Provides-Dist: eggs @ https://example.org/", "in Provides-Dist, found a URL"),
        ("M233", "Obsoletes-Dist: eggs@ https://example.org/", "'eggs@ https://example.org/'"),
    ],
)
def test_what_pypi_refuses(code: str, line: str, found: str) -> None:
    """Only the one rule finds it, and shows the value."""
    [finding] = on_pypi(described(line))

    assert finding.code == code
    assert found in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    "line",
    [
        "Home-page: https://example.org/a b",
        "Home-page: https://exämple.org/",
        "Home-page: https://[bad/",
        "Home-page: HTTP://EXAMPLE.ORG",
        "Home-page: UNKNOWN",
        "Download-URL: https:",
        f"Project-URL: {'x' * 32}, https://example.org/",
        "Project-URL: Source, https://example.org/?a,b",
        "Provides-Dist: eggs==1.0",
        "Provides-Dist: eggs (==1.0)",
        "Obsoletes-Dist: eggs",
        "Requires-Dist: eggs[a]>=1; extra == '@'",
    ],
)
def test_what_just_passes(line: str) -> None:
    """PyPI was seen to take it."""
    assert not on_pypi(described(line))


def test_every_one_is_told() -> None:
    """Not only the first, unlike on PyPI."""
    found = on_pypi(described("Home-page: x", "Project-URL: a, x", "Project-URL: b, x"))

    assert [finding.code for finding in found] == ["M230", "M231", "M231"]


def test_nesting_without_end_is_no_requirement() -> None:
    """It is a finding, not a crash."""
    [finding] = on_pypi(described(f"Provides-Dist: eggs; {'(' * 20_000}"))

    assert finding.code == "M232"
    assert len(finding.message) < 300
