"""Negotiation: beside a legacy URL an index may speak Upload 2.0; it is asked once a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from packaging.utils import NormalizedName

from twine_stage.indexes.base import Capabilities, Session, SessionState
from twine_stage.indexes.legacy import LegacyIndex
from twine_stage.indexes.opening import NotSpoken
from twine_stage.indexes.upload2 import Upload2Index
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId


@dataclass(slots=True)
class NegotiatedIndex:
    """An index of which one or the other API is used; ``found`` is which, once that is known."""

    newer: Upload2Index
    older: LegacyIndex
    found: Upload2Index | LegacyIndex | None = None

    @property
    def id(self) -> str:
        """Its short name."""
        return self.older.id

    @property
    def url(self) -> str:
        """Where uploads go, the legacy way."""
        return self.older.url

    @property
    def api(self) -> str:
        """The API that was found, or ``auto``."""
        return self.found.api if self.found else "auto"

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now; see ``base.Index``."""
        return self.older.listing(release)

    def project(self, name: NormalizedName) -> Project:
        """What the index shows of a project now; see ``base.Index``."""
        return self.older.project(name)

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        """What the index shows of a project, if that changed; see ``base.Index``."""
        return self.older.project_since(name, etag)

    def project_names(self) -> tuple[str, ...]:
        """The names of all projects; see ``base.Index``."""
        return self.older.project_names()

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows; see ``base.Index``."""
        return self.older.fetch(file)

    def serves(self, file: ListedFile) -> bool:
        """Whether the address of a file answers; see ``base.Index``."""
        return self.older.serves(file)

    def document(self, file: ListedFile, url: str) -> bytes | None:
        """A small document about a file; see ``base.Index``."""
        return self.older.document(file, url)

    def modified_at(self, file: ListedFile) -> datetime | None:
        """When a file was put there; see ``base.Index``."""
        return self.older.modified_at(file)

    def authorize(self, projects: Collection[NormalizedName] = ()) -> None:
        """Obtain credentials, once; see ``base.Index``."""
        self.older.authorize(projects)

    def rehearse(self) -> tuple[str, Capabilities]:
        """Ask which API it speaks, without a write; see ``base.Index``."""
        if self.found is not self.older:
            try:
                rehearsed = self.newer.rehearse()
            except NotSpoken as error:
                self._fall_back(error)
            else:
                self.found = self.newer
                return rehearsed
        return self.older.rehearse()

    @contextmanager
    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,
        missing: frozenset[str] = frozenset(),
    ) -> Iterator[Session]:
        """Begin to publish with the API that the index speaks; see ``base.Index``."""
        with ExitStack() as stack:
            yield self._entered(stack, manifest, progress, missing)

    def state(self, url: str) -> SessionState | None:
        """How a session stands; see ``base.Index``."""
        return self.newer.state(url)

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:
        """Cancel the live session of a release; see ``base.Index``."""
        if self.found is not self.older:
            try:
                return self.newer.discard(release, url)
            except NotSpoken as error:
                self._fall_back(error)
        return None

    def close(self) -> None:
        """Give up the credentials that were for this run; see ``base.Index``."""
        self.older.close()

    def _entered(
        self,
        stack: ExitStack,
        manifest: Manifest,
        progress: Progress | None,
        missing: frozenset[str],
    ) -> Session:
        if self.found is not self.older:
            newer = self.newer.session(manifest, progress=progress, missing=missing)
            try:
                session = stack.enter_context(newer)
            except NotSpoken as error:
                self._fall_back(error)
            else:
                self.found = self.newer
                return session
        return stack.enter_context(self.older.session(manifest))

    def _fall_back(self, error: NotSpoken) -> None:
        """Use the legacy API from now on; what spoke the newer one before has to go on with it."""
        if self.found:
            raise error
        self.newer.reporter.note(f"{error.message}: files are sent by the legacy API")
        self.found = self.older
