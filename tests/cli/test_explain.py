"""``stage explain`` on a real stage and on files, with and without an index."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from explaining import LINUX, PURE, SDIST, TIES
from samples import write

Stage = Any


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder ``dist`` with two wheels and an sdist of spam 1.0."""
    write(tmp_path / "dist", LINUX, PURE, SDIST)
    return tmp_path / "dist"


def names(report: Any) -> list[str]:
    [release] = report["releases"]
    return [file["filename"] for file in release["files"]]


class TestTargets:
    def test_the_only_release_is_meant_without_a_name(self, stage: Stage, dist: Path) -> None:
        """And named, it is the same."""
        stage("add", dist)
        first, second = stage("explain", "--json"), stage("explain", "spam", "--json")
        assert first.status == second.status == 0
        assert names(first.report) == [LINUX, PURE, SDIST]
        assert first.report == second.report

    def test_dist_is_meant_where_there_is_no_stage(self, stage: Stage, dist: Path) -> None:
        """Nothing is staged by that."""
        result = stage("explain")
        assert result.status == 0
        assert result.stdout.startswith("spam==1.0: what pip and uv choose\n")
        assert not (dist.parent / ".stage").exists()

    def test_paths_and_releases_together(self, stage: Stage, dist: Path) -> None:
        """What is built comes to what is staged."""
        stage("add", dist / PURE)
        assert names(stage("explain", "spam==1.0", dist / SDIST, "--json").report) == [PURE, SDIST]

    def test_several_staged_releases_need_a_name(self, stage: Stage, tmp_path: Path) -> None:
        """The way out names this command."""
        write(tmp_path / "dist", PURE, "eggs-2.0.tar.gz")
        stage("add")
        result = stage("explain")
        assert result.status == 2
        assert "stage explain spam==1.0" in result.stderr

    @pytest.mark.usefixtures("dist")
    def test_what_is_not_staged_is_a_local_error(self, stage: Stage) -> None:
        """As for every command; so it is where there is no stage."""
        assert stage("explain", "eggs==1.0").status == 3
        stage("add")
        assert stage("explain", "eggs==1.0").status == 3

    def test_what_is_no_distribution_is_a_local_error(self, stage: Stage, dist: Path) -> None:
        """It is named."""
        (dist / PURE).write_bytes(b"")
        result = stage("explain", dist)
        assert result.status == 3
        assert PURE in result.stderr


class TestIndex:
    def test_what_an_index_shows_and_what_is_added(self, stage: Stage, dist: Path) -> None:
        """Both count; what changes is told."""
        stage("publish", dist / SDIST, "-r", "local", "--wait", "0")
        result = stage("explain", dist / PURE, "-r", "local")
        assert result.status == 0
        assert "s→1" in result.stdout
        [release] = stage("explain", dist / PURE, "-r", "local", "--json").report["releases"]
        assert release["index"].startswith("file:")
        assert [file["state"] for file in release["files"]] == ["built", "published"]
        first = release["environments"][0]
        assert first["before"] == {"pip": SDIST, "uv": SDIST}
        assert first["chosen"] == {"pip": PURE, "uv": PURE}

    def test_a_release_that_only_the_index_has(self, stage: Stage, dist: Path) -> None:
        """It need not be staged, nor need there be a stage."""
        index = ("--repository-url", "index")
        stage("--stage-dir", "elsewhere", "publish", dist / SDIST, *index, "--wait", "0")
        assert names(stage("explain", "spam==1.0", *index, "--json").report) == [SDIST]
        nothing = stage("explain", "eggs==1.0", *index)
        assert nothing.status == 0
        assert "there is no file" in nothing.stdout


class TestOutput:
    def test_one_installer(self, stage: Stage, tmp_path: Path) -> None:
        """Where they differ there is one label then."""
        write(tmp_path / "dist", *TIES)
        assert "2/1" in stage("explain").stdout
        assert "2/1" not in stage("explain", "--installer", "uv").stdout
        assert stage("explain", "--installer", "pip", "--json").report["installers"] == ["pip"]

    @pytest.mark.usefixtures("dist")
    def test_an_installer_that_there_is_not(self, stage: Stage) -> None:
        """A usage error that names those that there are."""
        result = stage("explain", "--installer", "conda")
        assert result.status == 2
        assert "pip, uv" in result.stderr

    @pytest.mark.usefixtures("dist")
    def test_a_page(self, stage: Stage, tmp_path: Path) -> None:
        """Beside what is printed anyway, in a folder that is made if need be."""
        result = stage("explain", "--html", "reports/explain.html")
        assert result.stdout.startswith("spam==1.0: ")
        path = tmp_path / "reports" / "explain.html"
        assert result.stderr == f"note: the page is in {path}\n"
        page = path.read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert LINUX in page

    @pytest.mark.usefixtures("dist")
    def test_a_page_that_cannot_be_written(self, stage: Stage, tmp_path: Path) -> None:
        """One sentence says why."""
        (tmp_path / "taken").mkdir()
        result = stage("explain", "--html", "taken")
        assert result.status == 3
        assert result.stderr.startswith("error: cannot write taken")

    @pytest.mark.usefixtures("dist")
    def test_a_page_does_not_replace_a_device(self, stage: Stage, tmp_path: Path) -> None:
        """It would be gone, for everybody."""
        device = tmp_path / "page"
        device.symlink_to(os.devnull)
        result = stage("explain", "--html", "page")
        assert result.status == 2
        assert "expected the name of a file" in result.stderr
        assert device.is_symlink()
