from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fakes import NOON
from samples import distribution
from showing import project
from twine_stage.comparison import compare
from twine_stage.differences import Kind, differences
from twine_stage.digests import sha256
from twine_stage.listings import ListedFile
from twine_stage.manifest import freeze
from twine_stage.receipts import receipt
from twine_stage.releases import Release, ReleaseId

SPAM = ReleaseId.parse("spam==1.0")
NAMES = tuple(f"spam-1.0-{build}-py3-none-any.whl" for build in range(1, 7))
ALL = (*NAMES, "spam-1.0.0-1-py3-none-any.whl", "Spam-1.0-2-py3-none-any.whl")
DIGESTS = {name: sha256(name.encode()) for name in ALL}
URL = "https://example.org/"


@st.composite
def listed(draw: st.DrawFn) -> ListedFile:
    name = draw(st.sampled_from(ALL))
    hours = draw(st.sampled_from([None, 0, 1, 400]))
    return ListedFile(
        filename=name,
        url=URL + name,
        sha256=draw(st.sampled_from([DIGESTS[name], "0" * 64, None])),
        yanked=draw(st.sampled_from([None, "", "broken"])),
        uploaded_at=None if hours is None else NOON + timedelta(hours=hours),
        provenance=draw(st.sampled_from([None, URL])),
    )


pages = st.lists(listed(), unique_by=lambda file: file.filename)
frozen_names = st.sets(st.sampled_from(NAMES), min_size=1)


class TestDifferences:
    """Each name that the comparison finds wrong has a difference, and no other release has any."""

    @given(frozen_names, pages, st.none() | pages)
    def test_as_the_comparison(
        self, frozen: set[str], shown: list[ListedFile], before: list[ListedFile] | None
    ) -> None:
        manifest = freeze(Release(SPAM, tuple(distribution(name) for name in sorted(frozen))))
        page = project(*shown)
        kept = None
        if before is not None:
            listing = project(*before).listing(SPAM)
            at = NOON.isoformat()
            kept = receipt(listing, index="i", url=URL, manifest=manifest.digest, at=at)
        found = differences(manifest, page, receipt=kept, window=timedelta(days=14))
        comparison = compare(manifest, page.listing(SPAM))
        kinds = {kind: {one.file for one in found if one.kind is kind} for kind in Kind}

        assert list(found) == sorted(found, key=lambda one: (one.file, one.kind.value))
        assert len(found) == len({(one.file, one.kind) for one in found})
        assert kinds[Kind.MISSING] <= set(comparison.missing)
        assert kinds[Kind.MISSING] | kinds[Kind.RESPELLED] == set(comparison.missing)
        assert kinds[Kind.UNEXPECTED] <= set(comparison.unexpected)
        spelled = len(comparison.unexpected) - len(kinds[Kind.UNEXPECTED])
        assert spelled == len(kinds[Kind.RESPELLED])
        assert kinds[Kind.DIFFERENT] - kinds[Kind.RESPELLED] == set(comparison.different)
        if not comparison.is_exact:
            assert found

    @given(frozen_names, pages)
    def test_a_receipt_of_this_moment_tells_nothing_new(
        self, frozen: set[str], shown: list[ListedFile]
    ) -> None:
        manifest = freeze(Release(SPAM, tuple(distribution(name) for name in sorted(frozen))))
        page = project(*shown)
        at = NOON.isoformat()
        kept = receipt(page.listing(SPAM), index="i", url=URL, manifest=manifest.digest, at=at)
        found = differences(manifest, page, receipt=kept, window=timedelta(days=14))
        since = {Kind.RECREATED, Kind.UNYANKED, Kind.UNPROVEN, Kind.LATE}
        assert not since & {one.kind for one in found}
