"""Freeze: a draft becomes a manifest that names every file by hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from journaling import published
from samples import content_of, wheel, write
from staging import FILENAMES, SDIST, SPAM, WHEEL, stage
from twine_stage.digests import sha256
from twine_stage.errors import ChecksFailed, Damaged, StorageFailed, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.check import CheckReport
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import FrozenFile, freeze, freeze_release
from twine_stage.operations.thaw import thaw
from twine_stage.origins import Source
from twine_stage.reporting import Silent
from twine_stage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with a draft of four files."""
    return stage(tmp_path)


def test_a_draft_becomes_a_manifest(store: Store) -> None:
    """The draft is gone; what is reported can be recomputed."""
    before = store.record(SPAM).current
    report = freeze(store, ["spam"])
    [frozen] = report.releases
    record = store.record(SPAM)
    assert (record.state, record.draft, record.current) == ("frozen", None, before)
    assert report.exit_status == 0
    [path] = store.root.glob("releases/spam-1.0/manifests/*.json")
    assert frozen.manifest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert frozen.digest == sha256(path.with_suffix(".SHA256SUMS").read_bytes())
    assert (frozen.release, frozen.revision) == ("spam==1.0", 1)
    assert frozen.files == tuple(
        FrozenFile(filename=name, sha256=sha256(content_of(name)), size=len(content_of(name)))
        for name in sorted(FILENAMES)
    )


def test_without_names_all_drafts_are_frozen(tmp_path: Path) -> None:
    """What is frozen already is not looked at."""
    store = stage(tmp_path, [SDIST, "eggs-1.0.tar.gz"])
    freeze(store, ["eggs"])
    assert [one.release for one in freeze(store, []).releases] == ["spam==1.0"]
    assert freeze(store, []).releases == ()


def test_what_is_frozen_is_told_as_it_is(store: Store) -> None:
    """Freezing twice is no mistake."""
    assert freeze(store, ["spam"]) == freeze(store, ["spam"])
    published(store)
    assert freeze(store, ["spam"]).releases[0].revision == 1


def test_a_folder_gets_manifest_and_sums(store: Store, tmp_path: Path) -> None:
    """In the form that sha256sum reads; the folder is made."""
    [frozen] = freeze(store, [], output=tmp_path / "out").releases
    path = tmp_path / "out" / "spam-1.0.release.intoto.json"
    manifest = Manifest.loads(path.read_bytes())
    assert manifest == store.record(SPAM).latest
    assert manifest.digest == frozen.manifest
    sums = (tmp_path / "out" / "SHA256SUMS").read_text()
    assert sums == manifest.release.sha256sums
    assert sorted(tmp_path.glob("out/*")) == [tmp_path / "out" / "SHA256SUMS", path]


