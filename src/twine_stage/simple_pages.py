"""Simple pages: what a simple index shows, as HTML (PEP 503) and JSON (PEP 691, 700).

Both are written from one value. The JSON page tells all of it, so it can be read back; of the HTML
page only the links are, since they are what an installer follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from html.parser import HTMLParser
from typing import Any

from packaging.utils import NormalizedName

from twine_stage.distributions import Filename
from twine_stage.documents import Node
from twine_stage.errors import InvalidDistribution

API_VERSION = "1.1"
"""The first with versions, sizes and upload times (PEP 700)."""

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
"""As PEP 700 wants it; always UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """One file of a project page.

    ``url`` is relative to the page, percent-encoded and without a fragment; ``size`` is in bytes,
    ``uploaded_at`` aware. ``core_metadata`` is the SHA-256 of what is served under the URL plus
    ``.metadata`` (PEP 658), None where nothing is. ``yanked`` is the reason, None for not yanked.
    """

    filename: Filename
    url: str
    sha256: str
    size: int
    uploaded_at: datetime
    requires_python: str | None = None
    core_metadata: str | None = None
    yanked: str | None = None

    @property
    def link(self) -> str:
        """Where the HTML page leads: the URL with the digest that installers compare."""
        return f"{self.url}#sha256={self.sha256}"


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """What an index shows of a project: its files, each name once, in any order."""

    project: NormalizedName
    files: tuple[PageFile, ...] = ()

    def html(self) -> bytes:
        """The page of PEP 503, sorted by version and filename."""
        return _html(f"Links for {self.project}", map(_anchor, _sorted(self.files)))

    def json(self) -> bytes:
        """The page of PEP 691 with the keys of PEP 700 and 714, sorted likewise."""
        versions = sorted({file.filename.version for file in self.files})
        document = {
            "meta": {"api-version": API_VERSION},
            "name": self.project,
            "versions": [str(version) for version in versions],
            "files": [_document(file) for file in _sorted(self.files)],
        }
        return _dumps(document)

    @classmethod
    def loads(
        cls, content: bytes, *, project: NormalizedName, name: str, hint: str = ""
    ) -> ProjectPage:
        """Read back what ``json`` wrote.

        Args:
            content: the bytes of the page.
            project: whose page it is expected to be.
            name: what errors call it.
            hint: the way out that errors give.

        Raises:
            Damaged: it is not such a page, with the place that is wrong in it.
        """
        node = Node.loads(content, name=name, hint=hint)
        version = node.get("meta").get("api-version")
        if not version.text().startswith("1."):
            raise version.unlike("1.1, or a later minor version")
        node.get("name").expect(project)
        files: dict[str, PageFile] = {}
        for item in node.get("files").items():
            file = _file(item, project)
            if file.filename.text in files:
                raise item.get("filename").fail(f"{file.filename} stands there twice")
            files[file.filename.text] = file
        return cls(project, tuple(files.values()))


def root_html(projects: Iterable[str]) -> bytes:
    """The list of all projects of an index, as HTML; each links to its page."""
    names = (escape(project) for project in sorted(projects))
    return _html("Simple index", (f'<a href="{name}/">{name}</a><br>' for name in names))


def root_json(projects: Iterable[str]) -> bytes:
    """The list of all projects of an index, as JSON."""
    names = [{"name": project} for project in sorted(projects)]
    return _dumps({"meta": {"api-version": API_VERSION}, "projects": names})


def links(html: bytes) -> frozenset[str]:
    """Where all links of an HTML page lead, as they stand there."""
    parser = _Links()
    parser.feed(html.decode(errors="replace"))
    parser.close()
    return frozenset(parser.found)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _sorted(files: Iterable[PageFile]) -> list[PageFile]:
    return sorted(files, key=lambda file: (file.filename.version, file.filename.text))


def _html(title: str, lines: Iterable[str]) -> bytes:
    head = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta name="pypi:repository-version" content="{API_VERSION}">',
        f"<title>{title}</title>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
    )
    return "\n".join((*head, *lines, "</body>", "</html>", "")).encode()


def _anchor(file: PageFile) -> str:
    attributes = {"href": file.link}
    if file.requires_python is not None:
        attributes["data-requires-python"] = file.requires_python
    if file.core_metadata is not None:
        # The first is the name since PEP 714; older installers know the second only.
        attributes["data-core-metadata"] = f"sha256={file.core_metadata}"
        attributes["data-dist-info-metadata"] = f"sha256={file.core_metadata}"
    if file.yanked is not None:
        attributes["data-yanked"] = file.yanked
    text = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<a{text}>{escape(file.filename.text)}</a><br>"


def _document(file: PageFile) -> dict[str, Any]:
    # No "dist-info-metadata" here: there are versions of pip that fail on it (PEP 714).
    optional = {
        "requires-python": file.requires_python,
        "core-metadata": {"sha256": file.core_metadata} if file.core_metadata else None,
    }
    return {
        "filename": file.filename.text,
        "url": file.url,
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "upload-time": file.uploaded_at.astimezone(timezone.utc).strftime(_TIME),
        **{key: value for key, value in optional.items() if value is not None},
        "yanked": False if file.yanked is None else file.yanked or True,
    }


def _dumps(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1).encode() + b"\n"


def _file(node: Node, project: NormalizedName) -> PageFile:
    core_metadata = node.find("core-metadata")
    return PageFile(
        filename=_filename(node.get("filename"), project),
        url=node.get("url").text(),
        sha256=node.get("hashes").get("sha256").hash(),
        size=node.get("size").number(),
        uploaded_at=_moment(node.get("upload-time")),
        requires_python=node.optional("requires-python", Node.text),
        core_metadata=core_metadata.get("sha256").hash() if core_metadata else None,
        yanked=_yanked(node.get("yanked")),
    )


def _filename(node: Node, project: NormalizedName) -> Filename:
    try:
        filename = Filename.parse(node.text())
    except InvalidDistribution as error:
        raise node.fail(error.message) from error
    if filename.project != project:
        raise node.unlike(f"a file of {project}")
    return filename


def _moment(node: Node) -> datetime:
    try:
        return datetime.strptime(node.text(), _TIME).replace(tzinfo=timezone.utc)
    except ValueError:
        raise node.unlike("a time such as 2026-01-31T12:00:00.000000Z") from None


def _yanked(node: Node) -> str | None:
    if isinstance(node.value, bool):
        return "" if node.value else None
    return node.text()
