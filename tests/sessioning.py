"""Indexes that speak Upload 2.0, on a real server on this machine; nothing in them waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from requests import PreparedRequest, Response, Session

from fakes import FakeClock, Remembering
from publishing import PLAIN
from servers.legacy import LegacyServer
from servers.upload2 import Raw, Upload2Server
from staging import SPAM, stage
from twine_stage.credentials import Credentials
from twine_stage.digests import sha256
from twine_stage.errors import StageError
from twine_stage.indexes.base import Index
from twine_stage.indexes.discovery import connect
from twine_stage.indexes.negotiation import NegotiatedIndex
from twine_stage.indexes.upload2 import Upload2Index
from twine_stage.manifest import Manifest
from twine_stage.operations.publish import PublishReport, publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import PublishedRelease
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import Given, IndexSettings, Secret
from twine_stage.store import Store
from twine_stage.transport import Transport

USERNAME, PASSWORD = "build", "recognisable-password"
LOGIN = (USERNAME, PASSWORD)


@dataclass(frozen=True, kw_only=True)
class Certified(Transport):
    """Keeps which client certificate each URL would be shown."""

    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def session(self) -> Session:
        session = super().session()
        send, certificate = session.send, self.client_cert

        def kept(request: PreparedRequest, **options: Any) -> Response:
            self.asked.append((str(request.url), certificate))
            return send(request, **options)

        session.send = kept  # type: ignore[method-assign]
        return session


def credentials() -> Credentials:
    """Those that the servers of the tests want."""
    return Credentials(Secret(USERNAME), Secret(PASSWORD))


def index_at(
    server: LegacyServer,
    *,
    url: str | None = None,
    reporter: Reporter | None = None,
    pauses: list[float] | None = None,
    api: str = "auto",
) -> Index:
    """The index as ``discovery`` connects to it; its pauses are kept, and take no time."""
    settings = IndexSettings(
        id="here",
        url=url or server.url,
        simple_url=server.simple_url,
        username=Given(Secret(USERNAME), "a test"),
        password=Given(Secret(PASSWORD), "a test"),
        api=api,
    )
    slept = [] if pauses is None else pauses
    index = connect(settings, ask=None, reporter=reporter or Remembering())
    return cast("Index", restless(index, slept.append))


def restless(index: Any, sleep: Callable[[float], None]) -> Any:
    """The same index, with another way to wait."""
    if isinstance(index, NegotiatedIndex):
        return NegotiatedIndex(restless(index.newer, sleep), restless(index.older, sleep))
    transport = replace(index.transport, sleep=sleep)
    reader = replace(index.reader, transport=transport)
    return replace(index, transport=transport, reader=reader)


def upload2(server: Upload2Server, **changes: Any) -> Upload2Index:
    """An index at the root of Upload 2.0; ``changes`` are to its fields."""
    reporter = changes.pop("reporter", None)
    pauses = changes.pop("pauses", None)
    index = index_at(server, reporter=reporter, pauses=pauses)
    assert isinstance(index, Upload2Index)
    return replace(index, **changes)


@dataclass(kw_only=True)
class Publisher:
    """A stage and a server, ready to publish as often as wanted, each time as a run of its own."""

    store: Store
    server: Upload2Server
    url: str | None = None
    releases: tuple[ReleaseId, ...] = (SPAM,)
    options: PublishOptions = field(default_factory=lambda: PublishOptions(wait=5, judgement=PLAIN))
    reporter: Remembering = field(default_factory=Remembering)
    pauses: list[float] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)
    changes: dict[str, Any] = field(default_factory=dict)
    """To the fields of the index."""

    @property
    def index(self) -> Index:
        """As a run begins with it."""
        index = index_at(self.server, url=self.url, reporter=self.reporter, pauses=self.pauses)
        return replace(index, **self.changes) if self.changes else index  # type: ignore[type-var]

    def all(self, **options: Any) -> PublishReport:
        """Publish; the report on all."""
        return publish(
            self.store,
            self.index,
            self.releases,
            replace(self.options, **options),
            clock=self.clock,
            reporter=self.reporter,
        )

    def __call__(self, **options: Any) -> PublishedRelease:
        """Publish; the report on the first."""
        return self.all(**options).releases[0]

    def fails(self, **options: Any) -> StageError:
        """Publish in vain; the error."""
        try:
            self.all(**options)
        except StageError as error:
            return error
        raise AssertionError("it was published")

    @property
    def manifest(self) -> Manifest:
        """What is frozen."""
        manifest = self.store.record(self.releases[0]).latest
        assert manifest is not None
        return manifest

    @property
    def journal(self) -> str:
        """Everything that the journals hold."""
        return "".join(path.read_text() for path in sorted(self.store.root.rglob("*.jsonl")))


def problem(status: int, title: str, **members: Any) -> Raw:
    """An answer that is a problem document."""
    document = {"type": "about:blank", "status": status, "title": title, **members}
    return status, json.dumps(document).encode(), {"Content-Type": "application/problem+json"}


def put(server: Upload2Server, filename: str, status: str = "completed") -> None:
    """Somebody else puts an empty file into the live session."""
    [room] = [room for room in server.sessions if room.is_live]
    facts = {"filename": filename, "size": 0, "hashes": {"sha256": sha256(b"")}}
    file = server.open_file(room, facts | {"mechanism": "http-post-bytes"})
    file.content, file.status = b"", status


def once(
    server: Upload2Server, step: str, act: Callable[[], object], at: str = "before-effect"
) -> None:
    """Do something right before (or after) the next request of a step has its effect."""

    def hook(moment: str, name: str) -> None:
        if (moment, name) == (at, step):
            server.hook = lambda moment, name: None
            act()

    server.hook = hook


def publisher(folder: Path, server: Upload2Server, *filenames: str, **facts: Any) -> Publisher:
    """A publisher with a fresh stage."""
    store = stage(folder, filenames) if filenames else stage(folder)
    return Publisher(store=store, server=server, **facts)
