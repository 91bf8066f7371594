from __future__ import annotations

from dataclasses import replace

import pytest

from exporting import receipt_of, release
from fakes import NOON
from releasing import SDIST, WHEEL, built, manifest_of
from twine_stage.errors import Differs, WrongState
from twine_stage.exports import exported

MANIFEST = manifest_of(built(WHEEL), built(SDIST))


def test_a_receipt_gives_each_file_its_address() -> None:
    """And the moment of its upload; the release went up with its first file."""
    found = exported(MANIFEST, receipt_of(MANIFEST))
    assert [file.url.rpartition("/")[2] for file in found.files] == [WHEEL, SDIST]
    assert found.first_upload == NOON


def test_without_a_receipt_nothing_is_known_but_what_was_frozen() -> None:
    """No address, no time."""
    found = exported(MANIFEST)
    assert [file.url for file in found.files] == ["", ""]
    assert found.first_upload is None


def test_a_receipt_of_another_manifest_is_refused() -> None:
    """Its addresses could be those of other files."""
    other = receipt_of(manifest_of(built(WHEEL)))
    with pytest.raises(WrongState, match="found one of another manifest"):
        exported(MANIFEST, other)


def test_a_receipt_that_lacks_a_file_is_refused() -> None:
    """The file is named."""
    receipt = receipt_of(MANIFEST)
    with pytest.raises(WrongState, match=rf"{WHEEL}: expected it in the receipt"):
        exported(MANIFEST, replace(receipt, files=receipt.files[1:]))


def test_a_receipt_that_shows_other_content_is_refused() -> None:
    """The address then serves something else than was frozen."""
    receipt = receipt_of(MANIFEST)
    first, second = receipt.files
    files = (replace(first, sha256="0" * 64), second)
    with pytest.raises(Differs, match=f"{WHEEL}: frozen with sha256"):
        exported(MANIFEST, replace(receipt, files=files))


def test_a_receipt_that_tells_no_digest_is_enough() -> None:
    """Old indexes show none; the digest is the one that was frozen."""
    receipt = receipt_of(MANIFEST)
    files = tuple(replace(file, sha256=None) for file in receipt.files)
    assert exported(MANIFEST, replace(receipt, files=files)).files[0].url


@pytest.mark.parametrize(
    ("filename", "facts", "is_stable"),
    [
        (WHEEL, {}, True),
        ("spam-1.0.post1-py3-none-any.whl", {}, True),
        ("spam-1.0rc1-py3-none-any.whl", {}, False),
        ("spam-1.0.dev1-py3-none-any.whl", {}, False),
        (WHEEL, {"yanked": ""}, False),
    ],
)
def test_stable_is_what_everybody_may_use(
    filename: str, facts: dict[str, str], *, is_stable: bool
) -> None:
    """No pre-release, no development release, nothing that was yanked."""
    assert release(filename, **facts).is_stable is is_stable
