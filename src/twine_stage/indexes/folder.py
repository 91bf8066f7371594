"""The folder of a directory index: what is where, and reading it.

::

    simple/index.html, index.json             all projects
    simple/<project>/index.html, index.json   the files of one
    files/ab/<sha256>/<filename>              and <filename>.metadata for a wheel (PEP 658)

Content is addressed by its digest, so it is never in the way of other content, and whether a file
is public is told by the pages alone. ``index.json`` is the truth, and every page is made from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from urllib.parse import quote

from packaging.utils import NormalizedName

from twine_stage.errors import Damaged, Unreachable, Unreadable
from twine_stage.simple_pages import PageFile, ProjectPage, links

_CHUNK = 1 << 20
_ASK = "Ask whoever keeps the index what was done to its pages: installers follow them."
_REBUILD = "Move the project's two pages away and publish its releases again; no file is lost."


@dataclass(frozen=True, slots=True)
class State:
    """What stands in the two pages of a project.

    ``page`` is the JSON page, empty where there is none. ``shown`` are the links of the HTML page.
    """

    page: ProjectPage
    shown: frozenset[str]

    @property
    def public(self) -> list[PageFile]:
        """The files that both pages show."""
        return [file for file in self.page.files if file.link in self.shown]


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """The folder ``root``; its pages are ours or damaged.

    It need not exist, unless it ``must_exist``: who only reads it cannot tell one that is new from
    one that is lost, nor mend a page, and is told of each page that cannot be read by itself.
    """

    root: Path
    _: KW_ONLY
    must_exist: bool = False

    @property
    def files(self) -> Path:
        """Where contents are."""
        return self.root / "files"

    @property
    def simple(self) -> Path:
        """Where pages are."""
        return self.root / "simple"

    def content(self, filename: str, digest: str) -> Path:
        """Where the content of a file is; its core metadata is beside it."""
        return self.files / digest[:2] / digest / filename

    def projects(self) -> list[str]:
        """The names of all projects, in any order."""
        return [path.parent.name for path in self.simple.glob("*/index.json")]

    def public(self) -> list[str]:
        """The names of the projects that installers find, in any order."""
        return [path.parent.name for path in self.simple.glob("*/index.html")]

    def state(self, project: NormalizedName) -> State:
        """What stands in the pages of a project.

        Raises:
            Damaged: the pages are not ours, or the HTML page has a link that JSON does not know.
            Unreachable: they cannot be read.
            Unreadable: either, of an index that must exist.
        """
        if not self.must_exist:
            return self._state(project)
        self._expect()
        try:
            return self._state(project)
        except (Damaged, Unreachable) as error:
            raise Unreadable(error.message, hint=_ASK) from error

    def _expect(self) -> None:
        """See that something was published to it; a share that is not mounted is an empty folder.

        Raises:
            Unreachable: it is no index.
        """
        if not os.access(self.simple, os.R_OK | os.X_OK):
            raise Unreachable(
                f"expected an index in {self.root}, found no folder simple in it to read",
                hint="Look whether the path is as it is meant, and what it is on is mounted.",
            )

    def _state(self, project: NormalizedName) -> State:
        html = self.simple / project / "index.html"
        # In this order: each link of an HTML page was in the JSON page before.
        shown = links(_read(html) or b"")
        page = self._page(project)
        for link in sorted(shown - {file.link for file in page.files}):
            problem = f"{link!r} is not in index.json, but installers would follow it"
            raise Damaged(str(html), problem, hint=_REBUILD)
        return State(page, shown)

    def chunks(self, filename: str, digest: str) -> Iterator[bytes]:
        """The content of a file; raises ``Unreachable`` where it cannot be read."""
        try:
            with self.content(filename, digest).open("rb") as content:
                while chunk := content.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise Unreachable(
                f"{filename}: the page shows it, but it cannot be read: {error.strerror}",
                hint="Publishing its release anew, with the pages moved away, puts it back.",
            ) from error

    def core_metadata(self, filename: str, digest: str) -> bytes | None:
        """The core metadata of a wheel, None without; raises ``Unreachable`` as ``chunks`` does."""
        return _read(self.content(f"{filename}.metadata", digest))

    def _page(self, project: NormalizedName) -> ProjectPage:
        path = self.simple / project / "index.json"
        content = _read(path)
        if content is None:
            return ProjectPage(project)
        page = ProjectPage.loads(content, project=project, name=str(path), hint=_REBUILD)
        for file in page.files:
            if file.url != address(file.filename.text, file.sha256):
                problem = f"{file.filename}: {file.url!r} is not its address"
                raise Damaged(str(path), problem, hint=_REBUILD)
        return page


def address(filename: str, digest: str) -> str:
    """The URL of a file, relative to the page of its project."""
    return f"../../files/{digest[:2]}/{digest}/{quote(filename)}"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreachable(
            f"cannot read {path}: {error.strerror}",
            hint="Look at its permissions, and whether this is the folder of an index at all.",
        ) from error
