"""Bundles: from one stage to another, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bundling import archive, attested, members, write
from fakes import Remembering
from journaling import published
from samples import SLSA, attestation, content_of, distribution, wheel
from samples import write as write_files
from staging import SDIST, SPAM, WHEEL, WINDOWS, stage
from twine_stage import manifest
from twine_stage.attestations import read
from twine_stage.errors import Damaged, InvalidDistribution, StorageFailed, WrongState
from twine_stage.operations.add import add
from twine_stage.operations.bundle import (
    BundleImportReport,
    export_bundle,
    import_bundles,
    open_bundles,
)
from twine_stage.operations.freeze import freeze
from twine_stage.operations.taking import merged
from twine_stage.releases import Release
from twine_stage.reporting import Silent
from twine_stage.store import Store


def take(
    store: Store, *paths: Path, expected: Mapping[str, Sequence[str]] | None = None
) -> BundleImportReport:
    return import_bundles(
        store, open_bundles(paths), expected=expected or {}, reporter=Remembering()
    )


def names(store: Store) -> list[str]:
    return [dist.filename.text for dist in store.record(SPAM).current.distributions]


def contents(store: Store) -> list[str]:
    return sorted(path.name for path in store.root.glob("files/*/*/*"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty stage."""
    return Store.create(tmp_path / "here")


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """A stage on another machine, with an attested wheel and an sdist."""
    there = stage(tmp_path / "there", [WHEEL, SDIST])
    said = tmp_path / "there" / f"{WHEEL}.publish.attestation"
    said.write_bytes(attestation())
    add(there, [str(said)], reporter=Silent())
    return there


class TestExport:
    def test_all_of_it_arrives(self, other: Store, store: Store, tmp_path: Path) -> None:
        """Files, metadata and attestations: the draft is the same on both machines."""
        report = export_bundle(other, [], output=tmp_path / "all.bundle")
        took = take(store, tmp_path / "all.bundle")

        assert store.record(SPAM) == other.record(SPAM)
        assert [file.filename for file in report.files] == [WHEEL, SDIST]
        assert report.size == (tmp_path / "all.bundle").stat().st_size
        assert (report.attestations, report.left_out, report.exit_status) == (1, (), 0)
        assert (took.added, took.unchanged, took.exit_status) == (report.files, (), 0)
        assert len(contents(store)) == len(contents(other)) == 4

    def test_the_bytes_depend_on_the_files_alone(self, other: Store, tmp_path: Path) -> None:
        """Not on the time, the machine, or whether they are frozen."""
        first, second = tmp_path / "1", tmp_path / "2"
        export_bundle(other, ["spam"], output=first)
        freeze(other, [])
        export_bundle(other, ["spam==1.0"], output=second)
        assert first.read_bytes() == second.read_bytes()

    def test_only_what_is_not_published_is_meant_by_itself(
        self, other: Store, tmp_path: Path
    ) -> None:
        """Where nothing is left, that is said; a name brings out what is published."""
        freeze(other, [])
        published(other, SPAM)
        with pytest.raises(WrongState, match="there is nothing to export"):
            export_bundle(other, [], output=tmp_path / "x")
        assert not (tmp_path / "x").exists()
        assert len(export_bundle(other, ["spam"], output=tmp_path / "x").files) == 2

    def test_what_only_the_index_has_is_left_out(self, tmp_path: Path) -> None:
        """A file that a revision took over from there was never in this stage."""
        store = Store.create(tmp_path)
        taken = manifest.freeze(
            Release(SPAM, (distribution(WHEEL, content_of(WHEEL)),)),
            carried=[distribution(SDIST)],
            reason="a wheel",
        )
        store.write_manifest(taken)
        [source] = write_files(tmp_path / "dist", WHEEL)
        store.put([source.read_bytes()], name=WHEEL)
        report = export_bundle(store, ["spam"], output=tmp_path / "x")
        assert [file.filename for file in report.files] == [WHEEL]
        assert report.left_out == (SDIST,)

    def test_what_is_not_what_was_staged_makes_no_bundle(
        self, other: Store, tmp_path: Path
    ) -> None:
        """The digest is compared on the way, and nothing is left behind."""
        [path] = other.root.glob(f"files/*/*/{WHEEL}")
        path.chmod(0o644)
        path.write_bytes(bytes(path.stat().st_size))
        before = sorted(tmp_path.iterdir())
        with pytest.raises(Damaged, match=f"{WHEEL}: expected sha256"):
            export_bundle(other, [], output=tmp_path / "x")
        assert sorted(tmp_path.iterdir()) == before

    def test_what_a_killed_export_left_goes(self, other: Store, tmp_path: Path) -> None:
        """With the next to the same file; those of others may be at work."""
        folder = tmp_path / "out"
        folder.mkdir()
        others = [folder / ".tmp-x.y.abcdefgh", folder / ".tmp-abcdefgh", folder / "x.abcdefgh"]
        for path in (folder / ".tmp-x.abcdefgh", *others):
            path.write_bytes(b"half")
        export_bundle(other, [], output=folder / "x")
        assert sorted(folder.iterdir()) == sorted([folder / "x", *others])

    def test_a_disk_that_refuses_is_named(self, other: Store, tmp_path: Path) -> None:
        """With the name of the bundle."""
        with pytest.raises(StorageFailed, match="cannot write there"):
            export_bundle(other, [], output=tmp_path / "there")


