"""The plan of a publication: what to send, in which order.

On an index that shows each file at once, an installer must never be worse off half-way: at every
moment it chooses either what it chose before, or what it will choose of the whole release. For an
environment that means: as long as its best file of the whole release is not public, no file may
be that it prefers to its choice from before. These demands are all that orders the files; files
between which none stands go side by side, because each wave makes the release longer half-public.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import chain

from twine_stage.distributions import Distribution, Kind
from twine_stage.environments import environments_for
from twine_stage.resolution import Candidates, Installer


@dataclass(frozen=True, slots=True)
class Wave:
    """Uploads that run side by side; the next wave starts when all of it is done."""

    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """Files that no order can send without an installer being worse off in between.

    ``environments`` are the names of those that this concerns.
    """

    filenames: tuple[str, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be sent, in order; ``present`` is what the index is proven to have."""

    waves: tuple[Wave, ...] = ()
    present: tuple[Distribution, ...] = ()
    knots: tuple[Knot, ...] = ()

    @property
    def sending(self) -> tuple[Distribution, ...]:
        """All that is to be sent, wave by wave."""
        return tuple(dist for wave in self.waves for dist in wave.distributions)


Order = Mapping[str, set[str]]
"""Filename → the names that must not be public before it."""

Demands = Mapping[tuple[str, tuple[str, ...]], list[str]]
"""(a filename, names that must not be public before it) → the environments that demand it."""


def plan(
    distributions: Sequence[Distribution], *, proven: Collection[str], shows_each_file: bool
) -> Plan:
    """What to send, in which order.

    Args:
        distributions: the whole release.
        proven: the names of those that the index has already, with the frozen content.
        shows_each_file: whether a file is public the moment it is accepted; where it is not, one
            wave sends all.
    """
    files = sorted(distributions, key=lambda dist: dist.filename.text)
    missing = [dist for dist in files if dist.filename.text not in proven]
    present = tuple(dist for dist in files if dist.filename.text in proven)
    if not missing or not shows_each_file:
        return Plan(waves=(_wave(missing),) if missing else (), present=present)
    rankings = _rankings(files)
    demands = _demands(rankings, proven)
    order = _closure(_order(missing, demands, _strays(missing, rankings)))
    levels = _levels(missing, order)
    if not proven:
        pilot = _pilot(levels, order)
        levels = [[pilot], *_levels([dist for dist in missing if dist is not pilot], order)]
    return Plan(
        waves=tuple(_wave(level) for level in levels),
        present=present,
        knots=_knots(demands, order),
    )


def _wave(files: Iterable[Distribution]) -> Wave:
    """The greatest of a kind first: one that starts last would keep the whole wave waiting."""
    return Wave(tuple(sorted(files, key=lambda dist: (_place(dist), -dist.size, _name(dist)))))


def _name(distribution: Distribution) -> str:
    return distribution.filename.text


def _place(distribution: Distribution) -> int:
    """Platform wheels, then portable wheels, then the sdist."""
    filename = distribution.filename
    if filename.kind is Kind.SDIST:
        return 2
    return 1 if all(tag.platform == "any" for tag in filename.tags) else 0


def _rankings(files: Sequence[Distribution]) -> list[tuple[str, tuple[str, ...]]]:
    """What each installer can use in each environment: (the environment's name, best first)."""
    candidates = Candidates(files)
    return [
        (one.name, tuple(map(_name, candidates.ranking(one, installer))))
        for one in environments_for(files)
        for installer in Installer
    ]


def _demands(rankings: Iterable[tuple[str, tuple[str, ...]]], proven: Collection[str]) -> Demands:
    demands: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for environment, names in rankings:
        before = next((place for place, name in enumerate(names) if name in proven), None)
        better = names[:before]
        if len(better) > 1:
            demands.setdefault((better[0], better[1:]), []).append(environment)
    return demands


def _strays(
    missing: Iterable[Distribution], rankings: Iterable[tuple[str, tuple[str, ...]]]
) -> list[Distribution]:
    """Files for environments that we do not know, about which nothing is demanded."""
    usable = frozenset(chain.from_iterable(names for _, names in rankings))
    return [dist for dist in missing if _name(dist) not in usable]


def _order(
    missing: Sequence[Distribution], demands: Demands, strays: Iterable[Distribution]
) -> Order:
    order: dict[str, set[str]] = {_name(dist): set() for dist in missing}
    for first, rest in demands:
        order[first].update(rest)
    for stray in strays:
        order[_name(stray)].update(_name(dist) for dist in missing if _place(dist) > _place(stray))
    return order


def _closure(order: Order) -> Order:
    """Whatever comes after, directly or not (Warshall); in a knot a file comes after itself."""
    after = {name: set(names) for name, names in order.items()}
    for middle, beyond in after.items():
        for names in after.values():
            if middle in names:
                names.update(beyond)
    return after


def _knot_of(name: str, order: Order) -> tuple[str, ...]:
    """The files that can only become public together with this one, itself among them; sorted."""
    return tuple(sorted({name, *(other for other in order[name] if name in order[other])}))


def _levels(files: Sequence[Distribution], order: Order) -> list[list[Distribution]]:
    """The files in as few waves as the order allows; a knot stays together."""
    by_name = {_name(dist): dist for dist in files}
    knot_of = {name: _knot_of(name, order) for name in by_name}
    sorter: TopologicalSorter[tuple[str, ...]] = TopologicalSorter()
    for name, knot in knot_of.items():
        sorter.add(knot)
        for later in (order[name] & by_name.keys()) - set(knot):
            sorter.add(knot_of[later], knot)
    sorter.prepare()
    levels = []
    while ready := sorter.get_ready():
        sorter.done(*ready)
        levels.append([by_name[name] for knot in ready for name in knot if name in by_name])
    return levels


def _pilot(levels: Sequence[Sequence[Distribution]], order: Order) -> Distribution:
    """The file that goes alone, and first: it creates the release, and meets what refuses it.

    Of those that may go first it is the smallest, which tells soonest; unless just one of them
    begins the longest chain of waves: to send that one first costs no wave more.
    """
    heights: dict[str, int] = {}
    for level in reversed(levels):
        heights |= {
            _name(dist): 1 + max((heights.get(name, 0) for name in order[_name(dist)]), default=0)
            for dist in level
        }
    tallest = [dist for dist in levels[0] if heights[_name(dist)] == len(levels)]
    if len(tallest) == 1:
        return tallest[0]
    free = [dist for dist in levels[0] if _name(dist) not in order[_name(dist)]]
    return min(free or levels[0], key=lambda dist: (dist.size, _name(dist)))


def _knots(demands: Demands, order: Order) -> tuple[Knot, ...]:
    knots = {_knot_of(name, order) for name in order if name in order[name]}
    return tuple(
        Knot(
            filenames=knot,
            environments=tuple(
                dict.fromkeys(
                    environment
                    for (first, rest), environments in demands.items()
                    if first in knot and not set(knot).isdisjoint(rest)
                    for environment in environments
                )
            ),
        )
        for knot in sorted(knots)
    )
