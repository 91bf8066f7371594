"""Publishing: what is decided before the first byte, what is recorded, and what is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import NOON, MemoryIndex, Stored
from publishing import LONG_AGO, Person, Publisher
from samples import attestation, content_of, wheel, write
from staging import FILENAMES, LINUX, SDIST, SPAM, WHEEL, WINDOWS, stage
from twine_stage import journal
from twine_stage.errors import (
    AppendRefused,
    Busy,
    ChecksFailed,
    Conflict,
    Damaged,
    Differs,
    NotYetVisible,
    Refused,
    StageError,
    Unreachable,
    UploadRefused,
    WrongState,
)
from twine_stage.indexes.uploads import Answer, Upload
from twine_stage.listings import ListedFile
from twine_stage.operations.add import add
from twine_stage.operations.freeze import freeze
from twine_stage.operations.publish import PublishReport, publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import PublishedRelease
from twine_stage.origins import Source
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.store import Store


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A draft of four files, and an empty index."""
    return Publisher(stage(tmp_path))


def outcomes(release: PublishedRelease) -> dict[str, str]:
    """What became of each file."""
    return {file.filename: file.outcome for file in release.files}


def one_more(publisher: Publisher, folder: Path) -> str:
    """Stage one file more than was published; its name."""
    [path] = write(folder / "more", "spam-1.0-cp313-cp313-win32.whl")
    add(publisher.store, [str(path)], reporter=Silent())
    return path.name


def attest(publisher: Publisher, folder: Path) -> None:
    """Stage an attestation of the portable wheel."""
    path = folder / "dist" / f"{WHEEL}.publish.attestation"
    path.write_bytes(attestation())
    add(publisher.store, [str(path), str(folder / "dist" / WHEEL)], reporter=Silent())


def released(error: StageError) -> PublishedRelease:
    """What an error tells of the release."""
    assert isinstance(error.report, PublishReport)
    return error.report.releases[0]


def test_a_draft_is_frozen_sent_and_proved(publisher: Publisher) -> None:
    """All files are accepted, the release is published, and a receipt is kept."""
    done = publisher()
    record = publisher.store.record(SPAM)
    assert done.outcome == "published"
    assert outcomes(done) == dict.fromkeys(FILENAMES, "uploaded")
    assert {file.attempts for file in done.files} == {1}
    assert record.state == "published"
    assert record.latest is not None
    assert done.digest == record.latest.release.digest
    assert (1, "memory") in record.receipts
    assert publisher.index.is_authorized


def test_the_order_never_leaves_an_installer_worse_off(publisher: Publisher) -> None:
    """Platform wheels, the portable wheel, then the sdist; the first file alone."""
    publisher()
    assert publisher.index.posts[-2:] == [WHEEL, SDIST]
    [planned] = publisher.reporter.plans
    assert [len(wave.distributions) for wave in planned.waves] == [1, 1, 1, 1]


def test_exposure_is_the_time_between_first_and_last(publisher: Publisher) -> None:
    """On an index that shows each file at once it is more than nothing."""
    assert publisher().exposure_seconds > 0


def test_an_index_that_publishes_as_a_whole_has_no_exposure(publisher: Publisher) -> None:
    """Nothing is visible before all is."""
    publisher.index.shows_each_file = False
    done = publisher()
    assert done.outcome == "published"
    assert done.exposure_seconds == 0
    assert publisher.index.stored.keys() == set(FILENAMES)


def test_publishing_again_finds_all_present(publisher: Publisher) -> None:
    """Nothing is sent, and that is no error."""
    publisher()
    publisher.index.posts.clear()
    again = publisher()
    assert again.outcome == "present"
    assert outcomes(again) == dict.fromkeys(FILENAMES, "present")
    assert publisher.index.posts == []
    assert publisher.index.sessions == 1


def test_files_that_came_by_another_way_are_present(publisher: Publisher) -> None:
    """A fresh machine that stages what the index has sends nothing."""
    for name in FILENAMES:
        publisher.index.put(name, content_of(name), at=LONG_AGO)
    assert publisher().outcome == "present"
    assert publisher.store.record(SPAM).state == "published"


def test_other_content_under_a_name_of_ours_stops_all(publisher: Publisher) -> None:
    """A conflict is found before the first byte, and the draft stays as it is."""
    publisher.index.put(WHEEL, b"other")
    assert isinstance(publisher.fails(), Conflict)
    assert publisher.index.posts == []
    assert publisher.store.record(SPAM).state == "draft"


