"""Sizes in bytes, as limits are told; what stands in tables is `twine_stage.render.amounts`'s."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

_UNITS = ("KiB", "MiB", "GiB")


def shown(size: int) -> str:
    """A size in the unit that fits, with one decimal if it needs one: ``100 MiB``, ``1.5 KiB``."""
    if size < KIB:
        return f"{size} byte" if size == 1 else f"{size:,} bytes"
    power = 1
    while power < len(_UNITS) and round(size / KIB**power, 1) >= KIB:
        power += 1
    amount = f"{size / KIB**power:,.1f}".removesuffix(".0")
    return f"{amount} {_UNITS[power - 1]}"


def exact(size: int) -> str:
    """The same, and to the byte: two sizes that differ never look alike."""
    return shown(size) if size < KIB else f"{shown(size)} ({size:,} bytes)"
