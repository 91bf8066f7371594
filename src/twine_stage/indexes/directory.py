"""The directory index: a simple index in plain files, read by ``file:`` URL or any web server.

``index.json`` is written first, and every other page is made from it, so nothing is ever lost. The
HTML page of the project is written last: it is what installers read here, so who sees a release
there finds it everywhere, and a release that is not there was not published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

from packaging.utils import NormalizedName

from twine_stage.digests import sha256
from twine_stage.distributions import Distribution, Kind
from twine_stage.documents import one_line
from twine_stage.errors import Conflict, Damaged
from twine_stage.indexes.base import Capabilities, Session, SessionState
from twine_stage.indexes.folder import IndexFolder, address
from twine_stage.indexes.sessionless import Sessionless
from twine_stage.indexes.uploads import Accepted, Answer, Taken, Upload
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.simple_pages import PageFile, ProjectPage, root_html, root_json
from twine_stage.store.locks import locked
from twine_stage.store.writing import (
    READ_WRITE,
    TEMPORARY,
    settle,
    storing,
    temporary,
    write,
    write_all,
)

DIRECTORY = Capabilities(shows_each_file=False, takes_attestations=False, is_permanent=False)
"""A release becomes public as a whole, and whoever owns the folder can take it back."""

_ABANDONED = 3600.0
"""Seconds without a write after which a temporary file belongs to nobody alive."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class DirectoryIndex:
    """The index in the folder ``root``, which is made when something is published to it.

    Where it ``must_exist``, a folder that is no index is one that does not answer.
    ``now`` and ``write_page`` stand here for tests, which move the clock and kill between pages.
    """

    root: Path
    _: KW_ONLY
    id: str
    must_exist: bool = False
    now: Callable[[], datetime] = _now
    write_page: Callable[[Path, bytes], None] = write

    @property
    def url(self) -> str:
        """The folder as a ``file:`` URL; installers take it with ``simple/`` behind it."""
        return f"{self.root.absolute().as_uri()}/"

    @property
    def api(self) -> str:
        """``directory``."""
        return "directory"

    @property
    def folder(self) -> IndexFolder:
        """Where what is."""
        return IndexFolder(self.root, must_exist=self.must_exist)

    def authorize(self, projects: Collection[NormalizedName] = ()) -> None:
        """Nothing to do: the permissions of the folder decide."""

    def listing(self, release: ReleaseId) -> Listing:
        """What both pages show; a publication that was broken off between them is not public.

        Raises:
            Damaged: the pages are not ours, or contradict each other.
            Unreachable: they cannot be read.
            Unreadable: the same of what ``must_exist``.
        """
        state = self.folder.state(release.project)
        files = (file for file in state.public if file.filename.version == release.version)
        return Listing(
            release=release, files=self._listed(files), is_project_known=bool(state.shown)
        )

    def project(self, name: NormalizedName) -> Project:
        """What both pages show of all releases; raises as ``listing`` does."""
        state = self.folder.state(name)
        files = self._listed(state.public)
        return Project(name=name, files=files, is_known=bool(state.shown))

    def project_since(self, name: NormalizedName, etag: str) -> Project:  # noqa: ARG002 - no ETags
        """What it shows now: reading it is as quick as asking whether it changed."""
        return self.project(name)

    def project_names(self) -> list[str]:
        """The names of the projects that have a page; see ``base.Index``."""
        return sorted(self.folder.public())

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file of a listing; raises ``Unreachable`` where it cannot be read."""
        return self.folder.chunks(file.filename, file.sha256 or "")

    def serves(self, file: ListedFile) -> bool:
        """Whether the folder has the content of a file of a listing; see ``base.Index``."""
        return self.folder.content(file.filename, file.sha256 or "").is_file()

    def document(self, file: ListedFile, url: str) -> bytes | None:
        """The core metadata of a wheel, which is all that there is; see ``base.Index``."""
        is_metadata = url == f"{file.url}.metadata"
        return self.folder.core_metadata(file.filename, file.sha256 or "") if is_metadata else None

    def modified_at(self, file: ListedFile) -> datetime | None:
        """When a file of a listing was published: the listing tells that always."""
        return file.uploaded_at

    def rehearse(self) -> tuple[str, Capabilities]:
        """Nothing needs to be found out; see ``base.Index``."""
        return self.api, DIRECTORY

    def state(self, url: str) -> SessionState | None:  # noqa: ARG002 - the folder keeps no sessions
        """None: the folder keeps no sessions."""
        return None

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:  # noqa: ARG002 - as above
        """None: the folder keeps no sessions."""
        return None

    def close(self) -> None:
        """Nothing to do."""

    @contextmanager
    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,  # noqa: ARG002 - what is sent again is written again
        missing: frozenset[str] = frozenset(),  # noqa: ARG002 - as above
    ) -> Iterator[Session]:
        """Begin to publish a manifest, or to continue: what is sent again is written again.

        Raises as ``listing`` does.
        """
        page = self.folder.state(manifest.id.project).page
        yield _Session(self, manifest, {file.filename.text: file.sha256 for file in page.files})

    def _listed(self, files: Iterable[PageFile]) -> tuple[ListedFile, ...]:
        return tuple(map(self._file, sorted(files, key=lambda file: file.filename.text)))

    def _file(self, file: PageFile) -> ListedFile:
        name = file.filename.text
        return ListedFile(
            filename=name,
            url=self.folder.content(name, file.sha256).absolute().as_uri(),
            sha256=file.sha256,
            size=file.size,
            uploaded_at=file.uploaded_at,
            yanked=file.yanked and one_line(file.yanked),
            requires_python=file.requires_python and one_line(file.requires_python),
            core_metadata=file.core_metadata,
        )


@dataclass(frozen=True)
class _Session(Sessionless):
    """``public`` are the digests of what the project's page names, by filename."""

    index: DirectoryIndex
    manifest: Manifest
    public: Mapping[str, str]

    api = "directory"
    capabilities = DIRECTORY

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        dist = upload.distribution
        name = dist.filename.text
        if self.public.get(name, dist.sha256) != dist.sha256:
            return Taken(f"{name} is public with sha256 {self.public[name]}")
        folder = self.index.folder
        target = folder.content(name, dist.sha256)
        with storing(name), temporary(folder.files) as (file, path):
            _copy(upload, file, sent)
            target.parent.mkdir(parents=True, exist_ok=True)
            if _serves_metadata(dist):
                _keep_metadata(upload, folder.files, target.with_name(f"{name}.metadata"))
            settle(file, path, target, mode=READ_WRITE)
        return Accepted()

    def publish(self, *, discard: bool = False) -> None:  # noqa: ARG002 - nobody else puts files here
        folder, project = self.index.folder, self.manifest.id.project
        write_page, pages = self.index.write_page, folder.simple
        what = f"the index {folder.root}"
        with locked(folder.root / ".pages.lock", what=what, command="writing its pages"):
            page = self._merged(folder.state(project).page)
            write_page(pages / project / "index.json", page.json())
            projects = folder.projects()
            write_page(pages / "index.json", root_json(projects))
            write_page(pages / "index.html", root_html(projects))
            write_page(pages / project / "index.html", page.html())
            self._sweep(folder.files, pages, pages / project)

    def _merged(self, page: ProjectPage) -> ProjectPage:
        """The page with what is new in the manifest; what stood there keeps its times."""
        now = self.index.now()
        files = {file.filename.text: file for file in page.files}
        for dist in self.manifest.release.distributions:
            name = dist.filename.text
            if name not in files:
                files[name] = self._added(dist, now)
            elif files[name].sha256 != dist.sha256:
                raise Conflict(
                    f"{name}: expected sha256 {dist.sha256}, found {files[name].sha256}, which was "
                    "published meanwhile",
                    hint="A published file never changes: raise the version.",
                )
        return ProjectPage(page.project, tuple(files.values()))

    def _added(self, dist: Distribution, now: datetime) -> PageFile:
        name = dist.filename.text
        content = self.index.folder.content(name, dist.sha256)
        if not content.is_file():
            problem = "expected the content that was uploaded, found nothing"
            raise Damaged(str(content), problem, hint="Run the same command again.")
        return PageFile(
            filename=dist.filename,
            url=address(name, dist.sha256),
            sha256=dist.sha256,
            size=dist.size,
            uploaded_at=now,
            requires_python=dist.requires_python,
            core_metadata=dist.core_metadata if _serves_metadata(dist) else None,
        )

    def _sweep(self, *folders: Path) -> None:
        """Remove what killed commands left behind; that it cannot be removed harms nobody."""
        oldest = self.index.now().timestamp() - _ABANDONED
        for path in (path for folder in folders for path in folder.glob(f"{TEMPORARY}*")):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _serves_metadata(dist: Distribution) -> bool:
    """PEP 658: only a wheel's metadata is the same wherever it is installed."""
    return dist.filename.kind is Kind.WHEEL and dist.core_metadata is not None


def _copy(upload: Upload, file: BinaryIO, sent: Callable[[int], None]) -> None:
    hashing = hashlib.sha256()
    for chunk in upload.chunks():
        hashing.update(chunk)
        write_all(file, chunk)
        sent(len(chunk))
    dist = upload.distribution
    _expect(dist, "content", frozen=dist.sha256, found=hashing.hexdigest())


def _keep_metadata(upload: Upload, folder: Path, target: Path) -> None:
    dist = upload.distribution
    _expect(dist, "core metadata", frozen=dist.core_metadata, found=sha256(upload.core_metadata))
    with temporary(folder) as (file, path):
        write_all(file, upload.core_metadata)
        settle(file, path, target, mode=READ_WRITE)


def _expect(dist: Distribution, what: str, *, frozen: str | None, found: str) -> None:
    if found != frozen:
        raise Damaged(
            dist.filename.text,
            f"expected {what} with sha256 {frozen}, found {found}",
            hint="Stage the file again: stage add FILE",
        )
