"""Comparison: what was frozen against what an index shows, as two mappings of names to digests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twine_stage.listings import Listing
from twine_stage.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Filenames by what they prove, each list sorted.

    Each name stands in exactly one of the first four. ``yanked`` repeats those that the index
    shows as yanked: a yanked file can match.
    """

    matching: tuple[str, ...]
    """Frozen, and shown with the frozen digest."""
    missing: tuple[str, ...]
    """Frozen, and not shown."""
    unexpected: tuple[str, ...]
    """Shown, and not frozen."""
    different: tuple[str, ...]
    """Frozen, and shown with another digest, or with none: then nothing is proven."""
    yanked: tuple[str, ...]
    """Shown as yanked."""

    @property
    def is_complete(self) -> bool:
        """Whether the index shows the frozen files, and nothing else."""
        return not (self.missing or self.unexpected or self.different)

    @property
    def is_exact(self) -> bool:
        """Whether it shows them without a reservation: complete, and nothing yanked."""
        return self.is_complete and not self.yanked


def compare(manifest: Manifest, listing: Listing) -> Comparison:
    """Compare a manifest with a listing of the same release."""
    frozen = {dist.filename.text: dist.sha256 for dist in manifest.release.distributions}
    shown = {file.filename: file.sha256 for file in listing.files}
    both = sorted(frozen.keys() & shown.keys())
    return Comparison(
        matching=tuple(name for name in both if frozen[name] == shown[name]),
        missing=tuple(sorted(frozen.keys() - shown.keys())),
        unexpected=tuple(sorted(shown.keys() - frozen.keys())),
        different=tuple(name for name in both if frozen[name] != shown[name]),
        yanked=tuple(sorted(file.filename for file in listing.files if file.yanked is not None)),
    )


def unattested(names: Iterable[str], listing: Listing) -> tuple[str, ...]:
    """Which of the files that were sent with attestations an index shows without, sorted.

    An index that has verified attestations shows where the provenance of the file is (PEP 740).
    """
    proven = {file.filename for file in listing.files if file.provenance}
    return tuple(sorted(set(names) - proven))
