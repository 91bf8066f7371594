"""The guard: nothing public grows, and no project begins, unless all agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import NOON, MemoryIndex
from publishing import LONG_AGO, Person, Publisher
from samples import content_of, write
from staging import FILENAMES, LINUX, SDIST, SPAM, WHEEL, WINDOWS, stage
from twine_stage import manifest as manifests
from twine_stage.errors import AppendRefused, Refused, UploadRefused
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.destinations import Terms
from twine_stage.operations.freeze import freeze
from twine_stage.policy import Policy
from twine_stage.profiles import PYPI
from twine_stage.releases import Release
from twine_stage.reporting import Silent

FOREIGN = "spam-1.0-py2-none-any.whl"
DAY = timedelta(days=1)
ON_PYPI = Terms(profile=PYPI)


def wanting(**policy: object) -> Terms:
    """The terms of a project with a policy, on an index without rules of its own."""
    return Terms(policy=Policy(**policy))  # type: ignore[arg-type]


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A draft of four files, and an empty index."""
    return Publisher(stage(tmp_path))


def half(publisher: Publisher, *, days: float) -> None:
    """Publish one file, and have that many days go by."""
    publisher.index.faults = ["none", "refused"]
    assert isinstance(publisher.fails(), UploadRefused)
    publisher.index.clock.sleep(days * 86400)


def latest(publisher: Publisher) -> Manifest:
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    return manifest


class TestClosedByTheIndex:
    def test_an_append_is_refused_before_anything_is_sent(self, publisher: Publisher) -> None:
        """Although it was asked for: status 4, when and why it closed, and the way out."""
        publisher.index.put(FOREIGN, b"old", at=NOON - 20 * DAY)
        error = publisher.fails(terms=ON_PYPI, appends={SPAM: "wanted"})
        assert isinstance(error, Refused)
        assert error.exit_status == 4
        assert "the index closed it on 2025-12-26 12:00 UTC, 14 days after its first" in str(error)
        assert f"this would add {LINUX}, {WINDOWS}, {WHEEL}, {SDIST}" in error.message
        assert error.hint == "Publish them in a new version."
        assert (publisher.index.sessions, publisher.store.record(SPAM).state) == (0, "draft")

    def test_nobody_is_asked_what_cannot_be(self, publisher: Publisher) -> None:
        """A person gives no reason in vain."""
        publisher.index.put(FOREIGN, b"old", at=NOON - 20 * DAY)
        person = Person(reason="wanted")
        assert isinstance(publisher.fails(terms=ON_PYPI, person=person), Refused)
        assert person.asked == []

    def test_our_own_publication_cannot_be_completed(self, publisher: Publisher) -> None:
        """The index would refuse each file; what is missing is named, and no byte is sent."""
        half(publisher, days=15)
        publisher.index.posts.clear()
        error = publisher.fails(terms=ON_PYPI)
        assert "takes no more files" in error.message
        assert publisher.index.posts == []

    def test_what_is_all_there_is_no_matter(self, publisher: Publisher) -> None:
        """Nothing is to be sent: it is present, however old it is."""
        for name in FILENAMES:
            publisher.index.put(name, content_of(name), at=LONG_AGO)
        assert publisher(terms=ON_PYPI).outcome == "present"
        assert publisher.reporter.notes == []

    def test_a_revision_of_what_is_all_there_is_no_matter(self, tmp_path: Path) -> None:
        """It is frozen, and nothing is sent."""
        publisher = Publisher(stage(tmp_path, [WHEEL]))
        publisher()
        add(publisher.store, [str(write(tmp_path / "x", SDIST)[0])], reporter=Silent())
        publisher.index.put(SDIST, content_of(SDIST))
        publisher.index.clock.sleep(30 * 86400)
        assert publisher(terms=ON_PYPI, appends={SPAM: "it is ours"}).outcome == "present"
        assert latest(publisher).revision == 2

    def test_what_was_accepted_and_is_not_shown_yet_is_no_matter(
        self, publisher: Publisher
    ) -> None:
        """The last file was accepted in time, and nothing is sent again."""
        publisher.index.put(WINDOWS, content_of(WINDOWS), at=NOON - 14 * DAY + DAY / 99)
        publisher.index.faults = ["none", "none", "hidden"]
        publisher.fails(terms=ON_PYPI, appends={SPAM: "in time"})
        publisher.index.clock.sleep(900 - 60)
        assert publisher(terms=ON_PYPI, wait=30).outcome == "published"


