from __future__ import annotations

import pytest

from explaining import INDEX, LINUX, PURE, SDIST, TIES, here, report
from html_pages import HOSTILE, Page, check_alone
from showing import shown
from twine_stage.operations.explain import ExplainReport
from twine_stage.render.html.explain import render
from twine_stage.resolution import Installer


def page(found: ExplainReport) -> Page:
    return Page(render(found))


REPORTS = {
    "plain": report(LINUX, PURE, SDIST, local=here()),
    "differing": report(*TIES),
    "changing": report(LINUX, index=[PURE]),
    "tied anew": report(TIES[0], index=[PURE]),
    "lacking": report(LINUX),
    "empty": report(index=[]),
    "one": report(PURE, installers=[Installer.UV]),
    "hostile": report(index=[shown(PURE, requires_python=HOSTILE), shown(SDIST)]),
}


@pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS)
class TestEveryPage:
    def test_it_stands_alone(self, found: ExplainReport) -> None:
        """Well-formed, with nothing from elsewhere; links lead to its own files."""
        check_alone(render(found), anchors="tr")

    def test_it_is_the_same_again(self, found: ExplainReport) -> None:
        """A page is a function of the report."""
        assert render(found) == render(found)

    def test_headings_have_scopes(self, found: ExplainReport) -> None:
        """So that a cell can be read out with its row and its column."""
        assert all("scope" in attributes for attributes in page(found).all("th"))


def test_hostile_texts_stay_texts() -> None:
    """What an index says is shown, and does nothing."""
    assert HOSTILE in page(REPORTS["hostile"]).words


def test_cells_name_their_files() -> None:
    """In full, for who points at them."""
    titles = {attributes.get("title") for attributes in page(REPORTS["plain"]).all("a")}
    assert titles == {LINUX, PURE}


def test_the_local_environment_is_marked() -> None:
    """One cell, and a word at its row and its column."""
    made = page(REPORTS["plain"])
    cells = [one for one in made.all("td") if "here" in (one.get("class") or "").split()]
    tags = [one for one in made.all("span") if one.get("class") == "tag"]
    assert (len(cells), len(tags)) == (1, 2)


class TestInstallers:
    def test_where_they_differ_one_can_be_shown_alone(self) -> None:
        """By buttons that need no script; both are shown first."""
        made = page(REPORTS["differing"])
        buttons = made.all("input")
        assert [one["id"] for one in buttons] == ["view-both", "view-pip", "view-uv"]
        assert [one["id"] for one in buttons if "checked" in one] == ["view-both"]
        assert {one["for"] for one in made.all("label")} == {one["id"] for one in buttons}
        assert "#view-pip:checked ~ main .by-uv { display: none; }" in render(REPORTS["differing"])
        assert "Chosen by uv" in made.words

    def test_a_difference_before_counts_too(self) -> None:
        """It may be what the added file does away with."""
        found = report("spam-1.0-1-py3-none-any.whl", index=TIES)
        assert page(found).all("input")

    def test_where_they_agree_there_is_nothing_to_choose(self) -> None:
        """And one count is enough."""
        made = page(REPORTS["plain"])
        assert made.all("input") == []
        assert "Chosen by" not in made.words

    def test_one_alone(self) -> None:
        """The page says whose choice it shows."""
        assert "Which file uv chooses, everywhere." in page(REPORTS["one"]).words


class TestChanges:
    def test_before_and_after(self) -> None:
        """Marked, with an arrow."""
        made = page(REPORTS["changing"])
        changed = [one for one in made.all("span") if one.get("class") == "changed"]
        assert len(changed) == 4  # Python 3.12 to 3.15 on Linux x86_64
        assert "2→" in made.words
        assert f"2 files, 1 of them not on {INDEX} yet" in made.words

    def test_for_one_installer_only(self) -> None:
        """The other one has no arrow."""
        assert "pip2uv2→1" in page(REPORTS["tied anew"]).words

    def test_from_nothing(self) -> None:
        """It says so to who cannot see the dot."""
        found = report(PURE, index=[LINUX])
        titles = {one.get("title") for one in page(found).all("span")}
        assert "nothing before" in titles


class TestShares:
    def test_how_well_environments_are_served(self) -> None:
        """In percent; what there is none of is not named."""
        said = page(REPORTS["plain"]).words
        assert "get a wheel built for the platform" in said
        assert "get a wheel for any platform" in said
        assert "get the sdist" not in said
        assert "nothing can be installed" in page(REPORTS["lacking"]).words

    def test_a_little_is_not_nothing(self) -> None:
        """A single environment of hundreds."""
        found = report("spam-1.0-cp312-cp312-win_arm64.whl", SDIST)
        assert "< 1 %get a wheel built" in page(found).words


def test_no_files() -> None:
    """It is said instead of an empty matrix."""
    made = page(REPORTS["empty"])
    assert made.all("table") == []
    assert f"There is no file on {INDEX}: nothing can be installed." in made.words


def test_several_releases() -> None:
    """Each with a heading, and with names for its files that are its own."""
    [one] = REPORTS["plain"].releases
    made = page(ExplainReport(installers=("pip", "uv"), releases=(one, one)))
    assert "2 releases" in made.words
    assert len(made.all("h2")) == 2
    ids = [attributes["id"] for attributes in made.all("tr") if "id" in attributes]
    assert len(ids) == len(set(ids)) == 6
