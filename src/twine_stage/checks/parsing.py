"""Core metadata, parsed once for all rules that look at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from packaging.metadata import RawMetadata, parse_email
from packaging.version import InvalidVersion, Version

from twine_stage.contents import Contents

_BEFORE_LICENSE_FILES = ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What `packaging` reads of core metadata.

    ``unparsed`` are the values of fields that are unknown, or stand there in a form (twice, say)
    that gives no value. ``failure`` is set where the bytes are no metadata at all.
    """

    raw: RawMetadata = field(default_factory=RawMetadata)
    unparsed: dict[str, list[str]] = field(default_factory=dict)
    failure: str = ""


def parsed(contents: Contents) -> Parsed | None:
    """The core metadata of a file; None where it has none.

    ``License-File`` under a metadata version before 2.4 is left out, as twine does: setuptools
    wrote it for years before the specification knew it, and every index takes such files.
    """
    return None if contents.core_metadata is None else _parse(contents.core_metadata)


@lru_cache(maxsize=4)
def _parse(content: bytes) -> Parsed:
    try:
        raw, unparsed = parse_email(content)
    except Exception as error:  # noqa: BLE001 - email fails on hostile headers in many ways
        return Parsed(failure=f"{type(error).__name__}: {error}")
    if raw.get("metadata_version") in _BEFORE_LICENSE_FILES:
        raw.pop("license_files", None)
    return Parsed(raw, unparsed)


def version_of(text: str | None) -> Version | None:
    """The version that a text is; None where it is none."""
    try:
        return Version(text or "")
    except InvalidVersion:
        return None
