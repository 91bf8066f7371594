"""The publication of one release: send, make public, prove, and tell what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from twine_stage import journal
from twine_stage.comparison import Comparison, compare
from twine_stage.distributions import Distribution
from twine_stage.errors import Differs, NotYetVisible
from twine_stage.indexes.base import Index, Session, Upload
from twine_stage.listings import Listing
from twine_stage.operations.clock import Clock
from twine_stage.operations.preparing import Prepared, PublishOptions
from twine_stage.operations.uploading import Uploading, conflict
from twine_stage.operations.verify import hashed, settle
from twine_stage.receipts import receipt
from twine_stage.reporting import Reporter
from twine_stage.store import Journal, Store

JOBS = 4
"""PyPI's server deadlocks now and then when more upload to one release; see the how-to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """What became of one file: ``uploaded``, ``present``, ``pending`` or ``refused``."""

    filename: str
    outcome: str
    attempts: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRelease:
    """What became of a release: ``published``, ``present`` or ``incomplete``; ``url`` is where.

    ``digest`` is the release digest; ``exposure_seconds`` the time from the first file becoming
    visible to the last, over all runs; 0 where the release becomes public as a whole.
    """

    release: str
    index: str
    url: str
    api: str
    outcome: str
    digest: str
    exposure_seconds: float
    files: tuple[PublishedFile, ...]


@dataclass(slots=True)
class Publication:
    """One run of the publication of one release; everything it learns goes to the journal."""

    store: Store
    index: Index
    prepared: Prepared
    options: PublishOptions
    clock: Clock
    reporter: Reporter
    events: list[journal.Event] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    outcome: str = field(init=False)
    _journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self._journal = self.store.journal(self.prepared.manifest, self.index.id)
        self.outcome = "incomplete" if self._is_to_show else "present"

    @property
    def _is_to_show(self) -> bool:
        """Whether the index did not show all of the release before this run."""
        shown = self.prepared.listing.by_name
        release = self.prepared.manifest.release
        return any(dist.filename.text not in shown for dist in release.distributions)

    def execute(self) -> None:
        """Do all that is still to be done.

        Raises:
            StageError: the run stopped early; ``report`` tells how far it came.
        """
        self._begin()
        if self.prepared.plan.waves:
            with self.index.session(self.prepared.manifest) as session:
                self._upload(session)
                session.publish()
        self._record(journal.Published(at=self.clock.now()))
        self.outcome = "published" if self._is_to_show else "present"
        self._prove()

    def report(self) -> PublishedRelease:
        """What became of the release in this run."""
        release = self.prepared.manifest.release
        progress = journal.replay(self._journal.events())
        shows_each_file = self.index.capabilities.shows_each_file
        return PublishedRelease(
            release=str(release.id),
            index=self.index.id,
            url=self.index.url,
            api=self.index.api,
            outcome=self.outcome,
            digest=release.digest,
            exposure_seconds=progress.exposure_seconds if progress and shows_each_file else 0.0,
            files=tuple(self._file(dist) for dist in release.distributions),
        )

    def _record(self, event: journal.Event) -> None:
        self._journal.append(event)
        self.events.append(event)

    def _begin(self) -> None:
        manifest = self.prepared.manifest
        known = journal.replay(self._journal.events())
        if known is None or not known.is_of(manifest.digest, self.index.url):
            known = None
            self._record(
                journal.Opened(
                    at=self.clock.now(),
                    release=str(manifest.id),
                    manifest=manifest.digest,
                    index=self.index.id,
                    url=self.index.url,
                    api=self.index.api,
                )
            )
        for dist in manifest.release.distributions:
            name = dist.filename.text
            is_shown = name in self.prepared.listing.by_name
            if is_shown and (known is None or name not in known.accepted):
                self._record(
                    journal.Present(at=self.clock.now(), filename=name, sha256=dist.sha256)
                )

    def _upload(self, session: Session) -> None:
        plan = self.prepared.plan
        uploading = Uploading(
            session=session,
            look=self._look,
            record=self._record,
            jobs=self.options.jobs or JOBS,
            clock=self.clock,
            reporter=self.reporter,
        )
        files = [dist for wave in plan.waves for dist in wave.distributions]
        self._tell_of_attestations(files)
        try:
            uploading.run(plan, {dist.filename.text: self._to_upload(dist) for dist in files})
        finally:
            self.messages = uploading.messages
        if uploading.error:
            raise uploading.error

    @property
    def _sends_attestations(self) -> bool:
        return self.options.attestations and self.index.capabilities.takes_attestations

    def _tell_of_attestations(self, files: Iterable[Distribution]) -> None:
        count = sum(len(dist.attestations) for dist in files)
        if not count or self._sends_attestations:
            return
        if self.options.attestations:
            self.reporter.warn(f"{count} attestations stay behind: {self.index.url} takes none")
        else:
            self.reporter.note(f"{count} attestations stay behind; --attestations sends them")

    def _to_upload(self, distribution: Distribution) -> Upload:
        assert distribution.core_metadata is not None  # noqa: S101 - preparing looked
        attestations = distribution.attestations if self._sends_attestations else ()
        return Upload(
            distribution=distribution,
            core_metadata=self.store.read(distribution.core_metadata),
            chunks=lambda: self.store.chunks(distribution.sha256),
            attestations=tuple(self.store.read(one.sha256) for one in attestations),
        )

    def _look(self, filename: str) -> str | None:
        listing = self.index.listing(self.prepared.manifest.id)
        shown = listing.by_name.get(filename)
        if shown is None:
            return None
        one = Listing(release=listing.release, files=(shown,))
        return hashed(one, self.index, self.reporter).files[0].sha256

    def _prove(self) -> None:
        """Wait until the index shows all, and keep what it showed."""
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
        if not self._is_to_show:
            return listing, compare(manifest, listing)
        return settle(
            manifest,
            self.index,
            wait=self.options.wait,
            clock=self.clock,
            reporter=self.reporter,
        )

    def _keep(self, listing: Listing) -> None:
        manifest, now = self.prepared.manifest, self.clock.now()
        self._record(journal.Verified(at=now))
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

    def _file(self, distribution: Distribution) -> PublishedFile:
        name = distribution.filename.text
        mine = [event for event in self.events if getattr(event, "filename", None) == name]
        return PublishedFile(
            filename=name,
            outcome=self._outcome(name, mine),
            attempts=sum(isinstance(event, journal.Sending) for event in mine),
            message=self.messages.get(name, ""),
        )

    def _outcome(self, name: str, mine: list[journal.Event]) -> str:
        if any(isinstance(event, journal.Uploaded) for event in mine):
            return "uploaded"
        if any(isinstance(event, journal.UploadRefused) for event in mine):
            return "refused"
        is_planned = any(
            dist.filename.text == name
            for wave in self.prepared.plan.waves
            for dist in wave.distributions
        )
        is_found = any(isinstance(event, journal.Present) for event in mine)
        return "present" if is_found or not is_planned else "pending"
