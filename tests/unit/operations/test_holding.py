"""Publishing to an index that keeps sessions: fill all, then publish; hold, approve, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes import Remembering
from holding import PREVIEW, STRANGER, HoldingIndex, Room, error_of
from publishing import PLAIN
from samples import attestation, content_of, write
from staging import FILENAMES, SPAM, WHEEL, stage
from twine_stage.errors import (
    Refused,
    SmokeFailed,
    StageError,
    Unreachable,
    UploadRefused,
)
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.cancel import CanceledRelease, cancel
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.publish import PublishReport, publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import PublishedRelease
from twine_stage.operations.sessions import sessions
from twine_stage.operations.thaw import thaw
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.settings import Secret
from twine_stage.store import Store

EGGS = ReleaseId.parse("eggs==2.0")
EGG = "eggs-2.0-py3-none-any.whl"


@dataclass
class Publisher:
    """A stage and an index that keeps sessions, ready to publish."""

    store: Store
    index: HoldingIndex = field(default_factory=HoldingIndex)
    reporter: Remembering = field(default_factory=Remembering)
    releases: Sequence[ReleaseId] = (SPAM,)

    def __call__(self, **options: object) -> PublishedRelease:
        return self.all(**options).releases[0]

    def all(self, **options: object) -> PublishReport:
        return publish(
            self.store,
            self.index,
            self.releases,
            replace(PublishOptions(wait=0, judgement=PLAIN), **options),  # type: ignore[arg-type]
            clock=self.index.clock,
            reporter=self.reporter,
        )

    def fails(self, **options: object) -> StageError:
        return error_of(lambda: self(**options))

    def cancel(self) -> CanceledRelease:
        [canceled] = cancel(self.store, self.index, [SPAM], clock=self.index.clock).releases
        return canceled

    @property
    def digest(self) -> str:
        manifest = self.store.record(SPAM).latest
        assert manifest is not None
        return manifest.release.digest


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A draft of four files, and an empty index."""
    return Publisher(stage(tmp_path))


@pytest.fixture
def two(publisher: Publisher, tmp_path: Path) -> Publisher:
    """Two releases."""
    [path] = write(tmp_path / "more", EGG)
    add(publisher.store, [str(path)], reporter=Silent())
    publisher.releases = (SPAM, EGGS)
    return publisher


