"""Serving: a directory index on 127.0.0.1, for whoever sits at this machine."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from socketserver import TCPServer
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from twine_stage.errors import UsageError

_HOST = "127.0.0.1"
_JSON = "application/vnd.pypi.simple.v1+json"
_ASKS_FOR_JSON = (_JSON, "application/vnd.pypi.simple.latest+json")
_TYPES = {"index.html": "text/html; charset=utf-8", "index.json": _JSON}


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[str]:
    """Serve the directory index in a folder; yields its simple URL.

    Args:
        folder: of the index.
        port: to listen on; 0 for one that is free.

    Raises:
        UsageError: the port cannot be had.
    """
    try:
        server = _Server((_HOST, port), functools.partial(_Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"cannot serve on port {port}: {getattr(error, 'strerror', None) or error}",
            hint="Name another one, or none: then one that is free is taken.",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_address[1]}/simple/"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A server whose threads nobody waits for."""

    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        """Bind, without asking the network for the name of this machine."""
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that went away are no news."""


class _Handler(SimpleHTTPRequestHandler):
    """Pages as HTML or, for who asks for that, as JSON (PEP 691); files; nothing else."""

    def send_head(self) -> BinaryIO | None:
        """Find what a path means, and send the headers of it."""
        path = urlsplit(self.path).path
        if any(part.startswith(".") for part in unquote(path).split("/")):
            self.send_error(404)
            return None
        accepted = self.headers.get("Accept", "")
        if path.endswith("/") and any(kind in accepted for kind in _ASKS_FOR_JSON):
            self.path = f"{path}index.json"
        return super().send_head()

    def list_directory(self, path: object) -> None:  # noqa: ARG002 - as its base
        """Not here: a folder without a page shows nothing."""
        self.send_error(404)

    def guess_type(self, path: object) -> str:
        """The content type, by the name."""
        return _TYPES.get(PurePosixPath(str(path)).name, "application/octet-stream")

    def end_headers(self) -> None:
        """Let nothing be kept: another preview may be served here later."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Accept")
        super().end_headers()

    def log_message(self, *_facts: object) -> None:
        """Be silent: stderr belongs to the command."""
