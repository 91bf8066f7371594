"""Connecting: flags become settings, and a person is pointed to what they published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli_streams import surroundings, text
from samples import write
from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.options import CommonOptions, IndexOptions
from twine_stage.cli.progress import Lines
from twine_stage.releases import ReleaseId
from twine_stage.settings import IndexSettings
from twine_stage.store import Store
from twine_stage.twine_bridge import known_indexes

KNOWN = known_indexes()["pypi"]
PYPI = IndexSettings(
    id="pypi",
    url=KNOWN.upload_url,
    is_pypi=True,
    simple_url="https://mirror.example.org/simple/",
)
RELEASES = (ReleaseId.parse("spam==1.0"),)


def test_the_page_of_a_release_is_told(tmp_path: Path) -> None:
    """On the index itself, wherever the command line says that it is read."""
    around = surroundings(tmp_path)
    connecting.tell_pages(PYPI, RELEASES, Lines(around))
    site = KNOWN.simple_url.removesuffix("simple/")
    assert text(around.stderr) == f"note: view at {site}project/spam/1.0/\n"


def test_the_page_is_the_same_by_upload_2(tmp_path: Path) -> None:
    """The root of Upload 2.0 belongs to the same site."""
    around = surroundings(tmp_path)
    root = f"{KNOWN.upload_url.removesuffix('legacy/')}2.0/"
    connecting.tell_pages(replace(PYPI, url=root), RELEASES, Lines(around))
    assert "/project/spam/1.0/" in text(around.stderr)


def test_all_flags_become_settings() -> None:
    """Those of an index, one by one."""
    options = IndexOptions(api="2.0", trusted_publishing="always", username="me")
    flags = connecting.flags(options)
    assert (flags.api, flags.trusted_publishing, flags.username) == ("2.0", "always", "me")


def test_no_page_is_made_up(tmp_path: Path) -> None:
    """Other indexes have other pages, or none."""
    around = surroundings(tmp_path)
    connecting.tell_pages(
        IndexSettings(id="mine", url="https://example.org/"), RELEASES, Lines(around)
    )
    assert text(around.stderr) == ""


def test_a_credential_is_asked_of_a_person_only(tmp_path: Path) -> None:
    """Not in a pipe, and not where the command line says not to."""
    person = Call(surroundings(tmp_path, answers="me\n"), CommonOptions())
    ask = connecting.ask(person, IndexOptions())
    assert ask is not None
    assert ask("User name for https://example.org/: ") == "me"
    assert connecting.ask(person, IndexOptions(non_interactive=True)) is None
    assert connecting.ask(Call(surroundings(tmp_path), CommonOptions()), IndexOptions()) is None


class TestCompletion:
    def test_releases_of_this_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """None where there is no stage."""
        monkeypatch.delenv("STAGE_DIR", raising=False)
        monkeypatch.chdir(tmp_path)
        assert completion.releases("") == []

    def test_a_stage_that_cannot_be_read_offers_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A shell that completes is not the place for errors."""
        root = Store.create(tmp_path).root
        (root / "format").write_text("99\n")
        monkeypatch.setenv("STAGE_DIR", str(root))
        assert completion.releases("") == []

    def test_names_that_begin_so(
        self, tmp_path: Path, stage: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As NAME==VERSION."""
        write(tmp_path / "dist", "spam-1.0-py3-none-any.whl")
        stage("add")
        monkeypatch.chdir(tmp_path)
        assert completion.releases("sp") == ["spam==1.0"]
        assert completion.releases("egg") == []
