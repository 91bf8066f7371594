"""Writing: a file is there as a whole, or as it was before."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

import pytest

from twine_stage.errors import StorageFailed
from twine_stage.store.writing import remove, storing, temporary, write, write_all


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
    path.mkdir()
    with pytest.raises(StorageFailed, match="cannot write file: "):
        write(path, b"content")
    assert list(tmp_path.iterdir()) == [path]


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
