from __future__ import annotations

from releasing import SDIST, WHEEL, built, manifest_of
from twine_stage.comparison import Comparison, compare, unattested
from twine_stage.listings import ListedFile, Listing

FILES = (built(WHEEL), built(SDIST))
MANIFEST = manifest_of(*FILES)
SHOWN = tuple(
    ListedFile(filename=file.name, url="", sha256=file.distribution.sha256) for file in FILES
)


def _compare(*files: ListedFile) -> Comparison:
    return compare(MANIFEST, Listing(release=MANIFEST.id, files=files))


def test_all_as_frozen() -> None:
    """An index that shows the frozen digests under the frozen names, and no more, is exact."""
    comparison = _compare(*SHOWN)
    assert comparison.matching == (WHEEL, SDIST)
    assert comparison.is_exact
    assert comparison.is_complete


def test_missing() -> None:
    """What the index does not show is missing."""
    comparison = _compare(SHOWN[0])
    assert comparison.missing == (SDIST,)
    assert not comparison.is_complete
    assert not comparison.is_exact


def test_unexpected() -> None:
    """What was not frozen is unexpected, although all that was is there."""
    other = ListedFile(filename="spam-1.0-1-py3-none-any.whl", url="")
    comparison = _compare(*SHOWN, other)
    assert comparison.unexpected == ("spam-1.0-1-py3-none-any.whl",)
    assert not comparison.is_complete


def test_different() -> None:
    """Another digest under a frozen name is a difference."""
    other = ListedFile(filename=SDIST, url="", sha256="0" * 64)
    comparison = _compare(SHOWN[0], other)
    assert comparison.different == (SDIST,)
    assert comparison.matching == (WHEEL,)
    assert not comparison.is_complete


def test_untold_digest() -> None:
    """A file whose digest the index does not tell is not proven, so it is different."""
    assert _compare(SHOWN[0], ListedFile(filename=SDIST, url="")).different == (SDIST,)


def test_yanked() -> None:
    """A yanked file can match; the release is complete, but not exact."""
    yanked = ListedFile(
        filename=SDIST, url="", sha256=FILES[1].distribution.sha256, yanked="broken"
    )
    comparison = _compare(SHOWN[0], yanked)
    assert comparison.yanked == (SDIST,)
    assert comparison.matching == (WHEEL, SDIST)
    assert comparison.is_complete
    assert not comparison.is_exact


def test_unattested() -> None:
    """What was sent with attestations, and is shown without provenance, or not at all."""
    proven = ListedFile(filename=WHEEL, url="", provenance="https://example.org/integrity")
    listing = Listing(release=MANIFEST.id, files=(proven, SHOWN[1]))
    assert unattested([WHEEL], listing) == ()
    assert unattested([WHEEL, SDIST, "spam-1.0.zip"], listing) == (SDIST, "spam-1.0.zip")
    assert unattested([], listing) == ()
