from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import pytest

from explaining import INDEX, LINUX, PURE, SDIST, SPAM, TIES, here, release, report
from samples import distribution, sdist, tarred, write
from showing import shown
from staging import FILENAMES, stage
from twine_stage import manifest
from twine_stage.errors import InvalidDistribution
from twine_stage.operations.explain import ExplainedEnvironment, ExplainedRelease, built, staged
from twine_stage.operations.explain import here as actual
from twine_stage.receipts import Receipt
from twine_stage.releases import Release
from twine_stage.resolution import Installer
from twine_stage.store import Record


def environment(release: ExplainedRelease, python: str, platform: str) -> ExplainedEnvironment:
    return next(
        one for one in release.environments if (one.python, one.platform) == (python, platform)
    )


class TestChoices:
    def test_each_installer_in_each_environment(self) -> None:
        """The wheel for the platform where it fits, the portable one elsewhere."""
        found = release(LINUX, PURE, SDIST)
        linux = environment(found, "cp313", "manylinux_2_28_x86_64")
        assert linux.chosen == {"pip": LINUX, "uv": LINUX}
        assert environment(found, "cp311", "manylinux_2_28_x86_64").chosen["pip"] == PURE
        assert environment(found, "cp313", "win_amd64").chosen == {"pip": PURE, "uv": PURE}

    def test_nothing_where_nothing_fits(self) -> None:
        """A release without an sdist leaves most environments out."""
        found = release(LINUX)
        assert environment(found, "cp313", "win_amd64").chosen == {"pip": None, "uv": None}

    def test_installers_differ_on_ties(self) -> None:
        """Pip takes the last file of a page, uv the first."""
        chosen = environment(release(*TIES), "cp313", "win_amd64").chosen
        assert (chosen["uv"], chosen["pip"]) == TIES

    def test_one_installer_alone(self) -> None:
        """The report names it, and tells nothing of others."""
        only = report(PURE, installers=[Installer.UV])
        assert only.installers == ("uv",)
        assert only.exit_status == 0
        [found] = only.releases
        assert found.files[0].chosen == {"uv": len(found.environments)}
        assert {tuple(one.chosen) for one in found.environments} == {("uv",)}

    def test_files_are_counted_and_described(self) -> None:
        """In the order of their names."""
        found = release(SDIST, PURE, requires_python=">=3.12")
        wheel, source = found.files
        assert (wheel.filename, wheel.kind, wheel.size, wheel.state) == (
            PURE,
            "wheel",
            1001,
            "built",
        )
        assert source.filename == SDIST
        served = [one for one in found.environments if one.chosen["pip"]]
        assert wheel.chosen == {"pip": len(served), "uv": len(served)}
        assert source.chosen == {"pip": 0, "uv": 0}
        assert {one.python for one in served} == {"cp312", "cp313", "cp313t", "cp314", "cp314t"} | {
            "cp315",
            "cp315t",
        }

    def test_the_local_environment_is_beside_the_others(self) -> None:
        """With its own patch version."""
        found = release(PURE, local=here("3.12.1"), requires_python=">=3.12.2")
        assert found.local is not None
        assert (found.local.python, found.local.platform) == ("cp312", "manylinux_2_36_x86_64")
        assert found.local.chosen["pip"] is None
        assert environment(found, "cp312", "manylinux_2_28_x86_64").chosen["pip"] == PURE
        assert "manylinux_2_36_x86_64" not in {one.platform for one in found.environments}

    def test_a_release_without_files_has_no_choices(self) -> None:
        """What an index shows nothing of, and is not here either."""
        found = release(index=[])
        assert (found.files, found.added) == ((), ())
        assert all(one.chosen == {"pip": None, "uv": None} for one in found.environments)


