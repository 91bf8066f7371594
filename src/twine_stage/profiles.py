"""Profiles: which rules an index goes by, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from twine_stage.sizes import MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of an index before it is asked.

    ``name`` is ``pypi`` where the rules of PyPI's server hold, else ``generic``. The limits are in
    bytes; ``window`` is how long after its first file a release takes further ones. None is for
    what has no limit, or none that we know.
    """

    name: str
    max_file_size: int | None = None
    max_project_size: int | None = None
    window: timedelta | None = None

    @property
    def is_pypi(self) -> bool:
        """Whether the rules of PyPI's server hold."""
        return self.name == "pypi"


PYPI = Profile(
    name="pypi",
    max_file_size=100 * MIB,
    max_project_size=10 * 1024 * MIB,
    window=timedelta(days=14),
)
"""PyPI and TestPyPI; a project may have been granted larger files, and says so in its settings."""

GENERIC = Profile(name="generic")
"""Any other index: only what holds everywhere."""

PROFILES = {profile.name: profile for profile in (PYPI, GENERIC)}
"""The profiles by name."""
