"""The stage: where it is found, what it holds, and what it says of damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import NOON
from samples import distribution
from staging import SDIST, SPAM, WHEEL
from twine_stage import manifest as manifests
from twine_stage.errors import Damaged, NewerFormat, StorageFailed, WrongState
from twine_stage.journal import Opened, Published, Sending
from twine_stage.manifest import Manifest
from twine_stage.receipts import Receipt
from twine_stage.releases import Release, ReleaseId
from twine_stage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A new stage."""
    return Store.create(tmp_path)


def frozen(*filenames: str, **options: str) -> Manifest:
    """A manifest of files whose content is their name."""
    files = tuple(distribution(name) for name in sorted(filenames))
    return manifests.freeze(Release(SPAM, files), **options)  # type: ignore[arg-type]


def opened(manifest: Manifest) -> Opened:
    """The first event of a journal."""
    return Opened(
        at=NOON, release="spam==1.0", manifest=manifest.digest, index="i", url="u", api="legacy"
    )


def test_a_stage_is_made_once(tmp_path: Path) -> None:
    """It hides from version control, and is found again from below."""
    store = Store.create(tmp_path)
    assert store.is_new
    assert (tmp_path / ".stage" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / ".stage" / "format").read_text() == "1\n"
    below = tmp_path / "src" / "spam"
    below.mkdir(parents=True)
    again = Store.create(below)
    assert (again.root, again.is_new) == (store.root, False)
    assert Store.open(below).index_folder == tmp_path / ".stage" / "index"


def test_a_stage_may_be_named(tmp_path: Path) -> None:
    """Then no other is looked for."""
    Store.create(tmp_path)
    explicit = tmp_path / "elsewhere"
    assert Store.find(tmp_path, explicit=explicit) is None
    assert Store.create(tmp_path, explicit=explicit).root == explicit
    assert Store.open(tmp_path, explicit=explicit).root == explicit


@pytest.mark.parametrize("explicit", [None, Path("named")])
def test_where_there_is_no_stage_the_way_out_is_told(tmp_path: Path, explicit: Path | None) -> None:
    """It begins with stage add."""
    with pytest.raises(WrongState) as caught:
        Store.open(tmp_path, explicit=explicit)
    assert "stage add" in caught.value.hint


def test_a_newer_format_is_left_alone(store: Store) -> None:
    """An older program does not guess."""
    (store.root / "format").write_text("2\n")
    with pytest.raises(NewerFormat, match="format 1, found 2"):
        Store.open(store.root.parent)


def test_a_format_that_is_no_number_is_damage(store: Store) -> None:
    """The file is named."""
    (store.root / "format").write_text("nonsense")
    with pytest.raises(Damaged, match="format"):
        Store.open(store.root.parent)


def test_a_stage_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / ".stage").write_text("")
    with pytest.raises(StorageFailed):
        Store.create(tmp_path)


def test_a_draft_holds_what_was_written(store: Store) -> None:
    """Sorted by name, replaced by name."""
    for name in (WHEEL, SDIST):
        store.write_entries([distribution(name, b"old")])
        store.write_entries([distribution(name)])
    record = store.record(SPAM)
    assert record.draft == Release(SPAM, (distribution(WHEEL), distribution(SDIST)))
    assert record.state == "draft"
    assert record.current == record.draft
    assert store.releases() == (SPAM,)


def test_a_version_spelled_differently_is_the_same_release(store: Store) -> None:
    """1.0 and 1.0.0 are equal; what comes second joins what is there."""
    store.write_entries([distribution(SDIST)])
    store.write_entries([distribution("spam-1.0.0-py3-none-any.whl")])
    store.write_entries([distribution("spam-1.1.tar.gz")])
    assert [str(release) for release in store.releases()] == ["spam==1.0", "spam==1.1"]
    record = store.record(ReleaseId.parse("spam==1.0.0"))
    assert len(record.current.distributions) == 2


