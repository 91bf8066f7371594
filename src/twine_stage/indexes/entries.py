"""What a project's page says: of one release, strictly, and of all, as far as it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from packaging.utils import NormalizedName
from packaging.version import InvalidVersion, Version

from twine_stage.digests import is_sha256
from twine_stage.documents import MAX_NUMBER, is_text, one_line
from twine_stage.indexes.media import NotAPage
from twine_stage.listings import ListedFile, Listing, Project, belongs
from twine_stage.releases import ReleaseId

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage


@dataclass(frozen=True, slots=True)
class Entry:
    """A file on a page; it is read only where it is wanted, since a page holds thousands.

    ``read`` and ``salvage`` raise ValueError: the one for any part that is not as it should be, the
    other only where nothing can be said of the file.
    """

    filename: str
    read: Callable[[], DistributionPackage]
    salvage: Callable[[], DistributionPackage]

    def described(self) -> DistributionPackage | None:
        """The file as far as it is described; None where nothing can be said of it."""
        try:
            return self.read()
        except ValueError:
            try:
                return self.salvage()
            except ValueError:
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of a project, from ``url``; without entries where the index does not know it.

    Nor has it any where it ``is_unchanged`` since it had the ETag that was named; ``etag`` and
    ``serial`` as in ``Project``.
    """

    url: str
    name: NormalizedName
    entries: tuple[Entry, ...] = ()
    is_known: bool = True
    status: str = "active"
    status_reason: str = ""
    etag: str = ""
    serial: int | None = None
    is_unchanged: bool = False

    def listing(self, release: ReleaseId) -> Listing:
        """The files of a release.

        Raises:
            NotAPage: one of them is not described as it should be.
        """
        try:
            files = self._listed(self._of(release))
        except ValueError:
            problem = f"the files of {release} are not described as PEP 691 wants it"
            raise NotAPage(problem) from None
        return Listing(release=release, files=files, is_project_known=self.is_known)

    def project(self) -> Project:
        """The files of all releases, each as far as it is described."""
        return Project(
            name=self.name,
            files=self._listed(filter(None, map(Entry.described, self.entries))),
            is_known=self.is_known,
            status=self.status,
            status_reason=self.status_reason,
            etag=self.etag,
            serial=self.serial,
        )

    def _of(self, release: ReleaseId) -> Iterator[DistributionPackage]:
        is_of_version = of_version(release.version)
        for entry in self.entries:
            if is_of_version(entry.filename) and belongs(entry.filename, release):
                yield entry.read()

    def _listed(self, packages: Iterable[DistributionPackage]) -> tuple[ListedFile, ...]:
        # An index that adds another's files to its own lists its own first.
        listed: dict[str, ListedFile] = {}
        for package in packages:
            if package.filename not in listed:
                listed[package.filename] = _file(package, self.url)
        return tuple(listed[name] for name in sorted(listed))


def of_version(version: Version) -> Callable[[str], bool]:
    """Whether a filename has the version, judged quickly; what it lets through is judged again.

    A page holds thousands of files of hundreds of versions, and each spelling is parsed once.
    """
    known: dict[str, bool] = {}

    def is_of_version(filename: str) -> bool:
        text = _version_text(filename)
        if text not in known:
            try:
                known[text] = Version(text) == version
            except InvalidVersion:
                known[text] = False
        return known[text]

    return is_of_version


def _version_text(filename: str) -> str:
    """Where the version stands, as the grammars of wheels and sdists have it."""
    if filename.endswith(".whl"):
        return filename.split("-", 2)[1] if "-" in filename else ""
    return filename.rpartition("-")[2].removesuffix(".tar.gz").removesuffix(".zip")


def _file(package: DistributionPackage, url: str) -> ListedFile:
    return ListedFile(
        filename=one_line(package.filename),
        url=one_line(package.url),
        sha256=_sha256(package.digests),
        size=package.size if 0 <= (package.size or 0) <= MAX_NUMBER else None,
        uploaded_at=_utc(package.upload_time),
        yanked=one_line(package.yanked_reason or "") if package.is_yanked else None,
        requires_python=package.requires_python and one_line(package.requires_python),
        provenance=_absolute(package.provenance_url, url),
        core_metadata=_sha256(package.metadata_digests),
    )


def _sha256(digests: Mapping[str, str] | None) -> str | None:
    digest = (digests or {}).get("sha256", "").lower()
    return digest if is_sha256(digest) else None


def _absolute(link: object, base: str) -> str | None:
    """Where a link leads; None where it is none that can be followed, or kept."""
    if not isinstance(link, str) or not link or not is_text(link):
        return None
    try:
        url = urljoin(base, link)
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None


def _utc(time: datetime | None) -> datetime | None:
    """PEP 700 wants UTC; a time without a zone is taken for it."""
    if time is None:
        return None
    try:
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except OverflowError:  # at either end of the calendar
        return None
