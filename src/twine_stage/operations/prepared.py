"""What is known of a release when its publication begins."""

from __future__ import annotations

from dataclasses import dataclass

from twine_stage.journal import Progress
from twine_stage.listings import Listing, Project
from twine_stage.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A publication that can begin: what is frozen, and what the index is proven to have of it.

    ``project`` is what the index shows of all its releases, ``listing`` of this one. ``proven`` are
    the names that need not be sent, shown or accepted a moment ago; ``progress`` is what our own
    journal of this very manifest proves of this very index.
    """

    manifest: Manifest
    project: Project
    listing: Listing
    progress: Progress | None
    proven: frozenset[str]

    @property
    def missing(self) -> frozenset[str]:
        """The names that the index does not show yet."""
        return self._names - self.listing.by_name.keys()

    @property
    def is_complete(self) -> bool:
        """Whether the index has all of it, so that nothing is left to be sent or made public."""
        return self._names <= self.proven

    @property
    def _names(self) -> frozenset[str]:
        return frozenset(dist.filename.text for dist in self.manifest.release.distributions)