def test_the_sums_of_several_releases_stand_in_one_file(tmp_path: Path) -> None:
    """None is written over by the next."""
    store = stage(tmp_path, [SDIST, "eggs-1.0.tar.gz"])
    freeze(store, [], output=tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert [line.partition("  ")[2] for line in lines] == ["eggs-1.0.tar.gz", SDIST]
    assert len(list(tmp_path.glob("*.release.intoto.json"))) == 2


def test_a_folder_that_cannot_be_made_is_told(store: Store, tmp_path: Path) -> None:
    """A file is in the way; the release is frozen all the same."""
    (tmp_path / "out").touch()
    with pytest.raises(StorageFailed):
        freeze(store, [], output=tmp_path / "out")
    assert store.record(SPAM).state == "frozen"


def test_the_source_is_part_of_the_manifest(store: Store) -> None:
    """What the files were built from."""
    source = Source(uri="git+https://example.org/spam", commit="a" * 40, ref="refs/tags/v1.0")
    freeze(store, [], source=source)
    latest = store.record(SPAM).latest
    assert latest is not None
    assert latest.source == source


def bad_wheel(folder: Path) -> str:
    """A wheel that can be staged, but does not pass the checks."""
    folder.mkdir()
    core = b"Metadata-Version: 2.4\nName: spam\nVersion: 1.0\nRequires-Python: nonsense\n"
    (folder / WHEEL).write_bytes(wheel(core_metadata=core))
    return str(folder / WHEEL)


def test_what_does_not_pass_the_checks_is_not_frozen(tmp_path: Path) -> None:
    """Status 1, with the findings; the draft is still there."""
    store = stage(tmp_path, [SDIST])
    add(store, [bad_wheel(tmp_path / "bad")], reporter=Silent())
    with pytest.raises(ChecksFailed, match=r"spam==1\.0 does not pass the checks") as caught:
        freeze(store, ["spam"])
    assert caught.value.exit_status == 1
    assert isinstance(caught.value.report, CheckReport)
    assert {finding.file for finding in caught.value.report.findings} >= {WHEEL}
    assert store.record(SPAM).state == "draft"


def test_content_that_was_changed_is_not_frozen(store: Store) -> None:
    """What is stored is hashed again."""
    [path] = store.root.glob(f"files/??/*/{SDIST}")
    path.chmod(0o644)
    path.write_bytes(b"spoiled")
    with pytest.raises(Damaged, match=SDIST):
        freeze(store, [])
    assert store.record(SPAM).state == "draft"


def test_what_adds_to_a_published_release_is_left_to_publish(tmp_path: Path) -> None:
    """Only it knows what the index has, and asks why."""
    store = stage(tmp_path, [SDIST])
    published(store)
    add(store, [str(path) for path in write(tmp_path / "more", WHEEL)], reporter=Silent())
    with pytest.raises(WrongState) as caught:
        freeze(store, ["spam"])
    assert "--append spam==1.0" in caught.value.hint


def test_a_rehearsal_writes_nothing(store: Store) -> None:
    """It says what would be."""
    manifest = freeze_release(store, store.record(SPAM), is_rehearsal=True)
    assert manifest.release == store.record(SPAM).draft
    assert store.record(SPAM).manifests == ()


def test_published_content_that_is_gone_is_not_judged(tmp_path: Path) -> None:
    """It was judged before; what is new is judged."""
    store = stage(tmp_path, [SDIST])
    published(store)
    drop(store, ["spam"])
    add(store, [str(path) for path in write(tmp_path / "more", WHEEL)], reporter=Silent())
    record = store.record(SPAM)
    assert record.base is not None
    files = (*record.current.distributions, *record.base.release.distributions)
    manifest = freeze_release(store, record, files=files, reason="a wheel")
    assert (manifest.revision, manifest.previous) == (2, record.base.digest)
    assert store.record(SPAM).state == "frozen"


def test_a_freeze_that_was_killed_is_finished(store: Store) -> None:
    """The manifest is there, and the whole draft too: it is frozen anew, as it is now."""
    before = store.record(SPAM).latest
    freeze(store, [])
    manifest = store.record(SPAM).latest
    assert manifest is not None
    thaw(store, [])
    store.write_manifest(manifest)
    drop(store, [WHEEL])
    [frozen] = freeze(store, []).releases
    assert WHEEL not in {file.filename for file in frozen.files}
    assert before is None
    assert len(store.record(SPAM).manifests) == 1


def test_a_release_that_was_dropped_meanwhile_is_not_frozen(tmp_path: Path) -> None:
    """Another command emptied it after it was chosen, and before it was locked."""
    store = stage(tmp_path, [SDIST])
    folder = store.root / "releases" / "spam-1.0" / "draft"
    (folder / f"{SDIST}.json").rename(folder / ".tmp-gone.json")
    (folder / f"{WHEEL}.json").symlink_to("nowhere")
    with pytest.raises(WrongState, match=r"nothing of spam==1\.0 is staged"):
        freeze(store, ["spam"])
