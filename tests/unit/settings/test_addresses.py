"""Addresses: URLs lose their secrets, folders are told from URLs, ids are names of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from twine_stage.errors import UsageError
from twine_stage.settings.addresses import folder, index_id, split_user_info

TOKEN = "pypi-recognisable-token-in-the-tests"


class TestUserInfo:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://example.org/up/", ("https://example.org/up/", None, None)),
            ("https://me@example.org/up/", ("https://example.org/up/", "me", None)),
            ("https://me:a%40b@example.org:8/", ("https://example.org:8/", "me", "a@b")),
            ("http://:@127.0.0.1/?a=1", ("http://127.0.0.1/?a=1", "", "")),
            ("https://me:x@[::1]:3141/", ("https://[::1]:3141/", "me", "x")),
        ],
    )
    def test_it_is_taken_out(self, url: str, expected: tuple[str, str | None, str | None]) -> None:
        """The name and the password are read as a browser would."""
        assert split_user_info(url, place="there") == expected

    @pytest.mark.parametrize(
        "url",
        [
            f"ftp://{TOKEN}@example.org/",
            f"https://{TOKEN}@/",
            f"https://{TOKEN}@example.org:port/",
            f"https://{TOKEN}@[::1/",
            f"https://{TOKEN}@example.org/a b",
            f"{TOKEN}:x@example.org/",
        ],
    )
    def test_what_is_no_url_is_not_repeated(self, url: str) -> None:
        """It may hold a secret; the place where it stands is named instead."""
        with pytest.raises(UsageError, match=r"^there: expected a URL") as raised:
            split_user_info(url, place="there")
        assert TOKEN not in f"{raised.value.message}{raised.value.hint}"
        assert raised.value.__context__ is None


class TestFolder:
    def test_a_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Relative to the current folder or to the one that is named; the home folder by ~."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path / "me"))
        monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
        assert folder("./index", place="there") == tmp_path / "index"
        assert folder("index", place="there") == tmp_path / "index"
        assert folder("index", place="there", base=tmp_path / "x") == tmp_path / "x" / "index"
        assert folder(str(tmp_path), place="there", base=Path("x")) == tmp_path
        assert folder("~/index", place="there") == tmp_path / "me" / "index"

    def test_a_home_that_nobody_has(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is a folder of that name, and no bug."""
        monkeypatch.chdir(tmp_path)
        assert folder("~nobody-of-that-name/x", place="there") == (
            tmp_path / "~nobody-of-that-name" / "x"
        )

    def test_a_file_url(self, tmp_path: Path) -> None:
        """With escapes; of this machine only."""
        spaced = tmp_path / "an index"
        assert folder(spaced.as_uri(), place="there") == spaced
        assert folder(f"file://localhost{spaced.as_posix()}", place="there") == spaced
        with pytest.raises(UsageError, match="of this machine"):
            folder("file://example.org/index", place="there")

    def test_another_url_is_no_folder(self) -> None:
        """Whatever its scheme is."""
        assert folder("https://example.org/", place="there") is None
        assert folder("ftp://example.org/", place="there") is None

    @pytest.mark.parametrize("text", ["example.org/legacy/", "localhost/legacy/", "", "  "])
    def test_a_url_without_its_beginning_is_not_taken_for_a_folder(self, text: str) -> None:
        """A release would seem to be published, into a folder that nobody reads."""
        with pytest.raises(UsageError, match="expected a URL or the path") as raised:
            folder(text, place="there")
        assert "./" in raised.value.hint

    def test_a_folder_that_looks_like_a_host(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It counts if it is there."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "index.d").mkdir()
        assert folder("index.d", place="there") == tmp_path / "index.d"


class TestIndexId:
    def test_a_name_is_the_id(self) -> None:
        """People know it."""
        assert index_id("company", "https://example.org/") == "company"

    def test_a_url(self) -> None:
        """The host, and enough of a digest to keep two indexes of a host apart."""
        assert index_id(None, "https://example.org/a/") == "example.org-351c82ac"
        assert index_id(None, "https://example.org/b/") != index_id(None, "https://example.org/a/")

    def test_a_folder(self, tmp_path: Path) -> None:
        """Its name, and the same."""
        made = index_id(None, tmp_path.as_uri(), directory=tmp_path / "index")
        assert made.startswith("index-")
        assert len(made) == len("index-") + 8

    @pytest.mark.parametrize("name", ["../x", "", ".hidden", "a b", "x" * 65, "a/b", "ä"])
    def test_a_name_that_is_no_filename(self, name: str) -> None:
        """It becomes part of a path of the stage, so it is not used."""
        assert index_id(name, "https://example.org/a/") == "example.org-351c82ac"

    def test_a_place_that_is_no_filename(self) -> None:
        """What cannot stand in a filename is replaced, what is left of nothing has a name."""
        assert index_id(None, "https://[::1]/").startswith("1-")
        assert index_id(None, "file:///", directory=Path("/")).startswith("index-")
