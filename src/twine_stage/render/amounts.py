"""Amounts as a person reads them: sizes, counts, spans of time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_UNITS = ("kB", "MB", "GB", "TB")
_THOUSAND = 1000
_TENTHS = 10
"""Seconds below which a tenth of one matters."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def size(count: int) -> str:
    """A size in bytes, in decimal units: ``15.3 MB``."""
    if count < _THOUSAND:
        return f"{count} B"
    amount, *larger = (count / _THOUSAND**power for power in range(1, len(_UNITS) + 1))
    unit = 0
    while round(amount, 1) >= _THOUSAND and larger:
        amount, *larger = larger
        unit += 1
    return f"{amount:.1f} {_UNITS[unit]}"


def count(number: int, noun: str) -> str:
    """A number and a noun that takes an s: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def seconds(amount: float) -> str:
    """A span of time: ``0.4 s``, ``12 s``, ``3 min 20 s``."""
    if amount < _TENTHS:
        return f"{amount:.1f} s"
    whole = round(amount)
    return f"{whole} s" if whole < _MINUTE else f"{whole // _MINUTE} min {whole % _MINUTE} s"


def age(span: timedelta) -> str:
    """How long ago something was, in the largest unit that fits: ``3 days``."""
    total = max(0, int(span.total_seconds()))
    for unit, noun in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if total >= unit:
            return count(total // unit, noun)
    return count(total, "second")


def moment(time: datetime | None) -> str:
    """A moment, to the minute: ``2026-01-31 12:00 UTC``."""
    return "not told" if time is None else f"{time.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
