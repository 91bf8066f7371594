from __future__ import annotations

import pytest

from samples import metadata
from twine_stage.contents import Contents, distribution, shown
from twine_stage.digests import Digests, sha256
from twine_stage.distributions import Filename

NAME = "spam-1.0-py3-none-any.whl"
DIGESTS = Digests(sha256="1" * 64, blake2b256="2" * 64, size=3)


def contents(core_metadata: bytes | None, *, name: str = NAME) -> Contents:
    filename = Filename.parse(name) if name == NAME else None
    return Contents(name=name, filename=filename, digests=DIGESTS, core_metadata=core_metadata)


def test_sound_contents_are_a_distribution() -> None:
    """The distribution has the digests of the file, and what its core metadata says."""
    content = metadata(Requires_Python=">=3.9")
    dist = distribution(contents(content))
    assert (dist.filename.text, dist.sha256, dist.blake2b256, dist.size) == (
        NAME,
        "1" * 64,
        "2" * 64,
        3,
    )
    assert (dist.core_metadata, dist.metadata_version, dist.requires_python) == (
        sha256(content),
        "2.4",
        ">=3.9",
    )
    assert dist.attestations == ()


def test_what_the_metadata_lacks_is_none() -> None:
    """A field that is not there is None."""
    dist = distribution(contents(b"Name: spam\n"))
    assert (dist.metadata_version, dist.requires_python) == (None, None)


def test_contents_without_metadata_have_no_fields() -> None:
    """Without core metadata there are no fields, and no error."""
    assert contents(None).raw_metadata == {}


@pytest.mark.parametrize("unsound", [contents(None), contents(b"Name: spam\n", name="spam.whl")])
def test_unsound_contents_are_never_a_distribution(unsound: Contents) -> None:
    """What the checks refuse does not become a distribution."""
    with pytest.raises(AssertionError):
        distribution(unsound)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("späm", "späm"),
        ("a\nb\x1b[31m", "a\\nb\\x1b[31m"),
        ("a" * 120, "a" * 120),
        ("a" * 121, "a" * 120 + "…"),
    ],
)
def test_a_foreign_text_is_shown_on_one_line(text: str, line: str) -> None:
    """Whatever an archive holds, a message stays one line, readable and short."""
    assert shown(text) == line
