from __future__ import annotations

import pytest

from twine_stage.archives.bounds import Flawed, check_members, check_unpacked
from twine_stage.contents import FlawKind

MIB = 1024 * 1024
GIB = 1024 * MIB


@pytest.mark.parametrize(("packed", "most"), [(1, 64 * MIB), (2 * MIB, 100 * MIB), (GIB, 16 * GIB)])
def test_how_much_an_archive_may_unpack_to(packed: int, most: int) -> None:
    """Always 64 MiB, then 50 times its size, never more than 16 GiB."""
    check_unpacked(most, packed)
    with pytest.raises(Flawed) as caught:
        check_unpacked(most + 1, packed)
    assert caught.value.flaw.kind is FlawKind.BOMB


def test_how_many_members_an_archive_may_have() -> None:
    """At most 100,000."""
    check_members(100_000, 0)
    with pytest.raises(Flawed, match="more than 100,000 members"):
        check_members(100_001, 0)
