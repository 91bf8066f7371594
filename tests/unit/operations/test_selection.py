"""Selection: which files or releases the arguments of a command line mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from samples import write
from staging import SDIST, SPAM, WHEEL, stage
from twine_stage.errors import StorageFailed, UsageError, WrongState
from twine_stage.operations.selection import Expanded, anywhere, expand, is_path, releases
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory has a ``dist`` with two distributions, and a file that is none."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "dist", WHEEL, SDIST)
    (tmp_path / "dist" / "notes.txt").write_text("")
    (tmp_path / "dist" / f"{WHEEL}.publish.attestation").write_text("")
    (tmp_path / "dist" / ".hidden.whl").write_text("")
    return Path("dist")


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("dist/spam", True),
        ("*.whl", True),
        ("dist", False),
        ("spam", False),
        ("spam==1.0", False),
        ("here.whl", True),
        ("gone.whl", False),
    ],
)
def test_a_path_looks_like_one(dist: Path, argument: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """It has a separator, is a pattern, or is a file; a folder may have the name of a project."""
    Path("here.whl").touch()
    assert is_path(argument) is expected


@pytest.mark.parametrize("arguments", [["dist"], ["dist/*"], ["dist/*", "dist", f"dist/{WHEEL}"]])
def test_folders_and_patterns_mean_the_files_in_them(dist: Path, arguments: list[str]) -> None:
    """Each file once, sorted, by what it is; hidden files are nobody's."""
    assert expand(arguments) == Expanded(
        paths=(dist / WHEEL, dist / SDIST),
        attestations=(dist / f"{WHEEL}.publish.attestation",),
        ignored=(dist / "notes.txt",),
    )


def test_a_name_with_the_signs_of_a_pattern_is_a_file_first(dist: Path) -> None:
    """Whoever has such a file means it."""
    path = dist / "spam-1.0[1].tar.gz"
    path.touch()
    assert expand([str(path)]).paths == (path,)


@pytest.mark.parametrize("argument", ["dist/*.zip", "gone.whl", "dist/notes.txt", "empty"])
def test_arguments_without_a_distribution_are_a_mistake(dist: Path, argument: str) -> None:
    """Status 2; nothing was looked at."""
    Path("empty").mkdir()
    with pytest.raises(UsageError) as caught:
        expand([argument])
    assert argument in caught.value.message


def test_a_name_that_no_disk_takes_is_told(dist: Path) -> None:
    """The system's own words."""
    with pytest.raises(StorageFailed, match="cannot read aaa"):
        expand(["a" * 5000 + ".whl"])


def test_nothing_named_means_all_that_fit(tmp_path: Path) -> None:
    """What fits is up to the command."""
    store = stage(tmp_path, [SDIST, "eggs-2.0.tar.gz"])

    def has_project_spam(record: Record) -> bool:
        return record.release.project == "spam"

    assert releases(store, [], default=has_project_spam) == (SPAM,)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with two versions of one project and one of another."""
    return stage(tmp_path, ["spam-1.0.tar.gz", "spam-1.1.tar.gz", "eggs-2.0.tar.gz"])


@pytest.mark.parametrize("names", [["Eggs"], ["eggs==2"], ["eggs", "eggs==2.0"]])
def test_a_release_is_named_by_project_or_version(store: Store, names: list[str]) -> None:
    """However it is spelled, and once however often it is named."""
    assert releases(store, names, default=lambda _: False) == (ReleaseId.parse("eggs==2.0"),)


def test_a_name_that_fits_several_versions_is_a_mistake(store: Store) -> None:
    """The versions are named, and how to say which."""
    with pytest.raises(UsageError, match=r"spam==1\.0, spam==1\.1") as caught:
        releases(store, ["spam"], default=lambda _: True)
    assert "spam==1.1" in caught.value.hint


@pytest.mark.parametrize("name", ["ham", "spam==3.0"])
def test_a_release_that_is_not_staged_is_told(store: Store, name: str) -> None:
    """With what is."""
    with pytest.raises(WrongState, match=r"holds eggs==2\.0, spam==1\.0, spam==1\.1"):
        releases(store, [name], default=lambda _: True)


def test_an_empty_stage_holds_nothing(tmp_path: Path) -> None:
    """And says so."""
    with pytest.raises(WrongState, match="holds nothing"):
        releases(Store.create(tmp_path), ["spam"], default=lambda _: True)


class TestAnywhere:
    def test_a_release_need_not_be_staged(self, store: Store) -> None:
        """If its version is said, with a stage and without."""
        ham = ReleaseId.parse("ham==3.0")
        assert anywhere(store, ["ham==3.0", "Ham==3"]) == (ham,)
        assert anywhere(None, ["ham==3.0"]) == (ham,)

    def test_a_bare_name_is_that_of_a_staged_one(self, store: Store) -> None:
        """Where one version of it is."""
        assert anywhere(store, ["Eggs"]) == (ReleaseId.parse("eggs==2.0"),)
        with pytest.raises(UsageError, match="several versions"):
            anywhere(store, ["spam"])
        with pytest.raises(WrongState, match="is not staged"):
            anywhere(store, ["ham"])

    def test_without_a_stage_a_version_is_needed(self, tmp_path: Path) -> None:
        """Nor is there one to be guessed in an empty one."""
        for store in (None, Store.create(tmp_path)):
            with pytest.raises(UsageError):
                anywhere(store, ["ham"])
