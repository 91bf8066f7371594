"""Bundles from somebody else, whatever their bytes are."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundling import archive, members
from twine_stage.archives.bundling import read
from twine_stage.errors import Damaged

HELD = members()
HONEST = archive(HELD)
PLACES = st.integers(0, len(HONEST) - 1)


def unpacked(content: bytes) -> dict[str, bytes]:
    file = io.BytesIO(content)
    bundle = read(file, size=len(content), name="one.bundle")
    return {member: b"".join(bundle.chunks(file, part)) for member, part in bundle.parts.items()}


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A bundle of which some bytes were replaced, left out or put in."""
    content = bytearray(HONEST)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 12))
        content[start:end] = draw(st.binary(max_size=12))
    return bytes(content)


class TestNoBundleIsMisread:
    """A bundle is refused in one sentence, or it holds just what its checksums say."""

    @settings(deadline=None, max_examples=300)
    @given(broken())
    def test_it(self, content: bytes) -> None:
        with suppress(Damaged):
            found = unpacked(content)
            assert found == {name: it for name, it in HELD.items() if name != "bundle.json"}


class TestABundleThatIsCutOffIsRefused:
    """Wherever it ends."""

    @settings(deadline=None)
    @given(PLACES)
    def test_it(self, length: int) -> None:
        with pytest.raises(Damaged):
            unpacked(HONEST[:length])
