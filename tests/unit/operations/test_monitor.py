"""Monitor: the first look compares with the manifests, and later ones with the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import NOON, FakeClock
from twine_stage.changes import Change
from twine_stage.digests import sha256
from twine_stage.errors import Damaged, NewerFormat, Unreachable, UsageError
from twine_stage.looks import State
from twine_stage.operations.monitor import MonitorReport, monitor, read_state
from twine_stage.operations.watched import Watched
from watching import ChangingIndex, frozen, receipt_of, watch

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
EXTRA = "spam-1.0-1-py3-none-any.whl"
OTHER = "Spam-1.0-py3-none-any.whl"
HAM = "ham-2.0.tar.gz"
SPAM = frozen(WHEEL, SDIST)


@dataclass
class Watching:
    """An index on which spam 1.0 is as it was frozen, and a monitor that looks again and again."""

    path: Path
    index: ChangingIndex = field(default_factory=ChangingIndex)
    clock: FakeClock = field(default_factory=FakeClock)
    watched: Sequence[Watched] = (watch(SPAM),)
    options: dict[str, object] = field(default_factory=dict)

    def look(self) -> MonitorReport:
        state = read_state(self.path, url=self.index.url)
        report, after = monitor(
            self.watched,
            self.index,
            state=state,
            path=self.path,
            clock=self.clock,
            **self.options,  # type: ignore[arg-type]
        )
        assert read_state(self.path, url=self.index.url) == after
        return report

    def news(self) -> list[tuple[str, str, tuple[str, ...]]]:
        report = self.look()
        assert report.exit_status == (1 if report.changes else 0)
        return [(one.release, one.kind, one.files) for one in report.changes]


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    watching = Watching(tmp_path / "state.json")
    for name in (WHEEL, SDIST):
        watching.index.show(name)
    return watching


class TestTheFirstLook:
    def test_all_is_as_frozen(self, watching: Watching) -> None:
        """Nothing is told: status 0."""
        report = watching.look()
        assert (report.changes, report.unanswered, report.since) == ((), (), None)
        assert report.exit_status == 0
        (release,) = report.releases
        assert (release.release, release.is_as_frozen) == ("spam==1.0", True)
        assert release.seen_at is not None

    def test_each_difference_is_told(self, watching: Watching) -> None:
        """By the kinds of a comparison with the manifest."""
        watching.index.change(WHEEL, sha256="0" * 64)
        watching.index.remove(SDIST)
        watching.index.show(EXTRA, yanked="bad")
        assert watching.news() == [
            ("spam==1.0", "different", (WHEEL,)),
            ("spam==1.0", "missing", (SDIST,)),
            ("spam==1.0", "unexpected", (EXTRA,)),
            ("spam==1.0", "yanked", (EXTRA,)),
        ]
        assert watching.news() == []

    def test_a_release_that_is_not_there_is_one_thing(self, watching: Watching) -> None:
        """Its appearing is one, too."""
        watching.index.remove(WHEEL, SDIST)
        watching.index.states[SPAM.id.project] = "gone"
        assert watching.news() == [("spam==1.0", "missing", (WHEEL, SDIST))]
        watching.index.states.clear()
        for name in (WHEEL, SDIST):
            watching.index.show(name)
        assert watching.news() == [("spam==1.0", "appeared", (WHEEL, SDIST))]

    def test_an_added_file_is_told_with_its_time_and_effect(self, watching: Watching) -> None:
        """And that it is late, where the index closes releases; in one change."""
        watching.options["window"] = timedelta(days=14)
        watching.index.show(EXTRA, NOON + timedelta(days=20))
        (change,) = watching.look().changes
        _expect_addition(change, "unexpected", "20 days after the first file")

    def test_a_manifest_of_another_release_is_a_first_look(self, watching: Watching) -> None:
        """At that release alone."""
        watching.look()
        watching.watched = (watch(SPAM), watch(frozen(HAM)))
        assert watching.news() == [("ham==2.0", "missing", (HAM,))]


class TestLaterLooks:
    def test_an_appended_file(self, watching: Watching) -> None:
        """With the time of its upload, and what it changes for whom."""
        watching.look()
        watching.index.show(EXTRA, NOON + timedelta(days=20))
        (change,) = watching.look().changes
        _expect_addition(change, "appended", "appended on")
        assert watching.look().changes == ()

    def test_an_index_that_tells_no_times_is_asked_for_the_address(
        self, watching: Watching
    ) -> None:
        """When its content was put there; if it does not answer, no time is told."""
        watching.look()
        watching.index.show(EXTRA, uploaded_at=None)
        (change,) = watching.look().changes
        assert change.uploaded_at == NOON
        assert "uploaded 2026-01-01 12:00:00 UTC" in change.sentences
        watching.index.show("spam-1.0-2-py3-none-any.whl", uploaded_at=None)
        watching.index.dead.add("spam-1.0-2-py3-none-any.whl")
        (change,) = watching.look().changes
        assert change.uploaded_at is None

    def test_a_file_of_another_spelling_is_neither_appended_nor_deleted(
        self, watching: Watching
    ) -> None:
        """It is told as what it is; and when it has its own name again, that it is there."""
        watching.look()
        watching.index.remove(WHEEL, SDIST)
        watching.index.show(OTHER, sha256=sha256(WHEEL.encode()))
        assert watching.news() == [
            ("spam==1.0", "deleted", (SDIST,)),
            ("spam==1.0", "respelled", (WHEEL,)),
        ]
        assert watching.news() == []
        watching.index.remove(OTHER)
        watching.index.show(WHEEL)
        assert watching.news() == [
            ("spam==1.0", "appeared", (WHEEL,)),
            ("spam==1.0", "deleted", (OTHER,)),
        ]

    def test_other_content_under_another_spelling_is_an_addition(self, watching: Watching) -> None:
        """What was frozen is gone then."""
        watching.look()
        watching.index.remove(WHEEL)
        watching.index.show(OTHER)
        assert watching.news() == [
            ("spam==1.0", "appended", (OTHER,)),
            ("spam==1.0", "deleted", (WHEEL,)),
        ]

    def test_a_deleted_file_has_its_cause(self, watching: Watching) -> None:
        """What the receipt tells of it."""
        watching.watched = (watch(SPAM, receipt_of(watching.index, SPAM)),)
        watching.look()
        watching.index.remove(SDIST)
        (change,) = watching.look().changes
        assert (change.kind, change.files) == ("deleted", (SDIST,))
        assert "deleted" in change.cause

    def test_what_differs_still_is_known(self, watching: Watching) -> None:
        """It is not told again, and counts only where that is asked for."""
        watching.look()
        watching.index.change(WHEEL, yanked="bad")
        assert watching.look().exit_status == 1
        report = watching.look()
        assert (report.changes, report.exit_status) == ((), 0)
        assert [one.release for one in report.standing] == ["spam==1.0"]
        assert [(one.kind, one.file) for one in report.standing[0].differences] == [
            ("yanked", WHEEL)
        ]
        watching.options["counts_standing"] = True
        assert watching.look().exit_status == 1
        watching.index.change(WHEEL, yanked=None)
        assert watching.look().exit_status == 1
        assert watching.look().exit_status == 0

    def test_pages_that_did_not_change_are_not_sent(self, watching: Watching) -> None:
        """One question each, with the ETag."""
        watching.look()
        watching.look()
        assert watching.index.asked == {"spam": 2}
        assert watching.index.sent == {"spam": 1}

    def test_a_project_that_hides_is_one_change(self, watching: Watching) -> None:
        """Its files are not told to be deleted, and are compared when it is back."""
        watching.look()
        for state in ("quarantined", "gone"):
            watching.index.states[SPAM.id.project] = state
            assert watching.news() == [("spam", "status", ())]
            assert watching.news() == []
        assert [one.kind for one in watching.look().standing[0].differences] == ["missing"] * 2
        watching.index.states.clear()
        watching.index.change(WHEEL, yanked="bad")
        assert watching.news() == [("spam", "status", ()), ("spam==1.0", "yanked", (WHEEL,))]

    def test_a_state_that_hides_nothing_is_told_beside_the_rest(self, watching: Watching) -> None:
        """An archived project, say."""
        watching.look()
        watching.index.states[SPAM.id.project] = "archived"
        watching.index.remove(SDIST)
        assert watching.news() == [("spam", "status", ()), ("spam==1.0", "deleted", (SDIST,))]


class TestCaches:
    def test_a_page_that_is_older_than_the_last_is_no_news(self, watching: Watching) -> None:
        """Some cache had it still; what is known stays as it was."""
        watching.index.serial = 7
        watching.look()
        watching.index.change(WHEEL, yanked="bad")
        watching.index.serial = 6
        report = watching.look()
        assert (report.changes, report.unanswered, report.exit_status) == ((), (), 0)
        (outdated,) = report.outdated
        assert outdated.name == "spam"
        assert "before the last look (serial 6, and 7 then), and was not compared" in (
            outdated.message
        )
        watching.index.serial = 8
        assert watching.news() == [("spam==1.0", "yanked", (WHEEL,))]

    def test_an_index_that_counts_anew_is_believed_in_the_end(self, watching: Watching) -> None:
        """After a day no cache is that old."""
        watching.index.serial = 7
        watching.look()
        watching.index.change(WHEEL, yanked="bad")
        watching.index.serial = 1
        assert watching.news() == []
        watching.clock.sleep(25 * 3600)
        assert watching.news() == [("spam==1.0", "yanked", (WHEEL,))]


class TestAnotherManifest:
    def test_what_a_new_revision_names_is_no_news(self, watching: Watching) -> None:
        """A file that was appended by the book."""
        watching.look()
        watching.index.show(EXTRA)
        watching.watched = (watch(frozen(WHEEL, SDIST, EXTRA, reason="forgotten")),)
        assert watching.news() == []
        assert watching.look().standing == ()

    def test_what_it_names_and_is_not_there_is(self, watching: Watching) -> None:
        """The look is the first one for it; what was told before is not told again."""
        watching.index.change(WHEEL, yanked="bad")
        watching.look()
        watching.watched = (watch(frozen(WHEEL, SDIST, EXTRA, reason="forgotten")),)
        assert watching.news() == [("spam==1.0", "missing", (EXTRA,))]
        watching.index.show(EXTRA)
        assert watching.news() == [("spam==1.0", "appeared", (EXTRA,))]

    def test_what_changed_meanwhile_is_told_once(self, watching: Watching) -> None:
        """Although it differs from the new manifest, too."""
        watching.look()
        watching.index.change(WHEEL, yanked="bad")
        watching.watched = (watch(frozen(WHEEL, SDIST, reason="forgotten")),)
        assert watching.news() == [("spam==1.0", "yanked", (WHEEL,))]


class TestAddresses:
    def test_one_that_stops_answering_is_a_change(self, watching: Watching) -> None:
        """And that it answers again; in between it stands."""
        watching.watched = (watch(SPAM, receipt_of(watching.index, SPAM)), watch(frozen(HAM)))
        watching.index.show(HAM)
        watching.options["asks_addresses"] = True
        assert watching.news() == []
        assert watching.index.asked[WHEEL] == 1
        assert watching.index.asked[HAM] == 0
        watching.index.gone.add(WHEEL)
        assert watching.news() == [("spam==1.0", "unreachable", (WHEEL,))]
        report = watching.look()
        assert report.changes == ()
        assert report.standing[0].silent == (WHEEL,)
        watching.index.gone.clear()
        assert watching.news() == [("spam==1.0", "reachable", (WHEEL,))]

    def test_all_of_a_release_are_one_change(self, watching: Watching) -> None:
        """The host of the files is gone."""
        watching.watched = (watch(SPAM, receipt_of(watching.index, SPAM)),)
        watching.options["asks_addresses"] = True
        watching.index.gone |= {WHEEL, SDIST}
        assert watching.news() == [("spam==1.0", "unreachable", (WHEEL, SDIST))]

    def test_what_cannot_be_told_stays_as_it_was(self, watching: Watching) -> None:
        """No answer is none: status 5, and nothing is told."""
        watching.watched = (watch(SPAM, receipt_of(watching.index, SPAM)),)
        watching.options["asks_addresses"] = True
        watching.index.gone.add(WHEEL)
        watching.look()
        watching.index.dead |= {WHEEL, SDIST}
        report = watching.look()
        assert report.changes == ()
        assert [one.name for one in report.unanswered] == [WHEEL, SDIST]
        assert report.releases[0].silent == (WHEEL,)
        assert report.exit_status == 5


class TestUnreachable:
    def test_an_index_that_is_down_changes_nothing(self, watching: Watching) -> None:
        """Status 5, and the state is as it was; there is none where there was none."""
        watching.index.dead.add("spam")
        with pytest.raises(Unreachable):
            watching.look()
        assert not watching.path.exists()
        watching.index.dead.clear()
        watching.look()
        before = watching.path.read_bytes()
        watching.index.dead.add("spam")
        with pytest.raises(Unreachable):
            watching.look()
        assert watching.path.read_bytes() == before

    def test_a_page_that_does_not_answer_is_kept_as_it_was(self, watching: Watching) -> None:
        """The rest is told; a change counts more, since it is told once."""
        watching.watched = (watch(SPAM), watch(frozen(HAM)), watch(frozen("eggs-1.0.tar.gz")))
        watching.index.show(HAM)
        watching.index.show("eggs-1.0.tar.gz")
        watching.index.dead.add("eggs")
        report = watching.look()
        assert report.exit_status == 5
        assert [one.name for one in report.unanswered] == ["eggs"]
        assert [one.seen_at is None for one in report.releases] == [False, False, True]
        watching.index.change(WHEEL, yanked="bad")
        watching.index.dead.add("ham")
        assert watching.look().exit_status == 1
        watching.index.dead.clear()
        watching.index.change(HAM, yanked="bad")
        assert watching.news() == [("ham==2.0", "yanked", (HAM,))]


class TestState:
    def test_it_belongs_to_one_index(self, watching: Watching) -> None:
        """Another one needs its own."""
        watching.look()
        with pytest.raises(UsageError, match=r"found that of https://example\.org/legacy/"):
            read_state(watching.path, url="https://else.example/")

    def test_damage_is_named(self, watching: Watching) -> None:
        """So is a newer one."""
        watching.path.write_text("{")
        with pytest.raises(Damaged):
            watching.look()
        watching.path.write_text('{"schema": 2}')
        with pytest.raises(NewerFormat):
            watching.look()

    def test_what_is_not_watched_any_more_is_let_be(self, watching: Watching) -> None:
        """Of another project, with its page; watched again, it is as if it always was."""
        watching.watched = (watch(SPAM), watch(frozen(HAM)))
        watching.index.show(HAM)
        watching.look()
        watching.watched = (watch(SPAM),)
        watching.look()
        watching.index.change(HAM, yanked="bad")
        watching.watched = (watch(SPAM), watch(frozen(HAM)))
        assert watching.news() == [("ham==2.0", "yanked", (HAM,))]

    def test_entries_are_kept_for_a_feed(self, watching: Watching) -> None:
        """Each with an id of its own, the newest first."""
        watching.look()
        for reason in ("bad", None):
            watching.index.change(WHEEL, yanked=reason)
            watching.look()
        state = State.loads(watching.path.read_bytes())
        assert [one.title for one in state.entries] == [
            f"spam==1.0: {WHEEL} unyanked",
            f"spam==1.0: {WHEEL} yanked",
        ]
        assert len({one.id for one in state.entries}) == 2
        assert state.entries[1].text == "yanked (bad)"


def _expect_addition(change: Change, kind: str, words: str) -> None:
    """A wheel that installers choose from now on."""
    assert (change.kind, change.files) == (kind, (EXTRA,))
    assert change.uploaded_at == NOON + timedelta(days=20)
    assert words in change.cause
    assert {one.instead_of for one in change.impact} == {WHEEL}
    assert any("chosen instead of" in said for said in change.sentences)
