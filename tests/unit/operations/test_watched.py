"""What is watched: manifests wherever they lie, each release once, with its receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from staging import SPAM, stage
from twine_stage.digests import sha256
from twine_stage.errors import Damaged, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.freeze import freeze
from twine_stage.operations.watched import Watched, unwatched, watched_files, watched_stage
from twine_stage.store import Store
from watching import ChangingIndex, frozen, receipt_of

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
URL = "https://example.org/legacy/"
MANIFEST = frozen(WHEEL, SDIST)


def found(*paths: Path, lists: tuple[Path, ...] = ()) -> tuple[Watched, ...]:
    return watched_files(paths, lists, url=URL, known={})


def kept(folder: Path, name: str, manifest: Manifest) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(manifest.dumps())
    return folder / name


class TestFiles:
    def test_a_file_is_a_manifest(self, tmp_path: Path) -> None:
        """With all that is needed to read it again."""
        path = kept(tmp_path, "spam.json", MANIFEST)
        (one,) = found(path)
        assert (one.release, one.revision, one.name) == (SPAM, 1, str(path))
        assert one.digest == MANIFEST.digest
        assert one.manifest() == MANIFEST
        assert one.receipt is None

    def test_a_folder_is_searched(self, tmp_path: Path) -> None:
        """Deeply; hidden folders and other documents are left out."""
        kept(tmp_path / "a" / "b", "spam.json", MANIFEST)
        kept(tmp_path / "c", "ham.json", frozen("ham-1.0.tar.gz"))
        kept(tmp_path / ".stage", "eggs.json", frozen("eggs-1.0.tar.gz"))
        for name, text in (
            ("list.json", "[]"),
            ("other.json", '{"_type": 1}'),
            ("broken.json", "{"),
            ("slsa.json", '{"_type": "https://in-toto.io/Statement/v1", "predicateType": "x"}'),
            ("SHA256SUMS", "text"),
        ):
            (tmp_path / name).write_text(text)
        assert [str(one.release) for one in found(tmp_path)] == ["ham==1.0", "spam==1.0"]

    def test_a_list_names_paths_from_where_it_is(self, tmp_path: Path) -> None:
        """Comments and empty lines are none."""
        kept(tmp_path / "kept", "spam.json", MANIFEST)
        (tmp_path / "list.txt").write_text("# ours\n\n kept/spam.json \n")
        assert [one.release for one in found(lists=(tmp_path / "list.txt",))] == [SPAM]

    def test_the_highest_revision_counts(self, tmp_path: Path) -> None:
        """And a manifest that lies there twice is one."""
        later = frozen(WHEEL, SDIST, "spam-1.0-1-py3-none-any.whl", reason="forgotten")
        kept(tmp_path, "1.json", later)
        kept(tmp_path, "2.json", MANIFEST)
        kept(tmp_path, "3.json", later)
        (one,) = found(tmp_path)
        assert one.revision == 2

    def test_two_that_differ_are_named(self, tmp_path: Path) -> None:
        """Nobody knows which is meant."""
        kept(tmp_path, "1.json", MANIFEST)
        kept(tmp_path, "2.json", frozen(WHEEL))
        with pytest.raises(UsageError, match=r"two that differ: .*1.json and .*2.json"):
            found(tmp_path)

    def test_a_receipt_goes_with_its_manifest(self, tmp_path: Path) -> None:
        """Those of other indexes, and of other manifests, do not."""
        index = ChangingIndex()
        index.show(WHEEL)
        index.show(SDIST)
        own = receipt_of(index, MANIFEST)
        path = kept(tmp_path, "spam.json", MANIFEST)
        (tmp_path / "receipt.json").write_bytes(own.dumps())
        assert found(tmp_path)[0].receipt == own
        assert found(path, tmp_path / "receipt.json")[0].receipt == own
        assert (
            watched_files([tmp_path], [], url="https://else.example/", known={})[0].receipt is None
        )

    def test_what_was_read_before_is_not_read_again(self, tmp_path: Path) -> None:
        """By its digest, the state tells what it is."""
        path = tmp_path / "spam.json"
        path.write_bytes(b"no JSON at all")
        known = {sha256(b"no JSON at all"): ("spam==1.0", 3)}
        (one,) = watched_files([path], [], url=URL, known=known)
        assert (one.release, one.revision) == (SPAM, 3)

    @pytest.mark.parametrize("content", ["{", "[]", '{"_type": "x"}'])
    def test_a_file_that_is_named_must_be_one(self, tmp_path: Path, content: str) -> None:
        """Neither is left out silently."""
        path = tmp_path / "spam.json"
        path.write_text(content)
        with pytest.raises(Damaged, match=r"spam\.json"):
            found(path)

    @pytest.mark.parametrize(
        "content",
        [b"", b"<html>", MANIFEST.dumps()[:200], b"\xef\xbb\xbf" + MANIFEST.dumps(), b"[]"],
    )
    def test_a_file_that_is_called_a_manifest_must_be_one(
        self, tmp_path: Path, content: bytes
    ) -> None:
        """Also where the folder is named: nothing is left unwatched in silence."""
        kept(tmp_path, "ham-1.0.release.intoto.json", frozen("ham-1.0.tar.gz"))
        (tmp_path / "spam-1.0.release.intoto.json").write_bytes(content)
        with pytest.raises(Damaged, match=r"spam-1\.0\.release\.intoto\.json: expected"):
            found(tmp_path)

    def test_a_manifest_that_is_gone_from_a_folder_is_told(self, tmp_path: Path) -> None:
        """By the name of the folder, as it was given; not where other files are named."""
        kept(tmp_path / "kept", "spam.json", MANIFEST)
        other = kept(tmp_path / "kept", "ham.json", frozen("ham-1.0.tar.gz"))
        folder, list_ = tmp_path / "kept", tmp_path / "list.txt"
        list_.write_text("kept\n")
        before = watched_files([folder], [], url=URL, known={}, base=tmp_path)
        folders = {str(one.release): one.folder for one in before}
        assert folders == {"ham==1.0": "kept", "spam==1.0": "kept"}
        other.unlink()
        now = found(folder)
        for paths, lists in (([folder], []), ([], [list_])):
            (change,) = unwatched(now, folders, paths, lists, base=tmp_path)
            assert (change.release, change.kind, change.files) == ("ham==1.0", "unwatched", ())
            assert change.message == "its manifest is no longer in kept"
        assert unwatched(now, folders, [folder / "spam.json"], [], base=tmp_path) == ()
        assert unwatched(before, folders, [folder], [], base=tmp_path) == ()

    def test_nothing_to_watch_is_a_usage_error(self, tmp_path: Path) -> None:
        """As is a path that cannot be read."""
        with pytest.raises(UsageError, match="expected manifests to watch, found none"):
            found(tmp_path)
        with pytest.raises(UsageError, match="No such file"):
            found(tmp_path / "gone.json")

    def test_a_file_without_end_is_not_read(self, tmp_path: Path) -> None:
        """More than any manifest has."""
        path = tmp_path / "spam.json"
        with path.open("wb") as file:
            file.truncate((64 << 20) + 1)
        with pytest.raises(Damaged, match="found more than 64 MiB"):
            found(path)


def published(folder: Path, *, index_id: str = "memory") -> Store:
    """A stage with a release that was published, by its receipt."""
    store = stage(folder, [WHEEL, SDIST])
    freeze(store, [])
    manifest = store.record(SPAM).latest
    assert manifest is not None
    index = ChangingIndex()
    store.write_receipt(manifest, index_id, receipt_of(index, manifest))
    return store


class TestStage:
    def test_what_was_published_to_the_index_is_watched(self, tmp_path: Path) -> None:
        """With its receipt."""
        (one,) = watched_stage(published(tmp_path), "memory")
        assert one.release == SPAM
        assert one.receipt is not None
        assert one.manifest().digest == one.digest

    def test_what_was_published_elsewhere_is_not(self, tmp_path: Path) -> None:
        """The sentence says how to name another index."""
        with pytest.raises(WrongState, match="published to memory") as raised:
            watched_stage(published(tmp_path, index_id="other"), "memory")
        assert "-r" in raised.value.hint

    def test_there_must_be_a_stage(self) -> None:
        """Or manifests."""
        with pytest.raises(WrongState, match="found neither"):
            watched_stage(None, "memory")

    def test_a_receipt_without_its_manifest_is_no_release(self, tmp_path: Path) -> None:
        """Somebody removed it."""
        store = published(tmp_path)
        for path in (store.root / "releases/spam-1.0/manifests").iterdir():
            path.unlink()
        store.write_draft(SPAM, MANIFEST.release.distributions)
        with pytest.raises(WrongState):
            watched_stage(store, "memory")