def test_a_draft_can_be_emptied(store: Store) -> None:
    """File by file, or at once."""
    store.write_entries([distribution(WHEEL)])
    store.write_entries([distribution(SDIST)])
    store.remove_entry(distribution(WHEEL))
    assert store.record(SPAM).current.distributions == (distribution(SDIST),)
    store.clear_draft(SPAM)
    store.clear_draft(ReleaseId.parse("eggs==1"))
    assert store.releases() == ()


def test_an_empty_record_is_an_empty_draft(store: Store) -> None:
    """Nothing is staged of it."""
    record = store.record(SPAM)
    assert (record.state, record.latest, record.base) == ("draft", None, None)
    assert record.current == Release(SPAM, ())


def test_a_manifest_is_written_once(store: Store) -> None:
    """With its SHA256SUMS beside it; a second one of that revision is refused."""
    manifest = frozen(WHEEL, SDIST)
    store.write_manifest(manifest)
    folder = store.root / "releases" / "spam-1.0" / "manifests"
    assert (folder / "1.json").read_bytes() == manifest.dumps()
    assert (folder / "1.SHA256SUMS").read_text() == manifest.release.sha256sums
    with pytest.raises(WrongState, match="revision 1 already"):
        store.write_manifest(frozen(WHEEL))
    assert store.record(SPAM).latest == manifest
    store.remove_manifest(manifest)
    assert store.releases() == ()


def test_a_release_is_published_when_an_index_was_told_so(store: Store) -> None:
    """Frozen before, whatever was sent."""
    manifest = frozen(WHEEL)
    store.write_manifest(manifest)
    journal = store.journal(manifest, "pypi")
    assert store.record(SPAM).state == "frozen"
    assert not store.record(SPAM).has_sent(manifest)
    journal.append(opened(manifest))
    assert store.record(SPAM).base is None
    journal.append(Sending(at=NOON, filename=WHEEL, attempt=1))
    assert store.record(SPAM).base == manifest
    assert store.record(SPAM).state == "frozen"
    journal.append(Published(at=NOON))
    record = store.record(SPAM)
    assert record.state == "published"
    assert record.progress[1, "pypi"].is_published


def test_revisions_come_in_order(store: Store) -> None:
    """Ten comes after nine."""
    for revision in (10, 9):
        previous = Manifest(release=frozen(WHEEL).release, revision=revision - 1)
        store.write_manifest(
            manifests.freeze(frozen(WHEEL).release, previous=previous, reason="more")
        )
    assert [one.revision for one in store.record(SPAM).manifests] == [9, 10]


def test_receipts_are_kept_by_index(store: Store) -> None:
    """The last look counts; having one means that the index received it."""
    manifest = frozen(WHEEL)
    store.write_manifest(manifest)
    receipt = Receipt(index="pypi", url="u", manifest=manifest.digest, at="now", files=())
    store.write_receipt(manifest, "pypi", receipt)
    record = store.record(SPAM)
    assert record.receipts == {(1, "pypi"): receipt}
    assert record.has_sent(manifest)


def test_temporary_files_are_passed_over(store: Store) -> None:
    """What a killed command left is not read."""
    store.write_entries([distribution(WHEEL)])
    (store.root / "releases" / "spam-1.0" / "draft" / ".tmp-half.json").write_bytes(b"{")
    assert store.record(SPAM).current.distributions == (distribution(WHEEL),)


def test_a_document_that_vanishes_meanwhile_is_passed_over(store: Store) -> None:
    """A reader holds no lock; a link to nothing stands for a file that was just removed."""
    store.write_entries([distribution(WHEEL)])
    folder = store.root / "releases" / "spam-1.0" / "draft"
    (folder / f"{SDIST}.json").symlink_to(folder / "gone")
    assert store.record(SPAM).current.distributions == (distribution(WHEEL),)


def test_a_document_that_cannot_be_read_is_told(store: Store) -> None:
    """A folder stands where a document should."""
    folder = store.root / "releases" / "spam-1.0" / "draft"
    (folder / f"{WHEEL}.json").mkdir(parents=True)
    with pytest.raises(StorageFailed, match=r"cannot read spam-1\.0/draft"):
        store.record(SPAM)


