"""What the real servers are like: facts that the rest is built upon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from releasing import built, manifest_of
from servers.real import RealServer
from twine_stage.comparison import compare
from twine_stage.indexes.base import Index
from twine_stage.indexes.discovery import connect
from twine_stage.indexes.uploads import Accepted, Taken
from twine_stage.reporting import Silent
from twine_stage.settings import Given, IndexSettings, Secret

pytestmark = pytest.mark.integration


def connected(server: RealServer, *, simple_url: str | None = None) -> Index:
    """The server as an index; without a simple URL that is to be found."""
    settings = IndexSettings(
        id="real",
        url=server.upload_url,
        simple_url=simple_url,
        username=Given(Secret(server.username or "nobody"), "a test"),
        password=Given(Secret(server.password or "none"), "a test"),
    )
    return connect(settings, ask=None, reporter=Silent())


def test_twine_uploads(real_index: RealServer, tmp_path: Path) -> None:
    """The server is one that twine itself can upload to, and what it shows is what twine sent."""
    files = [built(name) for name in ("ham-1.0-py3-none-any.whl", "ham-1.0.tar.gz")]
    for file in files:
        (tmp_path / file.name).write_bytes(file.content)
    login = ["-u", real_index.username or "nobody", "-p", real_index.password or "none"]
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "twine", "upload", "--non-interactive"),
            *("--disable-progress-bar", *login, "--repository-url", real_index.upload_url),
            *(str(tmp_path / file.name) for file in files),
        ],
        cwd=tmp_path,
        env=dict(os.environ, HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    manifest = manifest_of(*files)
    listing = connected(real_index, simple_url=real_index.simple_url).listing(manifest.id)
    assert compare(manifest, listing).is_exact


def test_uploads_and_reads(real_index: RealServer) -> None:
    """Uploads are accepted, the reading side is found, and what is fetched is what was sent."""
    files = [built(name) for name in ("eggs-1.0-py3-none-any.whl", "eggs-1.0.tar.gz")]
    manifest = manifest_of(*files)
    index = connected(real_index)
    with index.session(manifest) as session:
        for file in files:
            assert session.upload(file.upload, lambda _count: None) == Accepted()
        session.publish()
    listing = index.listing(manifest.id)
    assert compare(manifest, listing).is_exact
    for file in files:
        assert b"".join(index.fetch(listing.by_name[file.name])) == file.content
    assert index.project(manifest.id.project).listing(manifest.id) == listing
    assert "eggs" in connected(real_index).project_names()


def test_a_name_is_used_once(real_index: RealServer) -> None:
    """Other content under a public name is refused as taken, and changes nothing."""
    first = built("toast-1.0.tar.gz")
    second = built("toast-1.0.tar.gz", members={"toast-1.0/more": b""})
    index = connected(real_index)
    with index.session(manifest_of(first)) as session:
        assert session.upload(first.upload, lambda _count: None) == Accepted()
        assert isinstance(session.upload(second.upload, lambda _count: None), Taken)
    (file,) = index.listing(manifest_of(first).id).files
    assert file.sha256 == first.distribution.sha256


def test_unknown_project(real_index: RealServer) -> None:
    """A project that the server does not have is an empty listing, found without its address."""
    release = manifest_of(built("nothing-1.0.tar.gz")).id
    assert connected(real_index).listing(release).files == ()
    assert connected(real_index).project(release.project).files == ()
