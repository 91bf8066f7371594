from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from releasing import SDIST, WHEEL, built, manifest_of
from showing import project
from twine_stage.differences import Difference, Kind, differences
from twine_stage.distributions import Attestation
from twine_stage.listings import ListedFile, Project
from twine_stage.manifest import Manifest, freeze
from twine_stage.receipts import Receipt
from twine_stage.releases import Release

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
FILES = {file.name: file for file in (built(WHEEL), built(SDIST))}
MANIFEST = manifest_of(*FILES.values())
OTHER = "spam-1.0-1-py3-none-any.whl"
PROOF = "https://example.org/integrity/spam"


def listed(name: str = WHEEL, **facts: Any) -> ListedFile:
    """A file as it was frozen and uploaded, but for some facts."""
    told = {"sha256": FILES[name].distribution.sha256} if name in FILES else {"sha256": "0" * 64}
    values: dict[str, Any] = {**told, "uploaded_at": FIRST, **facts}
    return ListedFile(filename=name, url=f"https://example.org/{name}", **values)


def shown(*files: ListedFile, **facts: Any) -> Project:
    return project(*(files or (listed(), listed(SDIST))), **facts)


def receipt(*files: ListedFile, serial: int | None = None) -> Receipt:
    return Receipt(
        index="example",
        url="https://example.org/",
        manifest=MANIFEST.digest,
        at="2026-01-02T12:00:00+00:00",
        files=files or (listed(), listed(SDIST)),
        serial=serial,
    )


def only(found: tuple[Difference, ...]) -> Difference:
    """The one difference that there is."""
    (difference,) = found
    return difference


def changed(**facts: Any) -> Manifest:
    """The manifest with other facts of its wheel."""
    first, second = MANIFEST.release.distributions
    return freeze(Release(MANIFEST.id, (replace(first, **facts), second)))


def test_as_frozen() -> None:
    """A release that is shown as it was frozen has no differences."""
    assert differences(MANIFEST, shown(), receipt=receipt(), window=DAY) == ()
    assert differences(MANIFEST, shown()) == ()


def test_variants_do_not_count() -> None:
    """A file of wheel variants, and any that is no distribution, is not of the release."""
    variants = listed("spam-1.0-variants.json")
    assert differences(MANIFEST, shown(listed(), listed(SDIST), variants)) == ()


class TestMissing:
    def test_without_a_receipt(self) -> None:
        """Nothing tells whether the file is late or gone, and nothing is claimed."""
        found = only(differences(MANIFEST, shown(listed())))
        assert (found.kind, found.file, found.cause) == (Kind.MISSING, SDIST, "")
        assert found.message == "frozen, and not shown"

    def test_no_project(self) -> None:
        """A project that the index does not know is gone if it was there."""
        none = project(is_known=False)
        assert {one.cause for one in differences(MANIFEST, none)} == {
            "the index has no such project"
        }
        gone = differences(MANIFEST, none, receipt=receipt())
        assert [(one.file, one.cause) for one in gone] == [
            (WHEEL, "the project is gone"),
            (SDIST, "the project is gone"),
        ]

    @pytest.mark.parametrize("shows", [project(is_known=False), shown(listed())])
    def test_published_and_never_seen(self, shows: Project) -> None:
        """Where there is no receipt, the moment of the publication is what is known."""
        when = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
        found = differences(MANIFEST, shows, published_at=when)
        assert {(one.kind, one.cause) for one in found} == {
            (
                Kind.MISSING,
                "published on 2026-01-02 12:00 UTC: not propagated yet, or removed since",
            )
        }

    @pytest.mark.parametrize("reason", ["", "malware"])
    def test_quarantined_project(self, reason: str) -> None:
        """The index says itself that it hides a project, and maybe why."""
        hidden = project(status="quarantined", status_reason=reason)
        said = f" ({reason})" if reason else ""
        assert {one.cause for one in differences(MANIFEST, hidden)} == {
            f"the project is quarantined{said}"
        }

    def test_release_gone(self) -> None:
        """All files of a release that was shown are gone, and the project stands."""
        other = shown(listed("spam-1.1.tar.gz"))
        assert {one.cause for one in differences(MANIFEST, other, receipt=receipt())} == {
            "the release was deleted or quarantined: it was shown on 2026-01-02 12:00 UTC"
        }

    def test_deleted(self) -> None:
        """One file is gone that was shown with the others."""
        found = only(differences(MANIFEST, shown(listed()), receipt=receipt()))
        assert found.cause == "it was deleted: it was shown on 2026-01-02 12:00 UTC"

    def test_never_shown(self) -> None:
        """A file that the receipt does not name either was never seen."""
        found = only(differences(MANIFEST, shown(listed()), receipt=receipt(listed())))
        assert found.cause.endswith("not propagated yet, or refused")

    def test_stale(self) -> None:
        """An answer with an older serial than the receipt's says nothing about a deletion."""
        stale = shown(listed(), serial=6)
        found = only(differences(MANIFEST, stale, receipt=receipt(serial=7)))
        assert found.cause.startswith("the answer is stale")
        same = shown(listed(), serial=7)
        assert only(differences(MANIFEST, same, receipt=receipt(serial=7))).cause.startswith(
            "it was deleted"
        )

    def test_moment_of_any_form(self) -> None:
        """A receipt whose moment cannot be read is quoted."""
        kept = replace(receipt(), at="yesterday")
        found = only(differences(MANIFEST, shown(listed()), receipt=kept))
        assert found.cause == "it was deleted: it was shown on yesterday"


