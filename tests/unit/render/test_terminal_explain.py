from __future__ import annotations

import pytest

from explaining import INDEX, LINUX, PURE, SDIST, TIES, here, report
from showing import shown
from twine_stage.operations.explain import ExplainReport
from twine_stage.render.document import Span, Style, layout, plain
from twine_stage.render.matrix import Matrix, Row
from twine_stage.render.terminal import render
from twine_stage.resolution import Installer

PLATFORMS = (
    *("macosx_10_13_x86_64", "macosx_14_0_x86_64", "macosx_11_0_arm64", "macosx_14_0_arm64"),
    *("manylinux_2_27_x86_64", "manylinux_2_27_aarch64", "musllinux_1_2_x86_64"),
    *("musllinux_1_2_aarch64", "win32", "win_amd64", "win_arm64"),
)
MANY = tuple(
    f"spam-1.0-cp{minor}-cp{minor}-{platform}.whl"
    for minor in (311, 312, 313, 314)
    for platform in PLATFORMS
)
LEGACY = tuple(f"spam-1.0-cp312-cp312-manylinux_2_{minor}_x86_64.whl" for minor in range(18, 40))


def text(found: ExplainReport) -> str:
    return plain(render(found))


def test_a_matrix_and_its_files() -> None:
    """Headings of three lines, rows, the legend, and what cannot be seen there."""
    said = text(report(LINUX, PURE, SDIST, local=here())).splitlines()
    assert said[:9] == [
        "spam==1.0: what pip and uv choose",
        "",
        "                   Linux   elsewhere",
        "                   x86_64",
        "                   2.28+",
        "    cp39…cp311     2       2",
        "    cp312…cp315    1       2",
        "    cp313t…cp315t  2       2",
        "    pp39…pp311     2       2",
    ]
    assert said[10].split()[:2] == ["kind", "size"]
    assert said[11].split()[:4] == ["1", "wheel", "1.0", "kB"]
    assert said[13].endswith(f"0  {SDIST}")
    assert said[15].startswith("elsewhere: Linux x86_64 (glibc <2.28), aarch64, ")
    assert said[16] == f"here: cp312 on Linux x86_64 (glibc 2.36) gets {LINUX}"


def test_headings_without_versions() -> None:
    """Lines that would be empty are left out."""
    assert text(report(PURE)).splitlines()[2:4] == [
        "                   everywhere",
        "    cp39…cp315     1",
    ]


def test_it_fits_a_terminal() -> None:
    """In several bands, of which families are kept together if that can be."""
    for names in (MANY, LEGACY):
        lines = text(report(*names, SDIST)).splitlines()
        end = next(place for place, line in enumerate(lines) if line.split()[:1] == ["kind"])
        assert max(map(len, lines[:end])) <= 80
        assert {line.strip() for line in lines[:end] if "elsewhere" in line} != set()
    heads = [line.split() for line in text(report(*MANY, SDIST)).splitlines() if "macOS" in line]
    assert heads[0] == ["macOS", "Windows", "elsewhere"]


@pytest.mark.parametrize("width", [40, 60, 79, 80, 120, 200])
@pytest.mark.parametrize("names", [MANY, LEGACY, TIES])
def test_it_is_as_wide_as_the_terminal(names: tuple[str, ...], width: int) -> None:
    """At most; and whatever the bands, each Python has all its cells, in their order."""
    found = report(*names, SDIST, index=[LINUX], local=here())
    lines = plain(render(found), width).splitlines()
    assert max(map(len, lines)) <= width
    matrix = Matrix(found.releases[0])
    shown: dict[str, list[str]] = {python: [] for python in matrix.pythons}
    for name, *cells in filter(None, map(str.split, lines)):
        first, last = name.partition("…")[0], name.rpartition("…")[2]
        if first in shown:
            for python in matrix.pythons[matrix.pythons.index(first) :]:
                shown[python] += cells
                if python == last:
                    break
    for python, cells in shown.items():
        columns = matrix.columns(is_compact=True)
        texts = [matrix.text(matrix.cell(Row((python,)), column)) for column in columns]
        assert cells == [text for text in texts if text]


def test_a_wide_terminal_needs_one_band() -> None:
    """What is no terminal gets what one of 80 columns gets."""
    found = render(report(*MANY, SDIST))
    bands = {width: plain(found, width).count("cp311 ") for width in (None, 80, 200)}
    assert bands == {None: 2, 80: 2, 200: 1}


def test_one_installer() -> None:
    """The grammar minds that."""
    assert text(report(PURE, installers=[Installer.UV])).startswith("spam==1.0: what uv chooses\n")


def test_installers_that_differ() -> None:
    """Both labels, both counts."""
    said = text(report(*TIES))
    assert "cp39…cp315     2/1" in said
    assert "differ: pip and uv choose different files" in said


def test_an_index_and_what_would_be_added() -> None:
    """Changes have an arrow, and stand out."""
    found = report(LINUX, index=[PURE])
    said = text(found)
    assert said.startswith(f"spam==1.0 on {INDEX} and 1 file more: what pip and uv choose\n")
    assert "2→1" in said
    spans = [span for line in layout(render(found), None) for span in line]
    assert {span.style for span in spans if "2→1" in span.text} == {Style.CARE}
    assert text(report(index=[PURE])).startswith(f"spam==1.0 on {INDEX}: what")


def test_a_size_that_is_not_told_is_left_out() -> None:
    """An index need not say it."""
    row = next(line for line in text(report(index=[shown(PURE)])).splitlines() if PURE in line)
    assert row.split()[:2] == ["1", "wheel"]
    assert "B" not in row


def test_wheels_that_nobody_gets_stand_out() -> None:
    """Unlike an sdist behind them."""
    lines = list(layout(render(report(*TIES, SDIST, installers=[Installer.UV])), None))
    counts = {line[-1].text: line[-3] for line in lines if line and line[-1].text in (PURE, SDIST)}
    assert {name: span.style for name, span in counts.items()} == {
        PURE: Style.CARE,
        SDIST: Style.PLAIN,
    }
    assert all(isinstance(span, Span) for span in counts.values())


def test_no_files() -> None:
    """It is said, and nothing else."""
    assert text(report(index=[])) == (
        f"spam==1.0 on {INDEX}: there is no file, so nothing can be installed\n"
    )


def test_several_releases_are_apart() -> None:
    """By an empty line."""
    [one] = report(PURE).releases
    both = ExplainReport(installers=("pip", "uv"), releases=(one, one))
    assert text(both) == text(report(PURE)) + "\n" + text(report(PURE))
