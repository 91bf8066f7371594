"""What the index of the tests keeps of Upload 2.0: sessions, their files, and their links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from packaging.version import Version

from servers.session_states import FILE_UPLOAD, PUBLISHING, Row, row

META = {"api-version": "2.0"}
LIVE = ("open", "processing", "error")


class Rejected(Exception):
    """The table has no way from here: 409."""


@dataclass(kw_only=True)
class File:
    """A file upload session."""

    filename: str
    size: int
    hashes: dict[str, str]
    mechanism: str
    expires: datetime
    status: str = "none"
    content: bytes | None = None
    attestations: list[Any] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    polls: int = 0
    will_fail: str = ""
    was_deleted: bool = False
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of its bytes; where they were thrown away, the one that was declared."""
        if self.content is None:
            return self.hashes.get("sha256", "")
        return hashlib.sha256(self.content).hexdigest()

    @property
    def length(self) -> int:
        """In bytes; where they were thrown away, the one that was declared."""
        return self.size if self.content is None else len(self.content)


@dataclass(kw_only=True)
class Room:
    """A publishing session."""

    name: str
    version: str
    expires: datetime
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    status: str = "none"
    notices: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    polls: int = 0
    will_fail: str = ""
    blamed: File | None = None
    """The file whose notices tell, too, why it could not be published."""
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def present(self) -> dict[str, File]:
        """The files that its document names."""
        return {file.filename: file for file in self.files if file.status != "canceled"}

    def is_of(self, name: str, version: str) -> bool:
        """Whether it is of a release, however its version is spelled."""
        return self.name == name and Version(self.version) == Version(version)

    @property
    def is_live(self) -> bool:
        """Whether it is in no terminal state."""
        return self.status in LIVE


@dataclass
class Moves:
    """Moves sessions and files by the tables, and remembers the rows that were taken."""

    taken: set[Row] = field(default_factory=set)

    def room(self, room: Room, event: str, *, to: str = "") -> None:
        """Move a publishing session."""
        room.status = self._move(PUBLISHING, room.status, event, to)

    def file(self, file: File, event: str) -> None:
        """Move a file upload session."""
        file.status = self._move(FILE_UPLOAD, file.status, event, "")

    def _move(self, table: tuple[Row, ...], state: str, event: str, to: str) -> str:
        found = row(table, state, event)
        if found is None:
            raise Rejected(f"in the state {state!r} this cannot be done: {event}")
        self.taken.add(found)
        target = to if to in found.targets else found.targets[0]
        if target == "rejected":
            raise Rejected(f"in the state {state!r} this is rejected: {event}")
        return state if target == "same" else target


def moment(time: datetime) -> str:
    """As RFC 3339 has it, in whole seconds and Zulu time."""
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def later(seconds: float) -> datetime:
    """So many seconds from now."""
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def room_document(room: Room, url: Callable[[str], str], mechanisms: tuple[str, ...]) -> Any:
    """What a session says of itself."""
    links = {
        key: url(room.paths[key])
        for key in ("session", "upload", "publish", "extend", "stage")
        if key in room.paths
    }
    files = {}
    for name, file in room.present.items():
        files[name] = {"status": file.status, "link": url(file.paths["file-upload-session"])}
        if file.notices:
            files[name]["notices"] = file.notices  # type: ignore[assignment]
    document = {
        "meta": META,
        "links": links,
        "mechanisms": list(mechanisms),
        "expires-at": moment(room.expires),
        "status": room.status,
        "files": files,
        "notices": room.notices,
    }
    return document | ({"session-token": room.token} if "stage" in links else {})


def file_document(file: File, url: Callable[[str], str]) -> Any:
    """What a file upload session says of itself."""
    keys = ("file-upload-session", "complete", "extend")
    return {
        "meta": META,
        "links": {key: url(file.paths[key]) for key in keys if key in file.paths},
        "status": file.status,
        "expires-at": moment(file.expires),
        "mechanism": {
            "identifier": file.mechanism,
            **{
                key: url(file.paths[key])
                for key in ("file_url", "attestations_url", "presigned")
                if key in file.paths
            },
        },
    }
