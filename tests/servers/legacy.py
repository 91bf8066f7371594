"""A package index on this machine that speaks the legacy upload API, and fails on cue.

In a test: ``with LegacyServer() as index: ... index.url``. By itself:
``PYTHONPATH=tests python -m servers.legacy --port-file FILE --delay 0.5``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, cast

from packaging.utils import canonicalize_name

from servers.forms import Form, read_form
from servers.project_pages import HTML, JSON, Stored, as_html, as_json, root


@dataclass(kw_only=True)
class LegacyServer:
    """An index in a thread.

    ``faults`` are taken one a POST: ``500``, ``503``, ``429`` (nothing is stored), ``reset-before``
    and ``reset-after`` (the connection breaks before or after the file is stored), ``hang``,
    ``early-401``, ``redirect``, ``nonsense``, ``refuse``; anything else is none. ``hook`` is called
    with a moment and a filename or path: ``request-begins``, ``before-accept``, ``after-accept``,
    ``before-answer``; GETs have the first and the last.
    """

    delay: float = 0.0
    lag: float = 0.0
    upload_path: str = "/legacy/"
    simple_path: str = "/simple/"
    is_html_only: bool = False
    has_hashes: bool = True
    has_times: bool = True
    takes_twice: bool = True
    fallback: str | None = None
    """Where an unknown project is redirected to, as pypiserver does."""
    credentials: tuple[str, str] | None = None
    keeps: bool = True
    """Without, contents are thrown away and the digest is the one that the form declares."""
    faults: list[str] = field(default_factory=list)
    hook: Callable[[str, str], None] = lambda moment, name: None
    pages: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    """Answers to GETs by path, before all others: status, headers, body."""

    files: dict[str, Stored] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    posts: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path, and headers with lower-case names."""
    guard: threading.RLock = field(default_factory=threading.RLock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> LegacyServer:  # noqa: PYI034 - Self is of Python 3.11
        index = self

        class Bound(_Handler):
            server_index = index

        self._server = _Server(("127.0.0.1", 0), Bound)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        """The URL without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where uploads go."""
        return self.base + self.upload_path

    @property
    def simple_url(self) -> str:
        """The simple API."""
        return self.base + self.simple_path

    @property
    def stats(self) -> dict[str, Any]:
        """Counts of acceptances and POSTs, and when each file became visible, by filename."""
        with self.guard:
            return {
                "accepted": dict(self.accepted),
                "posts": list(self.posts),
                "visible": {name: file.shown_at for name, file in self.files.items()},
            }

    def put(self, filename: str, content: bytes, **facts: Any) -> Stored:
        """A file that is there already; ``facts`` replace what ``Stored`` would hold."""
        digest = hashlib.sha256(content).hexdigest()
        return self._store(filename, digest, len(content), content, lag=0, **facts)

    def accept(self, form: Form) -> tuple[int, str]:
        """Store an upload, or say why not: a status and a sentence."""
        with self.guard:
            stored = self.files.get(form.filename)
            if stored and stored.sha256 == form.sha256 and self.takes_twice:
                return 200, ""
            if stored:
                status = 400 if self.takes_twice else 409
                return status, f"File already exists ('{form.filename}')."
            self.accepted[form.filename] += 1
            self._store(form.filename, form.sha256, form.size, form.content, lag=self.lag)
            return 200, ""

    def shown(self, project: str) -> dict[str, Stored]:
        """What is visible of a project now, by filename."""
        now = time.monotonic()
        with self.guard:
            return {
                name: file
                for name, file in sorted(self.files.items())
                if _project(name) == project and file.shown_at <= now
            }

    def _store(
        self, name: str, digest: str, size: int, content: bytes, *, lag: float, **facts: Any
    ) -> Stored:
        values = {"shown_at": time.monotonic() + lag, "uploaded": datetime.now(timezone.utc)}
        stored = Stored(sha256=digest, size=size, content=content, **{**values, **facts})
        with self.guard:
            self.files[name] = stored
        return stored


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that went away are no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_index: LegacyServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
        """Be silent."""

    def do_GET(self) -> None:
        index = self.server_index
        path = self.path.partition("?")[0]
        self._begin("GET", path)
        if path in index.pages:
            status, headers, body = index.pages[path]
            self._answer(status, body, path, **headers)
        elif path == "/_stats":
            self._answer(200, json.dumps(index.stats).encode(), path)
        elif path.startswith("/files/"):
            stored = index.files.get(path.rpartition("/")[2])
            self._answer(200 if stored else 404, stored.content if stored else b"", path)
        elif path.startswith(index.simple_path):
            self._simple(path.removeprefix(index.simple_path).strip("/"), path)
        else:
            self._answer(404, b"", path)

    def _simple(self, project: str, path: str) -> None:
        index = self.server_index
        is_html = index.is_html_only or "json" not in self.headers.get("Accept", "")
        kind = {"Content-Type": HTML if is_html else JSON}
        files = index.shown(project)
        if not project:
            projects = sorted({_project(name) for name in index.files})
            self._answer(200, root(projects, is_html=is_html), path, **kind)
        elif not files and index.fallback:
            self._answer(303, b"", path, Location=f"{index.fallback}{project}/")
        elif not files:
            self._answer(404, b"no such project", path)
        elif is_html:
            self._answer(200, as_html(project, files, has_hashes=index.has_hashes), path, **kind)
        else:
            page = as_json(project, files, has_hashes=index.has_hashes, has_times=index.has_times)
            self._answer(200, page, path, **kind)

    def do_POST(self) -> None:
        index = self.server_index
        with index.guard:
            fault = index.faults.pop(0) if index.faults else ""
        self._begin("POST", self.path)
        if fault == "early-401":
            self.close_connection = True
            self._answer(401, b"Who are you?", self.path, Connection="close")
            return
        if fault == "reset-before":
            self.rfile.read(min(1 << 16, int(self.headers["Content-Length"]) // 2))
            self._reset()
            return
        form = self._form()
        with index.guard:
            index.posts.append(form.filename)
            index.forms.append(form)
        if fault == "hang":
            index.stopping.wait()
        elif fault == "nonsense":
            self.close_connection = True
            self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
        elif not self._fail(fault, form.filename):
            self._accept(form, fault)

    def _fail(self, fault: str, name: str) -> bool:
        index = self.server_index
        if fault in {"500", "503", "429"}:
            self._answer(int(fault), b"Try again later", name, **{"Retry-After": "1"})
        elif fault == "redirect":
            self._answer(301, b"", name, Location=f"{index.base}/elsewhere/")
        elif fault == "refuse":
            self._say(400, "Invalid value for classifiers.", name)
        elif self.path != index.upload_path:
            self._answer(404, b"", name)
        elif index.credentials and self.headers.get("Authorization") != _basic(*index.credentials):
            self._say(403, "Invalid or non-existent authentication information.", name)
        else:
            return False
        return True

    def _accept(self, form: Form, fault: str) -> None:
        index = self.server_index
        time.sleep(index.delay)
        index.hook("before-accept", form.filename)
        status, sentence = index.accept(form)
        index.hook("after-accept", form.filename)
        if fault == "reset-after":
            self._reset()
        else:
            self._say(status, sentence, form.filename)

    def _form(self) -> Form:
        boundary = self.headers.get_boundary() or ""
        return read_form(
            cast("BinaryIO", self.rfile),
            length=int(self.headers["Content-Length"]),
            boundary=boundary,
            keeps=self.server_index.keeps,
        )

    def _begin(self, method: str, path: str) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server_index.guard:
            self.server_index.requests.append((method, path, headers))
        self.server_index.hook("request-begins", path)

    def _say(self, status: int, sentence: str, name: str) -> None:
        """As PyPI answers: the sentence is in the status line, and as ``code`` in JSON."""
        reason = sentence or HTTPStatus(status).phrase
        body = json.dumps({"code": f"{status} {reason}", "title": HTTPStatus(status).phrase})
        kind = {"Content-Type": "application/json"}
        self._answer(status, body.encode() if sentence else b"", name, reason=reason, **kind)

    def _answer(
        self, status: int, body: bytes, name: str, *, reason: str | None = None, **headers: str
    ) -> None:
        self.server_index.hook("before-answer", name)
        self.send_response(status, reason)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        """Break the connection off, so that the client notices at once."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


def _project(filename: str) -> str:
    if filename.endswith(".whl"):
        return canonicalize_name(filename.partition("-")[0])
    return canonicalize_name(filename.rpartition("-")[0])


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def main() -> None:
    """Serve until killed; the port is written to a file, or printed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", type=Path)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--lag", type=float, default=0.0)
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    server = LegacyServer(delay=given.delay, lag=given.lag, faults=given.fault, keeps=given.keep)
    with server:
        if given.port_file:
            part = given.port_file.with_suffix(".part")
            part.write_text(str(server.port))
            part.replace(given.port_file)
        else:
            print(server.port, flush=True)  # noqa: T201 - this is how it is found
        threading.Event().wait()


if __name__ == "__main__":
    main()
