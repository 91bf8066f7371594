"""Writing: a file is there as a whole, or as it was before."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from twine_stage.errors import StorageFailed
from twine_stage.store.writing import (
    remove,
    storing,
    sync_folder,
    temporary,
    write,
    write_all,
    write_together,
)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Nothing else is left in the folder."""
    path = tmp_path / "folder" / "file"
    write(path, b"one")
    write(path, b"two", mode=0o444)
    write(path, b"three")
    assert path.read_bytes() == b"three"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """And no temporary file."""
    path = tmp_path / "file"
    path.mkdir(mode=0o755)
    mode = path.stat().st_mode
    with pytest.raises(StorageFailed, match="cannot write file: "):
        write(path, b"content")
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode == mode


def test_an_interrupted_write_leaves_no_file(tmp_path: Path) -> None:
    """Whatever ends it."""
    with pytest.raises(KeyboardInterrupt), temporary(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_takes_little_at_a_time_gets_all() -> None:
    """A disk that is nearly full takes part of a chunk first."""

    class Slow:
        taken = b""

        def write(self, view: memoryview) -> int:
            self.taken += bytes(view[:3])
            return min(3, len(view))

    slow = Slow()
    write_all(cast("BinaryIO", slow), b"chunk by chunk")
    assert slow.taken == b"chunk by chunk"


def test_removing_what_is_gone_is_fine(tmp_path: Path) -> None:
    """A command that was killed may have removed it already."""
    path = tmp_path / "file"
    path.touch(mode=0o444)
    remove(path)
    remove(path)
    assert not path.exists()


def test_what_has_no_reason_of_its_own_is_told_as_it_is() -> None:
    """Some errors come without a text of the system's."""
    with pytest.raises(StorageFailed, match="cannot write it: odd"), storing("it"):
        raise OSError("odd")


def test_files_are_written_together(tmp_path: Path) -> None:
    """In any folders; what was there is replaced."""
    one, two = tmp_path / "a" / "one", tmp_path / "b" / "two"
    write(one, b"old")
    write_together({one: b"1", two: b"2"})
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    assert sorted(tmp_path.rglob("*")) == [one.parent, one, two.parent, two]


def test_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    """One cannot be written: the others are as they were, and no temporary file is left."""
    one, two = tmp_path / "a" / "one", tmp_path / "b" / "two"
    write(one, b"old")
    two.parent.touch()
    with pytest.raises(StorageFailed, match="cannot write the stage: "):
        write_together({one: b"1", two: b"2"})
    assert one.read_bytes() == b"old"
    assert sorted(tmp_path.rglob("*")) == [one.parent, one, two.parent]


def test_a_folder_that_cannot_be_opened_is_not_flushed(tmp_path: Path) -> None:
    """On Windows none can; elsewhere all can, so that it must be there."""
    sync_folder(tmp_path / "gone", platform="nt")
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "gone", platform="posix")


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    """Nor is a device, which others use, too."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(StorageFailed, match="cannot write pipe: something else than a regular"):
        write(path, b"one")
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]
