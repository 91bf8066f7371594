"""Listings: what an index shows of a release at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twine_stage.distributions import Filename
from twine_stage.errors import InvalidDistribution
from twine_stage.releases import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """One file as the index shows it; None is what the index does not say.

    ``size`` is in bytes, ``uploaded_at`` is aware (UTC). ``yanked`` is None for a file that is
    not yanked, else the reason given, which may be empty. ``provenance`` is the URL of its
    provenance object (PEP 740), which holds the attestations that the index has verified.
    """

    filename: str
    url: str
    sha256: str | None = None
    size: int | None = None
    uploaded_at: datetime | None = None
    yanked: str | None = None
    requires_python: str | None = None
    provenance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an index shows of one release: its files, sorted by filename."""

    release: ReleaseId
    files: tuple[ListedFile, ...] = ()
    is_project_known: bool = True

    @property
    def by_name(self) -> dict[str, ListedFile]:
        """The files by filename."""
        return {file.filename: file for file in self.files}

    @property
    def first_upload(self) -> datetime | None:
        """When the oldest file went up, as far as the index says."""
        return min((file.uploaded_at for file in self.files if file.uploaded_at), default=None)

    @property
    def last_upload(self) -> datetime | None:
        """When the youngest file went up, as far as the index says."""
        return max((file.uploaded_at for file in self.files if file.uploaded_at), default=None)


def belongs(filename: str, release: ReleaseId) -> bool:
    """Whether an index's file is of this release; versions compare as versions, not as text.

    A page may hold files of any age; a name that follows no grammar belongs to no release.
    """
    try:
        parsed = Filename.parse(filename)
    except InvalidDistribution:
        return False
    return (parsed.project, parsed.version) == (release.project, release.version)
