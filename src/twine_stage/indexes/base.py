"""What every package index can do: ``Index``, ``Session``, ``Capabilities``, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from packaging.utils import NormalizedName

from twine_stage.indexes.uploads import Answer, Upload
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.settings import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an index can do; ``operations.publish`` asks this and never which kind it is."""

    shows_each_file: bool
    """A file is public the moment it is accepted; the order of uploads matters."""
    takes_attestations: bool
    """Attestations can be sent along with a file."""
    is_permanent: bool
    """What is public cannot be taken back; a person at a terminal is asked first."""
    can_hold: bool = False
    """What was uploaded can wait there, not public, until somebody publishes or discards it."""
    expects_attestations: bool = False
    """Attestations that are staged are sent without anybody asking for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """A publishing session as the index reports it (PEP 694).

    ``url`` is where its status is read; ``status`` one of ``open``, ``processing``, ``published``,
    ``error`` and ``canceled``; ``files`` the status of each file by name; ``preview`` the URL of a
    simple index of its files, where the index has one: who knows it may read them. ``seal`` is a
    digest of the names and links of the files, which changes when one is replaced.
    """

    url: str
    status: str
    expires_at: datetime | None = None
    preview: Secret | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    seal: str = ""


class Session(Protocol):
    """One publication of one release to one index; ``upload`` may be called from any thread."""

    @property
    def api(self) -> str:
        """``legacy``, ``2.0`` or ``directory``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the index can do, as it is known now that it was spoken to."""
        ...

    @property
    def url(self) -> str | None:
        """Where the index reports how the session stands; None where it keeps none."""
        ...

    @property
    def preview(self) -> Secret | None:
        """The URL of a simple index of what was uploaded, before it is public; None without."""
        ...

    @property
    def has(self) -> frozenset[str]:
        """The names of which the session is proven to hold the frozen content already."""
        ...

    @property
    def is_canceled(self) -> bool:
        """Whether the session was discarded, as one that ends with an error is."""
        ...

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Send one file, once; ``sent`` is called with the size of each chunk that left.

        The body is hashed on the way; if it is not the frozen content, the request is broken off
        before its last byte.

        Raises:
            Damaged: the stored content is not what was frozen; the index did not get the file.
        """
        ...

    def look(self, filename: str) -> str | None:
        """The SHA-256 of what the session holds under a name; None if that is not ours.

        Raises:
            Unreachable: no answer.
        """
        ...

    def greet(self, *, discard: bool = False) -> None:
        """Look who is there, before the first byte is sent.

        Raises:
            Refused: files are there that were not frozen; ``discard`` removes them instead.
        """
        ...

    def review(self, *, discard: bool = False) -> None:
        """See that it holds what is frozen, and nothing else; raises as ``publish`` does."""
        ...

    def publish(self, *, discard: bool = False) -> None:
        """Make public what was uploaded; nothing to do where each file was public at once.

        Args:
            discard: remove files that others put into the session, instead of stopping.

        Raises:
            StageError: the index refused, or did not answer.
        """
        ...

    def hold(self, *, discard: bool = False) -> SessionState:
        """Leave what was uploaded where it is, not public; how the session stands.

        Raises:
            StageError: as ``publish`` does, where the session is not as it should be.
        """
        ...


class Index(Protocol):
    """A package index; made by ``discovery.connect``."""

    @property
    def id(self) -> str:
        """The short name that journals and receipts are kept under."""
        ...

    @property
    def url(self) -> str:
        """Where uploads go, without user info."""
        ...

    @property
    def api(self) -> str:
        """``legacy``, ``2.0`` or ``directory``; ``auto`` as long as it was not found out."""
        ...

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now, asking past caches.

        Raises:
            Unreachable: no answer, or none that is a listing.
        """
        ...

    def project(self, name: NormalizedName) -> Project:
        """What the index shows of all releases of a project now, asking past caches.

        Raises:
            Unreachable: no answer, or none that is a listing.
        """
        ...

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        """The same, in one request; None if its page still has the ETag that it had before.

        Raises:
            Unreachable: no answer, or none that is a listing.
        """
        ...

    def project_names(self) -> Iterable[str]:
        """The names of all projects of the index, as it spells them; one long page on PyPI.

        Raises:
            Unreachable: no answer, or none that is a list of projects.
        """
        ...

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows, in chunks; may be called from any thread.

        Raises:
            Unreachable: no answer.
        """
        ...

    def serves(self, file: ListedFile) -> bool:
        """Whether the address of a file answers; one byte is asked for, from any thread.

        Raises:
            Unreachable: no answer, or none that says so or not.
        """
        ...

    def document(self, file: ListedFile, url: str) -> bytes | None:
        """A small document about a file that the index shows, from any thread; None without one.

        Args:
            file: as the index shows it.
            url: of its core metadata, which is its own and ``.metadata``, or of its provenance.

        Raises:
            Unreachable: no answer, or none that says so or not.
        """
        ...

    def modified_at(self, file: ListedFile) -> datetime | None:
        """When what its address serves was put there, as far as the index says; any thread.

        Raises:
            Unreachable: as ``serves`` does.
        """
        ...

    def authorize(self, projects: Collection[NormalizedName] = ()) -> None:
        """Obtain credentials, once, to upload to some projects; may ask a person, sends nothing.

        Raises:
            CredentialsMissing: there are none, and nobody can be asked.
            Refused: it is known that the index would refuse them.
        """
        ...

    def rehearse(self) -> tuple[str, Capabilities]:
        """Which API a session would speak and what it could do, found out without a write.

        Raises:
            StageError: the index refused, or did not answer.
        """
        ...

    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,
        missing: frozenset[str] = frozenset(),
    ) -> AbstractContextManager[Session]:
        """Begin to publish a manifest, or to continue.

        A session that this call opened is discarded if an error ends the block that more of the
        same would not mend, or a person does; unless it is held.

        Args:
            manifest: what is frozen.
            progress: what our own journal proves of this manifest on this index.
            missing: the names that the index does not show yet.

        Raises:
            StageError: as ``authorize`` does; or the index refused, or did not answer.
        """
        ...

    def state(self, url: str) -> SessionState | None:
        """How the session at a URL stands, of which our journal tells; None if it is gone.

        Raises:
            StageError: the index refused, or did not answer.
        """
        ...

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:
        """Cancel the live session of a release; how it stood before, None if there was none.

        Args:
            release: whose session.
            url: where our journal says it is; None where it knows of none.

        Raises:
            StageError: the index refused, or did not answer.
        """
        ...

    def close(self) -> None:
        """The end of the run: what only served it is given up; never raises."""
        ...
