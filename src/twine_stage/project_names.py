"""Names of projects: which are so alike that one is taken for the other."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

_ALIKE = str.maketrans({"l": "1", "i": "1", "o": "0", ".": None, "_": None, "-": None})
"""How PyPI compares the name of a new project with all others: letters that look like digits are
these digits, and what separates words does not count."""


def skeleton(name: str) -> str:
    """What is left of a name when all that one may overlook is gone."""
    return name.lower().translate(_ALIKE)


def lookalikes(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of many names that are easily taken for one name, as they are spelled; sorted.

    The name itself, however it is spelled, is not one of them.
    """
    own, wanted = canonicalize_name(name), skeleton(name)
    found = {other for other in names if skeleton(other) == wanted}
    return tuple(sorted(other for other in found if canonicalize_name(other) != own))