class TestPublish:
    def test_at_once(self, publisher: Publisher) -> None:
        """All files go into one session, side by side, and become public together."""
        done = publisher()
        assert (done.outcome, done.api, done.exposure_seconds) == ("published", "2.0", 0.0)
        assert {file.outcome for file in done.files} == {"uploaded"}
        [planned] = publisher.reporter.plans
        assert len(planned.waves) == 1
        assert [room.status for room in publisher.index.rooms] == ["published"]
        assert sorted(publisher.index.stored) == sorted(FILENAMES)

    def test_again(self, publisher: Publisher) -> None:
        """What is public is present, and no session is opened for it."""
        publisher()
        assert publisher().outcome == "present"
        assert len(publisher.index.rooms) == 1

    def test_lost_answer(self, publisher: Publisher) -> None:
        """A file whose answer is lost is looked for in the session before it is sent again."""
        publisher.index.faults = ["late", "lost"]
        outcomes = [file.outcome for file in publisher().files]
        assert sorted(outcomes) == ["present", "uploaded", "uploaded", "uploaded"]
        sent = [line for line in publisher.index.log if line.startswith("upload")]
        assert len(sent) == len(FILENAMES) + 1

    def test_refused(self, publisher: Publisher) -> None:
        """A file that is refused ends it: nothing is public, and the session is discarded."""
        publisher.index.faults = ["refused"]
        error = publisher.fails(jobs=1)
        assert isinstance(error, UploadRefused)
        assert isinstance(error.report, PublishReport)
        assert error.report.releases[0].outcome == "incomplete"
        assert [room.status for room in publisher.index.rooms] == ["canceled"]
        progress = publisher.store.record(SPAM).progress[1, "memory"]
        assert progress.session is None
        assert thaw(publisher.store, ["spam"]).releases

    def test_unreachable(self, publisher: Publisher) -> None:
        """What a rerun can finish is left where it is, and sent no second time."""
        publisher.index.faults = ["none", *["lost"] * 20]
        error = publisher.fails(jobs=1)
        assert isinstance(error, Unreachable)
        assert [room.status for room in publisher.index.rooms] == ["open"]
        publisher.index.faults.clear()
        publisher.index.log.clear()
        assert publisher().outcome == "published"
        assert len([line for line in publisher.index.log if line.startswith("upload")]) == 3

    def test_strangers(self, publisher: Publisher) -> None:
        """A file that was not frozen stops it, unless it is to be discarded."""
        room = Room(SPAM, "https://example.org/session/0", files={"spam-1.0-py2-none-any.whl": b""})
        publisher.index.rooms.append(room)
        publisher.index.has_preview = False
        error = publisher.fails()
        assert isinstance(error, Refused)
        assert "spam-1.0-py2-none-any.whl" in error.message
        assert room.status == "open"
        assert publisher(discard_unexpected=True).outcome == "published"
        assert sorted(publisher.index.stored) == sorted(FILENAMES)

    def test_dry_run(self, publisher: Publisher) -> None:
        """A dry run opens no session."""
        report = publisher.all(dry_run=True)
        assert report.is_dry_run
        assert report.releases[0].api == "2.0"
        assert publisher.index.rooms == []
        assert [len(plan.waves) for plan in publisher.reporter.plans] == [1]


class TestAttestations:
    @pytest.fixture
    def attested(self, publisher: Publisher, tmp_path: Path) -> Publisher:
        """An attestation of the wheel is staged beside it."""
        folder = tmp_path / "attested"
        [path] = write(folder, WHEEL)
        proof = folder / f"{WHEEL}.publish.attestation"
        proof.write_bytes(attestation())
        add(publisher.store, [str(path), str(proof)], reporter=Silent())
        return publisher

    def test_they_are_sent_unasked(self, attested: Publisher) -> None:
        """As the index expects them; and they are looked for: this one shows none."""
        attested()
        [warning] = attested.reporter.warnings
        assert f"shows no provenance of {WHEEL}," in warning

    def test_they_are_not_looked_for_in_what_is_held(self, attested: Publisher) -> None:
        """Nothing shows it yet; but whoever publishes it looks."""
        attested(hold=True)
        assert attested.reporter.warnings == []
        attested()
        assert len(attested.reporter.warnings) == 1

    def test_they_can_stay_behind(self, attested: Publisher) -> None:
        """Without a word, if that is the wish."""
        attested(attestations=False)
        assert (attested.reporter.notes, attested.reporter.warnings) == ([], [])

    def test_dry_run_of_what_is_public(self, publisher: Publisher) -> None:
        """The index is not even asked which API it speaks."""
        publisher()
        publisher.index.api = "unasked"
        report = publisher.all(dry_run=True)
        assert report.releases[0].api == "2.0"
        assert {file.outcome for file in report.releases[0].files} == {"present"}


