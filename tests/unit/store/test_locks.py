"""Locks: who comes second waits for the short ones, and hears at once of a publication."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from twine_stage.errors import Busy
from twine_stage.store.locks import locked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock is."""
    return tmp_path / "locks" / "spam-1.0.lock"


def hold(path: Path, command: str, held: threading.Event, enough: threading.Event) -> None:
    """Hold the lock until it was enough."""
    with locked(path, what="spam==1.0", command=command):
        held.set()
        enough.wait(30)


@pytest.mark.parametrize(("command", "patience"), [("publish", 600), ("add", 3)])
def test_a_second_command_hears_who_holds_it(path: Path, command: str, patience: int) -> None:
    """At once where it is a publication, else when its patience ends."""
    held, enough = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold, args=(path, command, held, enough))
    thread.start()
    try:
        assert held.wait(30)
        with (
            pytest.raises(Busy, match=rf"spam==1\.0 is held by {command}, process \d+"),
            locked(path, what="spam==1.0", command="drop", patience=patience),
        ):
            raise AssertionError
    finally:
        enough.set()
        thread.join()


def test_a_holder_without_a_name_is_another_command(path: Path) -> None:
    """It was killed or has only just begun."""
    held, enough = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold, args=(path, "publish", held, enough))
    thread.start()
    try:
        assert held.wait(30)
        path.with_suffix(".holder").unlink()
        with (
            pytest.raises(Busy, match="held by another command"),
            locked(path, what="spam==1.0", command="drop", patience=2),
        ):
            raise AssertionError
    finally:
        enough.set()
        thread.join()


def test_a_short_holder_is_waited_for(path: Path) -> None:
    """The second command goes on when the first ends."""
    held, enough = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold, args=(path, "add", held, enough))
    thread.start()
    assert held.wait(30)
    threading.Timer(0.3, enough.set).start()
    with locked(path, what="spam==1.0", command="add"):
        thread.join()


def test_what_a_killed_holder_left_is_in_nobodys_way(path: Path) -> None:
    """The name of a dead process stands there; the lock is free."""
    path.parent.mkdir()
    path.with_suffix(".holder").write_text("publish, process 1 on nowhere")
    with locked(path, what="spam==1.0", command="publish"):
        pass
    assert not path.with_suffix(".holder").exists()


def test_a_lock_needs_no_room(path: Path) -> None:
    """Its holder's name is a courtesy; a person must be able to drop files from a full disk."""
    path.with_suffix(".holder").mkdir(parents=True)
    with locked(path, what="spam==1.0", command="drop"):
        pass
    with locked(path, what="spam==1.0", command="drop"):
        pass