class TestUnexpected:
    def test_appended(self) -> None:
        """A file that was not frozen is named with the time of its upload."""
        added = listed(OTHER, uploaded_at=FIRST + DAY)
        found = only(differences(MANIFEST, shown(listed(), listed(SDIST), added)))
        assert (found.kind, found.file) == (Kind.UNEXPECTED, OTHER)
        assert found.message == "shown, and not frozen"
        assert found.cause == "appended on 2026-01-02 12:00 UTC"

    def test_same_content(self) -> None:
        """The content of a frozen file under a name that says something else is no respelling."""
        copy = listed(OTHER, sha256=FILES[WHEEL].distribution.sha256, uploaded_at=None)
        found = only(differences(MANIFEST, shown(listed(), listed(SDIST), copy)))
        assert (found.kind, found.cause) == (Kind.UNEXPECTED, f"its content is that of {WHEEL}")

    def test_unproven(self) -> None:
        """A file without provenance beside others that have it is the sign of a stolen token."""
        both = (listed(provenance=PROOF), listed(SDIST, provenance=PROOF))
        found = only(differences(MANIFEST, shown(*both, listed(OTHER, uploaded_at=None))))
        assert found.cause == "it has no provenance, which others have"
        proven = listed(OTHER, uploaded_at=None, provenance=PROOF)
        assert only(differences(MANIFEST, shown(*both, proven))).cause == ""

    def test_known_before(self) -> None:
        """What the receipt shows already was not appended since."""
        added = listed(OTHER, uploaded_at=None)
        before = receipt(listed(), listed(SDIST), added)
        found = differences(MANIFEST, shown(listed(), listed(SDIST), added), receipt=before)
        assert only(found).cause == "it was there on 2026-01-02 12:00 UTC already"

    def test_yanked(self) -> None:
        """An appended file that is yanked is both."""
        added = listed(OTHER, yanked="broken")
        found = differences(MANIFEST, shown(listed(), listed(SDIST), added))
        assert [one.kind for one in found] == [Kind.UNEXPECTED, Kind.YANKED]


