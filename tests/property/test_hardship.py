"""What a stage goes through in real life: kills at any step, many at once, a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import bundling
import killing
from journaling import published
from samples import attestation, content_of, distribution, wheel, write
from staging import FILENAMES, LINUX, SDIST, SPAM, WHEEL, stage
from twine_stage.errors import StorageFailed, WrongState
from twine_stage.operations.add import add
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.status import StatusReport, status
from twine_stage.reporting import Silent
from twine_stage.store import Store

pytestmark = pytest.mark.slow

TESTS = Path(killing.__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
EGGS = "eggs-1.0.tar.gz"
OLD = "spam-1.0-py2-none-any.whl"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder, in memory if there is such a one: flushing costs nothing there."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)


def draft(store: Store, folder: Path) -> None:
    """Two releases in drafts, and files to add: a new one, another content, an attestation."""
    write(folder / "more", "spam-1.0-py2-none-any.whl")
    (folder / "more" / WHEEL).write_bytes(wheel(members={"x": b""}))
    note = attestation(filename=SDIST)
    (folder / "more" / f"{SDIST}.publish.attestation").write_bytes(note)


def frozen(store: Store, folder: Path) -> None:
    """Both are frozen."""
    freeze(store, [])


def next_revision(store: Store, folder: Path) -> None:
    """One is published and has a draft upon it."""
    published(store)
    new = write(folder / "more", "spam-1.0-py2-none-any.whl")
    add(store, [str(path) for path in new], reporter=Silent())


def bundle(store: Store, folder: Path) -> None:
    """A bundle with a file more, and one that is there already with its attestation."""
    new = distribution(OLD, content_of(OLD))
    content = bundling.archive(bundling.members(bundling.attested(), new))
    bundling.write(folder, content=content)


CASES = {
    "add": (draft, "add", ["{}/more"]),
    "import a bundle": (bundle, "import", ["{}/one.bundle"]),
    "drop a file": (draft, "drop", [LINUX]),
    "drop a draft": (draft, "drop", ["spam"]),
    "drop what is frozen": (frozen, "drop", ["spam"]),
    "drop what is published": (next_revision, "drop", ["spam"]),
    "freeze": (draft, "freeze", ["spam"]),
    "thaw": (frozen, "thaw", ["spam"]),
}


def shown(folder: Path) -> StatusReport:
    """What the stage in a folder holds, once it is seen to hold the content of it all."""
    store = Store.open(folder)
    for release in store.releases():
        record = store.record(release)
        for dist in record.current.distributions if record.state != "published" else ():
            assert b"".join(store.chunks(dist.sha256))
            assert all(map(store.read, dist.contents[1:]))
    return status(store)


def names(report: StatusReport) -> set[str]:
    """The names of all files."""
    return {file.filename for release in report.releases for file in release.files}


def contents(folder: Path) -> set[str]:
    """The digests of all that is stored, after a sweep."""
    store = Store.open(folder)
    with store.referencing():
        store.sweep()
    return {path.name for path in store.root.glob("files/??/*")}


@pytest.mark.parametrize("case", CASES)
def test_a_kill_at_any_step_is_made_good(folder: Path, case: str) -> None:
    """The stage can be read, each file is there or not; the same command ends what was begun."""
    prepare, command, arguments = CASES[case]
    template = folder / "template"
    prepare(stage(template, [*FILENAMES, EGGS]), template)
    before = shown(template)
    subprocess.run(
        [sys.executable, TESTS / "killing.py", template, folder, command, *arguments], check=True
    )
    *killed, whole = sorted(folder.glob("[0-9]*"), key=lambda path: int(path.name))
    after, stored = shown(whole), contents(whole)
    assert len(killed) > 5
    assert after != before
    for copy in killed:
        left = shown(copy)
        assert names(before) & names(after) <= names(left) <= names(before) | names(after)
        try:
            killing.run(copy, command, arguments)
        except WrongState:
            assert left == after
        assert shown(copy) == after
        assert contents(copy) == stored


def test_a_killed_export_leaves_nothing_that_lasts(folder: Path) -> None:
    """The bundle is there as a whole or not at all; what is left goes with the next export."""
    template = folder / "template"
    stage(template, FILENAMES)
    arguments = ["export", "{}/out/one.bundle"]
    subprocess.run([sys.executable, TESTS / "killing.py", template, folder, *arguments], check=True)
    *killed, whole = sorted(folder.glob("[0-9]*"), key=lambda path: int(path.name))
    bundle = (whole / "out" / "one.bundle").read_bytes()
    assert any(list((copy / "out").glob(".tmp-*")) for copy in killed)
    for copy in killed:
        assert all(path.read_bytes() == bundle for path in copy.glob("out/one.bundle"))
        killing.run(copy, arguments[0], arguments[1:])
        [path] = (copy / "out").iterdir()
        assert path.read_bytes() == bundle


def test_any_number_of_adds_lose_nothing(tmp_path: Path) -> None:
    """16 processes add 200 files, each file by two of them, while two others sweep."""
    files = [
        f"{project}-1.0-{build}-py3-none-any.whl"
        for project in ("eggs", "ham", "spam", "tea")
        for build in range(50)
    ]
    paths = [tmp_path / name for name in files]
    for path in paths:
        project = path.name.partition("-")[0]
        path.write_bytes(wheel(project, members={"name": path.name.encode()}))
    Store.create(tmp_path)
    bad = tmp_path / "bad-1.0.tar.gz"
    bad.write_bytes(b"nonsense")
    program = "from killing import *; run(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])"
    shares = [[*paths[at::16], *paths[(at + 5) % 16 :: 16]] for at in range(16)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, "add", *map(str, share)],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stderr=subprocess.DEVNULL if share == [bad] else None,
        )
        for share in (*shares, [bad], [bad])
    ]
    assert [bool(process.wait(120)) for process in processes] == [False] * 16 + [True] * 2
    report = shown(tmp_path)
    assert names(report) == set(files)
    assert not list(tmp_path.rglob(".tmp-*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB."""
    if not hasattr(os, "geteuid") or os.geteuid():
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted: {done.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk: Path, free: int) -> None:
    """Take all of a disk's room but some bytes."""
    stat = os.statvfs(disk)
    room = stat.f_bavail * stat.f_frsize
    (disk / "filler").write_bytes(bytes(max(0, room - free)))


