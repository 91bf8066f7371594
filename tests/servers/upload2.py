"""A package index on this machine that speaks Upload 2.0 (PEP 694) beside the legacy API.

It is strict: whatever a client must not do is refused, and kept in ``violations``. By itself:
``PYTHONPATH=tests python -m servers.upload2 --port-file FILE --delay 0.1``, which takes so long
for each request of a session; ``/_stats`` tells what came, and when it became visible.
"""

from __future__ import annotations

import argparse
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.forms import Form
from servers.legacy import LegacyServer
from servers.session_answering import SessionHandler
from servers.session_rooms import File, Moves, Room, later

Raw = tuple[int, bytes, dict[str, str]]
"""A whole answer: status, body, headers."""


@dataclass(kw_only=True)
class Upload2Server(LegacyServer):
    """An index in a thread; the legacy API is at ``legacy_url`` and shares its files.

    ``cues`` are faults by step, taken one a request: an HTTP status; ``reset-before`` and
    ``reset-after`` (the connection breaks before or after the effect); ``html-404``; ``redirect``;
    ``async`` (for ``complete`` and ``publish``: deferred processing, which fails); ``sync`` (for
    both: it fails at once); ``async-file`` (for ``publish``: as ``async``, and a file is to blame);
    or a whole answer. The steps are ``create-session``, ``status``,
    ``create-file``, ``bytes``, ``attestations``, ``complete``, ``file-status``, ``delete-file``,
    ``publish``, ``extend``, ``extend-file``, ``cancel`` and ``options``.

    A mechanism other than ``http-post-bytes`` is a PUT to a pre-signed URL.
    """

    root_path: str = "/2.0/"
    previews: bool = True
    extends: bool = True
    attests: bool = True
    mechanisms: tuple[str, ...] = ("http-post-bytes",)
    is_parallel: bool = True
    lifetime: float = 7 * 86400.0
    file_lifetime: float = 86400.0
    extension: float | None = None
    """Seconds from now that an extension grants at most; None for as many as are asked for."""
    is_deferred_files: bool = False
    is_deferred_publish: bool = False
    processing_polls: int = 1
    retry_after: int = 0
    retention: bool = True
    link_base: str | None = None
    unknown_keys: bool = False
    notices: list[str] = field(default_factory=list)
    cues: dict[str, list[str | Raw]] = field(default_factory=dict)
    edits: dict[str, Callable[[Any], object]] = field(default_factory=dict)
    """What is done by step to each document before it is sent."""

    sessions: list[Room] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)
    violations: list[str] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    links: dict[str, tuple[str, Room, File | None]] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)

    handler = SessionHandler

    @property
    def url(self) -> str:
        """The root of Upload 2.0."""
        return self.base + self.root_path

    @property
    def legacy_url(self) -> str:
        """Where the legacy API is."""
        return self.base + self.upload_path

    @property
    def stats(self) -> dict[str, Any]:
        """As of the legacy API, and the requests by step."""
        return {**LegacyServer.stats.fget(self), "steps": dict(self.steps)}  # type: ignore[attr-defined]

    def fail(self, step: str, *kinds: str | Raw) -> None:
        """Have the next requests of a step fail; an empty kind lets one pass."""
        self.cues.setdefault(step, []).extend(kinds)

    def cue(self, step: str) -> str | Raw:
        """Count a request of a step; the fault that it meets."""
        with self.guard:
            self.steps[step] += 1
            cues = self.cues.get(step)
            return cues.pop(0) if cues else ""

    def link(self, kind: str, room: Room, file: File | None = None) -> str:
        """Hand out a path that nobody could guess."""
        path = f"/{secrets.token_urlsafe(16)}"
        if kind == "stage":
            path = f"/{room.token}/"  # whoever has the token can calculate it
        elif kind == "file-upload-session" and self.previews:
            path = f"/{secrets.token_urlsafe(4)}-{room.token}"  # the PEP wants the token in it
        self.links[path] = (kind, room, file)
        (file or room).paths[kind] = path
        return path

    def open_room(self, name: str, version: str) -> Room:
        """A new session."""
        room = Room(name=name, version=version, expires=later(self.lifetime))
        room.notices = list(self.notices)
        kinds = ["session", "upload", "publish"]
        kinds += ["extend"] if self.extends else []
        kinds += ["stage"] if self.previews else []
        for kind in kinds:
            self.link(kind, room)
        self.moves.room(room, "session created")
        self.sessions.append(room)
        return room

    def open_file(self, room: Room, facts: Mapping[str, Any]) -> File:
        """A new file upload session."""
        file = File(
            filename=facts["filename"],
            size=facts["size"],
            hashes=facts["hashes"],
            mechanism=facts["mechanism"],
            expires=later(self.file_lifetime),
        )
        is_plain = file.mechanism == "http-post-bytes"
        kinds = ["file-upload-session", "complete", "file_url" if is_plain else "presigned"]
        kinds += ["file-extend"] if self.extends else []
        kinds += ["attestations_url"] if self.attests and is_plain else []
        for kind in kinds:
            self.link(kind, room, file)
        if self.extends:
            file.paths["extend"] = file.paths["file-extend"]
        self.moves.file(file, "file upload session created")
        self.moves.room(room, "file uploaded, replaced, or deleted")
        room.files.append(file)
        return file

    def live(self, name: str, version: str) -> Room | None:
        """The session of a release that is in no terminal state."""
        self.expire()
        return next(
            (room for room in self.sessions if room.is_of(name, version) and room.is_live),
            None,
        )

    def expire(self) -> None:
        """Cancel what has outlived its time; what is being decided is left alone."""
        now = later(0)
        for room in self.sessions:
            if room.status in ("open", "error") and room.expires <= now:
                self.cancel(room)
            for file in room.files:
                if file.status == "pending" and file.expires <= now:
                    self.moves.file(file, "cancellation requested")

    def cancel(self, room: Room) -> None:
        """Discard a session with all its files, however they stand."""
        is_working = room.status == "processing"
        self.moves.room(room, "cancellation requested" if is_working else "session canceled")
        for file in room.files:
            file.status = "canceled"

    def accept(self, form: Form) -> tuple[int, str]:
        """As of the legacy API; a name that is about to be published is taken."""
        if form.filename in self.reserved:
            return 409, f"{form.filename} is being published."
        return super().accept(form)

    def make_public(self, room: Room) -> None:
        """Show all that a session holds, at one moment."""
        at = time.monotonic()
        with self.guard:
            for name, file in room.present.items():
                self._store(
                    name,
                    file.sha256,
                    file.length,
                    file.content or b"",
                    lag=0,
                    shown_at=at + self.lag,
                    provenance=self.prove(name, room.version, file.attestations),
                )
                self.accepted[name] += 1
            self.registered.add(room.name)
            self.reserved -= set(room.present)


def main() -> None:
    """Serve until killed; the port is written to a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    with Upload2Server(delay=given.delay, keeps=given.keep) as server:
        part = given.port_file.with_suffix(".part")
        part.write_text(str(server.port))
        part.replace(given.port_file)
        threading.Event().wait()


if __name__ == "__main__":
    main()
