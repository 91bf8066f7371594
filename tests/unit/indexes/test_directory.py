from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from releasing import SDIST, WHEEL, Built, built, manifest_of, publish, send
from twine_stage.errors import Conflict, Damaged, StorageFailed, Unreachable
from twine_stage.indexes.base import Capabilities
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.indexes.uploads import Accepted, Taken
from twine_stage.releases import ReleaseId

SPAM = ReleaseId.parse("spam==1.0")
LATER = "spam-1.1.tar.gz"
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def index(tmp_path: Path) -> DirectoryIndex:
    """An index in a folder that does not exist yet."""
    return DirectoryIndex(tmp_path / "index", id="here", now=lambda: NOON)


def _ignore(count: int) -> None:
    """Nobody counts."""


def _files(index: DirectoryIndex) -> set[str]:
    return {
        path.relative_to(index.root).as_posix()
        for path in index.root.rglob("*")
        if path.is_file() and not path.name.startswith(".pages")
    }


def _home(file: Built) -> str:
    digest = file.distribution.sha256
    return f"files/{digest[:2]}/{digest}/{file.name}"


class TestIdentity:
    def test_names(self, index: DirectoryIndex) -> None:
        """It is known by its id, and by the folder as a URL."""
        assert (index.id, index.api) == ("here", "directory")
        assert index.url == f"{index.root.as_uri()}/"

    def test_capabilities(self, index: DirectoryIndex) -> None:
        """A release becomes public as a whole, without attestations, and not for ever."""
        capabilities = Capabilities(
            shows_each_file=False, takes_attestations=False, is_permanent=False
        )
        assert index.rehearse() == ("directory", capabilities)
        index.authorize()
        index.close()

    def test_sessions(self, index: DirectoryIndex) -> None:
        """It keeps none: nothing waits there."""
        assert index.state(index.url) is None
        assert index.discard(ReleaseId.parse("spam==1.0"), None) is None


