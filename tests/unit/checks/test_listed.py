from __future__ import annotations

import pytest

from samples import wheel
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.listings import ListedFile, Listing
from twine_stage.releases import ReleaseId

SPAM = ReleaseId.parse("spam==1.0")


def listing(name: str, sha256: str | None) -> dict[ReleaseId, Listing]:
    file = ListedFile(filename=name, url="https://example.org/f", sha256=sha256)
    return {SPAM: Listing(release=SPAM, files=(file,))}


def test_i501_other_content_under_the_same_name() -> None:
    """Both digests are named, shortened."""
    contents = scanned(WHEEL)

    [finding] = checks.run([contents], listings=listing(WHEEL, "0" * 64), select=["I"])

    assert (finding.code, finding.file) == ("I501", WHEEL)
    assert contents.digests.sha256[:12] in finding.message
    assert finding.message.endswith("found 000000000000")


@pytest.mark.parametrize("sha256", [None, scanned(WHEEL).digests.sha256])
def test_the_same_content_is_no_conflict(sha256: str | None) -> None:
    """Nor is a file whose digest the index does not tell, nor one that it does not have."""
    contents = [scanned(WHEEL), scanned(SDIST), scanned("spam.whl", wheel())]

    assert checks.run(contents, listings=listing(WHEEL, sha256), select=["I"]) == ()
    assert checks.run(contents, select=["I"]) == ()
