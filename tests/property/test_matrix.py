from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from explaining import release
from twine_stage.render.matrix import Matrix

PYTHONS = (
    "py3-none",
    "py2.py3-none",
    "cp312-cp312",
    "cp311-abi3",
    "cp313-cp313t",
    "pp311-pypy311_pp73",
)
PLATFORMS = (
    *("any", "win_amd64", "win_amd64.win32", "win_arm64", "linux_armv6l"),
    *("manylinux_2_17_x86_64", "manylinux_2_28_x86_64", "manylinux_2_28_aarch64"),
    *("musllinux_1_1_x86_64.manylinux_2_31_x86_64", "musllinux_1_2_aarch64"),
    *("macosx_10_9_x86_64", "macosx_11_0_universal2", "macosx_14_0_arm64"),
    *("pyemscripten_2025_0_wasm32", "android_21_x86_64", "ios_13_0_arm64_iphoneos"),
)
NAMES = [
    "spam-1.0.tar.gz",
    *(
        f"spam-1.0{build}-{python}-{platform}.whl"
        for build in ("", "-1")
        for python in PYTHONS
        for platform in PLATFORMS
    ),
]


class TestMatrix:
    """Every environment stands in one column, whose cell says what is chosen there."""

    @given(
        own=st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=6),
        listed=st.lists(st.sampled_from(NAMES), unique=True, max_size=3),
        is_compact=st.booleans(),
    )
    def test_nothing_is_lost_by_merging(
        self, own: list[str], listed: list[str], *, is_compact: bool
    ) -> None:
        """Whatever was merged with whatever."""
        matrix = Matrix(release(*own, index=listed or None))
        columns = matrix.columns(is_compact=is_compact)
        by_platform = {tag: column for column in columns for tag in column.platforms}
        assert sum(len(column.platforms) for column in columns) == len(by_platform)
        rows = {python: row for row in matrix.rows(columns) for python in row.pythons}
        for one in matrix.release.environments:
            cell = matrix.cell(rows[one.python], by_platform[one.platform])
            assert cell is not None
            assert matrix.text(cell) == matrix.text(one)
