from __future__ import annotations

import pytest

from twine_stage.project_names import lookalikes


@pytest.mark.parametrize(
    "other", ["spam1oli", "spam1011", "spaml0LI", "sp-am_1.O-l.i", "SPAMiOlI", "spam-lol1"]
)
def test_what_looks_the_same_is_alike(other: str) -> None:
    """L and I stand for 1, O for 0, in either case, and what separates words does not count."""
    assert lookalikes("spam-l0ll", ["eggs", other]) == (other,)


@pytest.mark.parametrize("other", ["spam", "spam-l0lll", "span-l0ll", "5pam-l0ll", ""])
def test_other_names_are_not(other: str) -> None:
    """Nothing else is taken for something else: one letter more, or less, or another."""
    assert lookalikes("spam-l0ll", [other]) == ()


@pytest.mark.parametrize("other", ["spam-eggs", "Spam_Eggs", "spam.eggs", "SPAM--eggs"])
def test_a_name_is_not_like_itself(other: str) -> None:
    """The same name in another spelling is the same project."""
    assert lookalikes("spam-eggs", [other]) == ()


def test_a_name_that_ends_differently_is_alike() -> None:
    """Words run together are another project, that people mix up."""
    assert lookalikes("spam-eggs", ["spameggs", "spam-eggs", "s.pameggs"]) == (
        "s.pameggs",
        "spameggs",
    )


def test_all_names_of_an_index_are_compared() -> None:
    """Those that look the same are found among all, each once."""
    names = [f"spam{number}" for number in range(1000)] * 2
    assert lookalikes("spam-IOO", names) == ("spam100",)
