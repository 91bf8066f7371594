from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from samples import distribution
from twine_stage.comparison import compare
from twine_stage.digests import sha256
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import freeze
from twine_stage.releases import Release, ReleaseId

SPAM = ReleaseId.parse("spam==1.0")
NAMES = tuple(f"spam-1.0-{build}-py3-none-any.whl" for build in range(1, 9))
DIGESTS = {name: sha256(name.encode()) for name in NAMES}


@st.composite
def listed(draw: st.DrawFn) -> ListedFile:
    name = draw(st.sampled_from(NAMES))
    return ListedFile(
        filename=name,
        url="",
        sha256=draw(st.sampled_from([DIGESTS[name], "0" * 64, None])),
        yanked=draw(st.sampled_from([None, "", "broken"])),
    )


class TestCompare:
    """Every name stands in exactly the lists that are right for it, and each list is sorted."""

    @given(
        st.sets(st.sampled_from(NAMES), min_size=1),
        st.lists(listed(), unique_by=lambda file: file.filename),
    )
    def test_partition(self, frozen: set[str], shown: list[ListedFile]) -> None:
        release = Release(SPAM, tuple(distribution(name) for name in sorted(frozen)))
        listing = Listing(release=SPAM, files=tuple(shown))
        comparison = compare(freeze(release), listing)
        told = {file.filename: file.sha256 for file in shown}
        by_kind = {
            "matching": {n for n in frozen if told.get(n) == DIGESTS[n]},
            "missing": {n for n in frozen if n not in told},
            "unexpected": {n for n in told if n not in frozen},
            "different": {n for n in frozen & told.keys() if told[n] != DIGESTS[n]},
            "yanked": {file.filename for file in shown if file.yanked is not None},
        }
        for kind, names in by_kind.items():
            assert getattr(comparison, kind) == tuple(sorted(names))
        assert comparison.is_complete == (frozen == by_kind["matching"] == told.keys())
        assert comparison.is_exact == (comparison.is_complete and not by_kind["yanked"])
