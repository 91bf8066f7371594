"""Journals on disk: each fact is there before it counts; a torn last line never is."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from fakes import NOON
from twine_stage.errors import Damaged, StorageFailed
from twine_stage.journal import Opened, Published
from twine_stage.store import Journal

OPENED = Opened(
    at=NOON, release="spam==1.0", manifest="0" * 64, index="local", url="x", api="directory"
)


def test_a_journal_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """It exists from its first event on."""
    journal = Journal(tmp_path / "journals" / "1-local.jsonl")
    assert journal.events() == ()
    journal.append(OPENED)
    assert journal.events() == (OPENED,)


def test_events_are_appended(tmp_path: Path) -> None:
    """By the same object or by another one."""
    path = tmp_path / "1-local.jsonl"
    journal = Journal(path)
    journal.append(OPENED)
    journal.append(Published(at=NOON))
    Journal(path).append(Published(at=NOON))
    assert len(Journal(path).events()) == 3


def test_a_torn_line_is_cut_off_before_the_next(tmp_path: Path) -> None:
    """A kill while writing leaves half a line; what follows it stands on a line of its own."""
    path = tmp_path / "1-local.jsonl"
    Journal(path).append(OPENED)
    with path.open("ab") as file:
        file.write(b'{"event": "publ')
    assert Journal(path).events() == (OPENED,)
    Journal(path).append(Published(at=NOON))
    assert Journal(path).events() == (OPENED, Published(at=NOON))


def test_a_line_that_is_no_event_is_damage(tmp_path: Path) -> None:
    """The journal and the line are named."""
    path = tmp_path / "1-local.jsonl"
    path.write_bytes(b"nonsense\n")
    with pytest.raises(Damaged, match=r"1-local\.jsonl, line 1"):
        Journal(path).events()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    """The sentence names the journal."""
    (tmp_path / "journals").write_text("in the way")
    with pytest.raises(StorageFailed, match=r"1-local\.jsonl"):
        Journal(tmp_path / "journals" / "1-local.jsonl").append(OPENED)


def test_a_line_that_the_disk_took_half_of_is_cut_off(tmp_path: Path) -> None:
    """The next event, by the same object, stands on a line of its own."""
    path = tmp_path / "1-local.jsonl"
    journal = Journal(path)
    journal.append(OPENED)
    size = path.stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 9, hard))
    try:
        with pytest.raises(StorageFailed, match="File too large"):
            journal.append(Published(at=NOON))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert path.stat().st_size == size + 9
    journal.append(Published(at=NOON))
    assert journal.events() == (OPENED, Published(at=NOON))