class TestPublish:
    def test_files(self, index: DirectoryIndex) -> None:
        """Publishing leaves pages, contents, the wheel's metadata, and nothing else."""
        wheel, sdist = built(WHEEL), built(SDIST)
        assert publish(index, wheel, sdist) == [Accepted(), Accepted()]
        assert _files(index) == {
            "simple/index.html",
            "simple/index.json",
            "simple/spam/index.html",
            "simple/spam/index.json",
            _home(wheel),
            f"{_home(wheel)}.metadata",
            _home(sdist),
        }
        assert (index.root / _home(wheel)).read_bytes() == wheel.content
        assert (index.root / f"{_home(wheel)}.metadata").read_bytes() == wheel.core_metadata

    def test_served_to_all(self, index: DirectoryIndex) -> None:
        """A web server that runs as somebody else may read what was written."""
        wheel = built(WHEEL)
        publish(index, wheel)
        for path in (_home(wheel), f"{_home(wheel)}.metadata", "simple/spam/index.html"):
            assert (index.root / path).stat().st_mode & 0o044 == 0o044

    def test_listing(self, index: DirectoryIndex) -> None:
        """The listing tells all that is known of a file."""
        wheel = built(WHEEL, requires_python=">=3.9")
        publish(index, wheel)
        (file,) = index.listing(SPAM).files
        assert file.url == (index.root / _home(wheel)).as_uri()
        assert file.sha256 == wheel.distribution.sha256
        assert file.size == len(wheel.content)
        assert file.uploaded_at == NOON
        assert file.requires_python == ">=3.9"
        assert file.yanked is None

    def test_what_a_page_says_is_on_one_line(self, index: DirectoryIndex) -> None:
        """Whoever wrote it, as of an index that is asked over HTTP."""
        publish(index, built(WHEEL))
        page = index.root / "simple" / "spam" / "index.json"
        document = json.loads(page.read_bytes())
        document["files"][0] |= {"yanked": "\x1b[31mred\n::x::", "requires-python": ">=3\r\n"}
        page.write_text(json.dumps(document))
        (file,) = index.listing(SPAM).files
        assert (file.yanked, file.requires_python) == ("?[31mred?::x::", ">=3??")

    def test_metadata_digest_on_the_page(self, index: DirectoryIndex) -> None:
        """The page tells the digest of a wheel's metadata, and none of an sdist's."""
        wheel = built(WHEEL)
        publish(index, wheel, built(SDIST))
        html = (index.root / "simple" / "spam" / "index.html").read_text()
        digest = hashlib.sha256(wheel.core_metadata).hexdigest()
        assert html.count("data-core-metadata") == 1
        assert f'data-core-metadata="sha256={digest}"' in html

    def test_wheel_of_unknown_metadata(self, index: DirectoryIndex) -> None:
        """Where the digest of the metadata is not known, none is served."""
        wheel = built(WHEEL)
        bare = replace(wheel, distribution=replace(wheel.distribution, core_metadata=None))
        publish(index, bare)
        assert f"{_home(wheel)}.metadata" not in _files(index)
        assert "metadata" not in (index.root / "simple" / "spam" / "index.html").read_text()

    def test_other_releases_stay(self, tmp_path: Path) -> None:
        """A second release leaves the first, and the times of its files, as they were."""
        moments = iter((NOON, NOON, NOON + timedelta(days=1), NOON + timedelta(days=1)))
        index = DirectoryIndex(tmp_path, id="here", now=lambda: next(moments))
        publish(index, built(SDIST))
        publish(index, built(LATER))
        first = index.listing(SPAM)
        second = index.listing(ReleaseId.parse("spam==1.1"))
        assert first.first_upload == NOON
        assert second.first_upload == NOON + timedelta(days=1)

    def test_other_projects_stay(self, index: DirectoryIndex) -> None:
        """The root lists all projects, in order."""
        publish(index, built(SDIST))
        publish(index, built("ham-1.0.tar.gz"))
        root = (index.root / "simple" / "index.html").read_text()
        assert root.index('href="ham/"') < root.index('href="spam/"')

    def test_uploaded_is_not_public(self, index: DirectoryIndex) -> None:
        """A file that was only uploaded is on no page."""
        assert send(index, built(SDIST)) == [Accepted()]
        assert index.listing(SPAM).files == ()
        assert not index.listing(SPAM).is_project_known
        assert not (index.root / "simple").exists()

    def test_half_a_page_is_not_public(self, index: DirectoryIndex) -> None:
        """A project without the page that installers read is not there, in any way of asking."""
        publish(index, built(SDIST))
        (index.root / "simple" / "spam" / "index.html").unlink()
        assert not index.project(SPAM.project).is_known
        assert index.project(SPAM.project).files == ()
        assert index.project_names() == []

    def test_lost_upload(self, index: DirectoryIndex) -> None:
        """A file whose content vanished after its upload is not made public."""
        sdist = built(SDIST)
        with index.session(manifest_of(sdist)) as session:
            session.upload(sdist.upload, _ignore)
            (index.root / _home(sdist)).unlink()
            with pytest.raises(Damaged, match="expected the content that was uploaded"):
                session.publish()
        assert index.listing(SPAM).files == ()

    def test_again(self, index: DirectoryIndex) -> None:
        """What is sent again is accepted again, which heals a file that was damaged."""
        sdist = built(SDIST)
        publish(index, sdist)
        before = index.listing(SPAM)
        (index.root / _home(sdist)).write_bytes(b"damaged")
        assert publish(index, sdist) == [Accepted()]
        assert index.listing(SPAM) == before
        assert b"".join(index.fetch(before.files[0])) == sdist.content

    def test_progress(self, index: DirectoryIndex) -> None:
        """Each chunk is counted as it leaves."""
        sdist = built(SDIST)
        counts: list[int] = []
        with index.session(manifest_of(sdist)) as session:
            session.upload(sdist.upload, counts.append)
        assert sum(counts) == len(sdist.content)
        assert len(counts) == 2


