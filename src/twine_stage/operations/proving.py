"""Proving: the index shows what was frozen, and what it showed is kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from twine_stage import journal
from twine_stage.comparison import compare, unattested
from twine_stage.errors import Differs, NotYetVisible, Unreachable
from twine_stage.indexes.base import Index
from twine_stage.listings import Listing
from twine_stage.operations.clock import Clock
from twine_stage.operations.prepared import Prepared
from twine_stage.operations.provenance import provenance_of
from twine_stage.operations.settling import Look, Looking, served_at
from twine_stage.operations.uploading import conflict
from twine_stage.publishers import Provenance
from twine_stage.receipts import receipt
from twine_stage.reporting import Reporter
from twine_stage.store import Store


class Until(str, Enum):
    """When a publication is done; ``str`` is for the command line."""

    ACCEPTED = "accepted"
    """The index has taken all, and was told to make it public; nobody looks."""
    VISIBLE = "visible"
    """Its page shows every file with the frozen digest, as far as it tells digests."""
    VERIFIED = "verified"
    """It shows that and nothing else, every digest is known, and a receipt is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The end of one publication.

    Args:
        store: keeps the receipt.
        index: is looked at.
        prepared: what was published, and what was shown before.
        wait: seconds that the index may take to show all.
        until: how much is proven.
        clock: for the pauses.
        reporter: hears what a person should know.
        record: called with each event.
    """

    store: Store
    index: Index
    prepared: Prepared
    wait: float
    until: Until
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
        if self.until is Until.ACCEPTED:
            return
        look = self._settled()
        self._expect_visible(look)
        if self.until is Until.VISIBLE:
            return
        self._keep(look)
        comparison = look.comparison
        if is_attested:
            self._look_for_attestations(look.listing)
        if comparison.yanked:
            names = ", ".join(comparison.yanked)
            self.reporter.warn(f"{self.index.url} shows as yanked: {names}")
        surprising = set(comparison.unexpected) - self.prepared.listing.by_name.keys()
        if surprising:
            raise Differs(
                f"{self.prepared.manifest.id}: the index shows files that were not frozen: "
                f"{', '.join(sorted(surprising))}",
                hint="Find out who uploaded them; stage verify tells whether they are still there.",
            )

    def _expect_visible(self, look: Look) -> None:
        """Every file is shown, with our digest; raises as ``prove`` does."""
        manifest, comparison = self.prepared.manifest, look.comparison
        files = {dist.filename.text: dist for dist in manifest.release.distributions}
        for name in comparison.different:
            raise conflict(name, files[name].sha256, look.listing.by_name[name].sha256 or "none")
        if not comparison.missing:
            return
        names = ", ".join(comparison.missing)
        served = [
            name for name in comparison.missing if served_at(files[name], look.project, self.index)
        ]
        clauses = (
            "; its page is stale, of before the publication" if look.is_stale else "",
            f"; served at their addresses already: {', '.join(served)}" if served else "",
        )
        raise NotYetVisible(
            f"{manifest.id} is published, but {self.index.url} does not show yet: {names}"
            f"{''.join(clauses)}",
            hint="Look again later, with the same options for the index: "
            f"stage verify {manifest.id} --wait 600",
        )

    def _settled(self) -> Look:
        """What the index shows in the end; where it showed all before, it is not asked again."""
        prepared = self.prepared
        if not prepared.missing:
            return Look(
                project=prepared.project,
                listing=prepared.listing,
                comparison=compare(prepared.manifest, prepared.listing),
            )
        looking = Looking(
            index=self.index,
            reporter=self.reporter,
            before=prepared.project.serial,
            hashes=self.until is Until.VERIFIED,
        )
        return looking.settle(prepared.manifest, wait=self.wait, clock=self.clock)

    def _keep(self, look: Look) -> None:
        manifest, now = self.prepared.manifest, self.clock.now()
        self.record(journal.Verified(at=now))
        self.store.write_receipt(
            manifest,
            self.index.id,
            receipt(
                look.listing,
                index=self.index.id,
                url=self.index.url,
                manifest=manifest.digest,
                at=now.isoformat(),
                serial=look.project.serial,
                publishers=self._publishers(look.listing),
            ),
        )

    def _publishers(self, listing: Listing) -> dict[str, str]:
        """Who published each file, as far as the index says now; it is good to know, no more."""
        with suppress(Unreachable):
            read = provenance_of(listing.files, self.index)
            return {name: str(one) for name, one in read.items() if isinstance(one, Provenance)}
        return {}

    def _look_for_attestations(self, listing: Listing) -> None:
        """Whoever sends attestations wants them to be seen."""
        files = self.prepared.manifest.release.distributions
        unseen = unattested([dist.filename.text for dist in files if dist.attestations], listing)
        if unseen:
            self.reporter.warn(
                f"{self.index.url} shows no provenance of {', '.join(unseen)}, although "
                "attestations were sent along"
            )
