"""The manifest's reference: its example is what freeze writes, to the digit."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pages import ROOT, Block, blocks
from samples import metadata, wheel
from staging import SPAM
from twine_stage.journal import _NAMES
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.freeze import freeze
from twine_stage.origins import Source
from twine_stage.reporting import Silent
from twine_stage.store import Store

PAGE = ROOT / "docs" / "reference" / "manifest.md"
SOURCE = "git+https://example.org/spam.git@0123456789abcdef0123456789abcdef01234567#refs/tags/v1.0"
TAGS = ("cp313-cp313-win_amd64", "py3-none-any")


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """The example: two wheels that are packed without compression, the same on every machine."""
    core = metadata(Requires_Python=">=3.10")
    for tag in TAGS:
        content = wheel(tag=tag, core_metadata=core, compression=zipfile.ZIP_STORED)
        (tmp_path / f"spam-1.0-{tag}.whl").write_bytes(content)
    store = Store.create(tmp_path)
    add(store, [str(tmp_path)], reporter=Silent())
    freeze(store, ["spam"], source=Source.parse(SOURCE))
    latest = store.record(SPAM).latest
    assert latest is not None
    return latest


def block(language: str, place: int = 0) -> Block:
    """A block of the page."""
    found = [one for one in blocks(PAGE.read_text("utf-8")) if one.language == language]
    return found[place]


def test_the_example_is_what_freeze_writes(manifest: Manifest) -> None:
    """Set for reading, and the same otherwise."""
    assert json.loads(block("json").text) == json.loads(manifest.dumps())


def test_the_sums_and_the_digest_are_those_of_the_example(manifest: Manifest) -> None:
    """As the page says they are made."""
    assert block("text").text == manifest.release.sha256sums
    assert block("text", 1).text.strip() == manifest.release.digest


def test_every_event_is_described() -> None:
    """By the word that journals have for it."""
    text = PAGE.read_text("utf-8")
    assert [word for word in _NAMES if f"| `{word}` |" not in text] == []
