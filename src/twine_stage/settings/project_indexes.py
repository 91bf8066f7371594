"""What a project says of an index, in ``[tool.stage.index.NAME]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from twine_stage.profiles import PROFILES, Profile
from twine_stage.settings.addresses import folder
from twine_stage.settings.quantities import duration, size
from twine_stage.settings.tables import know, table, text, without_secret, word

APIS = ("auto", "2.0", "legacy", "directory")
TRUSTED_PUBLISHING = ("automatic", "always", "never")

KEYS = (
    "api",
    "max-file-size",
    "max-project-size",
    "profile",
    "simple-url",
    "trusted-publishing",
    "upload-url",
    "window",
)
_LIMITS: Mapping[str, Callable[[object, str], int | timedelta]] = {
    "max-file-size": size,
    "max-project-size": size,
    "window": duration,
}
_NONE = "none"


@dataclass(frozen=True, slots=True)
class ProjectIndex:
    """An index that a project configures; None is what it does not say.

    ``profile`` is the name of one; ``limits`` are those of a profile's fields that are said.
    """

    upload_url: str | None = None
    simple_url: str | None = None
    api: str | None = None
    trusted_publishing: str | None = None
    profile: str | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)

    def profiled(self, usual: Profile) -> Profile:
        """What is known of the index, where ``usual`` is what would be without the project."""
        return replace(PROFILES[self.profile] if self.profile else usual, **self.limits)


def project_index(name: str, value: object, base: Path) -> ProjectIndex:
    """Judge an index; a folder is one in the project's, wherever the command is called.

    Raises:
        UsageError: a key is not as it must be.
    """
    place = f"tool.stage.index.{name}"
    keys = table(value, place)
    know(keys, KEYS, place)
    simple_url = text(keys, "simple-url", place)
    if simple_url is not None:
        without_secret(simple_url, f"[{place}] simple-url")
    return ProjectIndex(
        _upload_url(keys, place, base),
        simple_url,
        word(keys, "api", place, APIS),
        word(keys, "trusted-publishing", place, TRUSTED_PUBLISHING),
        word(keys, "profile", place, tuple(PROFILES)),
        {
            key.replace("-", "_"): _limit(key, keys[key], f"[{place}] {key}")
            for key in _LIMITS
            if key in keys
        },
    )


def _upload_url(keys: Mapping[str, Any], place: str, base: Path) -> str | None:
    url = text(keys, "upload-url", place)
    if url is None:
        return None
    directory = folder(url, place=f"[{place}] upload-url", base=base)
    if directory is not None:
        return str(directory)
    without_secret(url, f"[{place}] upload-url")
    return url


def _limit(key: str, value: object, place: str) -> int | timedelta | None:
    return None if value == _NONE else _LIMITS[key](value, place)
