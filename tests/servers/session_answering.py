"""How the index of the tests answers requests of Upload 2.0."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from servers.answering import Handler
from servers.project_pages import JSON, Stored, as_html, as_json, root
from servers.session_rooms import META, File, Rejected, Room, file_document, later, room_document

if TYPE_CHECKING:
    from servers.upload2 import Upload2Server

Reply = tuple[int, Any, dict[str, str]]
"""A status, a document, and headers."""

UPLOAD = "application/vnd.pypi.upload.v2+json"
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


class Refuse(Exception):
    """Answer with a problem document."""

    def __init__(self, status: int, details: str, **headers: str) -> None:
        super().__init__(details)
        self.status, self.details, self.headers = status, details, headers


class Breach(Refuse):
    """A client did what it must not do."""

    def __init__(self, details: str, status: int = 400) -> None:
        super().__init__(status, details)


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
        self._route(lambda: self._answer(404, b"", self.path))

    def do_OPTIONS(self) -> None:  # noqa: N802 - as above
        self._route(lambda: self._answer(404, b"", self.path))

    def do_PUT(self) -> None:  # noqa: N802 - as above
        self._route(lambda: self._answer(404, b"", self.path))

    def _route(self, otherwise: Callable[[], None]) -> None:
        index = self.server_index
        path = self.path.partition("?")[0]
        stage = next(
            (p for p, (k, *_) in index.links.items() if k == "stage" and path.startswith(p)), ""
        )
        if path == index.root_path:
            self._step("root", None, None)
        elif path in index.links and not stage:
            self._step(*index.links[path])
        elif stage:
            self._begin(self.command, path)
            self._preview(index.links[stage][1], path.removeprefix(stage).strip("/"))
        else:
            self._expect_handed_out(path)
            otherwise()

    def _expect_handed_out(self, path: str) -> None:
        """A client uses the URLs that it was given, and follows no redirect."""
        is_probe = path.rstrip("/").endswith("/2.0")
        if self.headers.get("Content-Type") == UPLOAD and not is_probe:
            self.server_index.violations.append(f"{self.command} {path} was never handed out")

    def _step(self, kind: str, room: Room | None, file: File | None) -> None:
        index = self.server_index
        self._begin(self.command, self.path)
        step = STEPS.get((self.command, kind), "")
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client broke it off
            self.close_connection = True
            return
        index.steps[step] += 1
        cues = index.cues.get(step, [])
        cue = cues.pop(0) if cues else ""
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
            self._problem(int(cue), f"cue for {step}")
        else:
            self._act(step, room, file, body, cue)

    def _act(self, step: str, room: Room | None, file: File | None, body: bytes, cue: str) -> None:
        index = self.server_index
        index.hook("before-effect", step)
        try:
            with index.guard:
                self._judge(step, room, file)
                status, document, headers = self._effect(step, room, file, body, cue)
        except Refuse as refusal:
            if isinstance(refusal, Breach):
                index.violations.append(f"{step}: {refusal.details}")
            self._problem(refusal.status, refusal.details, **refusal.headers)
            return
        except Rejected as error:
            self._problem(409, str(error))
            return
        index.hook("after-effect", step)
        if document is not None and step in index.edits:
            index.edits[step](document)
        if cue == "reset-after":
            self._reset()
        else:
            self._document(status, document, step, **headers)

    def _judge(self, step: str, room: Room | None, file: File | None) -> None:
        """What holds for every request: who may make it, in which form, of what there still is."""
        index = self.server_index
        if not step:
            raise Breach(f"{self.command} is not for this link", 405)
        given = self.headers.get("Authorization")
        if self.command == "PUT":
            if given:
                raise Breach("credentials are not for a pre-signed URL")
        elif index.credentials:
            if not given:
                raise Refuse(401, "No credentials", **{"WWW-Authenticate": "Basic"})
            login = ":".join(index.credentials)
            if given != "Basic " + base64.b64encode(login.encode()).decode():
                raise Refuse(403, "Invalid credentials")
        kinds = {"bytes": "application/octet-stream", "attestations": "application/json"}
        kind = self.headers.get("Content-Type", "")
        if step != "options" and kind != kinds.get(step, UPLOAD):
            raise Breach(f"the media type is {kind!r}")
        index.expire()
        ended = room is not None and not room.is_live
        if ended and (step != "status" or not index.retention):
            raise Refuse(404, "The session is over")
        if file is not None and step != "file-status":
            _expect_usable(file, step)

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
                return self._create_file(room, self._json(body))
            case "publish":
                self._json(body)
                return self._publish(room, cue)
            case "extend":
                room.expires = self._extended(body, room.expires)
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
                file.attestations = self._list(body)
                return 200, None, {}
            case "complete":
                self._json(body)
                return self._complete(file, cue)
            case "file-status":
                self._resolve_file(file)
                return 200, self._told_file(file), self._retry()
            case "extend-file":
                file.expires = self._extended(body, file.expires)
                return 200, self._told_file(file), {}
            case _:
                self._delete(room, file)
                return 204, None, {}

    def _create_session(self, body: bytes) -> Reply:
        index, facts = self.server_index, self._json(body)
        name, version = facts.get("name"), facts.get("version")
        if not isinstance(name, str) or not isinstance(version, str):
            raise Breach("name and version are required")
        try:
            version = str(Version(version))
        except InvalidVersion:
            raise Breach(f"{version!r} is no version") from None
        room = index.live(canonicalize_name(name), version)
        if room:
            where = self._url(room.paths["session"])
            raise Refuse(409, "A session of this release is open", Location=where)
        room = index.open_room(canonicalize_name(name), version)
        return 201, self._told(room), {"Location": self._url(room.paths["session"])}

    def _create_file(self, room: Room, facts: dict[str, Any]) -> Reply:
        index = self.server_index
        _expect_file(room, facts)
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
        if problem := _wrong(file):
            index.moves.file(file, "completion fails synchronously")
            raise Breach(problem)
        if cue == "sync":
            index.moves.file(file, "completion fails synchronously")
            raise Refuse(400, "The metadata are not valid")
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
        waiting = [f"{n} is {f.status}" for n, f in room.present.items() if f.status != "completed"]
        if waiting:
            try:
                index.moves.room(room, "publish while a file is not completed")
            except Rejected:
                raise Refuse(409, "; ".join(waiting)) from None
        clashes = sorted(room.present.keys() & index.files.keys())
        if clashes or cue == "sync":
            index.moves.room(room, "publish fails synchronously")
            raise Refuse(409, f"published already: {', '.join(clashes)}" if clashes else "Quota")
        where = {"Location": self._url(room.paths["session"])}
        is_deferred = cue == "async" or index.is_deferred_publish
        if room.status == "error":
            index.moves.room(
                room, "publish retried", to="processing" if is_deferred else "published"
            )
        elif is_deferred:
            index.moves.room(room, "publish accepted for deferred processing")
        else:
            index.moves.room(room, "publish completed immediately")
        if is_deferred:
            index.reserved = set(room.present)
            room.polls = index.processing_polls
            room.will_fail = "the release has a virus" if cue == "async" else ""
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
        is_working = room.status == "processing"
        event = "cancellation requested" if is_working else "session canceled"
        self.server_index.moves.room(room, event)
        for file in room.files:
            file.status = "canceled"
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
            index.reserved.clear()
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

    def _extended(self, body: bytes, expires: Any) -> Any:
        asked = self._json(body).get("extend-for")
        if not isinstance(asked, int):
            raise Breach("extend-for is a number of seconds")
        granted = self.server_index.extension
        return max(expires, later(asked if granted is None else granted))

    def _json(self, body: bytes) -> dict[str, Any]:
        try:
            facts = json.loads(body)
            version = facts["meta"]["api-version"]
        except (ValueError, KeyError, TypeError):
            raise Breach("the body is no JSON with meta.api-version") from None
        if version != "2.0":
            raise Breach(f"meta.api-version is {version!r}")
        return cast("dict[str, Any]", facts)

    def _list(self, body: bytes) -> list[Any]:
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Breach("attestations are a JSON array of objects")
        return found

    def _preview(self, room: Room, place: str) -> None:
        """The simple index of what a session holds; whoever knows its URL may read it."""
        index = self.server_index
        if self.headers.get("Authorization"):
            index.violations.append("preview: credentials are not for the preview")
        files = {
            name: Stored(
                sha256=hashlib.sha256(file.content or b"").hexdigest(),
                size=file.size,
                content=file.content or b"",
                shown_at=0.0,
                uploaded=later(0),
            )
            for name, file in room.present.items()
            if file.status == "completed" and room.is_live
        }
        is_html = "json" not in self.headers.get("Accept", "")
        kind = "text/html; charset=utf-8" if is_html else JSON
        if place in files:
            self._answer(200, files[place].content, "preview")
        elif not place:
            self._answer(
                200, root([room.name], is_html=is_html), "preview", **{"Content-Type": kind}
            )
        elif place == room.name and files:
            write = as_html if is_html else as_json
            options = {"has_hashes": True} | ({} if is_html else {"has_times": False})
            page = write(place, files, **options)
            stage = room.paths["stage"].encode()
            body = page.replace(b'"/files/', b'"' + stage)
            self._answer(200, body, "preview", **{"Content-Type": kind})
        else:
            self._answer(404, b"", "preview")

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

    def _problem(self, status: int, details: str, **headers: str) -> None:
        document = {
            "type": "https://example.org/problems",
            "status": status,
            "title": TITLES.get(status, "It did not work"),
            "details": details,
            "meta": META,
            "errors": [{"source": "index", "message": f"status {status}"}],
        }
        headers = {"Content-Type": PROBLEM} | headers
        if status in (429, 503):
            headers["Retry-After"] = "1"
        self._answer(status, json.dumps(document).encode(), "problem", **headers)


def _sprinkled(document: dict[str, Any]) -> dict[str, Any]:
    """With keys that nobody knows, wherever there are keys."""
    inner = {
        key: _sprinkled(value) if isinstance(value, dict) and key != "files" else value
        for key, value in document.items()
    }
    return inner | {"_example.org": {"weather": "fine"}}


def _expect_file(room: Room, facts: dict[str, Any]) -> None:
    filename, hashes = facts.get("filename"), facts.get("hashes")
    if not isinstance(filename, str) or not isinstance(facts.get("size"), int):
        raise Breach("filename and size are required")
    if not isinstance(facts.get("mechanism"), str):
        raise Breach("mechanism is required")
    if not isinstance(hashes, dict) or "sha256" not in hashes:
        raise Breach("a secure hash is required")
    if not set(hashes) <= hashlib.algorithms_available:
        raise Breach("a hash that hashlib does not know")
    try:
        if filename.endswith(".whl"):
            name, version = parse_wheel_filename(filename)[:2]
        else:
            name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        raise Breach(f"{filename} is no name of a distribution") from None
    if (str(name), version) != (room.name, Version(room.version)):
        raise Breach(f"{filename} is of another release")


def _expect_usable(file: File, step: str) -> None:
    """What was deleted, or has failed, is no way to upload any more."""
    if file.was_deleted and step != "delete-file":  # an answer may be lost, and asked for again
        raise Breach("the file upload session was deleted, and cannot be used again", 404)
    if file.status == "canceled":
        raise Refuse(404, "The file upload session has expired")
    if file.status == "error" and step != "delete-file":
        raise Breach("a file upload session that failed can only be deleted", 409)


def _wrong(file: File) -> str:
    """What is wrong with the bytes of a file; empty if nothing is."""
    if file.content is None:
        return "completed before its bytes were sent"
    if len(file.content) != file.size:
        return f"its size is {len(file.content)}, and {file.size} was declared"
    for algorithm, digest in file.hashes.items():
        if hashlib.new(algorithm, file.content).hexdigest() != digest:
            return f"its {algorithm} is another one"
    return ""
