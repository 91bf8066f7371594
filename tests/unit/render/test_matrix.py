from __future__ import annotations

import pytest

from explaining import LINUX, MACOS, PURE, SDIST, TIES, WINDOWS, here, release
from twine_stage.render.matrix import Column, Matrix, Row
from twine_stage.resolution import Environment

UNIVERSAL = "spam-1.0-cp312-abi3-macosx_11_0_universal2.whl"
OLD_AND_NEW = (
    "spam-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
    "spam-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
)


def headings(matrix: Matrix, *, is_compact: bool = True) -> list[str]:
    return [
        f"{one.family} {one.machines} {one.versions}".strip()
        for one in matrix.columns(is_compact=is_compact)
    ]


def column(matrix: Matrix, family: str) -> Column:
    return next(one for one in matrix.columns(is_compact=True) if one.family == family)


def texts(matrix: Matrix, family: str) -> dict[str, str]:
    """What stands in a column, by the names of rows."""
    only = column(matrix, family)
    return {row.name: matrix.text(matrix.cell(row, only)) for row in matrix.rows([only])}


class TestColumns:
    def test_a_portable_release_has_one(self) -> None:
        """All environments are alike."""
        assert headings(Matrix(release(PURE, SDIST))) == ["everywhere"]

    def test_what_nothing_was_built_for_is_the_last(self) -> None:
        """Each platform that has a file comes before it, from the version that the file needs."""
        found = Matrix(release(LINUX, MACOS, WINDOWS, PURE))
        assert headings(found) == [
            "Linux x86_64 2.28+",
            "macOS arm64 11+",
            "Windows x86_64",
            "elsewhere",
        ]
        assert "Linux x86_64 (glibc <2.28), aarch64" in column(found, "elsewhere").covers
        assert not column(found, "elsewhere").is_told
        assert column(found, "macOS").is_told

    def test_a_family_may_have_others(self) -> None:
        """If the matrix need not be compact."""
        found = headings(Matrix(release(LINUX, PURE)), is_compact=False)
        assert found[:4] == ["Linux x86_64 2.28+", "Linux others", "Linux musl all", "macOS all"]

    def test_a_family_may_have_none(self) -> None:
        """If all of it has files."""
        found = headings(Matrix(release(UNIVERSAL, PURE)), is_compact=False)
        assert [one for one in found if one.startswith("macOS")] == ["macOS all"]

    def test_versions_with_files_of_their_own(self) -> None:
        """Ranges that follow each other."""
        assert headings(Matrix(release(*OLD_AND_NEW))) == [
            "Linux x86_64 2.17…2.27",
            "Linux x86_64 2.28+",
            "elsewhere",
        ]

    def test_machines_that_are_alike_are_one(self) -> None:
        """All of a family, or some."""
        both = "spam-1.0-cp312-cp312-win_amd64.win32.whl"
        assert "macOS all" in headings(Matrix(release(UNIVERSAL, PURE)))
        assert "Windows x86_64+1" in headings(Matrix(release(both, PURE)))

    def test_nothing_is_elsewhere_if_all_have_files(self) -> None:
        """Then there is no such column."""
        only = release(LINUX)
        places = [one for one in only.environments if one.platform == "manylinux_2_28_x86_64"]
        matrix = Matrix(
            type(only)(release="", index=None, files=only.files, environments=tuple(places))
        )
        assert headings(matrix) == ["Linux x86_64 2.28+"]


class TestRows:
    def test_neighbours_that_are_alike_are_one(self) -> None:
        """But no builds without the lock among others, and no other implementations."""
        assert texts(Matrix(release(LINUX, PURE)), "Linux") == {
            "cp39…cp311": "2",
            "cp312…cp315": "1",
            "cp313t…cp315t": "2",
            "pp39…pp311": "2",
        }

    def test_a_python_alone(self) -> None:
        """It has a row of its own."""
        assert texts(Matrix(release(WINDOWS, PURE)), "Windows")["cp312"] == "1"

    def test_series_begin_with_another_build(self) -> None:
        """And the first begins none."""
        matrix = Matrix(release(PURE))
        begun = [one for one in matrix.pythons if matrix.begins_series(Row((one,)))]
        assert begun == ["cp313t", "pp39"]


class TestCells:
    def test_labels(self) -> None:
        """Numbers for wheels, letters for the sdist, a dot for nothing."""
        assert Matrix(release(LINUX, PURE, SDIST)).labels == {LINUX: "1", PURE: "2", SDIST: "s"}
        assert set(texts(Matrix(release(LINUX)), "elsewhere").values()) == {"·"}

    def test_installers_that_differ_have_both(self) -> None:
        """Pip first."""
        assert set(texts(Matrix(release(*TIES)), "everywhere").values()) == {"2/1"}

    def test_changes_have_an_arrow(self) -> None:
        """From what an index offers now."""
        found = texts(Matrix(release(LINUX, index=[SDIST])), "Linux")
        assert found["cp312…cp315"] == "s→1"
        assert found["cp39…cp311"] == "s"

    def test_where_there_is_no_such_python(self) -> None:
        """The cell is empty."""
        matrix = Matrix(release("spam-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl"))
        found = texts(matrix, "Pyodide")
        assert found == {"cp39…cp312": "", "cp313": "1"} | dict.fromkeys(
            ["cp314…cp315", "cp313t…cp315t", "pp39…pp311"], ""
        )

    def test_how_well_a_choice_fits(self) -> None:
        """Wheels for a platform, wheels for all, the sdist, nothing."""
        matrix = Matrix(release(LINUX, PURE, SDIST))
        assert [matrix.match(name) for name in (LINUX, PURE, SDIST, None)] == [
            "own",
            "portable",
            "sdist",
            "none",
        ]


class TestHere:
    @pytest.mark.parametrize(
        ("local", "family", "is_there"),
        [
            (here("3.12.1", "manylinux_2_36_x86_64"), "Linux", True),
            (here("3.12.1", "manylinux_2_27_x86_64"), "Linux", False),
            (here("3.12.1", "manylinux_2_27_x86_64"), "elsewhere", True),
            (here("3.12.1", "win_amd64"), "elsewhere", True),
            (here("3.12.1", "openbsd_7_amd64"), "elsewhere", False),
            (here("3.11.1", "manylinux_2_36_x86_64"), "Linux", False),
            (None, "Linux", False),
        ],
    )
    def test_the_cell_of_the_local_environment(
        self, local: Environment | None, family: str, *, is_there: bool
    ) -> None:
        """That of the newest platform that is no newer."""
        matrix = Matrix(release(LINUX, PURE, local=local))
        assert matrix.is_here(Row(("cp312",)), column(matrix, family)) is is_there
