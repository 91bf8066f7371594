"""Proving: the index shows what was frozen, and what it showed is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from twine_stage import journal
from twine_stage.comparison import Comparison, compare, unattested
from twine_stage.errors import Differs, NotYetVisible
from twine_stage.indexes.base import Index
from twine_stage.listings import Listing
from twine_stage.operations.clock import Clock
from twine_stage.operations.prepared import Prepared
from twine_stage.operations.uploading import conflict
from twine_stage.operations.verify import settle
from twine_stage.receipts import receipt
from twine_stage.reporting import Reporter
from twine_stage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The end of one publication.

    Args:
        store: keeps the receipt.
        index: is looked at.
        prepared: what was published, and what was shown before.
        wait: seconds that the index may take to show all.
        clock: for the pauses.
        reporter: hears what a person should know.
        record: called with each event.
    """

    store: Store
    index: Index
    prepared: Prepared
    wait: float
    clock: Clock
    reporter: Reporter
    record: Callable[[journal.Event], None]

    def prove(self, *, is_attested: bool) -> None:
        """Wait until the index shows all, and keep what it showed.

        Args:
            is_attested: the attestations that are staged were sent along.

        Raises:
            Conflict: it shows other content under a name of ours.
            NotYetVisible: it does not show all within the waiting time.
            Differs: it shows files that appeared meanwhile, and are not ours.
        """
        manifest = self.prepared.manifest
        listing, comparison = self._settled()
        for name in comparison.different:
            dist = next(one for one in manifest.release.distributions if str(one.filename) == name)
            raise conflict(name, dist.sha256, listing.by_name[name].sha256 or "none")
        if comparison.missing:
            names = ", ".join(comparison.missing)
            raise NotYetVisible(
                f"{manifest.id} is published, but {self.index.url} does not show yet: {names}",
                hint="Look again later, with the same options for the index: "
                f"stage verify {manifest.id} --wait 600",
            )
        self._keep(listing)
        if is_attested:
            self._look_for_attestations(listing)
        if comparison.yanked:
            names = ", ".join(comparison.yanked)
            self.reporter.warn(f"{self.index.url} shows as yanked: {names}")
        surprising = set(comparison.unexpected) - self.prepared.listing.by_name.keys()
        if surprising:
            raise Differs(
                f"{manifest.id}: the index shows files that were not frozen: "
                f"{', '.join(sorted(surprising))}",
                hint="Find out who uploaded them; stage verify tells whether they are still there.",
            )

    def _settled(self) -> tuple[Listing, Comparison]:
        """What the index shows in the end; where it showed all before, it is not asked again."""
        manifest, listing = self.prepared.manifest, self.prepared.listing
        if not self.prepared.missing:
            return listing, compare(manifest, listing)
        return settle(
            manifest, self.index, wait=self.wait, clock=self.clock, reporter=self.reporter
        )

    def _keep(self, listing: Listing) -> None:
        manifest, now = self.prepared.manifest, self.clock.now()
        self.record(journal.Verified(at=now))
        self.store.write_receipt(
            manifest,
            self.index.id,
            receipt(
                listing,
                index=self.index.id,
                url=self.index.url,
                manifest=manifest.digest,
                at=now.isoformat(),
            ),
        )

    def _look_for_attestations(self, listing: Listing) -> None:
        """Whoever sends attestations wants them to be seen."""
        files = self.prepared.manifest.release.distributions
        unseen = unattested([dist.filename.text for dist in files if dist.attestations], listing)
        if unseen:
            self.reporter.warn(
                f"{self.index.url} shows no provenance of {', '.join(unseen)}, although "
                "attestations were sent along"
            )
