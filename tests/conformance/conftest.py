"""Every kind of index, empty, as ``discovery`` connects to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.legacy import LegacyServer
from twine_stage.indexes.base import Index
from twine_stage.indexes.discovery import connect
from twine_stage.reporting import Silent
from twine_stage.settings import Given, IndexSettings, Secret


def _directory(folder: Path) -> Iterator[Index]:
    root = folder / "index"
    settings = IndexSettings(id="here", url=root.as_uri(), directory=root)
    yield connect(settings, ask=None, reporter=Silent())


def _legacy(**options: bool) -> Iterator[Index]:
    with LegacyServer(credentials=("build", "secret"), **options) as server:  # type: ignore[arg-type]
        settings = IndexSettings(
            id="here",
            url=server.url,
            simple_url=server.simple_url,
            username=Given(Secret("build"), "a test"),
            password=Given(Secret("secret"), "a test"),
        )
        yield connect(settings, ask=None, reporter=Silent())


@pytest.fixture(params=["directory", "legacy", "legacy-html", "legacy-once"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An index without any file: each kind, and the legacy one in three manners."""
    match request.param:
        case "directory":
            yield from _directory(tmp_path)
        case "legacy":
            yield from _legacy()
        case "legacy-html":
            yield from _legacy(is_html_only=True)
        case _:
            yield from _legacy(takes_twice=False)
