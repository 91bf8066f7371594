"""Quantities as settings write them: spans of time and sizes."""

from __future__ import annotations

import re
from datetime import timedelta

from twine_stage.errors import UsageError

_DURATION = re.compile(r"(\d{1,6}) ?(minute|hour|day|week)s?", re.ASCII)
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?([kKMGT]i?B|B)", re.ASCII)
_PREFIXES = "KMGT"


def duration(value: object, place: str) -> timedelta:
    """A span of time: ``12 hours``.

    Raises:
        UsageError: it is none; the message begins with ``place``, as ``[TABLE] KEY``.
    """
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise UsageError(
            f"{place}: expected a number and minutes, hours, days or weeks, found {value!r}",
            hint=f'For example: {_key(place)} = "12 hours"',
        )
    return timedelta(**{f"{found.group(2)}s": int(found.group(1))})


def size(value: object, place: str) -> int:
    """A size in bytes: of ``300 MB``, a million bytes each, or ``300 MiB``, of 1024 KiB each.

    Raises:
        UsageError: as ``duration`` does.
    """
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise UsageError(
            f"{place}: expected a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, "
            f"found {value!r}",
            hint=f'For example: {_key(place)} = "300 MB"',
        )
    amount, unit = found.groups()
    power = _PREFIXES.find(unit[0].upper()) + 1  # 0 for B itself
    factor: int = (1024 if "i" in unit else 1000) ** power
    return round(float(amount) * factor)


def _key(place: str) -> str:
    return place.rpartition(" ")[2]
