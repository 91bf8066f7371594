"""Adopting: what an index shows becomes a manifest, once; and the stage takes it as published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes import MemoryIndex, Remembering
from publishing import Publisher
from samples import content_of, write
from staging import SDIST, SPAM, WHEEL, WINDOWS, stage
from twine_stage.comparison import compare
from twine_stage.digests import sha256
from twine_stage.errors import StageError, Unreachable, UsageError, WrongState
from twine_stage.listings import ListedFile
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.adopt import AdoptReport, adopt
from twine_stage.operations.adopting import Folder, Staged
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.status import status
from twine_stage.operations.thaw import thaw
from twine_stage.operations.verify import verify
from twine_stage.receipts import Receipt
from twine_stage.reporting import Silent
from twine_stage.store import Record, Store

OLDER = "spam-0.9.tar.gz"


@dataclass
class Index(MemoryIndex):
    """An index that tells more of files, and other things of some."""

    facts: dict[str, dict[str, object]] = field(default_factory=dict)

    def _listed(self, name: str, file: object) -> ListedFile:
        listed = super()._listed(name, file)  # type: ignore[arg-type]
        return replace(listed, **self.facts.get(name, {}))  # type: ignore[arg-type]


def index_of(*names: str, **facts: object) -> Index:
    index = Index(**facts)  # type: ignore[arg-type]
    for name in names:
        index.put(name, content_of(name))
    return index


@dataclass
class Adopter:
    """A stage that takes releases over from an index in memory."""

    store: Store
    index: Index = field(default_factory=lambda: index_of(WHEEL, SDIST, OLDER))
    reporter: Remembering = field(default_factory=Remembering)

    def __call__(self, *names: str, reason: str | None = None) -> AdoptReport:
        keeper = Staged(self.store, self.index.id)
        clock, reporter = self.index.clock, self.reporter
        return adopt(keeper, names, self.index, reason=reason, clock=clock, reporter=reporter)

    def fails(self, *names: str) -> StageError:
        with pytest.raises(StageError) as caught:
            self(*names)
        return caught.value

    @property
    def record(self) -> Record:
        return self.store.record(SPAM)

    @property
    def manifest(self) -> Manifest:
        assert self.record.latest is not None
        return self.record.latest


@pytest.fixture
def adopter(tmp_path: Path) -> Adopter:
    return Adopter(Store.create(tmp_path))


class TestManifest:
    def test_it_names_what_the_index_shows(self, adopter: Adopter) -> None:
        """It is marked as adopted, and all its files as taken over."""
        adopter.index.facts[WHEEL] = {"core_metadata": "c" * 64, "requires_python": ">=3.10"}
        [release] = adopter("spam==1.0").releases
        wheel, sdist = adopter.manifest.release.distributions
        assert (release.release, release.outcome, release.files) == (
            "spam==1.0",
            "adopted",
            (WHEEL, SDIST),
        )
        assert (wheel.sha256, sdist.sha256) == (
            sha256(content_of(WHEEL)),
            sha256(content_of(SDIST)),
        )
        assert (wheel.core_metadata, wheel.requires_python) == ("c" * 64, ">=3.10")
        assert (wheel.size, sdist.size) == (len(content_of(WHEEL)), len(content_of(SDIST)))
        assert adopter.manifest.adopted
        assert adopter.manifest.carried == {WHEEL, SDIST}
        assert release.digest == adopter.manifest.release.digest
        assert release.manifest == adopter.manifest.digest

    def test_two_people_get_the_same_bytes(self, adopter: Adopter) -> None:
        """However the version is spelled on the command line."""
        adopter("spam==1.0.0")
        [release] = adopt(
            Folder(adopter.store.root / "kept"),
            ["spam==1"],
            adopter.index,
            clock=adopter.index.clock,
            reporter=Silent(),
        ).releases
        assert release.manifest == adopter.manifest.digest

    def test_a_name_alone_is_all_releases(self, adopter: Adopter) -> None:
        """Also where one of them is named beside it; the oldest comes first."""
        report = adopter("spam", "spam==1.0")
        assert [one.release for one in report.releases] == ["spam==0.9", "spam==1.0"]
        assert report.exit_status == 0

    def test_what_no_manifest_can_name_is_passed_over(self, adopter: Adopter) -> None:
        """Files of former times, of which nobody knows the release."""
        adopter.index.put("spam-0.1.win32.exe", b"MZ")
        assert adopter("spam").passed_over == ("spam-0.1.win32.exe",)


class TestUntold:
    def test_digests_that_are_not_told_are_found_by_download(self, adopter: Adopter) -> None:
        """And it is said."""
        adopter.index.has_digests = False
        [release] = adopter("spam==1.0").releases
        assert release.downloaded == (WHEEL, SDIST)
        assert adopter.manifest.release.distributions[0].sha256 == sha256(content_of(WHEEL))
        [note] = adopter.reporter.notes
        assert "does not tell the digest of 2 files: what it serves is downloaded" in note

    def test_sizes_that_are_not_told_are_found_by_download(self, adopter: Adopter) -> None:
        """Only of those files; the receipt has what was found."""
        adopter.index.facts[SDIST] = {"size": None}
        [release] = adopter("spam==1.0").releases
        assert release.downloaded == (SDIST,)
        [receipt] = adopter.record.receipts.values()
        assert receipt.by_name[SDIST].size == len(content_of(SDIST))
        [note] = adopter.reporter.notes
        assert "does not tell the size of 1 file: what it serves is downloaded" in note

    def test_it_is_said_once(self, adopter: Adopter) -> None:
        """However many releases there are."""
        adopter.index.has_digests = False
        adopter.index.facts[SDIST] = {"size": None}
        adopter("spam")
        [note] = adopter.reporter.notes
        assert "does not tell the digest of 3 files and the size of 1 file: " in note

    def test_another_digest_than_is_told_is_left_out(self, adopter: Adopter) -> None:
        """An index that contradicts itself is no source."""
        adopter.index.facts[SDIST] = {"size": None, "sha256": "0" * 64}
        [release] = adopter("spam==1.0").releases
        assert release.outcome == "left out"
        assert f"tells the digest {'0' * 64} and serves" in release.message
        assert adopter.record.latest is None

    def test_the_same_bytes_under_two_names_are_left_out(self, adopter: Adopter) -> None:
        """No manifest can say it; the other releases are adopted."""
        adopter.index.put("spam-1.0-1-py3-none-any.whl", content_of(WHEEL))
        outcomes = [one.outcome for one in adopter("spam").releases]
        assert outcomes == ["adopted", "left out"]


@dataclass
class Lossy(Index):
    """An index that tells no digests, and does not deliver every file that it shows.

    What is ``gone`` is not there, what is ``dead`` does not answer.
    """

    gone: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        if file.filename in (*self.gone, *self.dead):
            raise Unreachable(f"{file.filename} cannot be had")
        return super().fetch(file)

    def serves(self, file: ListedFile) -> bool:
        if file.filename in self.dead:
            raise Unreachable("the connection was reset")
        return file.filename not in self.gone


class TestUnanswered:
    @pytest.fixture
    def lossy(self, tmp_path: Path) -> Adopter:
        index = Lossy(has_digests=False, gone=(WINDOWS,), dead=(SDIST,))
        for name in (WHEEL, SDIST, WINDOWS, OLDER):
            index.put(name, content_of(name))
        return Adopter(Store.create(tmp_path), index)

    def test_all_files_that_cannot_be_had_are_named(self, lossy: Adopter) -> None:
        """Each with the reason; no half release is adopted."""
        [release] = lossy("spam==1.0").releases
        assert (release.outcome, release.unanswered) == ("left out", (WINDOWS, SDIST))
        assert release.message == (
            f"cannot download {WINDOWS}: nothing is at its address; "
            f"cannot download {SDIST}: the connection was reset"
        )
        assert lossy.record.latest is None

    def test_the_other_releases_are_adopted(self, lossy: Adopter) -> None:
        """And the status says that it can be tried again."""
        report = lossy("spam")
        assert [one.outcome for one in report.releases] == ["adopted", "left out"]
        assert report.exit_status == Unreachable.exit_status


class TestYanked:
    def test_what_is_yanked_is_told(self, adopter: Adopter) -> None:
        """By name; the manifest is of what stands there, and a yanked file stands there."""
        adopter.index.facts[SDIST] = {"yanked": "broken"}
        [release] = adopter("spam==1.0").releases
        assert (release.outcome, release.yanked) == ("adopted", (SDIST,))
        assert adopter("spam==0.9").releases[0].yanked == ()

    def test_it_is_no_change_since(self, adopter: Adopter) -> None:
        """So verify finds the release as it was, by the receipt."""
        adopter.index.facts[SDIST] = {"yanked": "broken"}
        adopter("spam==1.0")
        receipts = adopter.record.receipts.values()
        report = verify(
            [adopter.manifest],
            adopter.index,
            receipts=receipts,
            wait=0,
            deep=False,
            clock=adopter.index.clock,
            reporter=Silent(),
        )
        [release] = report.releases
        assert (release.is_exact, release.yanked, report.exit_status) == (True, (SDIST,), 0)


class TestStage:
    def test_a_receipt_tells_what_was_seen(self, adopter: Adopter) -> None:
        """Of this manifest, from this index, as of its serial, with URLs and times."""
        adopter.index.serial = 17
        adopter("spam==1.0")
        receipt = adopter.record.receipts[1, "memory"]
        assert receipt.serial == 17
        assert (receipt.manifest, receipt.url) == (adopter.manifest.digest, adopter.index.url)
        assert [file.url for file in receipt.files] == [
            f"https://example.org/files/{name}" for name in (WHEEL, SDIST)
        ]

    def test_it_is_what_is_compared_with(self, adopter: Adopter) -> None:
        """Today it is exact, and once the index shows other bytes it is not."""
        adopter("spam")
        assert compare(adopter.manifest, adopter.index.listing(SPAM)).is_exact
        adopter.index.put(SDIST, b"other bytes")
        assert compare(adopter.manifest, adopter.index.listing(SPAM)).different == (SDIST,)

    def test_status_says_published_and_adopted(self, adopter: Adopter) -> None:
        """It is public there, though nobody published it from here."""
        adopter("spam==1.0")
        [release] = status(adopter.store).releases
        assert (release.state, release.published_on, release.adopted) == (
            "published",
            ("memory",),
            True,
        )

    def test_it_does_not_thaw(self, adopter: Adopter) -> None:
        """What is public does not become a draft."""
        adopter("spam==1.0")
        with pytest.raises(WrongState, match="it stays frozen") as caught:
            thaw(adopter.store, ["spam"])
        assert caught.value.hint == "What is published never changes: raise the version."

    def test_a_dropped_one_keeps_its_manifest(self, adopter: Adopter) -> None:
        """As every published release does."""
        adopter("spam==1.0")
        drop(adopter.store, ["spam==1.0"])
        assert adopter.manifest.adopted

    def test_what_was_published_from_here_is_kept(self, tmp_path: Path) -> None:
        """Its manifest is that of freeze, byte for byte."""
        adopter = Adopter(stage(tmp_path, [WHEEL, SDIST]), index_of(WHEEL, SDIST))
        freeze(adopter.store, ["spam"])
        before = adopter.manifest
        [release] = adopter("spam").releases
        assert (release.outcome, release.message) == (
            "kept",
            "the index shows what its manifest names",
        )
        assert adopter.manifest == before
        assert adopter.record.receipts == {}

    def test_another_manifest_is_never_replaced(self, adopter: Adopter) -> None:
        """What the index shows now is for verify to judge."""
        adopter("spam==1.0")
        before = adopter.manifest
        adopter.index.put(WHEEL, b"other bytes")
        [release] = adopter("spam==1.0").releases
        assert release.outcome == "kept"
        assert release.message.endswith(
            "other files than its manifest names: stage verify spam==1.0"
        )
        assert (adopter.manifest, release.manifest) == (before, before.digest)

    def test_a_draft_is_left_alone(self, tmp_path: Path) -> None:
        """It may be what somebody is about to publish."""
        adopter = Adopter(stage(tmp_path, [WHEEL]), index_of(WHEEL, SDIST))
        [release] = adopter("spam").releases
        assert release.outcome == "left out"
        assert "spam==1.0 is a draft here" in release.message
        assert adopter.record.manifests == ()

    def test_a_receipt_that_a_kill_left_out_is_made_good(self, adopter: Adopter) -> None:
        """The manifest is written first."""
        adopter("spam==1.0")
        [path] = adopter.store.root.glob("releases/spam-1.0/receipts/*.json")
        path.unlink()
        [release] = adopter("spam==1.0").releases
        assert release.outcome == "kept"
        assert path.exists()


class TestRevision:
    """A release that grew since it was frozen."""

    @pytest.fixture
    def grown(self, adopter: Adopter) -> Adopter:
        adopter("spam==1.0")
        adopter.index.put(WINDOWS, content_of(WINDOWS))
        return adopter

    def test_what_came_since_is_only_named(self, grown: Adopter) -> None:
        """Nobody takes over by accident what somebody else may have appended."""
        [release] = grown("spam==1.0").releases
        assert (release.outcome, release.revision) == ("kept", 1)
        assert release.message == (
            f"the index also shows {WINDOWS}: with --reason TEXT its next revision names that"
        )
        assert [one.revision for one in grown.record.manifests] == [1]
        assert release.files == (WHEEL, SDIST)  # which are those of the digest beside it

    def test_a_reason_makes_the_next_revision(self, grown: Adopter) -> None:
        """It is upon the one before, and says why."""
        first = grown.manifest
        [release] = grown("spam==1.0", reason="a wheel for Windows").releases
        second = grown.manifest
        assert (release.outcome, release.revision) == ("adopted", 2)
        assert release.message == f"revision 2 takes over {WINDOWS}"
        assert (second.previous, second.reason) == (first.digest, "a wheel for Windows")
        assert second.adopted
        assert second.carried == {WHEEL, SDIST, WINDOWS}
        assert compare(second, grown.index.listing(SPAM)).is_exact
        assert grown.record.receipts[2, "memory"].manifest == second.digest
        [told] = status(grown.store).releases
        assert (told.state, told.published_on, told.adopted) == ("published", ("memory",), True)

    def test_again_it_is_kept(self, grown: Adopter) -> None:
        """Also where a kill left its receipt out, which is made good."""
        grown("spam==1.0", reason="a wheel for Windows")
        second = grown.manifest
        [path] = grown.store.root.glob("releases/spam-1.0/receipts/2-*.json")
        path.unlink()
        [release] = grown("spam==1.0", reason="a wheel for Windows").releases
        assert (release.outcome, release.message) == (
            "kept",
            "the index shows what its manifest names",
        )
        assert grown.manifest == second
        assert path.exists()

    def test_a_revision_only_adds(self, grown: Adopter) -> None:
        """What was swapped or deleted meanwhile is for verify to judge."""
        grown.index.put(WHEEL, b"other bytes")
        [swapped] = grown("spam==1.0", reason="why not").releases
        del grown.index.stored[WHEEL]
        [deleted] = grown("spam==1.0", reason="why not").releases
        for release in (swapped, deleted):
            assert release.outcome == "kept"
            assert release.message.endswith("stage verify spam==1.0")

    def test_what_was_staged_here_stays_ours(self, tmp_path: Path) -> None:
        """Only what came since is taken over; publishing finds all done."""
        adopter = Adopter(stage(tmp_path, [WHEEL, SDIST]), index_of(WHEEL, SDIST, WINDOWS))
        freeze(adopter.store, ["spam"])
        first = adopter.manifest
        adopter("spam", reason="built elsewhere")
        assert adopter.manifest.previous == first.digest
        assert adopter.manifest.carried == {WINDOWS}
        assert first.release.distributions[0] in adopter.manifest.release.distributions
        assert Publisher(adopter.store, adopter.index)().outcome == "present"
        assert adopter.index.posts == []

    def test_there_must_be_a_reason_in_it(self, grown: Adopter) -> None:
        """An empty one says nothing."""
        with pytest.raises(UsageError, match="expected a reason for appending"):
            grown("spam==1.0", reason=" ")

    def test_the_first_revision_needs_none(self, adopter: Adopter) -> None:
        """Nothing came since, so nothing is said."""
        [release] = adopter("spam==1.0", reason="never mind").releases
        assert (release.outcome, release.revision) == ("adopted", 1)
        assert adopter.manifest.reason is None


class TestPublishing:
    def test_more_files_are_an_append(self, adopter: Adopter, tmp_path: Path) -> None:
        """Which nobody does by accident; granted, it is the next revision, upon the adopted one."""
        adopter("spam==1.0")
        first = adopter.manifest
        add(adopter.store, [str(write(tmp_path / "dist", WINDOWS)[0])], reporter=Silent())
        publish = Publisher(adopter.store, adopter.index)
        refusal = publish.fails()
        assert "is public since 2026-01-01 12:00 UTC" in refusal.message
        assert refusal.exit_status == 4
        publish(appends={SPAM: "wheels for Windows"})
        assert adopter.index.posts == [WINDOWS]
        second = adopter.manifest
        assert (second.revision, second.previous, second.adopted) == (2, first.digest, False)
        assert second.carried == {WHEEL, SDIST}

    def test_publishing_it_finds_all_done(self, adopter: Adopter) -> None:
        """No byte of it is in the stage, and none is sent."""
        adopter("spam==1.0")
        published = Publisher(adopter.store, adopter.index)()
        assert (published.outcome, adopter.index.posts) == ("present", [])
        [release] = status(adopter.store).releases
        assert release.published_on == ("memory",)

    def test_another_index_cannot_get_it(self, adopter: Adopter) -> None:
        """Only the one that it was adopted from has the files."""
        adopter("spam==1.0")
        refusal = Publisher(adopter.store, MemoryIndex()).fails()
        assert "takes over files that https://example.org/legacy/ does not show" in refusal.message


class TestFolder:
    def kept(
        self, adopter: Adopter, folder: Path, *names: str, reason: str | None = None
    ) -> AdoptReport:
        keeper, index = Folder(folder), adopter.index
        return adopt(keeper, names, index, reason=reason, clock=index.clock, reporter=Silent())

    def test_manifests_and_receipts_go_there(self, adopter: Adopter, tmp_path: Path) -> None:
        """By the names that freeze gives them, and nothing to the stage."""
        report = self.kept(adopter, tmp_path / "kept", "spam")
        written = sorted(path.name for path in (tmp_path / "kept").iterdir())
        assert written == [
            "spam-0.9.receipt.json",
            "spam-0.9.release.intoto.json",
            "spam-1.0.receipt.json",
            "spam-1.0.release.intoto.json",
        ]
        path = tmp_path / "kept" / "spam-1.0.release.intoto.json"
        manifest = Manifest.loads(path.read_bytes())
        receipt = Receipt.loads((tmp_path / "kept" / "spam-1.0.receipt.json").read_bytes())
        assert report.releases[-1].path == str(path)
        assert manifest.adopted
        assert receipt.manifest == manifest.digest
        assert adopter.store.releases() == ()

    def test_what_is_there_is_never_replaced(self, adopter: Adopter, tmp_path: Path) -> None:
        """Whatever the index shows by then."""
        self.kept(adopter, tmp_path, "spam==1.0")
        before = (tmp_path / "spam-1.0.release.intoto.json").read_bytes()
        adopter.index.put(WINDOWS, content_of(WINDOWS))
        [release] = self.kept(adopter, tmp_path, "spam==1.0").releases
        assert release.outcome == "kept"
        assert (tmp_path / "spam-1.0.release.intoto.json").read_bytes() == before

    def test_the_next_revision_takes_its_place(self, adopter: Adopter, tmp_path: Path) -> None:
        """With its receipt, as by freeze: a folder has the latest of each release."""
        self.kept(adopter, tmp_path, "spam==1.0")
        path = tmp_path / "spam-1.0.release.intoto.json"
        first = Manifest.loads(path.read_bytes())
        adopter.index.put(WINDOWS, content_of(WINDOWS))
        [release] = self.kept(adopter, tmp_path, "spam==1.0", reason="a wheel").releases
        second = Manifest.loads(path.read_bytes())
        receipt = Receipt.loads((tmp_path / "spam-1.0.receipt.json").read_bytes())
        assert (release.outcome, release.revision) == ("adopted", 2)
        assert second.previous == first.digest
        assert receipt.manifest == second.digest

    def test_a_manifest_of_another_release_stands_in_the_way(
        self, adopter: Adopter, tmp_path: Path
    ) -> None:
        """It has the name, and is not that."""
        self.kept(adopter, tmp_path, "spam==0.9")
        (tmp_path / "spam-0.9.release.intoto.json").rename(
            tmp_path / "spam-1.0.release.intoto.json"
        )
        [release] = self.kept(adopter, tmp_path, "spam==1.0").releases
        assert release.outcome == "left out"
        assert release.message.endswith("is a manifest of spam==0.9")


class TestErrors:
    @pytest.mark.parametrize("name", ["", "not/a/name", "spam==x"])
    def test_a_name_is_a_project_or_a_release(self, adopter: Adopter, name: str) -> None:
        """Nothing is asked for anything else."""
        assert isinstance(adopter.fails(name), UsageError)

    def test_there_must_be_something(self, adopter: Adopter) -> None:
        """An empty release proves nothing; the way out is to look what there is."""
        error = adopter.fails("spam==7")
        assert isinstance(error, WrongState)
        assert error.hint == "stage audit spam shows which releases there are."
        assert "shows no release of eggs" in adopter.fails("eggs").message

    def test_an_index_that_does_not_answer_is_unreachable(self, adopter: Adopter) -> None:
        """And nothing is written."""
        adopter.index.outages = [True]
        assert isinstance(adopter.fails("spam"), Unreachable)
        assert adopter.store.releases() == ()
