"""A package index for benchmarks that is only read: projects of one release, and a set wait.

A process of its own; it prints its port. Below ``simple/`` each ``spam<number>/`` is a page of so
many files with times and digests, and with an ETag: whoever has it gets 304. Every answer waits.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = "application/vnd.pypi.simple.v1+json"


@cache
def page(project: str, files: int) -> tuple[bytes, str]:
    """The page of a project as PEP 691 and PEP 700 want it, and its ETag."""
    shown = [
        {
            "filename": name,
            "url": f"/files/{name}",
            "hashes": {"sha256": hashlib.sha256(name.encode()).hexdigest()},
            "size": len(name),
            "upload-time": "2026-01-01T00:00:00.000000Z",
            "yanked": False,
            "requires-python": ">=3.10",
            "core-metadata": False,
            "provenance": None,
        }
        for name in (filename(project, number) for number in range(files))
    ]
    document = {"meta": {"api-version": "1.4"}, "name": project, "versions": ["1.0"]}
    body = json.dumps({**document, "files": shown}).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()}"'


def filename(project: str, number: int) -> str:
    """One of the files of a project."""
    return f"{project}-1.0-{number + 1}-cp313-cp313-manylinux_2_28_x86_64.whl"


def main() -> None:
    """Serve until killed: seconds to wait, files of a project."""
    delay, files = float(sys.argv[1]), int(sys.argv[2])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body, etag = page(self.path.strip("/").rpartition("/")[2], files)
            time.sleep(delay)
            is_known = self.headers.get("If-None-Match") == etag
            self.send_response(304 if is_known else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(0 if is_known else len(body)))
            self.end_headers()
            self.wfile.write(b"" if is_known else body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class says so
            """Be silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
