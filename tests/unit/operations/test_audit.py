"""Auditing: the past of projects, as an index shows it, and what cannot be known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditing import DAY, NEXT, PURE, PYPI, SDIST, Showing, at, audited
from fakes import NOON, FakeClock
from showing import shown
from twine_stage.errors import Unreachable, UsageError
from twine_stage.histories import Terms
from twine_stage.operations.audit import audit
from twine_stage.policy import Policy


class TestReleases:
    def test_times_exposure_and_appends_are_told(self) -> None:
        """In seconds, as machines like them."""
        report = audited(at(SDIST, 10), at(PURE, 8))
        [release] = report.releases
        assert (release.project, release.release, release.version) == ("spam", "spam==1.0", "1.0")
        assert (release.first_upload, release.last_upload) == (NOON - 10 * DAY, NOON - 8 * DAY)
        assert release.exposure_seconds == 0
        [append] = release.appends
        assert (append.files, append.after_seconds) == ((PURE,), 2 * 86400)
        assert (append.at, append.is_late) == (NOON - 8 * DAY, False)
        assert release.appended == (PURE,)
        assert [file.after_seconds for file in release.files] == [2 * 86400, 0]
        assert (report.exit_status, report.append_after_seconds) == (0, 86400)

    def test_open_releases_tell_until_when(self) -> None:
        """Closed ones by which rule."""
        old, new = audited(at(SDIST, 40), at(NEXT, 4)).releases
        assert (old.openness, old.open_until) == ("closed", None)
        assert old.closed_by == (
            "by the rule that the index has today: it takes files for 14 days after the first, "
            "here until 2025-12-06 12:00 UTC"
        )
        assert (new.openness, new.open_until) == ("open", NOON + 10 * DAY)
        assert new.closed_by == ""

    def test_without_a_rule_they_are_open_for_ever(self) -> None:
        """As far as any rule is known."""
        [release] = audited(at(SDIST, 900), terms=Terms(Policy(), None)).releases
        assert (release.openness, release.open_until) == ("open", None)

    def test_a_release_without_provenance_after_one_that_had_it_is_told(self) -> None:
        """As somebody with a stolen token would publish it."""
        first, second, third = audited(
            shown(SDIST, provenance="p"), NEXT, shown("spam-1.2.tar.gz", provenance="p")
        ).releases
        found = [one.is_without_provenance for one in (first, second, third)]
        assert found == [False, True, False]

    def test_files_are_told_as_they_are_shown(self) -> None:
        """With nothing where the index tells nothing."""
        [release] = audited(
            shown(SDIST, yanked="bad"), shown(PURE, size=3, provenance="p")
        ).releases
        wheel, sdist = release.files
        assert (wheel.size, wheel.has_provenance, wheel.yanked) == (3, True, None)
        assert (sdist.size, sdist.has_provenance, sdist.yanked) == (None, False, "bad")
        assert (sdist.uploaded_at, sdist.after_seconds, sdist.sha256) == (None, None, None)
        assert (release.yanked, release.unproven) == ((SDIST,), (SDIST,))
        assert not release.is_spelled_in_ways

    def test_two_spellings_are_told(self) -> None:
        """Of the name or of the version."""
        assert audited(SDIST, "Spam-1.0-py3-none-any.whl").releases[0].is_spelled_in_ways
        assert audited(SDIST, "spam-1.0.0-py3-none-any.whl").releases[0].is_spelled_in_ways


class TestPublishers:
    def test_they_are_only_read_on_request(self) -> None:
        """It is one request for each file."""
        [file] = audited(shown(SDIST, provenance="p")).releases[0].files
        assert (file.has_provenance, file.publisher) == (True, None)

    def test_files_of_another_publisher_are_told(self) -> None:
        """Beside who published the others."""
        names = (SDIST, PURE, "spam-1.0-py2-none-any.whl")
        files = [shown(name, provenance=name) for name in names]
        by = {SDIST: "ci.yml", PURE: "ci.yml", names[2]: "evil.yml"}
        [release] = audited(*files, publishers=by).releases
        assert release.publishers == ("GitHub workflow=ci.yml", "GitHub workflow=evil.yml")
        assert release.strangers == {names[2]: "GitHub workflow=ci.yml"}

    def test_another_publisher_than_that_of_the_release_before_is_told(self) -> None:
        """The one before that had any."""
        names = (SDIST, NEXT, "spam-1.2.tar.gz", "spam-1.3.tar.gz")
        files = [shown(name, provenance=name) for name in names]
        by = {SDIST: "ci.yml", NEXT: "ci.yml", names[3]: "evil.yml"}
        found = [one.publishers_before for one in audited(*files, publishers=by).releases]
        assert found == [(), (), (), ("GitHub workflow=ci.yml",)]

    def test_what_cannot_be_read_names_nobody(self) -> None:
        """The provenance itself is shown."""
        files = (shown(SDIST, provenance="p"), PURE)
        [release] = audited(*files, publishers={"p": ""}).releases
        assert [file.publisher for file in release.files] == [None, None]
        assert release.publishers_before == ()


class TestProjects:
    def test_what_the_index_says_of_a_project_is_told(self) -> None:
        """Its status, its window, and files of no known release."""
        files = (at(SDIST, 1), "spam.exe")
        [found] = audited(*files, status="archived", status_reason="moved").projects
        assert (found.project, found.index) == ("spam", "https://example.org/legacy/")
        assert (found.status, found.status_reason) == ("archived", "moved")
        assert (found.window_seconds, found.passed_over) == (14 * 86400, ("spam.exe",))

    def test_of_what_the_index_does_not_know_no_status_is_told(self) -> None:
        """Neither that it is active."""
        [found] = audited(names=("eggs",)).projects
        assert (found.is_known, found.status) == (False, None)

    def test_several_are_told_together(self) -> None:
        """Each once, sorted; one that there is not, too."""
        report = audited(SDIST, names=("spam", "eggs", "SPAM"), terms=Terms(Policy(), None))
        assert [(one.project, one.is_known) for one in report.projects] == [
            ("eggs", False),
            ("spam", True),
        ]
        assert report.projects[1].window_seconds is None
        assert [one.release for one in report.releases] == ["spam==1.0"]


class TestUnknown:
    def test_an_index_that_tells_all_leaves_nothing_open(self) -> None:
        """Files of no known release do not count."""
        whole = at(SDIST, 1, size=1, sha256="0" * 64, provenance="p")
        assert audited(whole, "spam.exe").projects[0].unknown == ()

    def test_what_it_does_not_tell_is_said_with_what_follows(self) -> None:
        """As of one that has only HTML."""
        times, sizes, digests, provenance = audited(SDIST).projects[0].unknown
        assert times == (
            "the index does not tell when files were uploaded, so nobody can know how long "
            "releases were incomplete, what was appended, and how long they stay open"
        )
        assert sizes.startswith("the index does not tell sizes, so")
        assert digests.startswith("the index does not tell digests, so")
        assert provenance.startswith("the index shows no provenance, so")
        assert audited(SDIST).releases[0].openness == "unknown"

    def test_of_how_many_files_is_said(self) -> None:
        """Where it tells it of others."""
        whole = at(SDIST, 1, size=1, sha256="0" * 64, provenance="p")
        [sizes] = audited(whole, replace(whole, filename=PURE, size=None)).projects[0].unknown
        assert sizes.startswith("the index does not tell sizes of 1 of 2 files, so")


class TestErrors:
    def test_a_name_is_that_of_a_project(self) -> None:
        """A release is none."""
        with pytest.raises(UsageError, match=r"expected the name of a project, found 'spam==1\.0'"):
            audited(SDIST, names=("spam==1.0",))

    def test_an_index_that_does_not_answer_is_unreachable(self) -> None:
        """There is nothing to show."""
        with pytest.raises(Unreachable):
            audit(["spam"], Showing(outages=[True]), PYPI, clock=FakeClock())
