"""Platforms: few words for many tags."""

from __future__ import annotations

import pytest

from twine_stage.render.platforms import platforms


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("spam-1.0.tar.gz", ("sdist",)),
        ("spam-1.0-py3-none-any.whl", ("any",)),
        (
            "spam-1.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            ("linux",),
        ),
        ("spam-1.0-cp313-cp313-linux_armv7l.whl", ("linux",)),
        ("spam-1.0-cp313-cp313-musllinux_1_2_x86_64.whl", ("musl",)),
        ("spam-1.0-cp313-cp313-macosx_11_0_arm64.whl", ("macos",)),
        ("spam-1.0-cp313-cp313-win_amd64.whl", ("windows",)),
        ("spam-1.0-cp313-cp313-win32.whl", ("windows",)),
        ("spam-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl", ("wasm",)),
        ("spam-1.0-cp313-cp313-plan9_mips.whl", ("other",)),
    ],
)
def test_each_tag_has_a_word(filename: str, words: tuple[str, ...]) -> None:
    """The platform tag of a wheel, or sdist."""
    assert platforms([filename]) == words


def test_words_come_once_and_in_one_order() -> None:
    """Portable first, then by platform, the sdist last."""
    names = [
        "spam-1.0.tar.gz",
        "spam-1.0-cp313-cp313-win_amd64.whl",
        "spam-1.0-cp312-cp312-win_amd64.whl",
        "spam-1.0-cp312-cp312-linux_x86_64.whl",
        "spam-1.0-py3-none-any.whl",
    ]
    assert platforms(names) == ("any", "linux", "windows", "sdist")
