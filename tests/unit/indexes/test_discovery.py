"""Connecting: a folder becomes a directory index, a URL one that speaks the legacy API."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import Remembering
from servers.legacy import LegacyServer
from twine_stage.errors import CredentialsMissing
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.indexes.discovery import connect
from twine_stage.indexes.legacy import LegacyIndex
from twine_stage.indexes.negotiation import NegotiatedIndex
from twine_stage.indexes.upload2 import Upload2Index
from twine_stage.releases import ReleaseId
from twine_stage.settings import Given, IndexSettings, Secret

SPAM = ReleaseId.parse("spam==1.0")
URL = "https://example.invalid/legacy/"


def test_folder(tmp_path: Path) -> None:
    """A folder is a directory index, under the id that was configured."""
    settings = IndexSettings(id="shelf", url=tmp_path.as_uri(), directory=tmp_path)
    index = connect(settings, ask=None, reporter=Remembering())
    assert isinstance(index, DirectoryIndex)
    assert (index.id, index.api, index.must_exist) == ("shelf", "directory", False)
    index = connect(settings, ask=None, reporter=Remembering(), must_exist=True)
    assert isinstance(index, DirectoryIndex)
    assert index.must_exist


@pytest.mark.parametrize(
    ("url", "api", "kind", "root"),
    [
        ("https://example.invalid/legacy/", "auto", NegotiatedIndex, "https://example.invalid/2.0/"),
        ("https://example.invalid/a/legacy", "auto", NegotiatedIndex, "https://example.invalid/a/2.0/"),
        ("https://example.invalid/2.0/", "auto", Upload2Index, "https://example.invalid/2.0/"),
        ("https://example.invalid/a/2.0", "auto", Upload2Index, "https://example.invalid/a/2.0"),
        ("https://example.invalid/", "auto", LegacyIndex, None),
        ("https://example.invalid/2.0/simple/", "auto", LegacyIndex, None),
        ("https://example.invalid/legacy/", "legacy", LegacyIndex, None),
        ("https://example.invalid/2.0/", "legacy", LegacyIndex, None),
        ("https://example.invalid/legacy/", "2.0", Upload2Index, "https://example.invalid/2.0/"),
        ("https://example.invalid/upload/", "2.0", Upload2Index, "https://example.invalid/upload/"),
    ],
)  # fmt: skip
def test_api(url: str, api: str, kind: type, root: str | None) -> None:
    """The settings say which API, else the URL; only beside a legacy one it is to be found out."""
    settings = IndexSettings(id="house", url=url, api=api)
    index = connect(settings, ask=None, reporter=Remembering())
    assert type(index) is kind
    assert (index.id, index.url) == ("house", url)
    newer = index.newer if isinstance(index, NegotiatedIndex) else index
    assert getattr(newer, "root", None) == root
    index.close()


def test_simple_url() -> None:
    """Where the index is read is taken from the settings."""
    with LegacyServer(simple_path="/elsewhere/") as server:
        settings = IndexSettings(id="house", url=server.url, simple_url=server.simple_url)
        index = connect(settings, ask=None, reporter=Remembering())
        assert not index.listing(SPAM).is_project_known
    assert [path for _, path, _ in server.requests] == ["/elsewhere/spam/"]


def test_credentials() -> None:
    """Credentials are obtained once, when they are needed, and their source is told."""
    reporter = Remembering()
    given = Given(Secret("pypi-recognisable"), "--password")
    settings = IndexSettings(id="house", url=URL, username=given, password=given)
    index = connect(settings, ask=None, reporter=reporter)
    assert not reporter.notes
    index.authorize()
    index.authorize()
    assert reporter.notes == ["credentials: user name from --password, password from --password"]
    assert "recognisable" not in repr(index)


def test_non_interactive() -> None:
    """Nobody is asked where the settings forbid it."""
    given = Given(Secret("me"), "--username")
    settings = IndexSettings(id="house", url=URL, username=given, non_interactive=True)
    index = connect(settings, ask=lambda _: "x", reporter=Remembering())
    with pytest.raises(CredentialsMissing):
        index.authorize()
