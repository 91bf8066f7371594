"""How the legacy server answers requests, byte by byte."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from servers.forms import Form, read_form
from servers.project_pages import (
    HTML,
    JSON,
    NO_STATUS,
    Stored,
    as_html,
    as_json,
    project_of,
    root,
)

if TYPE_CHECKING:
    from servers.legacy import LegacyServer


class Handler(BaseHTTPRequestHandler):
    """Answers for ``server_index``, with its faults."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_index: LegacyServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
        """Be silent."""

    def do_GET(self) -> None:
        index = self.server_index
        path = self.path.partition("?")[0]
        self._begin("GET", path)
        if self._answered_beside(b""):
            return
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
            projects = sorted({project_of(name) for name in index.files} | index.registered)
            self._answer(200, root(projects, is_html=is_html), path, **kind)
        elif not files and index.fallback and not index.knows(project):
            self._answer(303, b"", path, Location=f"{index.fallback}{project}/")
        elif not files and not index.knows(project):
            self._answer(404, b"no such project", path)
        else:
            self._tell(self._page(project, files, is_html=is_html), path, kind)

    def _tell(self, body: bytes, path: str, headers: Mapping[str, str]) -> None:
        """A page, unless the client has it already."""
        index = self.server_index
        etag = f'"{hashlib.sha256(body).hexdigest()}"' if index.has_etags else ""
        told = {"ETag": etag, "X-PyPI-Last-Serial": str(index.serial)} if etag else {}
        if etag and self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", path, **told)
        else:
            self._answer(200, body, path, **headers, **told)

    def _page(self, project: str, files: Mapping[str, Stored], *, is_html: bool) -> bytes:
        index = self.server_index
        status = index.statuses.get(project, NO_STATUS)
        if is_html:
            return as_html(project, files, has_hashes=index.has_hashes, status=status)
        return as_json(
            project,
            files,
            has_hashes=index.has_hashes,
            has_times=index.has_times,
            status=status,
        )

    def _answered_beside(self, body: bytes) -> bool:
        """Whether what stands beside the index answered."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server_index.beside(self.command, self.path, headers, body)
        if answer is not None:
            status, kind, content = answer
            self._answer(status, content, self.path, **{"Content-Type": kind})
        return answer is not None

    def do_POST(self) -> None:
        index = self.server_index
        if self.headers.get_content_maintype() != "multipart":
            self._begin("POST", self.path)
            if not self._answered_beside(self.rfile.read(int(self.headers["Content-Length"]))):
                self._answer(404, b"", self.path)
            return
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
        elif (
            index.credentials and self.headers.get("Authorization") != _basic(*index.credentials)
        ) or not index.admits(self.headers.get("Authorization")):
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


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