class TestIndex:
    def test_before_is_what_the_index_alone_offers(self) -> None:
        """After comes what is added."""
        found = release(LINUX, index=[PURE])
        linux = environment(found, "cp313", "manylinux_2_28_x86_64")
        assert (linux.before, linux.chosen["pip"]) == ({"pip": PURE, "uv": PURE}, LINUX)
        assert linux.is_changed
        assert not environment(found, "cp313", "win_amd64").is_changed
        assert (found.index, found.added) == (INDEX, (LINUX,))

    @pytest.mark.parametrize(("own", "listed"), [((PURE,), []), ((), [PURE]), ((PURE,), [PURE])])
    def test_where_nothing_is_added_nothing_was_before(
        self, own: tuple[str, ...], listed: list[str]
    ) -> None:
        """Nor where the index shows nothing yet."""
        found = release(*own, index=listed)
        assert {one.before is None for one in found.environments} == {True}
        assert not any(one.is_changed for one in found.environments)

    def test_what_the_index_shows_counts_for_a_file(self) -> None:
        """Its state and its size."""
        found = release(PURE, index=[shown(PURE, size=7, requires_python=">=3.9")])
        [wheel] = found.files
        assert (wheel.state, wheel.size, wheel.requires_python) == ("published", 7, ">=3.9")

    def test_yanked_files_are_passed_over(self) -> None:
        """As long as there are others."""
        found = release(index=[shown(PURE, yanked=""), SDIST])
        assert {one.chosen["uv"] for one in found.environments} == {SDIST}
        assert [one.state for one in found.files] == ["yanked", "published"]

    def test_yanked_files_are_taken_if_there_is_nothing_else(self) -> None:
        """By who names the version exactly."""
        found = release(index=[shown(PURE, yanked="broken")])
        assert {one.chosen["pip"] for one in found.environments} == {PURE}


class TestBuilt:
    def test_files_at_paths_by_release(self, tmp_path: Path) -> None:
        """With the Requires-Python of their metadata, if it is there."""
        paths = write(tmp_path, PURE, SDIST, "eggs-2.0.tar.gz")
        found = built(paths)
        assert {str(release): len(files) for release, files in found.items()} == {
            "eggs==2.0": 1,
            "spam==1.0": 2,
        }
        assert {one.state for one in found[SPAM]} == {"built"}

    def test_what_cannot_be_read_is_invalid(self, tmp_path: Path) -> None:
        """As for every command."""
        (tmp_path / PURE).write_bytes(b"")
        with pytest.raises(InvalidDistribution, match="spam"):
            built([tmp_path / PURE])

    def test_a_name_outside_the_grammar_is_invalid(self, tmp_path: Path) -> None:
        """No installer takes it."""
        (tmp_path / "spam.tar.gz").write_bytes(sdist())
        with pytest.raises(InvalidDistribution, match="spam"):
            built([tmp_path / "spam.tar.gz"])

    def test_a_file_without_metadata_is_invalid(self, tmp_path: Path) -> None:
        """Nobody knows which Pythons it is for."""
        (tmp_path / SDIST).write_bytes(tarred({"spam-1.0/spam.py": b""}))
        with pytest.raises(InvalidDistribution, match="core metadata"):
            built([tmp_path / SDIST])


class TestStaged:
    def test_the_draft(self, tmp_path: Path) -> None:
        """All of its files."""
        found = staged(stage(tmp_path).record(SPAM))
        assert sorted(one.filename.text for one in found) == sorted(FILENAMES)
        assert {one.state for one in found} == {"staged"}

    def test_what_went_before_the_draft(self) -> None:
        """A revision has the files of the one before, too."""
        frozen, added = (Release(SPAM, (distribution(name),)) for name in (PURE, LINUX))
        record = Record(
            release=SPAM,
            draft=added,
            manifests=(manifest.freeze(frozen),),
            progress={},
            receipts={(1, "pypi"): cast("Receipt", None)},
        )
        assert {one.filename.text for one in staged(record)} == {PURE, LINUX}


def test_the_environment_of_this_machine() -> None:
    """It is the one that runs this."""
    major, minor = sys.version_info[:2]
    assert actual().python.name.startswith(("cp", "pp"))
    assert actual().python.name[2:].startswith(f"{major}{minor}")
