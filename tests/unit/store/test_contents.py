"""Content-addressed files: written once, hashed on the way, swept when nothing refers to them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from twine_stage.digests import sha256
from twine_stage.errors import Damaged, InvalidDistribution, StorageFailed
from twine_stage.store.contents import CHUNK, ContentFiles


@pytest.fixture
def contents(tmp_path: Path) -> ContentFiles:
    """An empty store of contents."""
    return ContentFiles(tmp_path / "files")


def names(contents: ContentFiles) -> list[str]:
    """The paths of all files, relative."""
    return sorted(
        str(path.relative_to(contents.folder))
        for path in contents.folder.rglob("*")
        if path.is_file()
    )


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 1, 20 * CHUNK])
def test_a_content_stands_under_its_digest(contents: ContentFiles, size: int) -> None:
    """Its folder is its SHA-256, whatever its size; both digests are those of hashlib."""
    content = os.urandom(size)
    chunks = [content[start : start + CHUNK] for start in range(0, size, CHUNK)]
    digests = contents.put(chunks, name="spam.whl")
    digest = hashlib.sha256(content).hexdigest()
    assert (digests.sha256, digests.size) == (digest, size)
    assert digests.blake2b256 == hashlib.blake2b(content, digest_size=32).hexdigest()
    assert names(contents) == [f"{digest[:2]}/{digest}/spam.whl"]
    assert contents.has(digest)
    assert contents.read(digest) == b"".join(contents.chunks(digest)) == content


def test_a_content_is_read_only(contents: ContentFiles) -> None:
    """What is written once is not changed by accident."""
    digests = contents.put([b"spam"], name="spam.whl")
    [path] = contents.folder.glob(f"*/{digests.sha256}/*")
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_one_content_has_one_name(contents: ContentFiles) -> None:
    """The first name stays; the same bytes are not kept twice."""
    contents.put([b"spam"], name="one")
    digests = contents.put([b"spam"], name="two")
    assert names(contents) == [f"{digests.sha256[:2]}/{digests.sha256}/one"]


def test_putting_it_again_heals_a_damaged_content(contents: ContentFiles) -> None:
    """A stored file that was changed is replaced by the right bytes."""
    digest = contents.put([b"spam"], name="spam.whl").sha256
    [path] = contents.folder.glob(f"*/{digest}/*")
    path.chmod(0o644)
    path.write_bytes(b"spoiled")
    with pytest.raises(Damaged, match="expected sha256"):
        contents.read(digest)
    contents.put([b"spam"], name="spam.whl")
    assert contents.read(digest) == b"spam"


def test_a_missing_content_is_damage(contents: ContentFiles) -> None:
    """The way out is told."""
    with pytest.raises(Damaged) as caught:
        contents.open("0" * 64)
    assert "stage add" in caught.value.hint
    assert not contents.has("0" * 64)


def test_a_source_that_fails_leaves_nothing(contents: ContentFiles) -> None:
    """The error of the source comes through, and the temporary file is gone."""

    def chunks() -> Iterator[bytes]:
        yield bytes(CHUNK)
        yield bytes(CHUNK)
        raise InvalidDistribution("spam.whl", "it went away")

    with pytest.raises(InvalidDistribution):
        contents.put(chunks(), name="spam.whl")
    assert names(contents) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The sentence names what was to be written and the reason."""
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StorageFailed, match=r"cannot write spam\.whl: "):
        ContentFiles(tmp_path / "files").put([b"spam"], name="spam.whl")


def test_sweeping_keeps_what_is_referred_to(contents: ContentFiles) -> None:
    """All else goes, and the bytes that became free are told."""
    kept = contents.put([b"kept"], name="one").sha256
    contents.put([b"gone!"], name="two")
    assert contents.sweep({kept}) == len(b"gone!")
    assert contents.has(kept)
    assert not contents.has(sha256(b"gone!"))


def test_sweeping_clears_what_killed_commands_left(contents: ContentFiles) -> None:
    """A temporary file that nobody writes to any more goes; a fresh one may be at work."""
    contents.put([b"spam"], name="spam.whl")
    old, fresh = contents.folder / ".tmp-old", contents.folder / ".tmp-fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    contents.sweep({sha256(b"spam")})
    assert not old.exists()
    assert fresh.exists()


def test_a_temporary_file_that_was_taken_away_is_told(contents: ContentFiles) -> None:
    """Somebody cleaned up while it was written."""

    def chunks() -> Iterator[bytes]:
        yield b"spam"
        for path in contents.folder.glob(".tmp-*"):
            path.unlink()

    with pytest.raises(StorageFailed, match=r"cannot write spam\.whl: No such file"):
        contents.put(chunks(), name="spam.whl")
    assert names(contents) == []


def test_sweeping_passes_over_what_is_not_ours(contents: ContentFiles) -> None:
    """A file that a file manager put there; what cannot be emptied stays."""
    digest = contents.put([b"spam"], name="spam.whl").sha256
    stray = contents.folder / digest[:2] / ".stray"
    stray.touch()
    assert contents.sweep(()) == len(b"spam")
    assert names(contents) == [f"{digest[:2]}/.stray"]