class TestDifferent:
    def test_swapped(self) -> None:
        """Both digests are named; the receipt proves that it was another one before."""
        other = listed(sha256="1" * 64, uploaded_at=FIRST + 2 * DAY)
        found = only(differences(MANIFEST, shown(other, listed(SDIST)), receipt=receipt()))
        assert (found.kind, found.file) == (Kind.DIFFERENT, WHEEL)
        assert FILES[WHEEL].distribution.sha256 in found.message
        assert "1" * 64 in found.message
        assert found.cause.startswith("it was swapped on 2026-01-03 12:00 UTC")

    def test_swapped_at_an_unknown_time(self) -> None:
        """An index without times tells that it was swapped, and not when."""
        other = listed(sha256="1" * 64, uploaded_at=None)
        found = only(differences(MANIFEST, shown(other, listed(SDIST)), receipt=receipt()))
        assert found.cause == (
            "it was swapped after 2026-01-02 12:00 UTC, when it was shown as it was frozen"
        )

    @pytest.mark.parametrize("when", [FIRST, FIRST + DAY])
    def test_swapped_after_it_was_uploaded(self, when: datetime) -> None:
        """A time of before the receipt is that of the first upload, and not of the swap."""
        other = listed(sha256="1" * 64, uploaded_at=when)
        found = only(differences(MANIFEST, shown(other, listed(SDIST)), receipt=receipt()))
        assert found.cause.startswith("it was swapped after 2026-01-02 12:00 UTC, when")
        assert found.cause.endswith(f"the index tells of an upload on {when:%Y-%m-%d} 12:00 UTC")

    @pytest.mark.parametrize("at", ["yesterday", "2026-01-02T12:00:00"])
    def test_swapped_after_nobody_knows_when(self, at: str) -> None:
        """A receipt whose moment cannot be compared dates no swap."""
        other = listed(sha256="1" * 64, uploaded_at=FIRST + 2 * DAY)
        kept = replace(receipt(), at=at)
        found = only(differences(MANIFEST, shown(other, listed(SDIST)), receipt=kept))
        assert found.cause.startswith("it was swapped after ")

    def test_served(self) -> None:
        """A page that shows what was frozen, and other bytes are served, is no ordinary swap."""
        bytes_ = replace(listed(), sha256="1" * 64, size=5)
        found = only(differences(MANIFEST, shown(), receipt=receipt(), served={WHEEL: bytes_}))
        frozen = FILES[WHEEL].distribution
        assert found.kind is Kind.DIFFERENT
        assert found.message == (
            f"frozen and shown with sha256 {frozen.sha256}, and served with sha256 {'1' * 64}, "
            f"5 bytes where {frozen.size} were frozen"
        )
        assert found.cause == "the page contradicts what is served: installers refuse it"
        same_size = {WHEEL: replace(bytes_, size=frozen.size)}
        found = only(differences(MANIFEST, shown(), served=same_size))
        assert found.message.endswith(f"and served with sha256 {'1' * 64}")

    def test_served_and_not_told(self) -> None:
        """What the page does not tell, and what was downloaded has, it does not show."""
        size = FILES[WHEEL].distribution.size
        other = listed(sha256="1" * 64, size=size)
        page = shown(other, listed(SDIST))
        found = only(differences(MANIFEST, page, served={WHEEL: other}, receipt=receipt()))
        assert found.message == (
            f"frozen with sha256 {FILES[WHEEL].distribution.sha256}, "
            f"and served with sha256 {'1' * 64}"
        )
        assert found.cause.startswith("it was swapped after")

    def test_never_as_frozen(self) -> None:
        """Without a receipt that shows the frozen digest, nothing is said about a swap."""
        other = shown(listed(sha256="1" * 64), listed(SDIST))
        assert only(differences(MANIFEST, other)).cause == ""
        before = receipt(listed(sha256="2" * 64), listed(SDIST))
        assert only(differences(MANIFEST, other, receipt=before)).cause == ""

    def test_untold(self) -> None:
        """Without a digest nothing is proven."""
        found = only(differences(MANIFEST, shown(listed(sha256=None), listed(SDIST))))
        assert found.kind is Kind.DIFFERENT
        assert found.message.endswith("and shown with no sha256")


class TestRespelled:
    NAME = "spam-1.0.0-py3-none-any.whl"

    def test_same_content(self) -> None:
        """Another spelling of the version is named, and nothing is missing or unexpected."""
        other = listed(self.NAME, sha256=FILES[WHEEL].distribution.sha256)
        found = only(differences(MANIFEST, shown(other, listed(SDIST))))
        assert (found.kind, found.file) == (Kind.RESPELLED, WHEEL)
        assert found.message == f"frozen under this name, and shown as {self.NAME}"

    def test_other_content(self) -> None:
        """It may have other content besides."""
        found = differences(MANIFEST, shown(listed(self.NAME), listed(SDIST)))
        assert [(one.kind, one.file) for one in found] == [
            (Kind.DIFFERENT, WHEEL),
            (Kind.RESPELLED, WHEEL),
        ]

    def test_beside_the_frozen_name(self) -> None:
        """A file too many is unexpected, although its name says the same as a frozen one."""
        other = listed(self.NAME)
        found = only(differences(MANIFEST, shown(listed(), listed(SDIST), other)))
        assert (found.kind, found.file) == (Kind.UNEXPECTED, self.NAME)