class TestClosedByTheProject:
    @pytest.mark.parametrize(
        ("terms", "reason"),
        [
            (wanting(close_after_first=3 * DAY), "3 days after its first file (close-after-first)"),
            (wanting(close_after_last=2 * DAY), "2 days after its last file (close-after-last)"),
            (wanting(close_on_newer="any"), "it closed when 1.1 came out (close-on-newer)"),
        ],
    )
    def test_an_append_is_refused(self, publisher: Publisher, terms: Terms, reason: str) -> None:
        """Whatever the command line says; the rule that did it is named."""
        publisher.index.put(FOREIGN, b"old", at=NOON - 4 * DAY)
        publisher.index.put("spam-1.1.tar.gz", b"newer", at=NOON - DAY)
        error = publisher.fails(terms=terms, appends={SPAM: "wanted"})
        assert isinstance(error, Refused)
        assert reason in error.message
        assert error.hint.endswith("the rule stands in [tool.stage] of pyproject.toml.")
        assert publisher.index.sessions == 0

    def test_our_own_publication_is_completed(self, publisher: Publisher) -> None:
        """What a project wants of appends is no matter for what was meant from the start."""
        half(publisher, days=10)
        terms = wanting(close_after_first=DAY, append="refuse")
        assert publisher(terms=terms).outcome == "published"

    def test_a_granted_revision_is_completed(self, tmp_path: Path) -> None:
        """It was let in while the release was open."""
        publisher = Publisher(stage(tmp_path, [WINDOWS, WHEEL]))
        publisher.index.put(LINUX, content_of(LINUX), at=NOON - DAY / 2)
        publisher.index.faults = ["none", "refused"]
        publisher.fails(appends={SPAM: "Windows"})
        publisher.index.clock.sleep(10 * 86400)
        assert publisher(terms=wanting(close_after_first=DAY)).outcome == "published"
        assert latest(publisher).revision == 2


class TestAppend:
    def test_refuse(self, publisher: Publisher) -> None:
        """At any age and although it was asked for; it is said where that stands."""
        publisher.index.put(FOREIGN, b"young", at=NOON)
        person = Person(reason="wanted")
        error = publisher.fails(
            terms=wanting(append="refuse"), appends={SPAM: "wanted"}, person=person
        )
        assert isinstance(error, AppendRefused)
        assert f"this would add {LINUX}" in error.message
        assert "[tool.stage] of pyproject.toml" in error.hint
        assert person.asked == []

    def test_allow(self, publisher: Publisher) -> None:
        """Nobody is asked; it is said, and a revision records it."""
        publisher.index.put(FOREIGN, b"old", at=LONG_AGO)
        person = Person()
        publisher.index.is_permanent = False
        assert publisher(terms=wanting(append="allow"), person=person).outcome == "published"
        assert person.asked == []
        assert publisher.reporter.notes[0].endswith("allowed by pyproject.toml")
        assert latest(publisher).reason == "allowed by pyproject.toml"

    def test_a_reason_that_is_given_counts(self, publisher: Publisher) -> None:
        """It says more than that it was allowed."""
        publisher.index.put(FOREIGN, b"old", at=LONG_AGO)
        publisher(terms=wanting(append="allow"), appends={SPAM: "a wheel for all"})
        assert latest(publisher).reason == "a wheel for all"

    def test_what_is_new_is_no_append(self, publisher: Publisher) -> None:
        """Nor is what a revision brings to an index that has nothing of it."""
        assert publisher(terms=wanting(append="refuse")).outcome == "published"


class TestDeadline:
    def test_a_completion(self, publisher: Publisher) -> None:
        """Until when, how long that is, and that it is the latest possible."""
        half(publisher, days=10)
        publisher(terms=ON_PYPI)
        [note] = [text for text in publisher.reporter.notes if "takes files until" in text]
        assert note.startswith("spam==1.0 takes files until 2026-01-15 12:00 UTC (3 days 23 hours ")
        assert "at most: the index counts from its own first record" in note
        assert publisher.reporter.warnings == []

    def test_an_append(self, publisher: Publisher) -> None:
        """A person sees it before they decide."""

        class Looking(Person):
            def append_reason(self, append: object, index_url: str) -> str | None:
                self.asked.append(str(getattr(append, "deadline").left))  # noqa: B009 - any append
                return "wanted"

        publisher.index.put(FOREIGN, b"old", at=NOON - 4 * DAY)
        person = Looking()
        publisher(terms=ON_PYPI, person=person)
        assert person.asked[0].startswith("9 days, 23:59:59")

    def test_the_last_hour(self, publisher: Publisher) -> None:
        """A warning."""
        half(publisher, days=14 - 1 / 48)
        publisher(terms=ON_PYPI)
        [warning] = publisher.reporter.warnings
        assert "29 minutes left" in warning

    def test_an_index_without_a_window(self, publisher: Publisher) -> None:
        """There is nothing to say."""
        half(publisher, days=10)
        publisher()
        assert not any("takes files" in text for text in publisher.reporter.notes)


