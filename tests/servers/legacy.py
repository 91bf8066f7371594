"""A package index on this machine that speaks the legacy upload API, and fails on cue.

In a test: ``with LegacyServer() as index: ... index.url``. By itself:
``PYTHONPATH=tests python -m servers.legacy --port-file FILE --delay 0.5``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from servers.answering import Handler
from servers.forms import Form
from servers.project_pages import NO_STATUS, Status, Stored, project_of
from servers.running import Hosted

AnyServer = TypeVar("AnyServer", bound="LegacyServer")

INTEGRITY = "application/vnd.pypi.integrity.v1+json"


@dataclass(kw_only=True)
class LegacyServer(Hosted):
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
    has_etags: bool = False
    """Its pages have an ETag and tell the serial; who has a page is told so (304)."""
    serial: int = 1
    takes_twice: bool = True
    shows_provenance: bool = True
    """Without, attestations are taken, and nothing is seen of them."""
    fallback: str | None = None
    """Where an unknown project is redirected to, as pypiserver does."""
    credentials: tuple[str, str] | None = None
    admits: Callable[[str | None], bool] = lambda authorization: True
    """Who judges the ``Authorization`` of an upload besides."""
    beside: Callable[[str, str, Mapping[str, str], bytes], tuple[int, str, bytes] | None] = (
        lambda method, target, headers, body: None
    )
    """Who answers first on this host: status, media type and body, or None to leave it."""
    keeps: bool = True
    """Without, contents are thrown away and the digest is the one that the form declares."""
    faults: list[str] = field(default_factory=list)
    hook: Callable[[str, str], None] = lambda moment, name: None
    pages: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    """Answers to GETs by path, before all others: status, headers, body."""

    files: dict[str, Stored] = field(default_factory=dict)
    registered: set[str] = field(default_factory=set)
    """Projects that there are even without a file."""
    statuses: dict[str, Status] = field(default_factory=dict)
    """How projects stand; of one in quarantine no file is shown, and files are taken."""
    accepted: Counter[str] = field(default_factory=Counter)
    posts: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path, and headers with lower-case names."""
    guard: threading.RLock = field(default_factory=threading.RLock)
    stopping: threading.Event = field(default_factory=threading.Event)

    handler = Handler

    def __enter__(self: AnyServer) -> AnyServer:  # noqa: PYI019 - Self is of Python 3.11
        index = self

        class Bound(self.handler):  # type: ignore[name-defined, misc]
            server_index = index

        self._host(Bound)
        return self

    def __exit__(self, *details: object) -> None:
        self.stopping.set()
        super().__exit__(*details)

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
            attestations = json.loads(form.fields.get("attestations", "[]"))
            version = form.fields.get("version", "0")
            facts = {
                "provenance": self.prove(form.filename, version, attestations),
                "requires_python": form.fields.get("requires_python"),
            }
            self._store(form.filename, form.sha256, form.size, form.content, lag=self.lag, **facts)
            return 200, ""

    def knows(self, project: str) -> bool:
        """Whether a project is there even without a file."""
        return project in self.registered or project in self.statuses

    def shown(self, project: str) -> dict[str, Stored]:
        """What is visible of a project now, by filename."""
        now = time.monotonic()
        is_hidden = self.statuses.get(project, NO_STATUS).word == "quarantined"
        with self.guard:
            return {
                name: file
                for name, file in sorted(self.files.items())
                if project_of(name) == project and file.shown_at <= now and not is_hidden
            }

    def prove(self, filename: str, version: str, attestations: Sequence[Any]) -> str | None:
        """The URL of the provenance object (PEP 740) of a file that came with attestations."""
        if not attestations or not self.shows_provenance:
            return None
        path = f"/integrity/{project_of(filename)}/{version}/{filename}/provenance"
        bundle = {"publisher": {"kind": "Example"}, "attestations": attestations}
        document = {"version": 1, "attestation_bundles": [bundle]}
        self.pages[path] = (200, {"Content-Type": INTEGRITY}, json.dumps(document).encode())
        return self.base + path

    def _store(
        self, name: str, digest: str, size: int, content: bytes, *, lag: float, **facts: Any
    ) -> Stored:
        values = {"shown_at": time.monotonic() + lag, "uploaded": datetime.now(timezone.utc)}
        stored = Stored(sha256=digest, size=size, content=content, **{**values, **facts})
        with self.guard:
            self.files[name] = stored
        return stored


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