class TestYanks:
    @pytest.mark.parametrize(("reason", "said"), [("", ""), ("broken", " (broken)")])
    def test_yanked(self, reason: str, said: str) -> None:
        """The reason is given where there is one."""
        found = only(differences(MANIFEST, shown(listed(yanked=reason), listed(SDIST))))
        assert (found.kind, found.message) == (Kind.YANKED, f"shown as yanked{said}")
        assert found.cause == ""

    def test_yanked_before(self) -> None:
        """A yank that the receipt shows is no news, and still no release as frozen."""
        one = listed(yanked="")
        before = receipt(one, listed(SDIST))
        found = only(differences(MANIFEST, shown(one, listed(SDIST)), receipt=before))
        assert found.cause == "it was before"

    def test_yanked_when_it_was_adopted(self) -> None:
        """What stood so on the day of the adoption has not changed since."""
        adopted = replace(MANIFEST, adopted=True)
        page = shown(listed(yanked="broken"), listed(SDIST))
        assert not differences(adopted, page, receipt=receipt(*page.files))
        assert only(differences(adopted, page, receipt=receipt())).kind is Kind.YANKED
        assert only(differences(adopted, page)).kind is Kind.YANKED
        found = differences(adopted, shown(), receipt=receipt(*page.files))
        assert only(found).kind is Kind.UNYANKED

    def test_unyanked(self) -> None:
        """A yank that was taken back is told, by the receipt."""
        before = receipt(listed(yanked="broken"), listed(SDIST))
        found = only(differences(MANIFEST, shown(), receipt=before))
        assert (found.kind, found.file) == (Kind.UNYANKED, WHEEL)


class TestMetadata:
    def test_swapped(self) -> None:
        """Installers resolve by the metadata file, so its digest counts as the wheel's does."""
        found = only(differences(MANIFEST, shown(listed(core_metadata="3" * 64), listed(SDIST))))
        assert (found.kind, found.file) == (Kind.METADATA, WHEEL)
        assert found.message.endswith(f"and shown with {'3' * 64}")

    def test_as_frozen(self) -> None:
        """The digest of the frozen METADATA is right; one that was not frozen proves nothing."""
        right = FILES[WHEEL].distribution.core_metadata
        assert not differences(MANIFEST, shown(listed(core_metadata=right), listed(SDIST)))
        unknown = changed(core_metadata=None)
        assert not differences(unknown, shown(listed(core_metadata="3" * 64), listed(SDIST)))

    def test_no_longer_shown(self) -> None:
        """What the receipt shows and the page no longer does is a difference."""
        right = FILES[WHEEL].distribution.core_metadata
        before = receipt(listed(core_metadata=right), listed(SDIST))
        found = only(differences(MANIFEST, shown(), receipt=before))
        assert found.message == "shown with core metadata before, and without any now"

    @pytest.mark.parametrize(
        ("frozen", "told", "is_same"),
        [
            (">=3.9,<4", "<4, >=3.9", True),
            (">=3.9", ">=3.10", False),
            (None, "", True),
            (None, ">=3.10", False),
            (">=3.9", None, True),
            ("3.x", "3.x", True),
            ("3.x", "3.y", False),
            (None, "3.y", False),
        ],
    )
    def test_requires_python(self, frozen: str | None, told: str | None, *, is_same: bool) -> None:
        """Ranges compare as ranges; what the index does not tell is no difference."""
        manifest = changed(requires_python=frozen, metadata_version="2.4")
        page = shown(listed(requires_python=told), listed(SDIST))
        assert (differences(manifest, page) == ()) is is_same

    def test_requires_python_gone(self) -> None:
        """Installers take the file for any Python then, so that it was told before counts."""
        before = receipt(listed(requires_python=">=3.10"), listed(SDIST))
        found = only(differences(MANIFEST, shown(), receipt=before))
        assert (found.kind, found.file) == (Kind.METADATA, WHEEL)
        assert found.message == "shown with Requires-Python >=3.10 before, and without any now"

    def test_unknown_requires_python(self) -> None:
        """Of a file whose metadata nobody read it cannot be told."""
        page = shown(listed(requires_python=">=3.10"), listed(SDIST))
        assert not differences(changed(metadata_version=None), page)

    def test_requires_python_that_an_index_told(self) -> None:
        """Of a file that was taken over from an index counts what that told of it."""
        carried = changed(metadata_version=None, requires_python=">=3.10")
        same = shown(listed(requires_python=">= 3.10"), listed(SDIST))
        assert not differences(carried, same)
        other = shown(listed(requires_python=">=3.14"), listed(SDIST))
        found = only(differences(carried, other))
        assert (found.kind, found.file) == (Kind.METADATA, WHEEL)
        assert found.message == "frozen with Requires-Python >=3.10, and shown with >=3.14"