class TestSeveral:
    def test_filled_first(self, two: Publisher) -> None:
        """All sessions are filled before the first is published."""
        assert [release.outcome for release in two.all().releases] == ["published"] * 2
        kinds = [line.split()[0] for line in two.index.log]
        assert kinds == ["open", "open", *["upload"] * 5, "publish", "publish"]

    def test_failure_while_filling(self, two: Publisher) -> None:
        """If one cannot be filled, none is published."""
        two.index.faults = [*["none"] * 4, "refused"]
        error = two.fails(jobs=1)
        assert isinstance(error, UploadRefused)
        assert two.index.stored == {}
        assert [room.status for room in two.index.rooms] == ["canceled"] * 2

    def test_failure_while_publishing(self, two: Publisher) -> None:
        """If a later one is not published, the earlier stand and are named; a rerun finishes."""
        two.index.refuses = {str(EGGS)}
        error = two.fails()
        assert isinstance(error.report, PublishReport)
        outcomes = [release.outcome for release in error.report.releases]
        assert outcomes == ["published", "incomplete"]
        record = two.store.record(SPAM)
        assert record.progress[1, "memory"].is_verified
        assert list(record.receipts) == [(1, "memory")]
        two.index.refuses.clear()
        assert [release.outcome for release in two.all().releases] == ["present", "published"]


