"""What is sent to an index, one file at a time, and what the index may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from twine_stage.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file on its way to an index.

    ``chunks`` starts the content anew at each call, so that an attempt can be repeated.
    ``attestations`` are the contents of the attestation files to send along; mostly none.
    """

    distribution: Distribution
    core_metadata: bytes
    chunks: Callable[[], Iterator[bytes]]
    attestations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The index took the file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The index says that it has a file of this name; the listing tells whether it is ours.

    An index that does not show each file at once takes the same content twice instead.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The index refused the file, in its own words; sending it again would change nothing."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """No clear answer: the index may have the file or not, and is asked before the next attempt.

    ``retry_after`` are the seconds that the index asked us to wait. ``slow_down`` is set where
    parallel uploads may be the cause (5xx, 429).
    """

    message: str
    retry_after: float | None = None
    slow_down: bool = False


Answer = Accepted | Taken | Rejected | Unclear