def all_files(store: Store) -> dict[Path, bytes]:
    """All files of the stage but its locks."""
    return {
        path: path.read_bytes()
        for path in store.root.rglob("*")
        if path.is_file() and path.parent.name != "locks"
    }


def test_a_full_disk_leaves_the_stage_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    """One sentence, status 3; after making room the same command works."""
    store = stage(small_disk, [SDIST])
    before = all_files(store)
    big = tmp_path / WHEEL
    big.write_bytes(wheel(members={"data": os.urandom(3 << 20)}))
    with pytest.raises(StorageFailed, match=rf"cannot write {WHEEL}: No space left") as caught:
        add(store, [str(big)], reporter=Silent())
    assert caught.value.exit_status == 3
    assert all_files(store) == before
    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
    assert len(add(store, [str(big)], reporter=Silent()).added) == 1


@pytest.mark.parametrize("command", ["add", "freeze"])
def test_wherever_the_room_ends_all_is_done_or_nothing(
    small_disk: Path, tmp_path: Path, command: str
) -> None:
    """With a page more at a time, the command is refused until it succeeds."""
    store = stage(small_disk, [SDIST, LINUX])
    write(tmp_path / "more", WHEEL, EGGS, "ham-1.0.tar.gz")
    before = all_files(store)
    refused = 0
    for pages in range(60):
        fill(small_disk, pages * 4096)
        try:
            killing.run(small_disk, command, [] if command == "freeze" else [f"{tmp_path}/more"])
        except StorageFailed:
            refused += 1
            assert all_files(store) == before
        else:
            break
        finally:
            (small_disk / "filler").unlink()
    assert 0 < refused < 59
    assert len(status(store).releases) == (3 if command == "add" else 1)


def test_files_can_be_dropped_from_a_full_disk(small_disk: Path) -> None:
    """That is how a person makes room."""
    store = stage(small_disk, [SDIST, LINUX])
    fill(small_disk, 0)
    assert drop(store, [SDIST]).freed == len(content_of(SDIST))
    assert names(shown(small_disk)) == {LINUX}
    assert store.record(SPAM).state == "draft"
