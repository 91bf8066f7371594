"""Every kind of index, empty, as ``discovery`` connects to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from servers.legacy import LegacyServer
from servers.upload2 import Upload2Server
from sessioning import LOGIN, index_at
from twine_stage.indexes.base import Index
from twine_stage.indexes.discovery import connect
from twine_stage.reporting import Silent
from twine_stage.settings import IndexSettings


def _directory(folder: Path) -> Iterator[Index]:
    root = folder / "index"
    settings = IndexSettings(id="here", url=root.as_uri(), directory=root)
    yield connect(settings, ask=None, reporter=Silent())


def _legacy(**options: Any) -> Iterator[Index]:
    with LegacyServer(credentials=LOGIN, **options) as server:
        yield index_at(server)


def _upload2(**options: Any) -> Iterator[Index]:
    with Upload2Server(credentials=LOGIN, **options) as server:
        yield index_at(server)
        assert server.violations == []


def _beside(**options: Any) -> Iterator[Index]:
    """By the URL of the legacy API."""
    with Upload2Server(credentials=LOGIN, **options) as server:
        yield index_at(server, url=server.legacy_url)
        assert server.violations == []


KINDS: dict[str, Callable[[Path], Iterator[Index]]] = {
    "directory": _directory,
    "legacy": lambda _: _legacy(upload_path="/"),
    "legacy-html": lambda _: _legacy(upload_path="/", is_html_only=True),
    "legacy-once": lambda _: _legacy(upload_path="/", takes_twice=False),
    "upload2": lambda _: _upload2(),
    "upload2-bare": lambda _: _upload2(
        previews=False, extends=False, attests=False, retention=False
    ),
    "upload2-deferred": lambda _: _upload2(
        is_deferred_files=True, is_deferred_publish=True, processing_polls=2
    ),
    "upload2-one-by-one": lambda _: _upload2(is_parallel=False),
    "upload2-talkative": lambda _: _upload2(unknown_keys=True, notices=["hear, hear"]),
    "negotiated": lambda _: _beside(),
    "negotiated-legacy": lambda _: _legacy(),
}


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An index without any file: each kind, and those on a server in several manners."""
    yield from KINDS[request.param](tmp_path)
