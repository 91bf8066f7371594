from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import NormalizedName

from releasing import SDIST, WHEEL, built, publish
from twine_stage.errors import Damaged, Unreachable, Unreadable
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.indexes.folder import IndexFolder, address

SPAM = NormalizedName("spam")


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    """A folder to which a release was published."""
    publish(DirectoryIndex(tmp_path, id="here"), built(WHEEL), built(SDIST))
    return IndexFolder(tmp_path)


def _edit(path: Path, change: Callable[[Any], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


class TestWhatMustExist:
    """An index that is only read."""

    @pytest.mark.parametrize("is_mounted", [False, True])
    def test_a_folder_without_an_index_does_not_answer(
        self, tmp_path: Path, *, is_mounted: bool
    ) -> None:
        """Neither one that is not there, nor an empty one, is an index where all is gone."""
        root = tmp_path / "share"
        if is_mounted:
            root.mkdir()
        with pytest.raises(Unreachable, match=r"expected an index in .*share, found"):
            IndexFolder(root, must_exist=True).state(SPAM)

    def test_a_project_without_a_page_is_not_known(self, folder: IndexFolder) -> None:
        """The index answers, and does not have it."""
        state = IndexFolder(folder.root, must_exist=True).state(NormalizedName("ham"))
        assert not state.shown

    @pytest.mark.parametrize("content", [b"<a href='https://else.example/x'>x</a>", None])
    def test_one_page_that_cannot_be_believed(
        self, folder: IndexFolder, content: bytes | None
    ) -> None:
        """It is told by itself, with a way out for who reads; a folder cannot be read at all."""
        page = folder.simple / "spam" / "index.html"
        page.unlink()
        page.write_bytes(content) if content else page.mkdir()
        with pytest.raises(Unreadable, match=r"index\.html") as raised:
            IndexFolder(folder.root, must_exist=True).state(SPAM)
        assert "Ask whoever keeps the index" in raised.value.hint


def test_no_folder(tmp_path: Path) -> None:
    """A folder that does not exist is an empty index."""
    folder = IndexFolder(tmp_path / "none")
    state = folder.state(SPAM)
    assert not state.page.files
    assert not state.shown
    assert not folder.projects()


def test_both_pages_are_read(folder: IndexFolder) -> None:
    """The files come from the JSON page, what is shown from the HTML page."""
    state = folder.state(SPAM)
    assert {file.filename.text for file in state.page.files} == {WHEEL, SDIST}
    assert state.shown == {file.link for file in state.page.files}
    assert folder.projects() == ["spam"]


def test_addresses_are_quoted() -> None:
    """A local version's plus sign is encoded: some servers read a bare one as a space."""
    digest = "ab" * 32
    name = "spam-1.0+cpu-py3-none-any.whl"
    expected = f"../../files/ab/{digest}/spam-1.0%2Bcpu-py3-none-any.whl"
    assert address(name, digest) == expected


def test_foreign_link(folder: IndexFolder) -> None:
    """A link that somebody wrote into the HTML page is found: installers would follow it."""
    path = folder.simple / "spam" / "index.html"
    path.write_text(path.read_text() + '<a href="https://example.org/evil.whl">evil</a>')
    with pytest.raises(Damaged, match=r"index.html: 'https://example.org/evil.whl' is not in"):
        folder.state(SPAM)


def test_foreign_folder(tmp_path: Path) -> None:
    """A hand-made page without ours beside it is not taken over."""
    page = tmp_path / "simple" / "spam" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text('<a href="../spam-1.0.tar.gz">spam-1.0.tar.gz</a>')
    with pytest.raises(Damaged, match="is not in index"):
        IndexFolder(tmp_path).state(SPAM)


def test_address_out_of_the_folder(folder: IndexFolder) -> None:
    """A JSON page that leads anywhere but to the file's own place is damaged."""
    path = folder.simple / "spam" / "index.json"
    _edit(path, lambda page: page["files"][0].update(url="../../../../elsewhere.whl"))
    (folder.simple / "spam" / "index.html").unlink()
    with pytest.raises(Damaged, match=r"'../../../../elsewhere.whl' is not its address") as caught:
        folder.state(SPAM)
    assert "pages away" in caught.value.hint


def test_no_json(folder: IndexFolder) -> None:
    """A torn JSON page is damaged, and the way out is named."""
    (folder.simple / "spam" / "index.json").write_bytes(b"{")
    (folder.simple / "spam" / "index.html").unlink()
    with pytest.raises(Damaged, match="expected JSON") as caught:
        folder.state(SPAM)
    assert "pages away" in caught.value.hint


def test_unreadable(tmp_path: Path) -> None:
    """What cannot be read, like a folder that is a file, is unreachable."""
    (tmp_path / "simple").write_bytes(b"")
    with pytest.raises(Unreachable, match="cannot read"):
        IndexFolder(tmp_path).state(SPAM)


def test_content(folder: IndexFolder) -> None:
    """A content is read in chunks; one that is gone is unreachable."""
    file = built(WHEEL)
    assert b"".join(folder.chunks(WHEEL, file.distribution.sha256)) == file.content
    with pytest.raises(Unreachable, match="cannot be read: No such file"):
        list(folder.chunks(WHEEL, "0" * 64))
