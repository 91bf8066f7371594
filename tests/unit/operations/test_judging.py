"""Judging: what is staged is read through once, and judged as often as it matters."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from samples import attestation, metadata, sdist, wheel
from staging import FILENAMES, SDIST, SPAM, WHEEL, stage
from twine_stage import scans
from twine_stage.checks import Destination
from twine_stage.contents import Contents
from twine_stage.errors import ChecksFailed, Damaged
from twine_stage.operations.add import add
from twine_stage.operations.check import CheckReport
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.judging import Judgement, expect_sound
from twine_stage.profiles import PYPI
from twine_stage.reporting import Silent
from twine_stage.store import Store

ALL = Judgement()
PROGRAM = version("twine-stage")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with a draft of four files."""
    return stage(tmp_path)


def judge(store: Store, judgement: Judgement = ALL, *, is_kept: bool = True) -> CheckReport:
    record = store.record(SPAM)
    judged = expect_sound(store, record, record.current.distributions, judgement=judgement)
    if is_kept:
        judged.keep(store)
    return judged.report


def kept_of(store: Store) -> dict[str, Contents]:
    return scans.loads(store.scans(SPAM), program=PROGRAM)


def damage(store: Store) -> None:
    """Change a stored wheel, behind the back of the stage."""
    [path] = store.root.glob(f"files/*/*/{WHEEL}")
    path.chmod(0o600)
    path.write_bytes(wheel(members={"other.py": b""}))


def test_what_was_read_is_kept(store: Store) -> None:
    """By name, with all that was found; judging alone writes nothing."""
    judge(store, is_kept=False)
    assert store.scans(SPAM) == b""

    judge(store)

    kept = kept_of(store)
    assert sorted(kept) == sorted(FILENAMES)
    assert {one.digests.sha256 for one in kept.values()} == {
        dist.sha256 for dist in store.record(SPAM).current.distributions
    }


def test_a_draft_is_always_read(store: Store) -> None:
    """Whatever was kept of it."""
    judge(store)
    damage(store)

    with pytest.raises(Damaged):
        judge(store)


def test_what_is_frozen_is_not_unpacked_again(store: Store) -> None:
    """What was kept when it was frozen answers, and is not written again."""
    first = judge(store, is_kept=False)
    freeze(store, ["spam"])
    path = store.root / "releases" / "spam-1.0" / "scans.json"
    before = path.stat()

    assert judge(store) == first
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_was_damaged_since_it_was_frozen(store: Store) -> None:
    """A scan that was kept says nothing of the bytes that would be sent."""
    freeze(store, ["spam"])
    damage(store)

    with pytest.raises(Damaged):
        judge(store)
    record = store.record(SPAM)
    files = record.current.distributions
    for proven in ({WHEEL}, set(FILENAMES) - {WHEEL}):  # nothing public could be left alone
        judged = expect_sound(store, record, files, judgement=ALL, proven=proven)
        assert judged.report.exit_status == 0


def test_what_was_not_kept_is_read(store: Store) -> None:
    """A scan of other bytes, or none at all, is no answer; then the new ones are kept."""
    freeze(store, ["spam"])
    kept = kept_of(store)
    whole = dict(kept)
    wrong = replace(kept[WHEEL].digests, sha256="0" * 64)
    del kept[SDIST]
    others = [*kept.values(), replace(kept[WHEEL], digests=wrong)]
    store.write_scans(SPAM, scans.dumps(others, program=PROGRAM))

    judge(store)

    assert kept_of(store) == whole


def test_what_another_version_kept_is_read_again(store: Store) -> None:
    """It may have looked for less than this one does."""
    freeze(store, ["spam"])
    kept = kept_of(store)
    bare = replace(kept[WHEEL], texts={})
    store.write_scans(SPAM, scans.dumps([bare], program="0.0.1"))

    judge(store)

    assert kept_of(store) == kept


def test_a_disk_without_room_is_no_matter(store: Store) -> None:
    """What cannot be kept is read again, that is all."""
    (store.root / "releases" / "spam-1.0" / "scans.json").mkdir()

    freeze(store, ["spam"])

    assert judge(store).exit_status == 0
    assert store.scans(SPAM) == b""


def test_dropped_releases_leave_none(store: Store) -> None:
    """What was kept goes with the files."""
    judge(store)
    drop(store, ["spam"])

    assert store.scans(SPAM) == b""
    assert not list(store.root.glob("releases/*/scans.json"))


def test_attestations_are_judged_too(tmp_path: Path) -> None:
    """PyPI takes no kind that it does not know; other indexes may."""
    (tmp_path / "dist").mkdir()
    name = f"{WHEEL}.review.attestation"
    (tmp_path / "dist" / name).write_bytes(attestation("https://example.org/review"))
    store = stage(tmp_path, [WHEEL])
    add(store, [str(tmp_path / "dist")], reporter=Silent())
    record = store.record(SPAM)
    files = record.current.distributions

    assert "P604" in {finding.code for finding in judge(store).findings}
    with pytest.raises(ChecksFailed) as caught:
        expect_sound(store, record, files, judgement=ALL, destination=Destination(profile=PYPI))
    assert isinstance(caught.value.report, CheckReport)
    assert "P606" in {finding.code for finding in caught.value.report.findings}
    on_pypi = Destination(profile=PYPI)
    judged = expect_sound(
        store, record, files, judgement=ALL, destination=on_pypi, sends_attestations=False
    )
    assert judged.report.exit_status == 0


def bad(store: Store, folder: Path, core_metadata: bytes) -> None:
    folder.mkdir()
    (folder / SDIST).write_bytes(sdist(core_metadata=core_metadata))
    add(store, [str(folder / SDIST)], reporter=Silent())


def test_errors_stop(store: Store, tmp_path: Path) -> None:
    """The findings are in the error; what is ignored is no error, what is strict is."""
    assert judge(store).exit_status == 0
    with pytest.raises(ChecksFailed):
        judge(store, Judgement(is_strict=True))
    bad(store, tmp_path / "bad", metadata(Requires_Python="nonsense"))

    with pytest.raises(ChecksFailed, match=r"spam==1\.0 does not pass the checks") as caught:
        judge(store)

    assert caught.value.exit_status == 1
    assert isinstance(caught.value.report, CheckReport)
    assert "M202" in {finding.code for finding in caught.value.report.findings}
    assert judge(store, Judgement(ignore=["M202"])).exit_status == 0


def test_the_destination_counts(store: Store, tmp_path: Path) -> None:
    """What holds on PyPI alone is judged where the files are meant for it."""
    bad(store, tmp_path / "bad", metadata(Summary="x" * 513))
    record = store.record(SPAM)
    files = record.current.distributions

    assert judge(store).exit_status == 0
    with pytest.raises(ChecksFailed):
        expect_sound(store, record, files, judgement=ALL, destination=Destination(profile=PYPI))
