"""Histories: what the times of files tell of a release's past."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from showing import project, shown
from twine_stage.distributions import Filename
from twine_stage.histories import History, Terms, histories, spelled_name, spelled_version
from twine_stage.impact import Effect
from twine_stage.listings import ListedFile
from twine_stage.policy import Openness, Policy

T0 = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
NOW = T0 + timedelta(days=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PYPI = Terms(Policy(), timedelta(days=14))
SDIST = "spam-1.0.tar.gz"
PURE = "spam-1.0-py3-none-any.whl"
WINDOWS = "spam-1.0-cp313-cp313-win_amd64.whl"
LINUX = "spam-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"


def at(name: str, after: timedelta = timedelta(), **facts: Any) -> ListedFile:
    """A file that came so long after the first moment."""
    return shown(name, uploaded_at=T0 + after, **facts)


def only(*files: ListedFile | str, terms: Terms = PYPI, now: datetime = NOW) -> History:
    [found] = histories(project(*files), terms, now=now)
    return found


class TestReleases:
    def test_each_version_has_one_the_oldest_first(self) -> None:
        """Files of other projects, and of no known release, belong to none."""
        names = ("spam-1.10.tar.gz", "spam-1.9.tar.gz", "spam-1.9.0-py3-none-any.whl")
        found = histories(project(*names, "eggs-1.0.tar.gz", "spam.exe"), PYPI, now=NOW)
        assert [str(one.listing.release.version) for one in found] == ["1.9.0", "1.10"]
        assert [len(one.listing.files) for one in found] == [2, 1]

    def test_spellings_are_told(self) -> None:
        """Of the name and of the version, by kind of file."""
        found = only(SDIST, "Spam-1.0.0.tar.gz")
        assert (found.names, found.versions) == (("Spam", "spam"), ("1.0", "1.0.0"))

    @pytest.mark.parametrize(
        ("text", "name", "version"),
        [
            ("Foo_Bar-1.0-1-py3-none-any.whl", "Foo_Bar", "1.0"),
            ("foo-bar-1.0.tar.gz", "foo-bar", "1.0"),
            ("foo.bar-1.0.zip", "foo.bar", "1.0"),
        ],
    )
    def test_parts_of_filenames(self, text: str, name: str, version: str) -> None:
        """As they are spelled, whatever they mean."""
        parsed = Filename.parse(text)
        assert (spelled_name(parsed), spelled_version(parsed)) == (name, version)

    def test_yanked_files_are_named(self) -> None:
        """With or without a reason."""
        assert only(shown(SDIST, yanked=""), PURE, shown(LINUX, yanked="x")).yanked == (
            LINUX,
            SDIST,
        )


class TestProvenance:
    def test_files_without_are_named_where_others_have_it(self) -> None:
        """Somebody published them in another way."""
        found = only(shown(SDIST, provenance="p"), PURE)
        assert (found.unproven, found.has_provenance) == ((PURE,), True)

    def test_where_none_has_it_nothing_is_mixed(self) -> None:
        """Nor where all have."""
        none = only(SDIST, PURE)
        every = only(shown(SDIST, provenance="p"), shown(PURE, provenance="q"))
        assert (none.unproven, none.has_provenance) == ((), False)
        assert (every.unproven, every.has_provenance) == ((), True)


class TestExposure:
    def test_it_is_from_the_first_file_to_the_last(self) -> None:
        """As long as the last is no append."""
        assert only(at(SDIST), at(PURE, HOUR), at(LINUX, DAY)).exposure == DAY
        assert only(at(SDIST), at(PURE, HOUR), at(LINUX, 2 * DAY)).exposure == HOUR

    def test_without_times_it_is_not_known(self) -> None:
        """And nothing is an append."""
        found = only(SDIST, PURE)
        assert (found.exposure, found.appends) == (None, ())


class TestAppends:
    def test_what_came_within_a_day_is_none(self) -> None:
        """As for publishing, where that is a completion."""
        assert only(at(SDIST), at(PURE, DAY)).appends == ()

    def test_files_that_came_together_are_one(self) -> None:
        """Up to an hour apart; in the order of time."""
        files = (at(PURE, 9 * DAY), at(WINDOWS, 3 * DAY + HOUR), at(LINUX, 3 * DAY))
        first, second = only(at(SDIST), *files).appends
        assert (first.at, first.after, first.files) == (T0 + 3 * DAY, 3 * DAY, (LINUX, WINDOWS))
        assert (second.files, second.is_late) == ((PURE,), False)

    def test_late_is_beyond_the_window_of_the_index(self) -> None:
        """Where there is no window, nothing is late."""
        files = (at(SDIST), at(PURE, 20 * DAY))
        assert [one.is_late for one in only(*files).appends] == [True]
        assert [one.is_late for one in only(*files, terms=Terms(Policy(), None)).appends] == [False]

    def test_the_policy_says_after_which_time(self) -> None:
        """``prompt-after`` of the project."""
        terms = Terms(Policy(prompt_after=HOUR), None)
        assert len(only(at(SDIST), at(PURE, 2 * HOUR), terms=terms).appends) == 1

    def test_each_is_compared_with_what_stood_before(self) -> None:
        """What files changed for whom; a file without a time was there all along."""
        found = only(shown(SDIST), at(LINUX), at(PURE, 2 * DAY), at(WINDOWS, 4 * DAY))
        first, second = found.appends
        assert {(one.effect, one.file, one.instead_of) for one in first.changes} == {
            (Effect.REPLACES_SDIST, PURE, SDIST)
        }
        assert {(one.effect, one.file, one.instead_of) for one in second.changes} == {
            (Effect.SHADOWS, WINDOWS, PURE)
        }

    def test_what_was_yanked_since_counts(self) -> None:
        """Nobody knows when it was."""
        found = only(at(SDIST, yanked=""), at(PURE, 2 * DAY, yanked=""))
        assert [one.instead_of for one in found.appends[0].changes] == [SDIST]


class TestOpen:
    def test_until_the_window_closes(self) -> None:
        """Whether somebody would be asked is no matter."""
        found = only(at(SDIST), now=T0 + 3 * DAY)
        assert found.verdict.openness is not Openness.CLOSED
        assert found.verdict.changes_at == T0 + 14 * DAY
        assert only(at(SDIST)).verdict.openness is Openness.CLOSED

    def test_until_the_projects_own_rule_closes_it(self) -> None:
        """The strictest counts."""
        terms = Terms(Policy(close_after_first=5 * DAY), timedelta(days=14))
        assert only(at(SDIST), terms=terms, now=T0).verdict.changes_at == T0 + 5 * DAY

    def test_a_newer_release_closes_it_where_the_project_wants_that(self) -> None:
        """For this all releases are looked at."""
        files = project(at(SDIST), at("spam-1.1.tar.gz", DAY))
        terms = Terms(Policy(close_on_newer="any"), None)
        old, new = histories(files, terms, now=T0 + DAY)
        assert old.verdict.openness is Openness.CLOSED
        assert new.verdict.openness is not Openness.CLOSED
