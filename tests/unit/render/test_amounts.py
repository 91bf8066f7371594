"""Amounts read as a person would say them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

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


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (datetime(2026, 1, 31, 12, 0, 59, tzinfo=timezone.utc), "2026-01-31 12:00 UTC"),
        (
            datetime(2026, 2, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-31 22:30 UTC",
        ),
        (None, "not told"),
    ],
)
def test_moments_are_told_to_the_minute(time: datetime | None, text: str) -> None:
    """In one zone for all who read them, wherever they sit."""
    assert amounts.moment(time) == text
