from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releasing import Built, built, manifest_of
from twine_stage.comparison import compare
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.simple_pages import links
from twine_stage.store.writing import write

RELEASES = tuple(
    tuple(
        built(name)
        for name in (
            f"spam-{version}.tar.gz",
            f"spam-{version}-py3-none-any.whl",
            f"spam-{version}-cp313-cp313-win_amd64.whl",
        )
    )
    for version in ("1.0", "1.1", "2.0")
)

STEPS = 10
"""Three files of two chunks, and four pages."""


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Killing:
    """Ends the process before the given step; each chunk and each page is one."""

    steps_left: int
    seen: Callable[[], None]

    def step(self) -> None:
        self.seen()
        if self.steps_left == 0:
            raise Killed
        self.steps_left -= 1

    def write_page(self, path: Path, content: bytes) -> None:
        self.step()
        write(path, content)
        self.seen()

    def chunks(self, file: Built) -> Iterator[bytes]:
        for chunk in file.upload.chunks():
            self.step()
            yield chunk


@dataclass
class Readers:
    """What installers see in the folder at each moment."""

    root: Path
    html: list[frozenset[str]] = field(default_factory=list)
    json: list[frozenset[str]] = field(default_factory=list)

    def look(self) -> None:
        page = self.root / "simple" / "spam"
        html = links(_content(page / "index.html"))
        self.html.append(frozenset(_name(link) for link in html))
        files = json.loads(_content(page / "index.json") or b'{"files": []}')["files"]
        self.json.append(frozenset(file["filename"] for file in files))
        for file in files:
            assert (page / file["url"]).resolve().stat().st_size == file["size"]


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _name(link: str) -> str:
    return link.partition("#")[0].rpartition("/")[2]


def _run(root: Path, files: tuple[Built, ...], killing: Killing) -> None:
    index = DirectoryIndex(root, id="here", write_page=killing.write_page)
    with index.session(manifest_of(*files)) as session:
        for file in files:
            upload = replace(file.upload, chunks=partial(killing.chunks, file))
            session.upload(upload, lambda _count: None)
        session.publish()


class TestPublish:
    """At every moment a reader of a page sees all of a release or nothing of it.

    And a publication that is killed at any step can be run again, or left, and nothing is lost.
    """

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, STEPS)), max_size=5))
    def test_killed_anywhere(self, runs: list[tuple[int, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            readers = Readers(root)
            done: set[str] = set()
            for number, steps in runs:
                files = RELEASES[number]
                try:
                    _run(root, files, Killing(steps, readers.look))
                except Killed:
                    pass
                else:
                    done |= {file.name for file in files}
                readers.look()
                assert done <= readers.html[-1]
                index = DirectoryIndex(root, id="here")
                for release in RELEASES:
                    manifest = manifest_of(*release)
                    comparison = compare(manifest, index.listing(manifest.id))
                    names = {file.name for file in release}
                    assert comparison.is_exact == (names <= readers.html[-1])
            whole = [frozenset(file.name for file in release) for release in RELEASES]
            for seen in (*readers.html, *readers.json):
                assert all(release <= seen or not release & seen for release in whole)

    @pytest.mark.parametrize("steps", range(STEPS))
    def test_completed(self, steps: int, tmp_path: Path) -> None:
        readers = Readers(tmp_path)
        files = RELEASES[0]
        with pytest.raises(Killed):
            _run(tmp_path, files, Killing(steps, readers.look))
        _run(tmp_path, files, Killing(STEPS, readers.look))
        readers.look()
        assert readers.html[-1] == readers.json[-1] == {file.name for file in files}
        assert links((tmp_path / "simple" / "index.html").read_bytes()) == {"spam/"}
