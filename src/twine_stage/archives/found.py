"""What a reader has met so far, and which members it wants the content of."""

from __future__ import annotations

from dataclasses import dataclass, field

from twine_stage.archives.bounds import METADATA
from twine_stage.archives.tally import Tally
from twine_stage.contents import Flaw
from twine_stage.distributions import Kind
from twine_stage.sizes import MIB

SEVERAL = 2
"""So many candidates for the core metadata are enough to know that there is none."""

DIST_INFO = ".dist-info"

_METADATA = ("METADATA", "PKG-INFO")

RECORD = "RECORD"

TEXTS = {"WHEEL": MIB // 16, RECORD: METADATA, "entry_points.txt": MIB // 2}
"""The files in a .dist-info folder that rules look at, and how many bytes each may have."""


@dataclass(slots=True)
class Found:
    """What a reader has met so far.

    ``flaws`` are those that stop the reading, of a member at least; the ``tally`` has the others.
    """

    members: list[str] = field(default_factory=list)
    metadata: list[bytes] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def all_flaws(self) -> tuple[Flaw, ...]:
        """The flaws as the contents have them.

        Where an archive is broken, all else is likely but a trace of that.
        """
        return tuple(self.flaws) or self.tally.flaws()


def dist_infos(members: list[str]) -> tuple[str, ...]:
    """The names of the .dist-info folders at the top of a wheel, sorted."""
    tops = {top for top, slash, _ in (member.partition("/") for member in members) if slash}
    return tuple(sorted(top for top in tops if top.endswith(DIST_INFO)))


def is_metadata(member: str, kind: Kind | None) -> bool:
    """Whether a member is where the METADATA of a wheel, or the PKG-INFO of an sdist, belongs."""
    if not member.endswith(_METADATA):
        return False
    match member.removeprefix("./").split("/", 2):
        case [top, "METADATA"]:
            return kind is Kind.WHEEL and top.endswith(DIST_INFO)
        case [_, "PKG-INFO"]:
            return kind is Kind.SDIST
        case _:
            return False
