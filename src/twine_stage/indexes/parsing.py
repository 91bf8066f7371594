"""A project's page of a simple index, in JSON (PEP 691) or HTML (PEP 503), taken apart."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import urljoin

from packaging.utils import InvalidName, NormalizedName, canonicalize_name

from twine_stage.distributions import kind_of
from twine_stage.documents import is_text, one_line
from twine_stage.indexes.entries import Entry, Page
from twine_stage.indexes.media import (
    HTML_TYPES,
    JSON,
    JSON_TYPES,
    NotAPage,
    is_simple,
    json_page,
    title,
    whose,
)
from twine_stage.listings import filename_of
from twine_stage.transport import Answered, clean

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage, Link

_OPTIONAL = ("hashes", "requires-python", "size", "upload-time", "yanked", "core-metadata")
"""What is told of a file beside its name and place, as far as it is kept."""

_DIGITS = 15
"""Of the largest serial that is believed."""


def page(answered: Answered, name: NormalizedName) -> Page:
    """The page of a project.

    Raises:
        NotAPage: it is something else, such as a page to log in, or that of another project.
    """
    if answered.content_type in JSON_TYPES:
        return _own(*_of_json(answered, name))
    if answered.content_type in HTML_TYPES:
        return _own(_of_html(answered, name), whose(answered.body))
    raise NotAPage(f"expected {JSON} or text/html, found {clean(answered.content_type)}")


def _own(found: Page, told: object) -> Page:
    """The page, unless it says that it is another project's, and has no file of this one."""
    try:
        other = canonicalize_name(told, validate=True) if isinstance(told, str) else found.name
    except InvalidName:
        return found
    names = (filename_of(entry.filename) for entry in found.entries)
    if other != found.name and not any(one and one.project == found.name for one in names):
        raise NotAPage(f"expected the page of {found.name}, found that of {other}")
    return found


def _of_json(answered: Answered, name: NormalizedName) -> tuple[Page, object]:
    """The page, and whose it says it is."""
    document = json_page(answered, "files")
    described: list[dict[str, Any]] = [
        file
        for file in document["files"]
        if isinstance(file, dict) and isinstance(file.get("filename"), str)
    ]
    if document["files"] and not described:
        raise NotAPage("expected files that have a filename, found none that has one")
    told = document.get("project-status")
    status = told if isinstance(told, dict) else {}
    shown = Page(
        url=answered.url,
        name=name,
        entries=tuple(_described(file, answered.url) for file in described),
        status=_said(status.get("status")) or "active",
        status_reason=_said(status.get("reason")),
        **_marks(answered, document["meta"].get("_last-serial")),
    )
    return shown, document.get("name")


def _described(file: dict[str, Any], url: str) -> Entry:
    return Entry(file["filename"], partial(_read, file, url), partial(_salvage, file, url))


def _read(file: dict[str, Any], url: str | None) -> DistributionPackage:
    """One file; a link to a provenance object that the parser does not like is no matter."""
    from pypi_simple import DistributionPackage  # noqa: PLC0415 - imports pydantic

    package = DistributionPackage.from_json_data({**file, "provenance": None}, None, url)
    return replace(package, provenance_url=file.get("provenance"))


def _salvage(file: dict[str, Any], url: str) -> DistributionPackage:
    """One file without the parts of its description that make no sense."""
    told = {key: file.get(key) for key in ("filename", "url", "provenance")}
    sound: dict[str, Any] = {**told, "hashes": {}}
    for key in _OPTIONAL:
        try:
            _read({**told, "hashes": {}, key: file.get(key)}, None)
        except ValueError:
            continue
        sound[key] = file.get(key)
    package = _read(sound, None)
    return replace(package, url=_joined(url, package.url))


def _of_html(answered: Answered, name: NormalizedName) -> Page:
    from bs4.exceptions import ParserRejectedMarkup  # noqa: PLC0415 - as below
    from pypi_simple import (  # noqa: PLC0415 - imports bs4
        RepositoryPage,
        UnexpectedRepoVersionWarning,
        UnsupportedRepoVersionError,
    )

    warnings.simplefilter("ignore", UnexpectedRepoVersionWarning)
    charset = re.search(r"charset=[\"']?([\w-]+)", answered.headers.get("Content-Type", ""))
    # Joined at once, one link that is no URL would make the page unreadable; yet what a page says
    # of the base of its links has to be heeded.
    has_base = re.search(rb"<base\b", answered.body, re.IGNORECASE)
    try:
        found = RepositoryPage.from_html(
            answered.body,
            answered.url if has_base else None,
            from_encoding=charset.group(1) if charset else None,
        )
    except (UnsupportedRepoVersionError, ParserRejectedMarkup, ValueError, LookupError) as error:
        raise NotAPage(f"the page cannot be read ({type(error).__name__})") from None
    # A page to log in is HTML too, and taken for a list it would be an empty one.
    has_files = any(kind_of(link.text) for link in found.links)
    if not has_files and not is_simple(answered.body):
        raise NotAPage(f"expected a list of files, found a web page{title(answered)}")
    return Page(
        url=answered.url,
        name=name,
        entries=tuple(_linked(link, answered.url) for link in found.links),
        status=_said(*found.pypi_meta.get("project-status", [])) or "active",
        status_reason=_said(*found.pypi_meta.get("project-status-reason", [])),
        **_marks(answered),
    )


def _linked(link: Link, url: str) -> Entry:
    return Entry(link.text, partial(_follow, link, url), partial(_keep, link, url))


def _follow(link: Link, url: str) -> DistributionPackage:
    from pypi_simple import DistributionPackage  # noqa: PLC0415 - imports bs4

    return DistributionPackage.from_link(replace(link, url=urljoin(url, link.url)))


def _keep(link: Link, url: str) -> DistributionPackage:
    """A link that is no URL, as it stands there."""
    place, mark, fragment = link.url.partition("#")
    return replace(_follow(replace(link, url=f"{mark}{fragment}"), url), url=place)


def _joined(base: str, link: str) -> str:
    """A link from a page; what is no URL is given as it stands."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


class _Marks(TypedDict):
    etag: str
    serial: int | None


def _marks(answered: Answered, serial: object = None) -> _Marks:
    """By what a later look can tell that a page is still the same, or a newer one."""
    told = serial if type(serial) is int else answered.headers.get("X-PyPI-Last-Serial", "")
    text = str(told).strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return {"etag": answered.headers.get("ETag", ""), "serial": int(text) if is_number else None}


def _said(first: object = None, *_others: object) -> str:
    """A text that a page says; nothing where it is none."""
    return one_line(first.strip()) if isinstance(first, str) and is_text(first) else ""
