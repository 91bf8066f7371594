"""A package index for benchmarks: takes uploads, keeps none of their bytes, waits a set time.

A process of its own, so that it takes nothing from the client beside it; it prints its port.
Each upload waits while its request is in flight, beside those that run in parallel; then its file
becomes visible. Below any folder of the URL: ``simple/<project>/`` is the listing, ``exposure``
tells what became visible, ``reset`` forgets it.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

BUFFER = 1 << 20
FILENAME = re.compile(rb'name="content"; filename="([^"]+)"')
SHA256 = re.compile(rb'name="sha256_digest"\r\n(?:[^\r\n]+\r\n)*\r\n([0-9a-f]{64})')


@dataclass
class Shelf:
    """What is visible: filename -> (sha256, when in seconds of one monotonic clock)."""

    delay: float
    files: dict[str, tuple[str, float]] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, head: bytes) -> None:
        """An upload has arrived whole; its first bytes tell what it is."""
        name, digest = FILENAME.search(head), SHA256.search(head)
        time.sleep(self.delay)
        with self.guard:
            if name:
                shown = digest.group(1).decode() if digest else ""
                self.files[name.group(1).decode()] = (shown, time.monotonic())

    def exposure(self) -> dict[str, float]:
        """How many files there are, and the seconds from the first to the last."""
        with self.guard:
            times = [when for _, when in self.files.values()]
        return {"files": len(times), "seconds": max(times) - min(times) if times else 0.0}

    def listing(self, project: str) -> dict[str, object]:
        """The page of a project as PEP 691 wants it."""
        with self.guard:
            shown = [
                {"filename": name, "url": f"/files/{name}", "hashes": {"sha256": digest}}
                for name, (digest, _) in self.files.items()
                if name.split("-")[0].replace("_", "-").lower() == project
            ]
        return {"meta": {"api-version": "1.0"}, "name": project, "files": shown}


class Connection:
    """One client's connection, with the bytes that were read too far."""

    def __init__(self, peer: socket.socket, shelf: Shelf) -> None:
        self.peer = peer
        self.shelf = shelf
        self.buffer = bytearray(BUFFER)
        self.view = memoryview(self.buffer)
        self.rest = b""

    def serve(self) -> None:
        """Answer requests until the client goes."""
        with self.peer:
            while head := self._until(b"\r\n\r\n"):
                self._answer(head.decode("latin-1"))

    def _answer(self, head: str) -> None:
        line, *lines = head.split("\r\n")
        method, path, _ = line.split(" ")
        headers = {
            key.lower(): value.strip() for key, _, value in (x.partition(":") for x in lines)
        }
        if "expect" in headers:
            self.peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if method == "POST":
            self.shelf.take(self._drain(headers))
            self._reply(200, b"OK")
        else:
            self._page(path)

    def _page(self, path: str) -> None:
        *_, folder, last = ["", *path.strip("/").split("/")]
        if last == "exposure":
            self._reply(200, json.dumps(self.shelf.exposure()).encode())
        elif last == "reset":
            self.shelf.files.clear()
            self._reply(200, b"{}")
        elif folder == "simple" and (page := self.shelf.listing(last))["files"]:
            kind = "application/vnd.pypi.simple.v1+json"
            self._reply(200, json.dumps(page).encode(), kind=kind)
        else:
            self._reply(404, b"not found")

    def _reply(self, status: int, body: bytes, *, kind: str = "text/plain") -> None:
        head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.peer.sendall(head.encode() + body)

    def _drain(self, headers: dict[str, str]) -> bytes:
        """Read a body and throw it away, but for its first part."""
        if "content-length" in headers:
            return self._discard(int(headers["content-length"]))
        first = b""
        for size in self._chunk_sizes():
            first = (first + self._discard(size))[:BUFFER]
            self._until(b"\r\n")
        return first

    def _chunk_sizes(self) -> Iterator[int]:
        while size := int(self._until(b"\r\n") or b"0", 16):
            yield size
        self._until(b"\r\n")

    def _discard(self, size: int) -> bytes:
        first, self.rest = self.rest[:size], self.rest[size:]
        left = size - len(first)
        while left:
            count = self.peer.recv_into(self.view, min(left, BUFFER))
            if not count:
                raise ConnectionResetError
            if len(first) < BUFFER:
                first += bytes(self.view[:count])
            left -= count
        return first

    def _until(self, end: bytes) -> bytes:
        """The bytes before an end mark, or none where the client is gone."""
        while end not in self.rest:
            more = self.peer.recv(1 << 16)
            if not more:
                return b""
            self.rest += more
        before, _, self.rest = self.rest.partition(end)
        return before


def main() -> None:
    """Serve until killed."""
    shelf = Shelf(delay=float(sys.argv[1]))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            peer, _ = server.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(peer, shelf).serve, daemon=True).start()


if __name__ == "__main__":
    main()
