"""A server that says what it was told to say, byte for byte, one answer a request."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import BinaryIO

RESET = b"reset"
"""The connection is reset once the request is read."""

HANG = b"hang"
"""Nothing is ever answered."""


@dataclass(frozen=True, slots=True)
class Early:
    """An answer that is given before the body is read, or even the head; the rest never is."""

    answer: bytes
    reads_head: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def reply(
    status: int = 200,
    body: bytes = b"",
    *,
    kind: str = "text/plain",
    reason: str | None = None,
    **headers: str,
) -> bytes:
    """A whole answer."""
    phrase = HTTPStatus(status).phrase if reason is None else reason
    fields = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{key}: {value}" for key, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def document(value: object, status: int = 200, kind: str = "application/json") -> bytes:
    """An answer in JSON."""
    return reply(status, json.dumps(value).encode(), kind=kind)


class Scripted:
    """The server; the last answer is given to all further requests."""

    def __init__(self, *answers: bytes | Early) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def __enter__(self) -> Scripted:  # noqa: PYI034 - Self is of Python 3.11
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with socket.create_connection(self._socket.getsockname()):
            self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self._stopping.is_set():
                connection.close()
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Early) and not answer.reads_head:
                connection.sendall(answer.answer)
                return
            method, path, headers = _head(stream)
            if isinstance(answer, Early):
                connection.sendall(answer.answer)
                return
            body = stream.read(int(headers.get("content-length", 0)))
            self.requests.append(Request(method=method, path=path, headers=headers, body=body))
            if answer == HANG:
                self._stopping.wait()
            elif answer == RESET:
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                connection.sendall(answer)


def _head(stream: BinaryIO) -> tuple[str, str, dict[str, str]]:
    method, path, _ = stream.readline().decode().split(" ", 2)
    headers = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return method, path, headers
