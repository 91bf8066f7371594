"""The page of ``stage audit``."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from auditing import NEXT, PURE, SDIST, at, audited
from html_pages import HOSTILE, Page, check_alone
from showing import shown
from twine_stage.histories import Terms
from twine_stage.operations.audit import AuditReport
from twine_stage.policy import Policy
from twine_stage.render.html.audit import render
from twine_stage.render.html.audit_timeline import Scale, dots, scale

WHOLE: dict[str, Any] = {"size": 1000, "sha256": "0" * 64, "provenance": "p"}
FREE = Terms(Policy(), None)
DAY = 86400
REPORTS = {
    "plain": audited(at(SDIST, 500, **WHOLE), at(PURE, 500, **WHOLE), at(NEXT, 90, **WHOLE)),
    "everything": audited(
        at(SDIST, 2000),
        at(PURE, 1990, **WHOLE),
        at("Spam-1.0.0-cp313-cp313-win_amd64.whl", 1200, yanked="bad"),
        at(NEXT, 3),
        "spam-0.1.exe",
        status="archived",
        status_reason="moved",
    ),
    "html": audited(SDIST, shown(PURE, yanked="")),
    "partly": audited(at(SDIST, 3, **WHOLE), NEXT),
    "hostile": audited(at(SDIST, 20, yanked=HOSTILE), at(PURE, 3), HOSTILE, status=HOSTILE),
    "several": audited(at(SDIST, 3, **WHOLE), names=["spam", "eggs"]),
    "empty": audited(terms=FREE),
    "many": audited(*(at(f"spam-1.{n}.tar.gz", 3000 - 30 * n, **WHOLE) for n in range(80))),
}


def page(found: AuditReport) -> Page:
    return Page(render(found))


def words(made: Page) -> str:
    """What is read, without the styles."""
    return made.words.partition("stage audit")[2]


def classes(made: Page, tag: str) -> list[str]:
    return [one.get("class") or "" for one in made.all(tag)]


@pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS)
class TestEveryPage:
    def test_it_stands_alone(self, found: AuditReport) -> None:
        """Well-formed, with nothing from elsewhere; links lead to its own releases."""
        check_alone(render(found), anchors="details")

    def test_it_is_the_same_again(self, found: AuditReport) -> None:
        """A page is a function of the report."""
        assert render(found) == render(found)

    def test_all_dots_are_within_the_picture(self, found: AuditReport) -> None:
        """Places are parts of its width and height."""
        places = [float(one) for one in re.findall(r"--[xy]: ([-0-9.]+)", render(found))]
        assert all(0 <= place <= 1 for place in places)


def test_hostile_texts_stay_texts() -> None:
    """What an index says is shown, and does nothing."""
    assert page(REPORTS["hostile"]).words.count(HOSTILE) >= 2


class TestReleases:
    def test_the_newest_stand_first_by_year(self) -> None:
        """Each with its versions, files and exposure."""
        said = words(page(REPORTS["plain"]))
        assert said.index("1.12025-10-03") < said.index("1.02024-08-19")

    def test_each_is_of_its_kinds(self) -> None:
        """By which it is found."""
        new, old = classes(page(REPORTS["everything"]), "details")
        assert new.split() == ["release", "provenance", "open"]
        assert old.split() == ["release", "late", "appended", "yanked", "provenance", "spelling"]

    def test_opened_it_tells_all(self) -> None:
        """What was changed for whom, why it is closed, and each file in the order of time."""
        said = words(page(REPORTS["everything"]))
        assert f"{PURE} is chosen instead of the sdist, by pip and uv on " in said
        assert "for 14 days after the first, here until 2020-07-25 12:00 UTC" in said
        assert said.index("+0 s") < said.index("+10 days") < said.index("+800 days")

    def test_the_day_of_each_file_is_there_on_a_small_screen(self) -> None:
        """Only what is extra is left out there."""
        assert "when" in classes(page(audited(at(SDIST, 9))), "td")

    @pytest.mark.parametrize(
        ("days", "last"), [(3, "1 day"), (20, "14 days"), (200, "200 days"), (2000, "1 year")]
    )
    def test_the_scale_tells_how_late_the_latest_is(self, days: int, last: str) -> None:
        """Its last mark is near what came last."""
        found = audited(at(SDIST, 2500), at(PURE, 2500 - days)).releases
        assert scale(found, 14 * 86400).marks[-1][1] == last

    def test_publishers_are_named_where_they_were_read(self) -> None:
        """Else only that there is provenance."""
        file = shown(SDIST, provenance="p")
        assert "GitHub workflow=ci.yml" in words(page(audited(file, publishers={"p": "ci.yml"})))
        assert "not toldprovenance" in words(page(audited(file)))

    def test_without_times_they_are_listed_the_newest_version_first(self) -> None:
        """There is no picture, and it is said what cannot be known."""
        found = audited(SDIST, NEXT)
        made = page(found)
        assert "chart" not in classes(made, "div")
        assert "axis" not in classes(made, "span")
        assert words(made).index("1.1not told") < words(made).index("1.0not told")
        assert "The index does not tell when files were uploaded, so nobody can know" in made.words
        assert made.words.count("not told") >= 4


class TestViews:
    def test_one_kind_can_be_shown_alone(self) -> None:
        """By buttons that need no script; all are shown first."""
        made = page(REPORTS["everything"])
        buttons = made.all("input")
        kinds = ["late", "appended", "yanked", "provenance", "spelling", "open"]
        assert [one["id"] for one in buttons] == [f"show-{kind}" for kind in ("all", *kinds)]
        assert [one["id"] for one in buttons if "checked" in one] == ["show-all"]
        assert {one["for"] for one in made.all("label")} == {one["id"] for one in buttons}
        rule = "#show-late:checked ~ main :is(details:not(.late), .year:not(:has(.late))) {"
        assert rule in render(REPORTS["everything"])

    def test_where_there_is_nothing_to_say_there_is_nothing_to_choose(self) -> None:
        """All are as they should be."""
        assert page(REPORTS["plain"]).all("input") == []


class TestPicture:
    def test_what_dots_mean_is_told(self) -> None:
        """The window is only named where there is one."""
        assert "later than the 14 days that the index gives today" in page(REPORTS["plain"]).words
        free = page(audited(at(SDIST, 3), terms=FREE))
        assert "that the index gives today" not in free.words
        assert "within 1 day of the first file" in free.words

    def test_years_are_marked(self) -> None:
        """Where there is hardly one, the days at both ends."""
        made = page(REPORTS["many"])
        assert "2018201920202021202220232024" in words(made)
        assert "2025-12-292025-12-30" in page(audited(at(SDIST, 3), at(NEXT, 2))).words

    def test_a_dot_leads_to_its_release(self) -> None:
        """And says what it is."""
        made = page(REPORTS["plain"])
        titles = {str(one["href"]): str(one["title"]) for one in made.all("a")}
        assert titles["#r0"] == f"spam==1.0: 2 files, the first: {PURE}, {SDIST}"

    def test_of_many_files_some_are_named(self) -> None:
        """The others are counted."""
        names = [f"spam-1.0-cp313-cp313-macosx_1{n}_0_arm64.whl" for n in range(9)]
        made = page(audited(*(at(name, 30, **WHOLE) for name in names)))
        [dot] = made.all("a")
        assert str(dot["title"]).endswith(", and 3 more")

    def test_what_is_yanked_is_hollow(self) -> None:
        """If all of it is."""
        old = REPORTS["everything"].releases[0]
        found = dots(old, scale(REPORTS["everything"].releases, None))
        assert [dot.classes for dot in found] == ["dot own", "dot appended", "dot late gone"]


class TestScale:
    def test_it_grows_and_ends_at_the_end(self) -> None:
        """A minute, an hour and a day have room, whatever comes after them."""
        on = Scale(3 * 365 * DAY, 14 * DAY)
        places = [on.place(one) for one in (0, 60, 3600, DAY, 14 * DAY, 3 * 365 * DAY)]
        assert places == sorted(places)
        assert places[0] == 0
        assert 0.95 < places[-1] < 1
        assert min(after - before for before, after in pairwise(places)) > 0.05

    def test_clocks_that_differ_do_not_leave_it(self) -> None:
        """Nothing came before the first."""
        assert Scale(0, None).place(-5) == 0

    def test_marks_keep_apart(self) -> None:
        """The window of the index goes before a mark beside it."""
        labels = [label for _, label in Scale(400 * DAY, 2 * DAY).marks]
        assert labels == ["1 min", "1 h", "2 days", "1 year"]
        assert [label for _, label in Scale(0, timedelta(days=14).total_seconds()).marks] == [
            "1 min",
            "1 h",
            "1 day",
        ]