class TestImport:
    def test_builders_contribute_to_one_release(self, store: Store, tmp_path: Path) -> None:
        """Each bundle adds its part; what is still expected is listed."""
        windows = archive(members(distribution(WINDOWS, content_of(WINDOWS))))
        expected = {">=1": ["*.tar.gz", "*-win_amd64.whl", "*-musllinux*"], ">=2": ["*-never"]}
        first = take(store, write(tmp_path), expected=expected)
        second = take(store, write(tmp_path, "windows.bundle", windows), expected=expected)

        assert names(store) == [WINDOWS, WHEEL, SDIST]
        assert [one.pattern for one in first.missing] == ["*-win_amd64.whl", "*-musllinux*"]
        [missing] = second.missing
        assert (missing.release, missing.specifier, missing.pattern) == (
            "spam==1.0",
            ">=1",
            "*-musllinux*",
        )

    def test_several_at_once(self, store: Store, tmp_path: Path) -> None:
        """Also if they share a file."""
        both = archive(members(attested(), distribution(WINDOWS, content_of(WINDOWS))))
        report = take(store, write(tmp_path), write(tmp_path, "2", both))
        assert names(store) == [WINDOWS, WHEEL, SDIST]
        assert len(report.added) == 3

    def test_the_second_time_nothing_changes(self, store: Store, tmp_path: Path) -> None:
        """Byte by byte; also once it is frozen."""
        bundle = write(tmp_path)
        take(store, bundle)
        before = snapshot(store)
        report = take(store, bundle)
        assert (len(report.unchanged), report.added) == (2, ())
        assert snapshot(store) == before
        freeze(store, [])
        assert len(take(store, bundle).unchanged) == 2

    def test_conflicts_are_named_and_nothing_is_staged(self, store: Store, tmp_path: Path) -> None:
        """All of them, with both digests and the bundle; what fits is not taken either."""
        for name in (WHEEL, WINDOWS):
            (tmp_path / name).write_bytes(content_of(name, members={"other.py": b""}))
        add(store, [str(tmp_path / WHEEL), str(tmp_path / WINDOWS)], reporter=Silent())
        before = snapshot(store)
        own = [distribution(name, content_of(name)) for name in (WHEEL, WINDOWS, SDIST)]
        with pytest.raises(WrongState) as caught:
            take(store, write(tmp_path, "2", archive(members(*own))))
        for one in own[:2]:
            assert f"{one.filename}: expected sha256" in caught.value.message
            assert one.sha256 in caught.value.message
        assert SDIST not in caught.value.message
        assert caught.value.hint.endswith(f"stage drop {WINDOWS}")
        assert snapshot(store) == before

    def test_a_frozen_release_takes_no_more(self, store: Store, tmp_path: Path) -> None:
        """As add has it, with the way out."""
        take(store, write(tmp_path))
        freeze(store, [])
        more = archive(members(distribution(WINDOWS, content_of(WINDOWS))))
        with pytest.raises(WrongState, match="is frozen without it") as caught:
            take(store, write(tmp_path, "2", more))
        assert "stage thaw" in caught.value.hint

    def test_two_bundles_that_disagree(self, store: Store, tmp_path: Path) -> None:
        """Both are named, and neither is taken."""
        changed = wheel(members={"other.py": b""})
        held = members(distribution(WHEEL, changed)) | {f"dist/{WHEEL}": changed}
        with pytest.raises(InvalidDistribution) as caught:
            take(store, write(tmp_path), write(tmp_path, "2", archive(held)))
        assert WHEEL in caught.value.message
        assert f"{tmp_path / 'one.bundle'}, {tmp_path / '2'}" in caught.value.message
        assert contents(store) == []

    def test_another_attestation_of_the_same_kind_is_a_conflict(
        self, other: Store, tmp_path: Path
    ) -> None:
        """One of another kind is not."""
        content = attestation(filename=WHEEL) + b" "
        with pytest.raises(WrongState, match="another attestation of the kind"):
            take(other, write(tmp_path, "2", archive(with_attestation(content))))
        content = attestation(SLSA, filename=WHEEL)
        take(other, write(tmp_path, "3", archive(with_attestation(content))))
        [found, _] = other.record(SPAM).current.distributions
        assert len(found.attestations) == 2

    @pytest.mark.parametrize(
        ("name", "content", "problem"),
        [
            (WHEEL, content_of(WHEEL).replace(b"spam.py", b"ham!.py"), "expected sha256"),
            (f"{WHEEL}.1.attestation", attestation(SLSA), "expected sha256"),
        ],
    )
    def test_what_is_not_what_the_bundle_says_is_refused(
        self, store: Store, tmp_path: Path, name: str, content: bytes, problem: str
    ) -> None:
        """Nothing of it is staged, and nothing stays in the stage."""
        bundle = write(tmp_path, content=archive(members(**{f"dist/{name}": content})))
        with pytest.raises(InvalidDistribution, match=f"{name}: {problem}.* in .*one\\.bundle"):
            take(store, bundle)
        assert store.releases() == ()
        assert contents(store) == []

    def test_what_is_no_distribution_is_refused(self, store: Store, tmp_path: Path) -> None:
        """Though its digest is the one that the bundle names."""
        held = members(distribution(WHEEL, b"no wheel")) | {f"dist/{WHEEL}": b"no wheel"}
        with pytest.raises(InvalidDistribution, match="expected a zip archive"):
            take(store, write(tmp_path, content=archive(held)))
        assert contents(store) == []

    def test_a_bundle_that_cannot_be_read(self, tmp_path: Path) -> None:
        """Not there, or a device, which could have no end."""
        (tmp_path / "null").symlink_to(os.devnull)
        with pytest.raises(InvalidDistribution, match="something else than a regular file"):
            open_bundles([tmp_path / "null"])
        with pytest.raises(InvalidDistribution, match="No such file"):
            open_bundles([tmp_path / "nothing"])

    def test_a_bundle_that_goes_away_meanwhile(self, store: Store, tmp_path: Path) -> None:
        """It is named, and nothing is staged."""
        opened = open_bundles([write(tmp_path)])
        (tmp_path / "one.bundle").unlink()
        with pytest.raises(InvalidDistribution, match=r"one\.bundle: .*No such file"):
            import_bundles(store, opened, expected={}, reporter=Silent())


def with_attestation(content: bytes) -> dict[str, bytes]:
    said = read(content, name=f"{WHEEL}.publish.attestation").attestation
    own = merged(distribution(WHEEL, content_of(WHEEL)), said)
    return members(own) | {f"dist/{WHEEL}.1.attestation": content}


def snapshot(store: Store) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in store.root.rglob("*")
        if path.is_file() and "locks" not in path.parts and "scans" not in path.name
    }