def test_an_append_that_nobody_asked_for_is_refused(publisher: Publisher) -> None:
    """The age and the files shown are told, and the way out."""
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    error = publisher.fails()
    assert isinstance(error, AppendRefused)
    assert "spam-1.0-py2-none-any.whl" in error.message
    assert "400 days" in error.message
    assert "--append spam==1.0 --reason" in error.hint
    assert publisher.store.record(SPAM).state == "draft"


def test_an_append_that_was_asked_for_becomes_a_revision(publisher: Publisher) -> None:
    """The published files are carried, by the digests that the index shows."""
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    done = publisher(appends={SPAM: "wheels for Python 3"})
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    assert (manifest.revision, manifest.reason) == (2, "wheels for Python 3")
    assert manifest.carried == {"spam-1.0-py2-none-any.whl"}
    assert outcomes(done)["spam-1.0-py2-none-any.whl"] == "present"
    assert done.outcome == "published"


@pytest.mark.parametrize("has_digests", [False, True])
def test_the_size_of_a_carried_file_is_measured_where_it_is_not_told(
    publisher: Publisher,
    has_digests: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """An index without sizes, or digests, is asked for the content."""
    publisher.index.has_digests = has_digests
    publisher.index.has_sizes = False
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    publisher(appends={SPAM: "more"})
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    carried = next(one for one in manifest.release.distributions if one.size == len(b"old"))
    assert carried.filename.text == "spam-1.0-py2-none-any.whl"


def test_a_carried_file_with_our_bytes_is_a_conflict(publisher: Publisher) -> None:
    """The same bytes under two names of a release are refused before they are sent."""
    publisher.index.put("spam-1.0-py2-none-any.whl", content_of(WHEEL), at=LONG_AGO)
    error = publisher.fails(appends={SPAM: "more"})
    assert isinstance(error, Conflict)
    assert publisher.index.posts == []


def test_a_person_may_grant_an_append(publisher: Publisher) -> None:
    """The reason that a person gives stands in the manifest."""
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    person = Person(reason="asked for")
    publisher(person=person)
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    assert manifest.reason == "asked for"
    assert person.asked == [
        "append to spam==1.0 on https://example.org/legacy/",
        "publish spam==1.0 to https://example.org/legacy/",
    ]


def test_a_person_may_refuse_an_append(publisher: Publisher) -> None:
    """No answers no: status 4, and nothing happened."""
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    assert isinstance(publisher.fails(person=Person()), AppendRefused)


def test_our_own_unfinished_publication_is_completed_at_any_age(publisher: Publisher) -> None:
    """The journal tells that it is ours, however long ago it began."""
    publisher.index.faults = ["none", "refused"]
    assert isinstance(publisher.fails(), UploadRefused)
    publisher.index.clock.sleep(30 * 86400)
    done = publisher()
    assert done.outcome == "published"
    assert sorted(outcomes(done).values()) == ["present", "uploaded", "uploaded", "uploaded"]


def test_a_half_release_of_our_files_from_today_is_completed(publisher: Publisher) -> None:
    """Another job sent some of the same files an hour ago."""
    publisher.index.put(WINDOWS, content_of(WINDOWS), at=NOON - timedelta(hours=1))
    assert publisher().outcome == "published"
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    assert manifest.revision == 1


def test_a_granted_append_of_nothing_foreign_needs_no_revision(publisher: Publisher) -> None:
    """An old half release of just our files is completed, when that was asked for."""
    publisher.index.put(WINDOWS, content_of(WINDOWS), at=LONG_AGO)
    assert isinstance(publisher.fails(), AppendRefused)
    publisher(appends={SPAM: "finish it"})
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    assert (manifest.revision, manifest.carried) == (1, frozenset())


def test_a_person_completes_an_old_half_release(publisher: Publisher) -> None:
    """A reason given at the prompt does the same."""
    publisher.index.put(WINDOWS, content_of(WINDOWS), at=LONG_AGO)
    assert publisher(person=Person(reason="finish it")).outcome == "published"


def test_files_that_are_not_staged_are_told_where_nothing_is_to_be_sent(
    publisher: Publisher,
) -> None:
    """All of ours is there, and more: nothing to do, but somebody should know."""
    for name in (*FILENAMES, "spam-1.0-py2-none-any.whl"):
        publisher.index.put(name, content_of(name), at=LONG_AGO)
    assert publisher().outcome == "present"
    assert "spam-1.0-py2-none-any.whl" in publisher.reporter.warnings[0]


def test_a_job_with_one_new_wheel_appends_it_and_is_exact(tmp_path: Path) -> None:
    """It holds nothing else; the rest is carried from the index; running again changes nothing."""
    publisher = Publisher(stage(tmp_path, [WINDOWS]))
    for name in (LINUX, WHEEL, SDIST):
        publisher.index.put(name, content_of(name), at=LONG_AGO)
    first = publisher(appends={SPAM: "wheels for Windows"})
    again = publisher(appends={SPAM: "wheels for Windows"})
    assert (first.outcome, again.outcome) == ("published", "present")
    assert first.digest == again.digest
    record = publisher.store.record(SPAM)
    assert [manifest.revision for manifest in record.manifests] == [2]
    assert publisher.index.posts == [WINDOWS]


def test_a_draft_upon_a_published_release_needs_a_reason(
    publisher: Publisher, tmp_path: Path
) -> None:
    """Its next revision holds what was published and what is added."""
    publisher()
    extra = one_more(publisher, tmp_path)
    publisher.index.clock.sleep(86400 * 2)
    assert isinstance(publisher.fails(), AppendRefused)
    publisher(appends={SPAM: "32-bit Windows"})
    first, second = publisher.store.record(SPAM).manifests
    assert second.previous == first.digest
    assert len(second.release.distributions) == 5
    assert publisher.index.posts[-1] == extra


def test_a_draft_upon_a_published_release_needs_a_reason_on_a_new_index_too(
    publisher: Publisher, tmp_path: Path
) -> None:
    """The manifest wants one, although this index shows nothing of the release."""
    publisher()
    one_more(publisher, tmp_path)
    other = Publisher(publisher.store, MemoryIndex(id="other"))
    assert isinstance(other.fails(), AppendRefused)
    assert other(appends={SPAM: "32-bit Windows"}).outcome == "published"
    assert len(other.index.posts) == 5


def test_a_person_is_asked_about_a_draft_upon_a_published_release(
    publisher: Publisher, tmp_path: Path
) -> None:
    """However young the release is; what is there already on the index needs a reason as well."""
    publisher()
    extra = one_more(publisher, tmp_path)
    publisher.index.put(extra, content_of(extra))
    error = publisher.fails(person=Person())
    assert isinstance(error, AppendRefused)
    assert error.message == "spam==1.0 was not appended to: the question was answered with no"
    error = publisher.fails(person=Person(reason=""))
    assert isinstance(error, AppendRefused)
    assert error.message == "spam==1.0 was not appended to: no reason was given"
    assert "kept in the manifest" in error.hint
    assert "another revision" in publisher.fails().message
    assert publisher(person=Person(reason="32-bit Windows")).outcome == "present"


def test_a_dry_run_reads_all_and_writes_nothing(publisher: Publisher) -> None:
    """The plan is shown; no manifest, no journal, no request."""
    done = publisher(dry_run=True)
    assert outcomes(done) == dict.fromkeys(FILENAMES, "pending")
    assert len(publisher.reporter.plans) == 1
    assert publisher.index.posts == []
    assert publisher.index.is_authorized
    record = publisher.store.record(SPAM)
    assert (record.state, record.manifests, dict(record.progress)) == ("draft", (), {})


def test_a_person_is_asked_before_what_cannot_be_taken_back(publisher: Publisher) -> None:
    """No is status 4."""
    error = publisher.fails(person=Person(is_sure=False))
    assert isinstance(error, Refused)
    assert error.exit_status == 4
    assert publisher.index.posts == []


def test_nobody_is_asked_where_nothing_is_permanent(publisher: Publisher) -> None:
    """A directory index can be deleted."""
    publisher.index.is_permanent = False
    person = Person()
    publisher(person=person)
    assert person.asked == []


def test_nobody_is_asked_where_nothing_is_to_be_sent(publisher: Publisher) -> None:
    """All is present already."""
    publisher()
    person = Person()
    publisher(person=person)
    assert person.asked == []


def test_a_listing_that_lags_is_waited_for(publisher: Publisher) -> None:
    """Stale is not failed: the release is published, and soon seen complete."""
    publisher.index.faults = ["hidden"]
    assert publisher(wait=300).outcome == "published"


def test_a_listing_that_lags_too_long_has_a_status_of_its_own(publisher: Publisher) -> None:
    """Published, but not yet seen: status 6, and the report says published."""
    publisher.index.faults = ["hidden"]
    error = publisher.fails()
    assert isinstance(error, NotYetVisible)
    assert error.exit_status == 6
    assert released(error).outcome == "published"
    assert publisher.store.record(SPAM).state == "published"


def test_files_that_appear_meanwhile_are_a_difference(publisher: Publisher) -> None:
    """Somebody else uploads to the release while we do."""

    class Crowded(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            self.put("spam-1.0-py2-none-any.whl", b"foreign")
            return super().upload(upload, sent)

    publisher.index = Crowded()
    error = publisher.fails()
    assert isinstance(error, Differs)
    assert error.exit_status == 1
    assert "spam-1.0-py2-none-any.whl" in error.message


def test_content_that_is_swapped_meanwhile_is_a_conflict(publisher: Publisher) -> None:
    """What the index shows at the end is compared by digest."""

    class Swapping(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            answer = super().upload(upload, sent)
            self.put(upload.distribution.filename.text, b"swapped")
            return answer

    publisher.index = Swapping()
    assert isinstance(publisher.fails(), Conflict)


def test_a_refusal_tells_of_every_file(publisher: Publisher) -> None:
    """What was refused, and what was not sent because of it."""
    publisher.index.faults = ["refused"]
    error = publisher.fails()
    report = released(error)
    assert report.outcome == "incomplete"
    assert sorted(outcomes(report).values()) == ["pending", "pending", "pending", "refused"]
    refused = next(file for file in report.files if file.outcome == "refused")
    assert refused.message == "the index says no"


def test_an_index_that_does_not_answer_leaves_all_pending(publisher: Publisher) -> None:
    """Running again is safe, and then it goes on."""
    publisher.index.faults = ["lost"] * 5
    error = publisher.fails()
    assert isinstance(error, Unreachable)
    assert set(outcomes(released(error)).values()) == {"pending"}
    assert publisher().outcome == "published"


def test_a_lost_answer_is_cleared_up_by_the_listing(publisher: Publisher) -> None:
    """A file that arrived is present; an index without digests is asked for the content."""
    publisher.index.has_digests = False
    publisher.index.faults = ["late", "taken"]
    publisher.index.takes_twice = False
    error = publisher.fails()
    assert isinstance(error, UploadRefused)
    assert "present" in outcomes(released(error)).values()


def test_attestations_go_along_when_asked_for(publisher: Publisher, tmp_path: Path) -> None:
    """And stay behind, which is said, when not."""
    attest(publisher, tmp_path)
    publisher(attestations=True)
    assert publisher.index.attestations == {**dict.fromkeys(FILENAMES, 0), WHEEL: 1}


def test_attestations_that_stay_behind_are_told(publisher: Publisher, tmp_path: Path) -> None:
    """PyPI takes them from trusted publishers only, so they are not sent by default."""
    attest(publisher, tmp_path)
    publisher()
    assert publisher.index.attestations == dict.fromkeys(FILENAMES, 0)
    assert any("--attestations" in note for note in publisher.reporter.notes)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_content_that_was_lost_is_found_before_the_first_byte(
    publisher: Publisher,
    is_frozen: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The stage no longer has what it promised to send."""
    if is_frozen:
        freeze(publisher.store, [])
    [dist] = [
        one
        for one in publisher.store.record(SPAM).current.distributions
        if one.filename.text == SDIST
    ]
    for path in publisher.store.root.glob(f"files/*/{dist.sha256}/*"):
        path.chmod(0o644)
        path.unlink()
    error = publisher.fails()
    assert isinstance(error, Damaged)
    assert SDIST in error.message
    assert publisher.index.posts == []


def test_a_release_that_fails_its_checks_is_not_sent(tmp_path: Path) -> None:
    """Everything that can be known is checked before the first byte is sent."""
    publisher = Publisher(stage(tmp_path, [SDIST]))
    bad = tmp_path / "bad" / WHEEL
    bad.parent.mkdir()
    core = b"Metadata-Version: 2.4\nName: spam\nVersion: 1.0\nRequires-Python: nonsense\n"
    bad.write_bytes(wheel(core_metadata=core))
    add(publisher.store, [str(bad)], reporter=Silent())
    assert isinstance(publisher.fails(), ChecksFailed)
    assert isinstance(publisher.fails(dry_run=True), ChecksFailed)
    assert publisher.index.posts == []


def test_the_source_is_frozen_too(publisher: Publisher) -> None:
    """The manifest names what the files were built from."""
    source = Source(uri="git+https://example.org/spam", commit="a" * 40)
    publisher(source=source)
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    assert manifest.source == source


def test_several_releases_are_prepared_before_the_first_is_sent(tmp_path: Path) -> None:
    """A conflict in the second release keeps the first from being sent."""
    eggs = ReleaseId.parse("eggs==2.0")
    publisher = Publisher(stage(tmp_path, [SDIST, "eggs-2.0.tar.gz"]))
    publisher.index.put("eggs-2.0.tar.gz", b"other")
    with pytest.raises(Conflict):
        publish(
            publisher.store,
            publisher.index,
            [SPAM, eggs],
            publisher.options,
            clock=publisher.index.clock,
            reporter=Silent(),
        )
    assert publisher.index.posts == []


def test_one_release_is_finished_before_the_next_begins(tmp_path: Path) -> None:
    """A refusal of the first leaves the second alone."""
    eggs = ReleaseId.parse("eggs==2.0")
    publisher = Publisher(stage(tmp_path, [SDIST, "eggs-2.0.tar.gz"]))
    publisher.index.faults = ["refused"]
    with pytest.raises(UploadRefused) as caught:
        publish(
            publisher.store,
            publisher.index,
            [SPAM, eggs],
            publisher.options,
            clock=publisher.index.clock,
            reporter=Silent(),
        )
    assert isinstance(caught.value.report, PublishReport)
    assert [one.outcome for one in caught.value.report.releases] == ["incomplete", "incomplete"]
    assert publisher.index.posts == [SDIST]


def test_an_interrupted_run_says_which_files_it_knows_of(publisher: Publisher) -> None:
    """What was accepted before Ctrl-C is in the journal."""

    class Interrupting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            if self.posts:
                raise KeyboardInterrupt
            return super().upload(upload, sent)

    publisher.index = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        publisher()
    progress = publisher.store.record(SPAM).progress[1, "memory"]
    assert len(progress.accepted) == 1


def test_attestations_that_an_index_cannot_take_are_told(
    publisher: Publisher, tmp_path: Path
) -> None:
    """They were asked for, so it is a warning."""
    attest(publisher, tmp_path)
    publisher.index.takes_attestations = False
    publisher(attestations=True)
    assert publisher.index.attestations == dict.fromkeys(FILENAMES, 0)
    assert "stay behind" in publisher.reporter.warnings[0]


def test_attestations_that_are_not_wanted_are_not_told_of(
    publisher: Publisher, tmp_path: Path
) -> None:
    """Whoever says no knows that they stay behind."""
    attest(publisher, tmp_path)
    publisher(attestations=False)
    assert publisher.index.attestations == dict.fromkeys(FILENAMES, 0)
    assert not any("attestations" in said for said in publisher.reporter.notes)
    assert publisher.reporter.warnings == []


def test_attestations_are_looked_for_after_publication(
    publisher: Publisher, tmp_path: Path
) -> None:
    """An index that shows nothing of them is named, with the file; the release stands."""
    attest(publisher, tmp_path)
    publisher.index.shows_provenance = False
    done = publisher(attestations=True)
    assert done.outcome == "published"
    [warning] = publisher.reporter.warnings
    assert f"shows no provenance of {WHEEL}," in warning


@pytest.mark.parametrize("attestations", [True, False])
def test_provenance_that_is_shown_is_no_news(
    publisher: Publisher,
    tmp_path: Path,
    attestations: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Nor is it missed where none were sent."""
    attest(publisher, tmp_path)
    publisher.index.shows_provenance = attestations
    publisher(attestations=attestations)
    assert publisher.reporter.warnings == []


@pytest.mark.parametrize("options", [{"hold": True}, {"approve": True}])
@pytest.mark.parametrize(("shows_each_file", "api"), [(True, "legacy"), (False, "directory")])
def test_an_index_that_cannot_hold_gets_nothing(
    publisher: Publisher,
    options: dict[str, bool],
    shows_each_file: bool,  # noqa: FBT001 - a parameter
    api: str,
) -> None:
    """The reason is said, and so it is in a dry run."""
    freeze(publisher.store, [])
    publisher.index.shows_each_file = shows_each_file
    manifest = publisher.store.record(SPAM).latest
    assert manifest is not None
    given = {"approve": manifest.release.digest} if "approve" in options else options
    for is_dry in (True, False):
        with pytest.raises(Refused, match=f"by the {api} API .*; nothing was sent") as caught:
            publisher(**given, dry_run=is_dry)
        assert "stage preview" in caught.value.hint
        assert caught.value.report is None
    assert (publisher.index.posts, publisher.store.record(SPAM).progress) == ([], {})


def test_a_second_append_keeps_what_was_carried(tmp_path: Path) -> None:
    """The files that the first revision took over are taken over again."""
    publisher = Publisher(stage(tmp_path, [WINDOWS]))
    for name in (LINUX, SDIST):
        publisher.index.put(name, content_of(name), at=LONG_AGO)
    publisher(appends={SPAM: "Windows"})
    add(publisher.store, [str(path) for path in write(tmp_path / "x", WHEEL)], reporter=Silent())
    publisher(appends={SPAM: "portable"})
    latest = publisher.store.record(SPAM).latest
    assert latest is not None
    assert latest.revision == 3
    assert latest.carried == {LINUX, SDIST}
    assert publisher.index.posts == [WINDOWS, WHEEL]


def test_what_an_index_lost_before_showing_it_is_sent_again(publisher: Publisher) -> None:
    """A folder that was deleted is filled anew, whatever the journal says."""
    publisher.index.shows_each_file = False
    publisher()
    publisher.index.stored.clear()
    assert publisher().outcome == "published"
    assert publisher.index.stored.keys() == set(FILENAMES)


def test_a_release_that_was_dropped_meanwhile(tmp_path: Path) -> None:
    """Another command may drop it between the choice and the lock; nobody meets a traceback."""
    publisher = Publisher(Store.create(tmp_path))
    error = publisher.fails()
    assert isinstance(error, WrongState)
    assert "nothing of spam==1.0 is staged" in error.message


def test_carried_files_with_the_same_bytes_are_a_conflict(publisher: Publisher) -> None:
    """No manifest can hold them both: one that was written could never be read again."""
    for name in ("spam-1.0-cp38-cp38-any.whl", "spam-1.0-cp39-cp39-any.whl"):
        publisher.index.put(name, b"same", at=LONG_AGO)
    error = publisher.fails(appends={SPAM: "more"})
    assert isinstance(error, Conflict)
    assert "spam-1.0-cp39-cp39-any.whl" in error.message
    assert publisher.store.record(SPAM).state == "draft"


def test_the_same_bytes_beside_ours_hinder_nothing_where_nothing_is_sent(
    publisher: Publisher,
) -> None:
    """All of ours is there; that somebody uploaded a copy under another name is just told."""
    for name in FILENAMES:
        publisher.index.put(name, content_of(name), at=LONG_AGO)
    publisher.index.put("spam-1.0-py2-none-any.whl", content_of(WHEEL), at=LONG_AGO)
    assert publisher().outcome == "present"


def appended(folder: Path) -> Publisher:
    """A published revision that takes over a file of the index."""
    publisher = Publisher(stage(folder, [WINDOWS]))
    publisher.index.put(LINUX, content_of(LINUX), at=LONG_AGO)
    publisher(appends={SPAM: "Windows"})
    return publisher


def test_a_carried_file_that_another_index_lacks_stops_all(tmp_path: Path) -> None:
    """The stage cannot send it, so the release would stay half there for ever."""
    other = Publisher(appended(tmp_path).store, MemoryIndex(id="other"))
    error = other.fails()
    assert isinstance(error, WrongState)
    assert LINUX in error.message
    assert other.index.posts == []


def test_a_carried_file_that_was_removed_stops_all(tmp_path: Path) -> None:
    """It is not awaited as if it were on its way."""
    publisher = appended(tmp_path)
    del publisher.index.stored[LINUX]
    before = publisher.index.clock.time
    assert isinstance(publisher.fails(wait=300), WrongState)
    assert (publisher.index.clock.time - before).total_seconds() < 1


def test_a_revision_that_was_not_sent_is_appended_to(tmp_path: Path) -> None:
    """What it takes over is taken over by the next one too."""
    publisher = Publisher(stage(tmp_path, [WINDOWS]))
    publisher.index.put(LINUX, content_of(LINUX), at=LONG_AGO)
    publisher.fails(appends={SPAM: "Windows"}, person=Person(is_sure=False))
    publisher.index.put(WHEEL, content_of(WHEEL), at=LONG_AGO)
    assert publisher(appends={SPAM: "once more"}).outcome == "published"
    latest = publisher.store.record(SPAM).latest
    assert latest is not None
    assert latest.revision == 3
    assert latest.carried == {LINUX, WHEEL}


def test_an_index_that_moved_is_another_one(publisher: Publisher) -> None:
    """What the journal tells of the index that had this name before proves nothing of it."""
    publisher()
    publisher.index = MemoryIndex(url="https://example.org/moved/")
    publisher.index.faults = ["none", "refused"]
    assert isinstance(publisher.fails(), UploadRefused)
    publisher.index.clock.sleep(30 * 86400)
    assert publisher().outcome == "published"
    assert publisher.index.accepted == dict.fromkeys(FILENAMES, 1)
    assert publisher.store.record(SPAM).state == "published"


def test_what_a_journal_tells_of_another_manifest_proves_nothing(publisher: Publisher) -> None:
    """The first line names the manifest."""
    freeze(publisher.store, [])
    latest = publisher.store.record(SPAM).latest
    assert latest is not None
    log = publisher.store.journal(latest, "memory")
    url = publisher.index.url
    log.append(
        journal.Opened(
            at=NOON, release="spam==1.0", manifest="0" * 64, index="memory", url=url, api="legacy"
        )
    )
    log.append(journal.Uploaded(at=NOON, filename=SDIST, sha256="0" * 64))
    publisher()
    assert sorted(publisher.index.posts) == sorted(FILENAMES)


def test_what_is_accepted_but_not_shown_needs_no_credentials(publisher: Publisher) -> None:
    """Where nothing is left to send, no session begins, and nobody is asked for a token."""
    publisher.index.faults = ["hidden"]
    publisher.fails()
    publisher.index.is_authorized = False
    assert publisher(wait=300).outcome == "published"
    assert publisher.index.sessions == 1
    assert not publisher.index.is_authorized


def test_a_dry_run_tells_that_all_is_present(publisher: Publisher) -> None:
    """There is nothing to do, so nothing is incomplete."""
    publisher()
    assert publisher(dry_run=True).outcome == "present"


def test_yanked_files_are_told(publisher: Publisher) -> None:
    """They are there, so the release is published; but it is not exact."""

    class Yanking(MemoryIndex):
        def _listed(self, name: str, file: Stored) -> ListedFile:
            return replace(super()._listed(name, file), yanked="" if name == SDIST else None)

    publisher.index = Yanking()
    assert publisher().outcome == "published"
    assert publisher.reporter.warnings == [f"https://example.org/legacy/ shows as yanked: {SDIST}"]


def test_a_release_that_is_not_shown_yet_holds_up_no_other(tmp_path: Path) -> None:
    """Status 6 says that all is published, so all is; the report and the message name each."""
    eggs = ReleaseId.parse("eggs==2.0")
    index = MemoryIndex(faults=["hidden", "hidden"])
    with pytest.raises(NotYetVisible) as caught:
        publish(
            stage(tmp_path, [SDIST, "eggs-2.0.tar.gz"]),
            index,
            [eggs, SPAM],
            PublishOptions(wait=0),
            clock=index.clock,
            reporter=Silent(),
        )
    assert isinstance(caught.value.report, PublishReport)
    assert [one.outcome for one in caught.value.report.releases] == ["published", "published"]
    assert "eggs==2.0 is published" in caught.value.message
    assert "spam==1.0 is published" in caught.value.message
    assert "eggs==2.0" in caught.value.hint
    assert index.posts == ["eggs-2.0.tar.gz", SDIST]


def test_an_index_that_shows_all_is_looked_at_once(publisher: Publisher) -> None:
    """One listing proves it, and one download where the index tells no digests."""

    class Counting(MemoryIndex):
        looks = 0

        def _look(self) -> list[ListedFile]:
            self.looks += 1
            return super()._look()

    publisher.index = Counting(has_digests=False)
    publisher()
    publisher.index.looks = 0
    publisher.reporter.outcomes.clear()
    assert publisher().outcome == "present"
    assert publisher.index.looks == 1
    assert sorted(publisher.reporter.outcomes) == sorted((name, "present") for name in FILENAMES)


def test_a_receipt_names_the_manifest_and_the_index(publisher: Publisher) -> None:
    """What was seen, where, and of which manifest."""
    publisher()
    record = publisher.store.record(SPAM)
    receipt = record.receipts[1, "memory"]
    assert record.latest is not None
    assert receipt.manifest == record.latest.digest
    assert (receipt.index, receipt.url) == ("memory", publisher.index.url)
    assert {file.filename for file in receipt.files} == set(FILENAMES)


def test_what_the_journal_knows_is_not_noted_again(publisher: Publisher) -> None:
    """One line a fact: what was uploaded is not present as well, each time that we look."""
    publisher()
    publisher()
    latest = publisher.store.record(SPAM).latest
    assert latest is not None
    events = publisher.store.journal(latest, "memory").events()
    assert not [event for event in events if isinstance(event, journal.Present)]
    assert len([event for event in events if isinstance(event, journal.Opened)]) == 1


@pytest.mark.parametrize(("jobs", "side_by_side"), [(None, 4), (2, 2), (1, 1)])
def test_uploads_side_by_side(tmp_path: Path, jobs: int | None, side_by_side: int) -> None:
    """Four, unless a person says otherwise."""
    wheels = [f"spam-1.0-cp3{minor}-cp3{minor}-win_amd64.whl" for minor in range(9, 14)]
    meeting = threading.Barrier(side_by_side, timeout=30)

    class Meeting(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            with guard:
                active.append(upload.distribution.filename.text)
                most.append(len(active))
                is_early = len(most) <= side_by_side
            if is_early:
                meeting.wait()
            answer = super().upload(upload, sent)
            with guard:
                active.remove(upload.distribution.filename.text)
            return answer

    guard = threading.Lock()
    active: list[str] = []
    most: list[int] = []
    publisher = Publisher(stage(tmp_path, wheels), Meeting())
    publisher.index.put(wheels[0], content_of(wheels[0]))  # or one would go alone, and first
    assert publisher(jobs=jobs).outcome == "published"
    assert max(most) == side_by_side


def test_nobody_else_changes_what_is_being_published(publisher: Publisher) -> None:
    """A second publish hears at once who is at it."""

    class Meanwhile(MemoryIndex):
        def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
            with pytest.raises(Busy, match="publish, process"):
                Publisher(publisher.store)()
            return super().upload(upload, sent)

    publisher.index = Meanwhile()
    assert publisher().outcome == "published"


def test_a_carried_file_keeps_what_the_index_tells_of_it(publisher: Publisher) -> None:
    """What Python it is for counts when installers choose."""

    class Telling(MemoryIndex):
        def _listed(self, name: str, file: Stored) -> ListedFile:
            return replace(super()._listed(name, file), requires_python="<3")

    publisher.index = Telling()
    publisher.index.put("spam-1.0-py2-none-any.whl", b"old", at=LONG_AGO)
    publisher(appends={SPAM: "wheels for Python 3"})
    latest = publisher.store.record(SPAM).latest
    assert latest is not None
    [carried] = [one for one in latest.release.distributions if str(one.filename) in latest.carried]
    assert carried.requires_python == "<3"


def test_what_an_index_shows_no_more_is_sent_again(publisher: Publisher) -> None:
    """It was verified once, so it is not that the index has yet to show it."""
    publisher()
    del publisher.index.stored[SDIST]
    assert publisher().outcome == "published"
    assert publisher.index.posts[-1] == SDIST


def test_what_an_index_does_not_show_for_long_is_sent_again(publisher: Publisher) -> None:
    """It accepted a file and lost it; for a quarter of an hour caches are to blame."""
    publisher.index.faults = ["hidden"]
    assert isinstance(publisher.fails(), NotYetVisible)
    hidden = publisher.index.posts[0]
    publisher.index.stored[hidden].lag = 1000
    assert isinstance(publisher.fails(), NotYetVisible)
    assert publisher.index.posts.count(hidden) == 1
    publisher.index.clock.sleep(16 * 60)
    del publisher.index.stored[hidden]
    assert publisher().outcome == "published"
    assert publisher.index.posts.count(hidden) == 2
