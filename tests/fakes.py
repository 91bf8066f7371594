"""Stand-ins that are handed in: a clock, an index in memory, a reporter that remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from packaging.utils import NormalizedName

from servers.project_pages import project_of
from twine_stage.digests import sha256
from twine_stage.errors import Unreachable
from twine_stage.indexes.base import Capabilities, Session, SessionState
from twine_stage.indexes.sessionless import Sessionless
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear, Upload
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project, belongs
from twine_stage.manifest import Manifest
from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@dataclass
class FakeClock:
    """A clock that only moves when somebody sleeps, and a little at each look."""

    time: datetime = NOON

    def now(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return (self.now() - NOON).total_seconds()


@dataclass
class Remembering:
    """A reporter that keeps what it is told."""

    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)
    concealed: list[str] = field(default_factory=list)

    def note(self, message: str) -> None:
        self.notes.append(message)

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def conceal(self, secret: str) -> None:
        self.concealed.append(secret)

    def planned(self, release: ReleaseId, index: str, plan: Plan) -> None:
        self.plans.append(plan)

    def began(self, filename: str, size: int) -> None:
        self.moved[filename] = 0

    def advanced(self, filename: str, count: int) -> None:
        self.moved[filename] += count

    def ended(self, filename: str, outcome: str, detail: str = "") -> None:
        self.outcomes.append((filename, outcome))


@dataclass
class Stored:
    """A file on the index in memory; hidden from that many looks."""

    content: bytes
    at: datetime
    lag: int = 0


@dataclass
class MemoryIndex:
    """An index in memory that fails on cue.

    ``faults`` are taken one an upload: ``lost`` (nothing is stored, no clear answer), ``late``
    (stored, no clear answer), ``strain`` (503, nothing stored), ``refused``, ``taken`` (somebody
    says the name is used, nothing stored), ``hidden`` (stored and accepted, shown some looks
    later). ``outages`` are taken one a look: True for no answer.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    shows_each_file: bool = True
    takes_twice: bool = True
    faults: list[str] = field(default_factory=list)
    outages: list[bool] = field(default_factory=list)
    has_digests: bool = True
    has_sizes: bool = True
    has_times: bool = True
    id: str = "memory"
    url: str = "https://example.org/legacy/"
    is_permanent: bool = True
    takes_attestations: bool = True
    shows_provenance: bool = True
    stored: dict[str, Stored] = field(default_factory=dict)
    waiting: dict[str, Stored] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    posts: list[str] = field(default_factory=list)
    attestations: dict[str, int] = field(default_factory=dict)
    is_authorized: bool = False
    is_closed: bool = False
    sessions: int = 0
    documents: dict[str, bytes] = field(default_factory=dict)
    """Provenance and core metadata, by URL."""
    is_known: bool = True
    """Without, it has never heard of a project of which it has no file."""
    names: tuple[str, ...] = ()
    """Projects that it has beside those of its files."""
    status: str = "active"
    serial: int | None = None

    @property
    def api(self) -> str:
        return "legacy" if self.shows_each_file else "directory"

    def rehearse(self) -> tuple[str, Capabilities]:
        return self.api, self.capabilities

    def state(self, url: str) -> SessionState | None:
        return None

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:
        return None

    def close(self) -> None:
        self.is_closed = True

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            shows_each_file=self.shows_each_file,
            takes_attestations=self.takes_attestations,
            is_permanent=self.is_permanent,
        )

    def put(self, filename: str, content: bytes, at: datetime = NOON) -> None:
        self.stored[filename] = Stored(content, at)

    def authorize(self, projects: Collection[str] = ()) -> None:
        self.is_authorized = True

    def listing(self, release: ReleaseId) -> Listing:
        files = tuple(file for file in self._look() if belongs(file.filename, release))
        return Listing(release=release, files=files, is_project_known=self._knows(release.project))

    def project(self, name: NormalizedName) -> Project:
        files = tuple(file for file in self._look() if project_of(file.filename) == name)
        is_known = self._knows(name)
        return Project(
            name=name, files=files, is_known=is_known, status=self.status, serial=self.serial
        )

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        return self.project(name)

    def project_names(self) -> list[str]:
        return sorted({*self.names, *map(project_of, self.stored)})

    def _look(self) -> list[ListedFile]:
        if self.outages and self.outages.pop(0):
            raise Unreachable("the index does not answer")
        files = []
        for name, file in sorted(self.stored.items()):
            if file.lag:
                file.lag -= 1
            else:
                files.append(self._listed(name, file))
        return files

    def _knows(self, name: NormalizedName) -> bool:
        return self.is_known or name in self.project_names()

    def _listed(self, name: str, file: Stored) -> ListedFile:
        return ListedFile(
            filename=name,
            url=f"https://example.org/files/{name}",
            sha256=sha256(file.content) if self.has_digests else None,
            size=len(file.content) if self.has_sizes else None,
            uploaded_at=file.at if self.has_times else None,
            provenance=self._provenance(name),
        )

    def _provenance(self, name: str) -> str | None:
        is_seen = self.shows_provenance and self.attestations.get(name)
        return f"https://example.org/integrity/{name}" if is_seen else None

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        yield self.stored[file.filename].content

    def modified_at(self, file: ListedFile) -> datetime | None:
        return self.stored[file.filename].at if file.filename in self.stored else None

    def serves(self, file: ListedFile) -> bool:
        return file.filename in self.stored

    def document(self, file: ListedFile, url: str) -> bytes | None:
        return self.documents.get(url)

    @contextmanager
    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,
        missing: frozenset[str] = frozenset(),
    ) -> Iterator[Session]:
        self.sessions += 1
        yield MemorySession(self)

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        name = upload.distribution.filename.text
        self.posts.append(name)
        self.attestations[name] = len(upload.attestations)
        content = b""
        for chunk in upload.chunks():
            content += chunk
            sent(len(chunk))
        fault = self.faults.pop(0) if self.faults else "none"
        match fault:
            case "lost":
                return Unclear(message="connection reset")
            case "strain":
                return Unclear(message="503 Service Unavailable", retry_after=7, slow_down=True)
            case "refused":
                return Rejected("the index says no", "ask it why")
            case "taken":
                return Taken("File already exists")
            case _:
                pass
        shelf = self.stored if self.shows_each_file else self.waiting
        there = self.stored.get(name) or self.waiting.get(name)
        if there:
            return self._again(there, content)
        shelf[name] = Stored(content, self.clock.now(), lag=3 if fault == "hidden" else 0)
        self.accepted[name] += 1
        return Unclear(message="timed out") if fault == "late" else Accepted()

    def _again(self, file: Stored, content: bytes) -> Answer:
        """What is not shown yet can be sent again; the rest is up to the kind of index."""
        is_same = file.content == content
        is_taken_again = self.takes_twice or not self.shows_each_file
        return Accepted() if is_same and is_taken_again else Taken("File already exists")

    def publish(self) -> None:
        self.stored.update(self.waiting)
        self.waiting.clear()


@dataclass
class MemorySession(Sessionless):
    """One publication to the index in memory."""

    index: MemoryIndex

    @property
    def api(self) -> str:
        return self.index.api

    @property
    def capabilities(self) -> Capabilities:
        return self.index.capabilities

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        return self.index.upload(upload, sent)

    def publish(self, *, discard: bool = False) -> None:
        self.index.publish()
