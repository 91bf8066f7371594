from __future__ import annotations

from dataclasses import replace

import pytest

from samples import distribution
from showing import project, shown
from twine_stage.addresses import predicted

HOST = "https://files.example.org/packages/"
DIST = replace(distribution("spam-1.0+cu12-py3-none-any.whl"), blake2b256="ab12" + "f" * 60)


@pytest.mark.parametrize("root", [HOST, "http://127.0.0.1:1/a/b/"])
def test_below_the_host_that_the_page_shows(root: str) -> None:
    """The address is made of the digest of the content and the filename, as that of any other."""
    page = project("spam-0.8.zip", replace(shown("spam-0.9.zip"), url=_address(root)))
    expected = f"{root}ab/12/{'f' * 60}/spam-1.0%2Bcu12-py3-none-any.whl"
    assert predicted(DIST, page) == expected


@pytest.mark.parametrize(
    "url",
    [
        f"{HOST}source/s/spam/spam-0.9.zip",
        f"{HOST}00/11/{'2' * 59}/spam-0.9.zip",
        f"{HOST}00/11/{'2' * 60}/spam-0.9.zip?signature=1",
        f"file:///srv/00/11/{'2' * 60}/spam-0.9.zip",
    ],
)
def test_other_addresses_tell_nothing(url: str) -> None:
    """An index that serves files elsewhere, or to those with a signature only, is not guessed."""
    assert predicted(DIST, project(replace(shown("spam-0.9.zip"), url=url))) is None


def test_without_a_digest() -> None:
    """A file of which BLAKE2 is not known has no address that could be told."""
    page = project(replace(shown("spam-0.9.zip"), url=_address(HOST)))
    assert predicted(replace(DIST, blake2b256=None), page) is None


def _address(root: str) -> str:
    return f"{root}00/11/{'2' * 60}/spam-0.9.zip"
