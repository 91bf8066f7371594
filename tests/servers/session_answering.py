"""How the index of the tests answers requests of Upload 2.0."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from servers.answering import Handler
from servers.session_judging import (
    OCTETS,
    UPLOAD,
    Breach,
    Refuse,
    attestations_of,
    document_of,
    expect_file,
    expect_kind,
    expect_usable,
    release_of,
    seconds_of,
    wrong,
)
from servers.session_preview import preview
from servers.session_rooms import META, File, Rejected, Room, file_document, later, room_document

if TYPE_CHECKING:
    from servers.upload2 import Upload2Server

__all__ = ["UPLOAD", "SessionHandler"]

Reply = tuple[int, Any, dict[str, str]]
"""A status, a document, and headers."""

PROBLEM = "application/problem+json"
TITLES = {
    400: "The request is not as it must be",
    401: "Who are you?",
    403: "You may not upload to this project",
    404: "There is nothing here",
    409: "This cannot be done now",
    413: "The file is too large",
    422: "The mechanism is not supported",
    429: "Too many requests",
    503: "Try again later",
}


STEPS: Mapping[tuple[str, str], str] = {
    ("POST", "root"): "create-session",
    ("OPTIONS", "root"): "options",
    ("GET", "session"): "status",
    ("DELETE", "session"): "cancel",
    ("POST", "upload"): "create-file",
    ("POST", "publish"): "publish",
    ("POST", "extend"): "extend",
    ("POST", "file_url"): "bytes",
    ("PUT", "presigned"): "bytes",
    ("POST", "attestations_url"): "attestations",
    ("POST", "complete"): "complete",
    ("GET", "file-upload-session"): "file-status",
    ("DELETE", "file-upload-session"): "delete-file",
    ("POST", "file-extend"): "extend-file",
}


class SessionHandler(Handler):
    """Answers for ``server_index``: its links of Upload 2.0, and all that the legacy one has."""

    server_index: Upload2Server

    def do_GET(self) -> None:  # noqa: N802 - the base class says so
        self._route(super().do_GET)

    def do_POST(self) -> None:  # noqa: N802 - the base class says so
        self._route(super().do_POST)

    def do_DELETE(self) -> None:  # noqa: N802 - as above
        self._route(self._nothing)

    def do_OPTIONS(self) -> None:  # noqa: N802 - as above
        self._route(self._nothing)

    def do_PUT(self) -> None:  # noqa: N802 - as above
        self._route(self._nothing)

    def _nothing(self) -> None:
        self._begin(self.command, self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(404, b"", self.path)

    def _route(self, otherwise: Callable[[], None]) -> None:
        index = self.server_index
        path = self.path.partition("?")[0]
        stage = f"/{path.split('/')[1]}/"
        kind, room, file = index.links.get(path) or index.links.get(stage) or ("", None, None)
        if path == index.root_path:
            self._step("root", None, None)
        elif room and kind == "stage":
            self._preview(room, path.removeprefix(stage))
        elif room and path in index.links:
            self._step(kind, room, file)
        else:
            self._expect_handed_out(path)
            otherwise()

    def _expect_handed_out(self, path: str) -> None:
        """A client uses the URLs that it was given, and follows no redirect."""
        is_probe = path.rstrip("/").endswith("/2.0")
        is_ours = self.headers.get("Content-Type") in (UPLOAD, OCTETS)
        if (is_ours or self.command in ("DELETE", "PUT")) and not is_probe:
            self.server_index.violations.append(f"{self.command} {path} was never handed out")

    def _preview(self, room: Room, place: str) -> None:
        index = self.server_index
        self._begin(self.command, self.path)
        if self.headers.get("Authorization"):
            index.violations.append("preview: credentials are not for the preview")
        with index.guard:
            index.expire()
            status, body, headers = preview(room, place, accept=self.headers.get("Accept", ""))
        self._answer(status, body, "preview", **headers)

    def _step(self, kind: str, room: Room | None, file: File | None) -> None:
        index = self.server_index
        self._begin(self.command, self.path)
        step = STEPS.get((self.command, kind), "")
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client broke it off
            self.close_connection = True
            return
        cue = index.cue(step)
        time.sleep(index.delay)
        if not isinstance(cue, str):
            status, content, headers = cue
            self._answer(status, content, step, **headers)
        elif cue == "reset-before":
            self._reset()
        elif cue == "html-404":
            self._answer(404, b"<!doctype html><title>Not Found</title>", step)
        elif cue == "redirect":
            self._answer(307, b"", step, Location=f"{index.base}/elsewhere/")
        elif cue.isdigit():
            self._problem(Refuse(int(cue), f"cue for {step}"))
        else:
            self._act(kind, room, file, body, cue)

    def _act(self, kind: str, room: Room | None, file: File | None, body: bytes, cue: str) -> None:
        index = self.server_index
        step = STEPS.get((self.command, kind), "")
        index.hook("before-effect", step)
        try:
            with index.guard:
                self._judge(step, kind, room, file, body)
                status, document, headers = self._effect(step, room, file, body, cue)
        except Refuse as refusal:
            if isinstance(refusal, Breach):
                index.violations.append(f"{step}: {refusal.details}")
            self._problem(refusal)
            return
        except Rejected as error:
            self._problem(Refuse(409, str(error)))
            return
        index.hook("after-effect", step)
        if document is not None and step in index.edits:
            index.edits[step](document)
        if cue == "reset-after":
            self._reset()
        else:
            self._document(status, document, step, **headers)

    def _judge(
        self, step: str, kind: str, room: Room | None, file: File | None, body: bytes
    ) -> None:
        """What holds for every request: who may make it, in which form, of what there still is."""
        index = self.server_index
        if not step:
            allowed = ", ".join(method for method, one in STEPS if one == kind)
            raise Breach(f"{self.command} is not for this link", 405, Allow=allowed)
        self._expect_login()
        expect_kind(step, self.headers.get("Content-Type", ""))
        if body and self.command not in ("POST", "PUT"):
            raise Breach(f"{self.command} holds no document")
        index.expire()
        ended = room is not None and not room.is_live
        if ended and (step != "status" or not index.retention):
            raise Refuse(404, "The session is over")
        if file is not None and step != "file-status":
            expect_usable(file, step)

    def _expect_login(self) -> None:
        """Each request is judged anew: whoever may upload now may go on with any session."""
        index, given = self.server_index, self.headers.get("Authorization")
        if self.command == "PUT":
            if given:
                raise Breach("credentials are not for a pre-signed URL")
            return
        login = base64.b64encode(":".join(index.credentials or ()).encode()).decode()
        if index.credentials and not given:
            raise Refuse(401, "No credentials", **{"WWW-Authenticate": "Basic"})
        if (index.credentials and given != f"Basic {login}") or not index.admits(given):
            raise Refuse(403, "Invalid credentials")

    def _effect(
        self, step: str, room: Room | None, file: File | None, body: bytes, cue: str
    ) -> Reply:
        if room is None:
            allowed = {"Allow": "OPTIONS, POST"}
            return (204, None, allowed) if step == "options" else self._create_session(body)
        if file is not None:
            return self._file_effect(step, room, file, body, cue)
        match step:
            case "cancel":
                return self._cancel(room)
            case "create-file":
                return self._create_file(room, document_of(body))
            case "publish":
                document_of(body)
                return self._publish(room, cue)
            case "extend":
                room.expires = self._extended(seconds_of(body), room.expires)
            case _:
                self._resolve_room(room)
        return 200, self._told(room), self._retry()

    def _file_effect(self, step: str, room: Room, file: File, body: bytes, cue: str) -> Reply:
        index = self.server_index
        match step:
            case "bytes":
                index.moves.file(file, "upload mechanism executes")
                file.content = body
                return 200, None, {}
            case "attestations":
                if file.status != "pending":
                    raise Breach("attestations come before the file is completed", 409)
                file.attestations = attestations_of(body)
                return 200, None, {}
            case "complete":
                document_of(body)
                return self._complete(file, cue)
            case "file-status":
                self._resolve_file(file)
                return 200, self._told_file(file), self._retry()
            case "extend-file":
                file.expires = self._extended(seconds_of(body), file.expires)
                return 200, self._told_file(file), {}
            case _:
                self._delete(room, file)
                return 204, None, {}

    def _create_session(self, body: bytes) -> Reply:
        index = self.server_index
        name, version = release_of(body)
        room = index.live(name, version)
        if room:
            where = self._url(room.paths["session"])
            raise Refuse(409, "A session of this release is open", Location=where)
        room = index.open_room(name, version)
        return 201, self._told(room), {"Location": self._url(room.paths["session"])}

    def _create_file(self, room: Room, facts: dict[str, Any]) -> Reply:
        index = self.server_index
        expect_file(room, facts)
        if room.status == "processing":
            raise Refuse(409, "The session is being published")
        if facts["mechanism"] not in index.mechanisms:
            raise Refuse(422, f"{facts['mechanism']} is not supported")
        name = facts["filename"]
        if name in index.files or name in index.reserved:
            raise Refuse(409, f"{name} is published already")
        standing = room.present.get(name)
        if standing and standing.status != "completed":
            raise Refuse(409, f"{name} is in the session, and {standing.status}")
        busy = [one for one in room.present.values() if one.status in ("pending", "processing")]
        if busy and not index.is_parallel:
            raise Refuse(409, "One file after the other, please")
        if standing:
            index.moves.file(standing, "file deleted")
            standing.was_deleted = True
        file = index.open_file(room, facts)
        return 202, self._told_file(file), {"Retry-After": str(index.retry_after)}

    def _complete(self, file: File, cue: str) -> Reply:
        index = self.server_index
        if problem := wrong(file):
            index.moves.file(file, "completion fails synchronously")
            raise Breach(problem)
        if cue == "sync":
            index.moves.file(file, "completion fails synchronously")
            raise Refuse(400, "The metadata are not valid")
        if not index.keeps:
            file.content = None
        where = {"Location": self._url(file.paths["file-upload-session"])}
        if cue == "async" or index.is_deferred_files:
            index.moves.file(file, "completion accepted for deferred processing")
            file.polls = index.processing_polls
            file.will_fail = f"{file.filename} has a virus" if cue == "async" else ""
            return 202, self._told_file(file), where | self._retry()
        index.moves.file(file, "completed immediately")
        return 201, self._told_file(file), where

    def _publish(self, room: Room, cue: str) -> Reply:
        index = self.server_index
        waiting = {
            name: f"{name} is {file.status}"
            for name, file in room.present.items()
            if file.status != "completed"
        }
        if waiting:
            refusal = Refuse(409, "; ".join(waiting.values()))
            refusal.errors = waiting
            try:
                index.moves.room(room, "publish while a file is not completed")
            except Rejected:
                raise refusal from None
        clashes = sorted(room.present.keys() & index.files.keys())
        if clashes or cue == "sync":
            index.moves.room(room, "publish fails synchronously")
            raise Refuse(409, f"published already: {', '.join(clashes)}" if clashes else "Quota")
        where = {"Location": self._url(room.paths["session"])}
        will_fail = cue in ("async", "async-file")
        is_deferred = will_fail or index.is_deferred_publish
        if room.status == "error":
            index.moves.room(
                room, "publish retried", to="processing" if is_deferred else "published"
            )
        elif is_deferred:
            index.moves.room(room, "publish accepted for deferred processing")
        else:
            index.moves.room(room, "publish completed immediately")
        if is_deferred:
            index.reserved |= set(room.present)
            room.polls = index.processing_polls
            room.will_fail = "the release has a virus" if will_fail else ""
            room.blamed = [*room.present.values(), None][0] if cue == "async-file" else None
            return 202, self._told(room), where | self._retry()
        index.make_public(room)
        return 201, self._told(room), where

    def _delete(self, room: Room, file: File) -> None:
        index = self.server_index
        if room.status == "processing":
            raise Refuse(409, "The session is being published")
        events = {"pending": "cancellation requested", "processing": "cancellation requested"}
        index.moves.file(file, events.get(file.status, "file deleted"))
        index.moves.room(room, "file uploaded, replaced, or deleted")
        file.was_deleted = True

    def _cancel(self, room: Room) -> Reply:
        self.server_index.cancel(room)
        return 204, None, {}

    def _resolve_room(self, room: Room) -> None:
        """Go on with deferred processing: so many looks take it to its end."""
        index = self.server_index
        if room.status != "processing":
            return
        room.polls -= 1
        if room.polls >= 0:
            return
        if room.will_fail:
            index.moves.room(room, "deferred processing fails")
            room.notices = [*room.notices, room.will_fail]
            if room.blamed:
                room.blamed.notices = [*room.blamed.notices, f"{room.blamed.filename} has a virus"]
            index.reserved -= set(room.present)
        else:
            index.moves.room(room, "deferred processing succeeds")
            index.make_public(room)

    def _resolve_file(self, file: File) -> None:
        index = self.server_index
        if file.status != "processing":
            return
        file.polls -= 1
        if file.polls >= 0:
            return
        if file.will_fail:
            index.moves.file(file, "deferred processing fails")
            file.notices = [*file.notices, file.will_fail]
        else:
            index.moves.file(file, "deferred processing succeeds")

    def _extended(self, asked: int, expires: datetime) -> datetime:
        """Never earlier than it is; less than what is asked for is no refusal."""
        granted = self.server_index.extension
        return max(expires, later(asked if granted is None else granted))

    def _told(self, room: Room) -> Any:
        document = room_document(room, self._url, self.server_index.mechanisms)
        return _sprinkled(document) if self.server_index.unknown_keys else document

    def _told_file(self, file: File) -> Any:
        document = file_document(file, self._url)
        return _sprinkled(document) if self.server_index.unknown_keys else document

    def _url(self, path: str) -> str:
        return (self.server_index.link_base or self.server_index.base) + path

    def _retry(self) -> dict[str, str]:
        return {"Retry-After": str(self.server_index.retry_after)}

    def _document(self, status: int, document: Any, step: str, **headers: str) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self._answer(status, body, step, **({"Content-Type": UPLOAD} | headers))

    def _problem(self, refusal: Refuse) -> None:
        status = refusal.status
        document: dict[str, Any] = {
            "type": "https://example.org/problems",
            "status": status,
            "title": TITLES.get(status, "It did not work"),
            "details": refusal.details,
            "meta": META,
            "errors": [
                {"source": source, "message": message} for source, message in refusal.errors.items()
            ],
        }
        if self.server_index.unknown_keys:
            document = _sprinkled(document)
        headers = {"Content-Type": PROBLEM} | refusal.headers
        if status in (429, 503):
            headers["Retry-After"] = "1"
        self._answer(status, json.dumps(document).encode(), "problem", **headers)


def _sprinkled(document: dict[str, Any]) -> dict[str, Any]:
    """With keys that nobody knows, wherever there are keys; of files, the keys are their names."""
    inner = {
        key: _sprinkled(value) if isinstance(value, dict) else value
        for key, value in document.items()
    }
    if "files" in inner:
        del inner["files"]["_example.org"]
    return inner | {"_example.org": {"weather": "fine"}}
