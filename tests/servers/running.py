"""Servers of this machine in a thread, as long as a test needs them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Server(ThreadingHTTPServer):
    """A server whose threads nobody waits for."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that went away are no news."""


@contextmanager
def running(handler: Callable[..., Any]) -> Iterator[str]:
    """A server with a handler, on a port of its own; its URL, without a path."""
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Hosted:
    """Something that is reached by HTTP while its block lasts."""

    def _host(self, handler: Callable[..., Any]) -> None:
        self._running = running(handler)
        self._base = self._running.__enter__()

    def __exit__(self, *details: object) -> None:
        self._running.__exit__(None, None, None)

    @property
    def base(self) -> str:
        """Its URL without a path."""
        return self._base

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._base.rpartition(":")[2])


@dataclass(frozen=True)
class ServedFolder:
    """A folder behind Python's own web server: its URL, and the paths that were asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(folder: Path) -> Iterator[ServedFolder]:
    """Serve a folder."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base
            asked.append(self.path)

    with running(functools.partial(Handler, directory=str(folder))) as base:
        yield ServedFolder(f"{base}/", asked)
