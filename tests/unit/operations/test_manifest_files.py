"""Manifests as files: read from anywhere, and taken into a stage that did not freeze them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from servers.running import running
from staging import SDIST, SPAM, WHEEL, stage
from twine_stage.errors import Damaged, Unreachable, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.freeze import freeze
from twine_stage.operations.manifest_files import manifest_at, read_manifest, take_manifest
from twine_stage.store import Store

LARGEST = 64 << 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A manifest of spam 1.0 that was frozen elsewhere."""
    return written(tmp_path / "elsewhere", WHEEL, SDIST)


def written(folder: Path, *filenames: str) -> Path:
    """The manifest of a release with these files, as freezing writes it."""
    freeze(stage(folder, filenames), [], output=folder / "frozen")
    [path] = (folder / "frozen").glob("*.json")
    return path


class TestRead:
    def test_what_was_frozen(self, file: Path) -> None:
        """Is what is read."""
        manifest = read_manifest(file)
        assert (manifest.id, manifest.revision) == (SPAM, 1)
        assert manifest.dumps() == file.read_bytes()

    @pytest.mark.parametrize("name", ["nowhere.json", "."])
    def test_what_cannot_be_read(self, tmp_path: Path, name: str) -> None:
        """It is the command line that is wrong."""
        with pytest.raises(UsageError, match="expected a manifest at") as caught:
            read_manifest(tmp_path / name)
        assert "stage freeze --output" in caught.value.hint

    def test_what_is_no_manifest(self, tmp_path: Path) -> None:
        """Is said by the name of the file, as it was given."""
        path = tmp_path / "manifest.json"
        path.write_text("[]")
        with pytest.raises(Damaged) as caught:
            read_manifest(path)
        assert caught.value.document == str(path)

    def test_what_is_far_too_large(self, tmp_path: Path) -> None:
        """Is not read to its end."""
        path = tmp_path / "manifest.json"
        with path.open("wb") as holes:
            holes.truncate(LARGEST + 1)
        with pytest.raises(Damaged, match="found more than 64 MiB"):
            read_manifest(path)


class TestFetched:
    @pytest.mark.parametrize(
        "beginning", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"]
    )
    def test_a_server_that_takes_its_time(self, beginning: bytes) -> None:
        """A byte now and then, in the head or in the body, holds nobody for long."""
        is_over = threading.Event()

        class Dripping(BaseHTTPRequestHandler):
            def handle(self) -> None:
                self.wfile.write(beginning)
                while not is_over.wait(0.02):
                    self.wfile.write(b" ")

        with running(Dripping) as base:
            with pytest.raises(Unreachable, match=f"{base}/m, found none within 0.2 seconds"):
                manifest_at(f"{base}/m?token=hush", seconds=0.2)
            is_over.set()


class TestTake:
    @pytest.fixture
    def manifest(self, file: Path) -> Manifest:
        """What that file says."""
        return read_manifest(file)

    def test_into_an_empty_stage(self, manifest: Manifest, tmp_path: Path) -> None:
        """The release is frozen there, without any content."""
        store = Store.create(tmp_path)
        take_manifest(store, manifest)
        record = store.record(SPAM)
        assert (record.state, record.latest) == ("frozen", manifest)
        assert not any(store.has(dist.sha256) for dist in manifest.release.distributions)

    def test_again(self, manifest: Manifest, tmp_path: Path) -> None:
        """Nothing changes: it is the one that is there."""
        store = Store.create(tmp_path)
        take_manifest(store, manifest)
        take_manifest(store, manifest)
        assert store.record(SPAM).manifests == (manifest,)

    def test_where_the_same_was_frozen(self, manifest: Manifest, tmp_path: Path) -> None:
        """Whoever built it twice in the same way has it already."""
        store = stage(tmp_path, [WHEEL, SDIST])
        freeze(store, [])
        take_manifest(store, manifest)
        assert store.record(SPAM).manifests == (manifest,)

    @pytest.mark.parametrize("is_frozen", [False, True])
    def test_where_something_else_is_staged(
        self,
        manifest: Manifest,
        tmp_path: Path,
        is_frozen: bool,  # noqa: FBT001 - a parameter
    ) -> None:
        """A draft, or another manifest, is not overwritten; the ways out are named."""
        store = stage(tmp_path, [WHEEL])
        if is_frozen:
            freeze(store, [])
        before = store.record(SPAM)
        with pytest.raises(WrongState, match="is not what the manifest says") as caught:
            take_manifest(store, manifest)
        assert f"stage drop {SPAM}" in caught.value.hint
        assert store.record(SPAM) == before
