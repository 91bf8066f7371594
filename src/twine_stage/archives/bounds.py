"""How much of an archive is read before it counts as a bomb, and how a reader says so."""

from __future__ import annotations

from twine_stage import sizes
from twine_stage.contents import Flaw, FlawKind
from twine_stage.sizes import MIB

CHUNK = MIB
"""How many bytes are unpacked at a time."""

QUICK = 64 * MIB
"""A quick scan proves the content of archives that unpack to no more than this."""

METADATA = 8 * MIB
"""The largest METADATA or PKG-INFO; PyPI has taken descriptions of 5 MB."""

MEMBERS = 100_000
"""The most members; the largest wheels known have about 25,000."""

NAMES = 16 * MIB
"""The most bytes that the names of all members, or the central directory, may take."""

FLAWS = 10
"""After so many flaws the rest of an archive is not read: it is lost as it is."""

_RATIO = 50
_ALWAYS = 64 * MIB
_NEVER = 16 * 1024 * MIB


class Flawed(Exception):
    """A reader met a flaw and cannot read on."""

    def __init__(self, kind: FlawKind, detail: str) -> None:
        super().__init__(detail)
        self.flaw = Flaw(kind, detail)


def limit(packed: int) -> int:
    """The most bytes that an archive of ``packed`` bytes may unpack to.

    PyPI refuses zip archives that unpack to more than 64 MiB and to more than 50 times their size
    (``warehouse/forklift/legacy.py``); here the same holds for tar archives, and 16 GiB for all.
    """
    return min(max(_ALWAYS, _RATIO * packed), _NEVER)


def check_unpacked(unpacked: int, packed: int) -> None:
    """Refuse an archive that unpacks to more than its size allows.

    Raises:
        Flawed: it is a bomb.
    """
    if unpacked > _ALWAYS and unpacked > limit(packed):
        raise Flawed(
            FlawKind.BOMB,
            f"it unpacks to more than {sizes.shown(limit(packed))}, the most that is read"
            f" of an archive of {packed:,} bytes",
        )


def check_members(count: int, names: int) -> None:
    """Refuse an archive with too many members, or with names that take too many bytes.

    Raises:
        Flawed: it is a bomb.
    """
    if count > MEMBERS:
        raise Flawed(FlawKind.BOMB, f"it has more than {MEMBERS:,} members")
    if names > NAMES:
        raise Flawed(FlawKind.BOMB, f"the names of its members take more than {sizes.shown(NAMES)}")