class TestRefusals:
    def test_name_taken(self, index: DirectoryIndex) -> None:
        """Other content under a public name is not written; the answer tells the digest."""
        first = built(SDIST)
        publish(index, first)
        before = _files(index)
        (answer,) = send(index, built(SDIST, members={"spam-1.0/more": b""}))
        assert answer == Taken(f"{SDIST} is public with sha256 {first.distribution.sha256}")
        assert _files(index) == before

    def test_published_meanwhile(self, index: DirectoryIndex) -> None:
        """Of two who publish other content under one name, the second is refused at the pages."""
        first, second = built(SDIST), built(SDIST, members={"spam-1.0/more": b""})
        with index.session(manifest_of(second)) as session:
            assert session.upload(second.upload, _ignore) == Accepted()
            publish(index, first)
            with pytest.raises(Conflict, match="published meanwhile"):
                session.publish()
        (file,) = index.listing(SPAM).files
        assert file.sha256 == first.distribution.sha256

    def test_draft_does_not_take_the_name(self, index: DirectoryIndex) -> None:
        """Content that was uploaded and never published is not in the way of other content."""
        send(index, built(SDIST))
        second = built(SDIST, members={"spam-1.0/more": b""})
        publish(index, second)
        (file,) = index.listing(SPAM).files
        assert file.sha256 == second.distribution.sha256

    def test_damaged_content(self, index: DirectoryIndex) -> None:
        """Content that is not what was frozen is refused, and nothing of it stays."""
        sdist = built(SDIST)
        with (
            index.session(manifest_of(sdist)) as session,
            pytest.raises(Damaged, match=f"{SDIST}: expected content with sha256"),
        ):
            session.upload(replace(sdist, content=b"other").upload, _ignore)
        assert _files(index) == set()

    def test_damaged_metadata(self, index: DirectoryIndex) -> None:
        """So is core metadata that is not the frozen one."""
        wheel = built(WHEEL)
        with (
            index.session(manifest_of(wheel)) as session,
            pytest.raises(Damaged, match=f"{WHEEL}: expected core metadata with sha256"),
        ):
            session.upload(replace(wheel, core_metadata=b"other").upload, _ignore)
        assert _files(index) == set()

    def test_disk_refuses(self, tmp_path: Path) -> None:
        """A folder that cannot be written is one sentence."""
        (tmp_path / "files").write_bytes(b"")
        with pytest.raises(StorageFailed, match=f"cannot write {SDIST}"):
            send(DirectoryIndex(tmp_path, id="here"), built(SDIST))

    def test_lost_file(self, index: DirectoryIndex) -> None:
        """A file that the page shows, and that is gone, cannot be fetched."""
        sdist = built(SDIST)
        publish(index, sdist)
        (index.root / _home(sdist)).unlink()
        with pytest.raises(Unreachable, match=f"{SDIST}: the page shows it"):
            list(index.fetch(index.listing(SPAM).files[0]))


class TestRemains:
    def test_old_remains_are_swept(self, index: DirectoryIndex) -> None:
        """What a killed command left behind is removed an hour later, what is in use is not."""
        publish(index, built(SDIST))
        old, new = index.root / "files" / ".tmp-old", index.root / "files" / ".tmp-new"
        for path, age in ((old, 3601), (new, 10)):
            path.write_bytes(b"half")
            moment = NOON.timestamp() - age
            os.utime(path, (moment, moment))
        publish(index, built(LATER))
        assert not old.exists()
        assert new.exists()

    def test_remains_that_cannot_be_removed(self, index: DirectoryIndex) -> None:
        """Remains that cannot be removed stay, and the release is published all the same."""
        remains = index.root / "files" / ".tmp-folder"
        remains.mkdir(parents=True)
        os.utime(remains, (0, 0))
        publish(index, built(SDIST))
        assert remains.exists()
        assert index.listing(SPAM).files


def test_many_at_once(tmp_path: Path) -> None:
    """Releases that are published at the same moment to one project are all on its page."""
    together = threading.Barrier(4, timeout=30)
    versions = [f"1.{number}" for number in range(12)]

    def work(mine: list[str]) -> None:
        index = DirectoryIndex(tmp_path, id="here")
        together.wait()
        for version in mine:
            publish(index, built(f"spam-{version}.tar.gz"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [versions[number::4] for number in range(4)]))
    index = DirectoryIndex(tmp_path, id="here")
    for version in versions:
        assert index.listing(ReleaseId.parse(f"spam=={version}")).files


def test_the_time_is_now(tmp_path: Path) -> None:
    """Without a clock of its own an upload is of now."""
    index = DirectoryIndex(tmp_path, id="here")
    publish(index, built(SDIST))
    (file,) = index.listing(SPAM).files
    written = (tmp_path / _home(built(SDIST))).stat().st_mtime
    assert file.uploaded_at
    assert file.uploaded_at.timestamp() - written < 60


def _chunks() -> Iterator[bytes]:
    yield b"half"
    raise KeyboardInterrupt


def test_interrupted_upload(index: DirectoryIndex) -> None:
    """An upload that is broken off leaves nothing."""
    sdist = built(SDIST)
    upload = replace(sdist.upload, chunks=_chunks)
    with index.session(manifest_of(sdist)) as session, pytest.raises(KeyboardInterrupt):
        session.upload(upload, _ignore)
    assert _files(index) == set()