class TestNewProject:
    @pytest.fixture
    def unknown(self, publisher: Publisher) -> Publisher:
        """An index that has never heard of the project, and is not ours alone."""
        publisher.index.is_known = False
        publisher.options = replace(publisher.options, guards_names=True)
        return publisher

    def test_a_person_is_asked(self, unknown: Publisher) -> None:
        """Before all else; no is status 4, and leaves nothing behind."""
        person = Person(is_sure=False)
        error = unknown.fails(person=person)
        assert isinstance(error, Refused)
        assert error.exit_status == 4
        assert "would have begun a new project" in error.message
        assert person.asked == ["begin spam on https://example.org/legacy/"]
        assert (unknown.index.sessions, unknown.store.record(SPAM).state) == (0, "draft")

    def test_a_person_who_is_sure(self, unknown: Publisher) -> None:
        """It is said all the same: whoever agreed beforehand sees it."""
        assert unknown(person=Person()).outcome == "published"
        [warning] = unknown.reporter.warnings
        assert "has no project spam yet: spam==1.0 would begin it" in warning

    def test_in_a_job(self, unknown: Publisher) -> None:
        """Nobody can be asked, and most new names are meant: it is said loudly."""
        assert unknown().outcome == "published"
        assert len(unknown.reporter.warnings) == 1

    @pytest.mark.parametrize("option", ["dry_run", "hold"])
    def test_where_nothing_is_made_public(self, unknown: Publisher, option: str) -> None:
        """Nothing is taken for good by a rehearsal, nor by what is held; it is said."""
        person = Person(is_sure=False)
        if option == "hold":
            assert "cannot hold" in unknown.fails(person=person, hold=True).message
        else:
            unknown(person=person, dry_run=True)
        assert person.asked == []
        assert len(unknown.reporter.warnings) == 1

    def test_once_is_enough(self, unknown: Publisher) -> None:
        """A publication that was begun is continued, although nothing of it is shown."""
        unknown.index.faults = ["refused"]
        unknown.fails()
        unknown.reporter.warnings.clear()
        assert unknown(person=(person := Person())).outcome == "published"
        assert not any(question.startswith("begin") for question in person.asked)
        assert unknown.reporter.warnings == []

    def test_what_was_never_sent_is_asked_for_again(self, unknown: Publisher) -> None:
        """A no to the question that follows begins nothing."""
        person = Person()
        person.confirm_publish = lambda *_: False  # type: ignore[method-assign]
        unknown.fails(person=person)
        assert unknown(person=(second := Person())).outcome == "published"
        assert second.asked[0] == "begin spam on https://example.org/legacy/"

    def test_an_approval_says_what_is_meant(self, unknown: Publisher) -> None:
        """Whoever gives the digest of all files is sure of their names."""
        freeze(unknown.store, [])
        digest = latest(unknown).release.digest
        error = unknown.fails(approve=digest, person=(person := Person(is_sure=False)))
        assert "cannot hold" in error.message
        assert (person.asked, unknown.reporter.warnings) == ([], [])

    def test_a_project_that_is_known(self, unknown: Publisher) -> None:
        """A new release of it is not worth a word."""
        unknown.index.put("spam-0.9.tar.gz", b"old", at=LONG_AGO)
        unknown(person=(person := Person()))
        assert person.asked == ["publish spam==1.0 to https://example.org/legacy/"]
        assert unknown.reporter.warnings == []

    def test_an_index_of_our_own(self, unknown: Publisher) -> None:
        """In a folder, a name can be given up again."""
        unknown(person=(person := Person()), guards_names=False)
        assert len(person.asked) == 1
        assert unknown.reporter.warnings == []


class TestWhole:
    """What is frozen for a public release has all of its public files."""

    def revision(self, publisher: Publisher, *names: str) -> Manifest:
        """A manifest of revision 2 with just these files, as another stage may have made it."""
        first = latest(publisher).release
        files = tuple(dist for dist in first.distributions if dist.filename.text in names)
        return manifests.freeze(Release(SPAM, files), reason="less")

    def test_a_revision_that_forgets_a_public_file_is_not_published_unasked(
        self, publisher: Publisher
    ) -> None:
        """However it came here: what it forgets makes it an append."""
        freeze(publisher.store, [])
        publisher.store.write_manifest(self.revision(publisher, WINDOWS, LINUX))
        publisher.index.put(SDIST, content_of(SDIST))
        error = publisher.fails()
        assert isinstance(error, AppendRefused)
        assert f"is public since 2026-01-01 12:00 UTC (less than an hour ago) with {SDIST}" in (
            error.message
        )
        assert publisher.index.posts == []

    def test_what_it_forgets_is_taken_over_by_the_next(self, publisher: Publisher) -> None:
        """A granted append is frozen anew, with everything that is public."""
        freeze(publisher.store, [])
        publisher.store.write_manifest(self.revision(publisher, WINDOWS, LINUX))
        publisher.index.put(SDIST, content_of(SDIST))
        publisher.index.put(FOREIGN, b"old")
        publisher(appends={SPAM: "more"})
        manifest = latest(publisher)
        names = {dist.filename.text for dist in manifest.release.distributions}
        assert manifest.revision == 3
        assert names == {WINDOWS, LINUX, SDIST, FOREIGN} == publisher.index.stored.keys()

    def test_what_was_published_from_here_is_never_forgotten(self, tmp_path: Path) -> None:
        """The next revision has it also where it goes to another index."""
        publisher = Publisher(stage(tmp_path, [WHEEL, SDIST]))
        publisher()
        add(publisher.store, [str(write(tmp_path / "x", LINUX)[0])], reporter=Silent())
        other = Publisher(publisher.store, MemoryIndex(id="other"))
        other(appends={SPAM: "Linux"})
        assert other.index.stored.keys() == {WHEEL, SDIST, LINUX}