class TestUnproven:
    ATTESTED = (Attestation(predicate_type="https://example.org/publish", sha256="4" * 64),)

    def test_by_the_receipt(self) -> None:
        """Provenance that was shown and no longer is."""
        before = receipt(listed(provenance=PROOF), listed(SDIST))
        found = only(differences(MANIFEST, shown(), receipt=before))
        assert (found.kind, found.file) == (Kind.UNPROVEN, WHEEL)

    def test_beside_others(self) -> None:
        """A file with attestations is without provenance, and the index shows that of another."""
        manifest = changed(attestations=self.ATTESTED)
        page = shown(listed(), listed(SDIST, provenance=PROOF))
        found = only(differences(manifest, page))
        assert (found.kind, found.file) == (Kind.UNPROVEN, WHEEL)
        assert not differences(manifest, page, receipt=receipt(*page.files))
        assert not differences(MANIFEST, page)

    def test_index_without_provenance(self) -> None:
        """Of an index that shows no provenance at all nothing is concluded."""
        assert not differences(changed(attestations=self.ATTESTED), shown())

    def test_proven(self) -> None:
        """A file with provenance is as it should be."""
        page = shown(listed(provenance=PROOF), listed(SDIST))
        assert not differences(changed(attestations=self.ATTESTED), page)


class TestRecreated:
    def test_release(self) -> None:
        """All files went up again: the release was deleted and made anew."""
        again = (listed(uploaded_at=FIRST + DAY), listed(SDIST, uploaded_at=FIRST + DAY))
        found = only(differences(MANIFEST, shown(*again), receipt=receipt()))
        assert (found.kind, found.file) == (Kind.RECREATED, "")
        assert "2026-01-01 12:00 UTC before" in found.message
        assert "2026-01-02 12:00 UTC now" in found.message
        assert found.cause == "the release was deleted and made again"

    def test_file(self) -> None:
        """One file went up again, with the same content."""
        again = shown(listed(), listed(SDIST, uploaded_at=FIRST + DAY))
        found = only(differences(MANIFEST, again, receipt=receipt()))
        assert (found.kind, found.file) == (Kind.RECREATED, SDIST)

    def test_without_times(self) -> None:
        """An index that tells no times tells nothing of this."""
        page = shown(listed(uploaded_at=None), listed(SDIST, uploaded_at=None))
        assert not differences(MANIFEST, page, receipt=receipt())


class TestLate:
    LATER = FIRST + 15 * DAY

    def page(self, **facts: Any) -> Project:
        return shown(listed(), listed(SDIST, uploaded_at=self.LATER, **facts))

    def test_late(self) -> None:
        """A file that came after the window is told with both spans."""
        found = only(differences(MANIFEST, self.page(), window=14 * DAY))
        assert (found.kind, found.file) == (Kind.LATE, SDIST)
        assert found.message.startswith("uploaded 15 days after the first file")
        assert found.message.endswith("takes files for 14 days")

    def test_in_time(self) -> None:
        """Up to the window, and where there is none, nothing is late."""
        assert not differences(MANIFEST, self.page(), window=15 * DAY)
        assert not differences(MANIFEST, self.page())

    def test_known_before(self) -> None:
        """What the receipt shows with the same time is no news."""
        page = self.page()
        assert not differences(MANIFEST, page, receipt=receipt(*page.files), window=DAY)

    def test_meant(self) -> None:
        """A file that was appended on purpose, or was there when a release was adopted."""
        page = self.page()
        revision = freeze(MANIFEST.release, previous=MANIFEST, reason="wheels for cp315")
        assert not differences(revision, page, window=DAY)
        assert not differences(replace(MANIFEST, adopted=True), page, window=DAY)

    def test_unexpected(self) -> None:
        """A file that was not frozen may be late, too."""
        added = listed(OTHER, uploaded_at=self.LATER)
        found = differences(MANIFEST, shown(listed(), listed(SDIST), added), window=14 * DAY)
        assert [one.kind for one in found] == [Kind.LATE, Kind.UNEXPECTED]