class TestHold:
    def test_held(self, publisher: Publisher) -> None:
        """Everything is there, nothing is public, and where it waits is told."""
        told: list[tuple[ReleaseId, Secret]] = []
        done = publisher(hold=True, tell_preview=lambda *facts: told.append(facts))
        assert done.outcome == "held"
        assert done.session is not None
        assert (done.session.url, done.session.has_preview) == (publisher.index.rooms[0].url, True)
        assert publisher.index.stored == {}
        assert [room.status for room in publisher.index.rooms] == ["open"]
        assert told == [(SPAM, Secret(PREVIEW))]
        assert "recognisable" not in repr(done)
        assert publisher.store.record(SPAM).progress[1, "memory"].is_held

    def test_continued(self, publisher: Publisher) -> None:
        """Publishing goes on with what is held, and sends nothing."""
        publisher(hold=True)
        publisher.index.log.clear()
        assert publisher().outcome == "published"
        assert publisher.index.log == [f"open {SPAM}", f"publish {SPAM}"]

    def test_from_another_machine(
        self, publisher: Publisher, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """Without our journal the preview proves what is held."""
        publisher(hold=True)
        other = Publisher(stage(tmp_path_factory.mktemp("other")), publisher.index)
        publisher.index.log.clear()
        assert other().outcome == "published"
        assert publisher.index.log == [f"open {SPAM}", f"publish {SPAM}"]

    def test_nothing_proves_it(
        self, publisher: Publisher, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """Without journal and preview, all of it is sent again."""
        publisher.index.has_preview = False
        publisher(hold=True)
        other = Publisher(stage(tmp_path_factory.mktemp("other")), publisher.index)
        publisher.index.log.clear()
        assert other().outcome == "published"
        assert len([line for line in publisher.index.log if line.startswith("upload")]) == 4

    def test_held_without_preview(self, publisher: Publisher) -> None:
        """Where the index has no preview there is none to tell of."""
        publisher.index.has_preview = False
        told: list[object] = []
        done = publisher(hold=True, tell_preview=lambda *facts: told.append(facts))
        assert done.session is not None
        assert not done.session.has_preview
        assert told == []

    def test_what_is_public_is_not_held(self, publisher: Publisher) -> None:
        """There is nothing left to hold."""
        publisher()
        assert publisher(hold=True).outcome == "present"


class TestApprove:
    def test_approved(self, publisher: Publisher) -> None:
        """Whoever gives the release digest publishes what is held."""
        publisher(hold=True)
        assert publisher(approve=f"sha256:{publisher.digest}").outcome == "published"

    def test_strangers(self, publisher: Publisher) -> None:
        """What somebody put there since stops it; what was held stays."""
        publisher(hold=True)
        publisher.index.rooms[0].files[STRANGER] = b"not ours"
        error = publisher.fails(approve=publisher.digest)
        assert STRANGER in error.message
        assert [room.status for room in publisher.index.rooms] == ["open"]

    def test_another_digest(self, publisher: Publisher) -> None:
        """Another digest publishes nothing, and changes nothing."""
        publisher(hold=True)
        error = publisher.fails(approve="0" * 64)
        assert isinstance(error, Refused)
        assert publisher.digest in error.message
        assert [room.status for room in publisher.index.rooms] == ["open"]

    def test_a_draft(self, publisher: Publisher) -> None:
        """What is not even frozen cannot be approved, and stays a draft."""
        error = publisher.fails(approve="0" * 64)
        assert (isinstance(error, Refused), error.exit_status) == (True, 4)
        assert publisher.store.record(SPAM).latest is None
        assert publisher.index.log == []

    @pytest.mark.parametrize("has_preview", [True, False])
    def test_replaced_by_somebody(self, publisher: Publisher, *, has_preview: bool) -> None:
        """What is not as it was held is not approved."""
        publisher.index.has_preview = has_preview
        publisher(hold=True)
        publisher.index.rooms[0].files[WHEEL] = b"not ours"
        error = publisher.fails(approve=publisher.digest)
        assert isinstance(error, Refused)
        assert WHEEL in error.message
        assert publisher.index.stored == {}

    def test_nothing_is_held(self, publisher: Publisher) -> None:
        """What nobody uploaded before is not uploaded by an approval."""
        freeze(publisher.store, [])
        error = publisher.fails(approve=publisher.digest)
        assert isinstance(error, Refused)
        assert WHEEL in error.message
        assert publisher.index.log == [f"open {SPAM}"]
        assert [room.status for room in publisher.index.rooms] == ["canceled"]


class TestSmoke:
    def test_between_upload_and_publication(self, publisher: Publisher) -> None:
        """It is tried from the preview, after the last upload and before it is public."""

        def smoke(manifest: Manifest, preview: Secret | None) -> None:
            assert manifest.id == SPAM
            assert preview == Secret(PREVIEW)
            publisher.index.log.append("smoke")

        publisher(smoke=smoke)
        kinds = [line.split()[0] for line in publisher.index.log]
        assert kinds == ["open", *["upload"] * 4, "smoke", "publish"]

    def test_without_preview(self, publisher: Publisher) -> None:
        """Where the index has none, it is tried before the first byte is sent."""
        publisher.index.has_preview = False
        publisher(smoke=lambda *_: publisher.index.log.append("smoke"))
        assert [line.split()[0] for line in publisher.index.log][:2] == ["open", "smoke"]

    def test_strangers(self, publisher: Publisher) -> None:
        """Where somebody put a file into the session, nothing of it is run."""
        tried: list[object] = []
        publisher.index.faults = ["none", "stranger"]
        error = publisher.fails(smoke=lambda *facts: tried.append(facts))
        assert STRANGER in error.message
        assert tried == []
        assert [room.status for room in publisher.index.rooms] == ["open"]
        publisher(smoke=lambda *facts: tried.append(facts), discard_unexpected=True)
        assert len(tried) == 1

    def test_failing(self, publisher: Publisher) -> None:
        """If it fails, nothing is public."""

        def smoke(*_: object) -> None:
            raise SmokeFailed("no module named spam", step="command", status=1)

        error = publisher.fails(smoke=smoke)
        assert isinstance(error, SmokeFailed)
        assert error.hint == ""
        assert publisher.index.stored == {}
        assert [room.status for room in publisher.index.rooms] == ["canceled"]

    def test_failing_on_what_is_held(self, publisher: Publisher) -> None:
        """What was held before stays held, and the way out is said."""

        def smoke(*_: object) -> None:
            raise SmokeFailed("no module named spam", step="command", status=1)

        publisher(hold=True)
        assert f"stage cancel {SPAM}" in publisher.fails(smoke=smoke).hint
        assert [room.status for room in publisher.index.rooms] == ["open"]


class TestSessions:
    def test_held(self, publisher: Publisher) -> None:
        """What waits is told with where, until when, and its files."""
        publisher(hold=True)
        [session] = sessions(publisher.store, publisher.index, []).releases
        assert (session.release, session.status, session.is_held) == (str(SPAM), "open", True)
        assert session.url == publisher.index.rooms[0].url
        assert session.digest == publisher.digest
        assert session.expires_at is not None
        assert {file.status for file in session.files} == {"completed"}
        assert session.has_preview

    def test_elsewhere(self, publisher: Publisher) -> None:
        """Of a session on another index only what the journal knows is told."""
        publisher(hold=True)
        other = HoldingIndex(id="other", url="https://example.org/other/2.0/")
        [session] = sessions(publisher.store, other, ["spam"]).releases
        assert (session.index, session.status, session.files) == ("memory", None, ())

    @pytest.mark.parametrize("status", ["canceled", "published"])
    def test_ended(self, publisher: Publisher, status: str) -> None:
        """What ended without us is not told any more."""
        publisher(hold=True)
        publisher.index.rooms[0].status = status
        assert sessions(publisher.store, publisher.index, []).releases == ()

    def test_gone(self, publisher: Publisher) -> None:
        """Neither is what the index has forgotten, or what we published."""
        publisher(hold=True)
        publisher.index.rooms.clear()
        report = sessions(publisher.store, publisher.index, [])
        assert (report.releases, report.exit_status) == ((), 0)
        publisher()
        assert sessions(publisher.store, publisher.index, []).releases == ()


class TestCancel:
    def test_canceled(self, publisher: Publisher) -> None:
        """What waited is discarded, and the release can be thawed."""
        publisher(hold=True)
        canceled = publisher.cancel()
        assert canceled.outcome == "canceled"
        assert sorted(canceled.files) == sorted(FILENAMES)
        assert [room.status for room in publisher.index.rooms] == ["canceled"]
        assert thaw(publisher.store, ["spam"]).releases

    def test_absent(self, publisher: Publisher) -> None:
        """Where there is nothing, nothing is done, and that is fine."""
        assert publisher.cancel().outcome == "absent"
        report = cancel(publisher.store, publisher.index, [SPAM], clock=publisher.index.clock)
        assert report.exit_status == 0

    def test_of_what_is_public(self, publisher: Publisher) -> None:
        """What our journal knows to be public is not asked for, and stays so there."""
        publisher()
        before = publisher.store.record(SPAM).progress
        publisher.index.log.clear()
        assert publisher.cancel().outcome == "absent"
        assert publisher.index.log == []
        assert publisher.store.record(SPAM).progress == before

    def test_without_a_stage(self, publisher: Publisher) -> None:
        """The index finds the session by the release alone."""
        publisher(hold=True)
        [one] = cancel(None, publisher.index, [SPAM], clock=publisher.index.clock).releases
        assert one.outcome == "canceled"

    def test_of_another_index(self, publisher: Publisher) -> None:
        """The journal of another index of that name says nothing of this one."""
        publisher(hold=True)
        other = HoldingIndex(url="https://example.org/other/2.0/")
        [one] = cancel(publisher.store, other, [SPAM], clock=other.clock).releases
        assert one.outcome == "absent"
        assert publisher.store.record(SPAM).progress[1, "memory"].session

    def test_drop_before(self, publisher: Publisher) -> None:
        """Neither is a file of it dropped."""
        publisher(hold=True)
        error = error_of(lambda: drop(publisher.store, [WHEEL]))
        assert f"stage cancel {SPAM}" in error.hint

    def test_thaw_before(self, publisher: Publisher) -> None:
        """As long as it is held it is not thawed, and the way out is said."""
        publisher(hold=True)
        error = error_of(lambda: thaw(publisher.store, ["spam"]))
        assert f"stage cancel {SPAM}" in error.hint


def test_the_frozen_bytes_are_what_waits(publisher: Publisher) -> None:
    """Whatever is in a session is byte for byte what was frozen."""
    publisher(hold=True)
    assert publisher.index.rooms[0].files == {name: content_of(name) for name in FILENAMES}
