"""Looks: the state is written whole, read whole, and nothing else is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from recorded import FOLDER
from schemas import problems
from twine_stage.changes import Sighting
from twine_stage.errors import Damaged, NewerFormat
from twine_stage.looks import (
    MOST_ENTRIES,
    Entry,
    SeenProject,
    SeenRelease,
    Standing,
    State,
    shown,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
WHEEL = "spam-1.0-py3-none-any.whl"
SEEN = {
    WHEEL: Sighting(
        sha256="1" * 64,
        uploaded_at=NOON,
        yanked="",
        requires_python=">=3.9",
        core_metadata="2" * 64,
        is_proven=True,
    ),
    "spam-1.0.tar.gz": Sighting(),
}
RELEASE = SeenRelease(
    manifest="3" * 64,
    shown=shown(SEEN),
    differences=(Standing(kind="yanked", file=WHEEL, message="it is yanked", cause="bad"),),
    silent=(WHEEL,),
)
ENTRY = Entry(id="urn:uuid:1", at=NOON, title="spam==1.0: yanked", text="bad")
STATE = State(
    index="https://example.org/legacy/",
    begun=NOON,
    at=NOON,
    projects={"spam": SeenProject(at=NOON, etag='"1"', serial=7, releases={"spam==1.0": RELEASE})},
    manifests={"3" * 64: ("spam==1.0", 1)},
    entries=(ENTRY,),
)


def test_what_is_written_is_read() -> None:
    """All of it, and what was shown of each file."""
    read = State.loads(STATE.dumps())
    assert read == STATE
    assert read.projects["spam"].releases["spam==1.0"].sightings == SEEN


def test_what_is_written_today_is_read_by_every_later_version() -> None:
    """The document that lies there is of the first version; it fits the published schema."""
    path = FOLDER / "monitor-state" / "today.json"
    assert State.loads(path.read_bytes()) == STATE
    assert path.read_bytes() == STATE.dumps()
    assert problems("monitor-state", json.loads(path.read_bytes())) == []


def test_an_empty_state_is_one() -> None:
    """Nothing is watched yet."""
    state = State(index="https://example.org/", begun=NOON, at=NOON)
    assert State.loads(state.dumps()) == state
    assert problems("monitor-state", json.loads(state.dumps())) == []


def test_a_state_tells_where_manifests_were_found() -> None:
    """In which folder, for those that were in one; earlier versions did not."""
    state = replace(STATE, folders={"spam==1.0": "releases"})
    assert State.loads(state.dumps()) == state
    assert problems("monitor-state", json.loads(state.dumps())) == []


def test_each_project_has_a_line() -> None:
    """So that two states can be compared by eye."""
    lines = STATE.dumps().decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ['{"schema"', '"spam"', "}}"]


def test_halves_of_characters_do_not_make_it_unreadable() -> None:
    """An index may tell them anywhere."""
    odd = replace(STATE, entries=(replace(ENTRY, text="\ud800"),))
    assert State.loads(odd.dumps()).entries[0].text == "?"


def test_only_the_latest_entries_are_kept() -> None:
    """The newest first, within a bound."""
    entries = [replace(ENTRY, id=str(number)) for number in range(MOST_ENTRIES)]
    kept = STATE.told(entries).entries
    assert kept == tuple(entries)


def test_a_newer_state_is_named() -> None:
    """It is not read as far as it seems to fit."""
    with pytest.raises(NewerFormat, match="expected a state of schema 1, found 2"):
        State.loads(b'{"schema": 2}', name="monitor.json")


def _document() -> Any:
    return json.loads(STATE.dumps())


def test_a_later_version_may_add_keys() -> None:
    """They are passed over."""
    document = _document() | {"more": 1}
    assert State.loads(json.dumps(document).encode()) == STATE


@pytest.mark.parametrize("key", ["index", "begun", "at", "projects", "manifests", "entries"])
def test_what_is_missing_is_named(key: str) -> None:
    """With the way out."""
    document = _document()
    del document[key]
    with pytest.raises(Damaged, match=f"{key}: missing") as raised:
        State.loads(json.dumps(document).encode())
    assert "Move the file away" in raised.value.hint


def test_files_must_be_an_object() -> None:
    """Which is seen when the state is read, not when it is needed."""
    document = _document()
    document["projects"]["spam"]["releases"]["spam==1.0"]["files"] = []
    with pytest.raises(Damaged, match="files: expected an object, found a list"):
        State.loads(json.dumps(document).encode())
