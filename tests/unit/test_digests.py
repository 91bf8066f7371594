from __future__ import annotations

import hashlib

import pytest

from twine_stage.digests import SHORT, Digests, Hashing, is_sha256, sha256

CONTENT = b"spam and eggs"


def test_hashing_in_chunks_is_hashing_at_once() -> None:
    """Both digests and the size are those of the whole content, however it is cut."""
    hashing = Hashing()
    for chunk in (CONTENT[:4], b"", CONTENT[4:]):
        hashing.update(chunk)
    assert hashing.digests() == Digests(
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        blake2b256=hashlib.blake2b(CONTENT, digest_size=32).hexdigest(),
        size=len(CONTENT),
    )


def test_a_small_content_is_hashed_at_once() -> None:
    """``sha256`` gives the digest as hexadecimal digits."""
    assert sha256(CONTENT) == hashlib.sha256(CONTENT).hexdigest()


def test_a_short_digest_is_enough_for_a_person() -> None:
    """A dozen digits are shown, which tell any two files apart in practice."""
    assert SHORT == 12


@pytest.mark.parametrize(
    ("text", "is_digest"),
    [
        ("a" * 64, True),
        ("0123456789abcdef" * 4, True),
        ("A" * 64, False),
        ("a" * 63, False),
        ("a" * 65, False),
        ("g" * 64, False),
        ("a" * 64 + "\n", False),
        ("٣" * 64, False),
        ("", False),
    ],
)
def test_a_digest_is_64_lower_case_digits(text: str, is_digest: bool) -> None:  # noqa: FBT001
    """Nothing but 64 lower-case hexadecimal digits is taken for a digest."""
    assert is_sha256(text) is is_digest
