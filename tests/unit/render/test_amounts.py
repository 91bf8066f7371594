"""Amounts read as a person would say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from twine_stage.render import amounts


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (15_300_000, "15.3 MB"),
        (2_500_000_000, "2.5 GB"),
        (9_999_000_000_000_000, "9999.0 TB"),
    ],
)
def test_sizes_have_decimal_units(count: int, text: str) -> None:
    """Three digits and a decimal, in the unit that fits."""
    assert amounts.size(count) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_nouns_take_an_s(number: int, text: str) -> None:
    """One is one; everything else is many."""
    assert amounts.count(number, "file") == text


@pytest.mark.parametrize(
    ("span", "text"), [(0.44, "0.4 s"), (12.3, "12 s"), (59.7, "1 min 0 s"), (200.0, "3 min 20 s")]
)
def test_spans_of_time_are_short(span: float, text: str) -> None:
    """Tenths below ten seconds, minutes above sixty."""
    assert amounts.seconds(span) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=3, hours=5), "3 days"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=-4), "0 seconds"),
    ],
)
def test_ages_use_the_largest_unit(span: timedelta, text: str) -> None:
    """A clock that is ahead makes nothing younger than now."""
    assert amounts.age(span) == text
