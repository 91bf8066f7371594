"""What was written once is read by every later version, and still written so."""

from __future__ import annotations

from typing import get_args

import pytest

from recorded import FOLDER, JOURNAL, MANIFESTS, RECEIPTS, content
from twine_stage import journal
from twine_stage.manifest import Manifest
from twine_stage.receipts import Receipt


def test_every_document_is_known() -> None:
    """None lies there that nobody reads."""
    found = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.glob("*/*")}
    manifests = {f"manifest/{name}" for name in (*MANIFESTS, "predicate-0.1")}
    assert found == manifests | {f"receipt/{name}" for name in RECEIPTS} | {"journal/today"} | {
        "monitor-state/today"
    }


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_are_read_and_written(name: str) -> None:
    """To the byte: a manifest is known by its digest, and may be signed."""
    assert Manifest.loads(content("manifest", name)) == MANIFESTS[name]
    assert MANIFESTS[name].dumps() == content("manifest", name)


def test_the_earlier_predicate_is_read() -> None:
    """It differs by its number alone; what is written has the newer one."""
    assert Manifest.loads(content("manifest", "predicate-0.1")) == MANIFESTS["files"]


@pytest.mark.parametrize("name", RECEIPTS)
def test_receipts_are_read(name: str) -> None:
    """What was not kept in those days is not known."""
    assert Receipt.loads(content("receipt", name)) == RECEIPTS[name]


def test_receipts_are_written() -> None:
    """As they are today."""
    assert RECEIPTS["today"].dumps() == content("receipt", "today")


def test_journals_are_read_and_written() -> None:
    """An event of each kind."""
    assert {type(event) for event in JOURNAL} == set(get_args(journal.Event))
    assert journal.loads(content("journal", "today")) == JOURNAL
    assert b"".join(map(journal.dumps, JOURNAL)) == content("journal", "today")
