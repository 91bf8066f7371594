"""Facts about members, grouped: an archive of a thousand links has one flaw and not a thousand."""

from __future__ import annotations

from dataclasses import dataclass, field

from twine_stage.contents import Flaw, FlawKind, shown

_NAMED = 3


@dataclass(slots=True)
class _Noted:
    """Of which members a fact holds: the first few names, and how many there are."""

    count: int = 0
    names: list[str] = field(default_factory=list)


class Tally:
    """What is wrong with members that can be read all the same, told once for each fact."""

    def __init__(self) -> None:
        self._noted: dict[tuple[FlawKind, str], _Noted] = {}

    def note(self, kind: FlawKind, fact: str, member: str = "") -> None:
        """Count a fact, ``symbolic link`` say, and the member of which it holds, if it is one's."""
        noted = self._noted.setdefault((kind, fact), _Noted())
        noted.count += 1
        if member and len(noted.names) < _NAMED:
            noted.names.append(shown(member))

    def flaws(self) -> tuple[Flaw, ...]:
        """One flaw for each fact, in the order in which they were met first."""
        return tuple(Flaw(kind, _told(fact, it)) for (kind, fact), it in self._noted.items())


def _told(fact: str, noted: _Noted) -> str:
    if not noted.names:
        return fact
    more = noted.count - len(noted.names)
    names = ", ".join(noted.names)
    return f"{fact}: {names} and {more:,} more" if more else f"{fact}: {names}"
