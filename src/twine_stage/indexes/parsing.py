"""Pages of a simple index, PEP 691 and 503, read into listed files."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from packaging.version import InvalidVersion, Version

from twine_stage.digests import is_sha256
from twine_stage.distributions import kind_of
from twine_stage.documents import MAX_NUMBER, is_text
from twine_stage.listings import ListedFile, belongs
from twine_stage.releases import ReleaseId
from twine_stage.transport import Answered, clean

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"

ACCEPT = f"{JSON}, {HTML};q=0.2, text/html;q=0.1"

_API_VERSION = re.compile(r"1(\.\d+)*")
_MARK = re.compile(rb"""name=["']?pypi:repository-version""", re.IGNORECASE)
_HEADING = re.compile(rb"<(title|h1)\b[^>]{0,500}>(.{0,2000}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_HEAD = slice(1 << 16)
"""Where a page says what it is."""

_SIMPLE_WORDS = re.compile(rb"\blinks for\b|\bsimple\b|\bindex of\b", re.IGNORECASE)


class NotAPage(Exception):
    """What was answered is no page of a simple index; the message says what it is instead."""


def is_root(answered: Answered) -> bool:
    """Whether the (perhaps cut) answer is a simple index's page of all projects."""
    if answered.content_type in (JSON, HTML):
        return True
    return answered.content_type == "text/html" and _is_simple(answered.body)


def files(answered: Answered, release: ReleaseId) -> tuple[ListedFile, ...]:
    """The files of a release on a project's page, sorted by filename.

    Raises:
        NotAPage: it is something else, such as a page to log in.
    """
    match answered.content_type:
        case "application/vnd.pypi.simple.v1+json" | "application/json":
            found = _of_json(answered, release)
        case "application/vnd.pypi.simple.v1+html" | "text/html" | "":
            found = _of_html(answered, release)
        case other:
            raise NotAPage(f"expected {JSON} or text/html, found {clean(other)}")
    # An index that adds another's files to its own lists its own first.
    listed: dict[str, ListedFile] = {}
    for package in found:
        if belongs(package.filename, release):
            listed.setdefault(package.filename, _file(package, answered.url))
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


def _of_json(answered: Answered, release: ReleaseId) -> Iterable[DistributionPackage]:
    try:
        document: Any = json.loads(answered.body)
        version = document["meta"]["api-version"]
        names = [file["filename"] for file in document["files"]]
    except (ValueError, RecursionError):
        raise NotAPage("expected JSON, found a text that is none, or not all of it") from None
    except (KeyError, TypeError):
        raise NotAPage(f"expected a project's page of {JSON}, found other JSON") from None
    if not isinstance(version, str) or not _API_VERSION.fullmatch(version):
        raise NotAPage(f"expected version 1 of the simple API, found {clean(str(version))}")
    is_of_version = of_version(release.version)
    fitting = [
        file
        for name, file in zip(names, document["files"], strict=True)
        if isinstance(name, str) and is_of_version(name)
    ]
    return _packages(fitting, answered, release)


def _packages(
    described: list[dict[str, Any]], answered: Answered, release: ReleaseId
) -> list[DistributionPackage]:
    """Parse only what is wanted; a version 1.x that is newer than the parser is no matter.

    A link to a provenance object that the parser does not like is no reason to refuse the page.
    """
    from pypi_simple import ProjectPage  # noqa: PLC0415 - imports pydantic

    bare = [{**file, "provenance": None} for file in described]
    page = {"meta": {"api-version": "1.0"}, "name": release.project, "files": bare}
    try:
        packages = ProjectPage.from_json_data(page, answered.url).packages
    except ValueError:
        raise NotAPage(f"the files of {release} are not described as PEP 691 wants it") from None
    return [
        replace(package, provenance_url=file.get("provenance"))
        for package, file in zip(packages, described, strict=True)
    ]


def _of_html(answered: Answered, release: ReleaseId) -> Iterable[DistributionPackage]:
    from bs4.exceptions import ParserRejectedMarkup  # noqa: PLC0415 - as below
    from pypi_simple import (  # noqa: PLC0415 - imports bs4
        ProjectPage,
        UnexpectedRepoVersionWarning,
        UnsupportedRepoVersionError,
    )

    warnings.simplefilter("ignore", UnexpectedRepoVersionWarning)
    charset = re.search(r"charset=[\"']?([\w-]+)", answered.headers.get("Content-Type", ""))
    try:
        page = ProjectPage.from_html(
            release.project,
            answered.body,
            answered.url,
            from_encoding=charset.group(1) if charset else None,
        )
    except (UnsupportedRepoVersionError, ParserRejectedMarkup, ValueError, LookupError) as error:
        raise NotAPage(f"the page cannot be read ({type(error).__name__})") from None
    # A page to log in is HTML too, and taken for a list it would be an empty one.
    has_files = any(kind_of(package.filename) for package in page.packages)
    if not has_files and not _is_simple(answered.body):
        raise NotAPage(f"expected a list of files, found a web page{_title(answered)}")
    is_of_version = of_version(release.version)
    return [package for package in page.packages if is_of_version(package.filename)]


def _is_simple(body: bytes) -> bool:
    """Whether HTML calls itself a list of projects or files, as every known index does."""
    headings = (text for _, text in _HEADING.findall(body[_HEAD]))
    return bool(_MARK.search(body[_HEAD])) or any(map(_SIMPLE_WORDS.search, headings))


def _title(answered: Answered) -> str:
    found = _HEADING.search(answered.body[_HEAD])
    title = clean(found.group(2).decode("utf-8", "replace")) if found else ""
    return f": {title}" if title else ""


def _file(package: DistributionPackage, url: str) -> ListedFile:
    digest = package.digests.get("sha256", "").lower()
    return ListedFile(
        filename=package.filename,
        url=package.url,
        sha256=digest if is_sha256(digest) else None,
        size=package.size if 0 <= (package.size or 0) <= MAX_NUMBER else None,
        uploaded_at=_utc(package.upload_time),
        yanked=(package.yanked_reason or "") if package.is_yanked else None,
        requires_python=package.requires_python,
        provenance=_absolute(package.provenance_url, url),
    )


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
