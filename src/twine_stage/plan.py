"""The plan of a publication: what to send, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from twine_stage.distributions import Distribution


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
