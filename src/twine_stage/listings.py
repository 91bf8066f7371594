"""Listings: what an index shows of a release at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from packaging.utils import NormalizedName
from packaging.version import Version

from twine_stage.distributions import Filename
from twine_stage.errors import InvalidDistribution
from twine_stage.releases import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """One file as the index shows it; None is what the index does not say.

    ``size`` is in bytes, ``uploaded_at`` is aware (UTC). ``yanked`` is None for a file that is
    not yanked, else the reason given, which may be empty. ``provenance`` is the URL of its
    provenance object (PEP 740), which holds the attestations that the index has verified.
    ``core_metadata`` is the SHA-256 of what is served under its URL plus ``.metadata`` (PEP 714).
    """

    filename: str
    url: str
    sha256: str | None = None
    size: int | None = None
    uploaded_at: datetime | None = None
    yanked: str | None = None
    requires_python: str | None = None
    provenance: str | None = None
    core_metadata: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What an index shows of a project: the files of all its releases, sorted by filename.

    ``status`` is its PEP 792 status (``active``, ``archived``, ``quarantined``, ``deprecated``),
    ``active`` where the index says nothing; ``status_reason`` what was said of it, or nothing.
    ``etag`` is that of its page, empty where there is none; ``serial`` numbers the last change of
    the project, where the index counts them.
    """

    name: NormalizedName
    files: tuple[ListedFile, ...] = ()
    is_known: bool = True
    status: str = "active"
    status_reason: str = ""
    etag: str = ""
    serial: int | None = None
    _by_version: dict[Version, tuple[ListedFile, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions that have files, the lowest first; a page may name files of others too."""
        return self._versions(self.files)

    @property
    def standing(self) -> tuple[Version, ...]:
        """The same without those of which every file is yanked."""
        return self._versions(file for file in self.files if file.yanked is None)

    @property
    def size(self) -> int:
        """The size of all files together in bytes, as far as the index says."""
        return sum(file.size or 0 for file in self.files)

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of one release."""
        own = self._sorted_out() if release.project == self.name else {}
        files = own.get(release.version, ())
        return Listing(release=release, files=files, is_project_known=self.is_known)

    def _sorted_out(self) -> dict[Version, tuple[ListedFile, ...]]:
        """The files by version, made once: a project may have thousands of releases."""
        if not self._by_version:
            found: dict[Version, list[ListedFile]] = defaultdict(list)
            for file in self.files:
                name = filename_of(file.filename)
                if name and name.project == self.name:
                    found[name.version].append(file)
            self._by_version.update({one: tuple(files) for one, files in found.items()})
        return self._by_version

    def _versions(self, files: Iterable[ListedFile]) -> tuple[Version, ...]:
        names = (filename_of(file.filename) for file in files)
        own = (name for name in names if name and name.project == self.name)
        return tuple(sorted({name.version for name in own}))


def belongs(filename: str, release: ReleaseId) -> bool:
    """Whether an index's file is of this release; versions compare as versions, not as text.

    A page may hold files of any age; a name that follows no grammar belongs to no release.
    """
    parsed = filename_of(filename)
    return parsed is not None and (parsed.project, parsed.version) == (
        release.project,
        release.version,
    )


@lru_cache(maxsize=1 << 14)  # the largest projects have about 10,000 files
def filename_of(text: str) -> Filename | None:
    """What an index's filename says; None where it follows no grammar."""
    try:
        return Filename.parse(text)
    except InvalidDistribution:
        return None