@pytest.mark.parametrize(
    "path", ["draft/spam.whl.json", "manifests/1.json", "journals/1-x.jsonl", "receipts/1-x.json"]
)
def test_a_damaged_document_is_named(store: Store, path: str) -> None:
    """So that a person can look at it."""
    target = store.root / "releases" / "spam-1.0" / path
    target.parent.mkdir(parents=True)
    target.write_bytes(b"nonsense\n")
    with pytest.raises(Damaged) as caught:
        store.record(SPAM)
    assert target.name in caught.value.document


def test_a_journal_with_a_name_of_another_form_is_damage(store: Store) -> None:
    """Journals and receipts are kept by revision and index."""
    store.write_manifest(frozen(WHEEL))
    store.journal(frozen(WHEEL), "pypi").append(opened(frozen(WHEEL)))
    folder = store.root / "releases" / "spam-1.0" / "journals"
    (folder / "1-pypi.jsonl").rename(folder / "one.jsonl")
    with pytest.raises(Damaged, match="1-pypi"):
        store.record(SPAM)


def test_a_folder_with_a_name_of_another_form_is_damage(store: Store) -> None:
    """Somebody put something there."""
    folder = store.root / "releases" / "what" / "draft"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text("{}")
    with pytest.raises(Damaged, match="releases/what"):
        store.releases()


def test_a_sweep_takes_what_nothing_refers_to(store: Store) -> None:
    """Drafts and manifests refer; of what is published, what was dropped goes too."""
    drafted, kept, dropped = (store.put([name], name="x").sha256 for name in (b"1", b"2", b"3"))
    store.put([b"orphan"], name="x")
    store.write_entries([distribution("eggs-1.0.tar.gz", b"1")])
    manifest = manifests.freeze(
        Release(SPAM, (distribution(WHEEL, b"2"), distribution(SDIST, b"3")))
    )
    store.write_manifest(manifest)
    with store.referencing():
        assert store.sweep({dropped}) == len(b"orphan")
    store.journal(manifest, "pypi").append(opened(manifest))
    store.journal(manifest, "pypi").append(Published(at=NOON))
    with store.referencing():
        store.sweep({dropped})
    assert [store.has(one) for one in (drafted, kept, dropped)] == [True, True, False]
    with store.content(kept) as file:
        assert file.read() == b"2"
    assert store.read(kept) == b"".join(store.chunks(kept))


def test_a_folder_with_an_ignore_file_keeps_it(tmp_path: Path) -> None:
    """Somebody may name a folder that holds more than a stage."""
    (tmp_path / ".gitignore").write_text("dist/\n")
    Store.create(tmp_path, explicit=tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "dist/\n"


def test_a_manifest_that_is_taken_back_takes_its_journals_along(store: Store) -> None:
    """They speak of no other manifest, and those of other revisions stay."""
    manifest = frozen(WHEEL)
    other = manifests.freeze(manifest.release, previous=manifest, reason="more")
    for one in (manifest, other):
        store.write_manifest(one)
        store.journal(one, "pypi").append(opened(one))
    store.remove_manifest(other)
    record = store.record(SPAM)
    assert (record.manifests, set(record.progress)) == ((manifest,), {(1, "pypi")})


def test_a_draft_is_made_as_a_whole(store: Store) -> None:
    """And something in its way leaves none."""
    files = [distribution(WHEEL), distribution(SDIST)]
    store.write_draft(SPAM, files)
    assert store.record(SPAM).draft == Release(SPAM, tuple(files))
    store.clear_draft(SPAM)
    assert [path.name for path in (store.root / "releases").rglob("*")] == ["spam-1.0"]
    (store.root / "releases" / "spam-1.0" / "draft").touch()
    with pytest.raises(StorageFailed, match=r"cannot write spam-1\.0/draft"):
        store.write_draft(SPAM, files)
    (store.root / "releases" / "spam-1.0" / "draft").unlink()
    assert store.record(SPAM).draft is None
