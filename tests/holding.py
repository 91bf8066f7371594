"""An index in memory that keeps publishing sessions: what is uploaded waits in one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from packaging.utils import NormalizedName

from fakes import NOON, FakeClock, Stored
from servers.project_pages import project_of
from twine_stage.digests import sha256
from twine_stage.errors import Refused, StageError, Unreachable
from twine_stage.indexes.base import Capabilities, Session, SessionState
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Unclear, Upload
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.settings import Secret

PREVIEW = "https://example.org/preview-recognisable/"
STRANGER = "spam-1.0-py2-none-any.whl"


@dataclass
class Room:
    """One session: who is in it, and how it stands."""

    release: ReleaseId
    url: str
    status: str = "open"
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class HoldingIndex:
    """An index that keeps sessions, and fails on cue.

    ``faults`` are taken one an upload, as by ``MemoryIndex``: ``lost``, ``late``, ``refused``; with
    ``stranger`` somebody else puts a file of another name into the session besides.
    ``refuses`` are the releases that it does not publish.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    faults: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    has_preview: bool = True
    id: str = "memory"
    url: str = "https://example.org/2.0/"
    api: str = "2.0"
    rooms: list[Room] = field(default_factory=list)
    stored: dict[str, Stored] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            shows_each_file=False,
            takes_attestations=True,
            is_permanent=True,
            can_hold=True,
            expects_attestations=True,
        )

    def live(self, release: ReleaseId) -> Room | None:
        return next(
            (room for room in self.rooms if room.release == release and room.status == "open"), None
        )

    def authorize(self, projects: Collection[str] = ()) -> None:
        pass

    def close(self) -> None:
        pass

    def rehearse(self) -> tuple[str, Capabilities]:
        return self.api, self.capabilities

    def listing(self, release: ReleaseId) -> Listing:
        return self.project(release.project).listing(release)

    def project(self, name: NormalizedName) -> Project:
        files = [
            ListedFile(
                filename=text,
                url=f"https://example.org/files/{text}",
                sha256=sha256(file.content),
                size=len(file.content),
                uploaded_at=file.at,
            )
            for text, file in sorted(self.stored.items())
            if project_of(text) == name
        ]
        return Project(name=name, files=tuple(files))

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        return self.project(name)

    def project_names(self) -> list[str]:
        return sorted(map(project_of, self.stored))

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        yield self.stored[file.filename].content

    def modified_at(self, file: ListedFile) -> datetime | None:
        return None

    def serves(self, file: ListedFile) -> bool:
        return file.filename in self.stored

    def document(self, file: ListedFile, url: str) -> bytes | None:
        return None

    @contextmanager
    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,
        missing: frozenset[str] = frozenset(),
    ) -> Iterator[Session]:
        room = self.live(manifest.id)
        was_opened = room is None
        if room is None:
            room = Room(manifest.id, f"https://example.org/session/{len(self.rooms)}")
            self.rooms.append(room)
        self.log.append(f"open {manifest.id}")
        is_known = progress is not None and progress.session == room.url
        filled = progress.filled if progress and is_known else frozenset()
        seal = progress.seal if progress and is_known else None
        is_sealed = seal in (None, self.told(room).seal)
        session = HoldingSession(self, room, manifest, filled if is_sealed else frozenset())
        try:
            yield session
        except BaseException as error:
            stays = session.is_held or session.has_strangers or isinstance(error, Unreachable)
            if was_opened and not stays:
                room.status, session.is_canceled = "canceled", True
            raise

    def state(self, url: str) -> SessionState | None:
        return next((self.told(room) for room in self.rooms if room.url == url), None)

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:
        self.log.append(f"discard {release}")
        room = self.live(release)
        if room is None:
            return None
        state, room.status = self.told(room), "canceled"
        return state

    def told(self, room: Room) -> SessionState:
        return SessionState(
            url=room.url,
            status=room.status,
            expires_at=NOON,
            preview=Secret(PREVIEW) if self.has_preview else None,
            files=dict.fromkeys(room.files, "completed"),
            seal=sha256(repr(sorted(room.files.items())).encode()),
        )


@dataclass
class HoldingSession:
    """One run with one session."""

    index: HoldingIndex
    room: Room
    manifest: Manifest
    filled: frozenset[str]
    is_held: bool = False
    is_canceled: bool = False
    has_strangers: bool = False
    api: str = "2.0"

    @property
    def capabilities(self) -> Capabilities:
        return self.index.capabilities

    @property
    def url(self) -> str | None:
        return self.room.url

    @property
    def preview(self) -> Secret | None:
        return self.index.told(self.room).preview

    @property
    def has(self) -> frozenset[str]:
        digests = {dist.filename.text: dist.sha256 for dist in self.manifest.release.distributions}
        return frozenset(
            name
            for name, content in self.room.files.items()
            if name in self.filled
            or (self.index.has_preview and sha256(content) == digests.get(name))
        )

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        name = upload.distribution.filename.text
        self.index.log.append(f"upload {name}")
        content = b"".join(upload.chunks())
        sent(len(content))
        fault = self.index.faults.pop(0) if self.index.faults else "none"
        if fault == "refused":
            return Rejected("the index says no", "ask it why")
        if fault != "lost":
            self.room.files[name] = content
        if fault == "stranger":
            self.room.files[STRANGER] = b"not ours"
        return Unclear(message="reset") if fault in ("lost", "late") else Accepted()

    def look(self, filename: str) -> str | None:
        content = self.room.files.get(filename)
        return sha256(content) if content is not None else None

    def publish(self, *, discard: bool = False) -> None:
        self.index.log.append(f"publish {self.manifest.id}")
        self._expect_nothing_else(discard=discard)
        if str(self.manifest.id) in self.index.refuses:
            raise Refused("the index says no")
        at = self.index.clock.now()
        self.index.stored |= {name: Stored(it, at) for name, it in self.room.files.items()}
        self.room.status = "published"
        self.is_held = True

    def greet(self, *, discard: bool = False) -> None:
        self._expect_nothing_else(discard=discard)

    def review(self, *, discard: bool = False) -> None:
        self._expect_nothing_else(discard=discard)

    def hold(self, *, discard: bool = False) -> SessionState:
        self._expect_nothing_else(discard=discard)
        self.is_held = True
        return self.index.told(self.room)

    def _expect_nothing_else(self, *, discard: bool) -> None:
        names = {dist.filename.text for dist in self.manifest.release.distributions}
        for name in self.room.files.keys() - names:
            if not discard:
                self.has_strangers = True
                raise Refused(f"unexpected: {name}")
            del self.room.files[name]


def error_of(do: Callable[[], object]) -> StageError:
    """The error that a call ends with."""
    try:
        do()
    except StageError as error:
        return error
    raise AssertionError("no error")
