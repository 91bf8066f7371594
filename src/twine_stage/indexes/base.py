"""What every package index can do: ``Index``, ``Session``, ``Capabilities``, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from twine_stage.distributions import Distribution
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an index can do; ``operations.publish`` asks this and never which kind it is."""

    shows_each_file: bool
    """A file is public the moment it is accepted; the order of uploads matters."""
    takes_attestations: bool
    """Attestations can be sent along with a file."""
    is_permanent: bool
    """What is public cannot be taken back; a person at a terminal is asked first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file on its way to an index.

    ``chunks`` starts the content anew at each call, so that an attempt can be repeated.
    ``attestations`` are the contents of the attestation files to send along; mostly none.
    """

    distribution: Distribution
    core_metadata: bytes
    chunks: Callable[[], Iterator[bytes]]
    attestations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The index took the file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The index says that it has a file of this name; the listing tells whether it is ours.

    An index that does not show each file at once takes the same content twice instead.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The index refused the file, in its own words; sending it again would change nothing."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """No clear answer: the index may have the file or not, and is asked before the next attempt.

    ``retry_after`` are the seconds that the index asked us to wait. ``slow_down`` is set where
    parallel uploads may be the cause (5xx, 429).
    """

    message: str
    retry_after: float | None = None
    slow_down: bool = False


Answer = Accepted | Taken | Rejected | Unclear


class Session(Protocol):
    """One publication of one release to one index; ``upload`` may be called from any thread."""

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Send one file, once; ``sent`` is called with the size of each chunk that left.

        The body is hashed on the way; if it is not the frozen content, the request is broken off
        before its last byte.

        Raises:
            Damaged: the stored content is not what was frozen; the index did not get the file.
        """
        ...

    def publish(self) -> None:
        """Make public what was uploaded; nothing to do where each file was public at once.

        Raises:
            StageError: the index refused, or did not answer.
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
        """``legacy`` or ``directory``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now, asking past caches.

        Raises:
            Unreachable: no answer, or none that is a listing.
        """
        ...

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows, in chunks; may be called from any thread.

        Raises:
            Unreachable: no answer.
        """
        ...

    def authorize(self) -> None:
        """Obtain credentials, once; may ask a person, and sends nothing.

        Raises:
            CredentialsMissing: there are none, and nobody can be asked.
        """
        ...

    def session(self, manifest: Manifest) -> AbstractContextManager[Session]:
        """Begin to publish a manifest, or to continue.

        Raises:
            StageError: as ``authorize`` does; or the index did not answer.
        """
        ...
