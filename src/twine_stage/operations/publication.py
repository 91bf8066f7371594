"""The publication of one release: send, make public, prove, and tell what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from twine_stage import journal
from twine_stage.distributions import Distribution
from twine_stage.errors import Refused, SmokeFailed
from twine_stage.indexes.base import Capabilities, Index, Session, SessionState
from twine_stage.indexes.uploads import Upload
from twine_stage.operations.clock import Clock
from twine_stage.operations.prepared import Prepared
from twine_stage.operations.preparing import Preparing
from twine_stage.operations.proving import Proving
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import (
    PublishedFile,
    PublishedRelease,
    held_session,
    published_file,
)
from twine_stage.operations.settling import digest_of
from twine_stage.operations.uploading import Uploading
from twine_stage.plan import Plan
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret
from twine_stage.store import Journal, Store

JOBS = 4
"""PyPI's server deadlocks now and then when more upload to one release; see the how-to."""


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
    plan: Plan = field(default_factory=Plan)
    session: Session | None = None
    held: SessionState | None = None
    outcome: str = field(init=False)
    _api: str = field(init=False)
    _journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self._journal = self.store.journal(self.prepared.manifest, self.index.id)
        self.outcome = "incomplete" if self._is_to_show else "present"
        progress = self.prepared.progress
        self._api = progress.opened.api if progress else self.index.api

    @property
    def _is_to_show(self) -> bool:
        """Whether the index did not show all of the release before this run."""
        return bool(self.prepared.missing)

    def rehearse(self, preparing: Preparing) -> None:
        """Plan only, with what the index says without a write."""
        if self.prepared.is_complete:
            self.plan = Plan(present=self.prepared.manifest.release.distributions)
            return
        self._api, capabilities = self.index.rehearse()
        self._expect_to_hold(capabilities)
        self.plan = preparing.planned(self.prepared, capabilities)

    def open(self, preparing: Preparing, sessions: ExitStack) -> None:
        """Begin: with a session of the index, unless nothing is left to be made public.

        Raises:
            StageError: the index refused or did not answer, or it cannot do what was asked for.
        """
        if self.prepared.is_complete:
            self.plan = Plan(present=self.prepared.manifest.release.distributions)
            self._begin()
            return
        sessions.callback(self._note_end)
        manifest, progress = self.prepared.manifest, self.prepared.progress
        session = sessions.enter_context(
            self.index.session(manifest, progress=progress, missing=self.prepared.missing)
        )
        self.session, self._api = session, session.api
        self._expect_to_hold(session.capabilities)
        self._begin()
        if session.url and (progress is None or progress.session != session.url):
            self._record(journal.SessionOpened(at=self.clock.now(), session=session.url))
        self._expect_held(session)
        self.plan = preparing.planned(self.prepared, session.capabilities, has=session.has)

    @property
    def shows_each_file(self) -> bool:
        """Whether what is sent is public at once."""
        return self.session is not None and self.session.capabilities.shows_each_file

    @property
    def is_to_be_asked_for(self) -> bool:
        """Whether this run makes something public for good."""
        if self.session is None or self.options.hold or self.options.approve:
            return False
        return self.session.capabilities.is_permanent

    def fill(self) -> None:
        """Send what is still to be sent; and try it, where that was asked for.

        Raises:
            StageError: the run stopped early; ``report`` tells how far it came.
        """
        if self.session is None:
            return
        preview, discard = self.session.preview, self.options.discard_unexpected
        self.session.greet(discard=discard)
        if preview is None:
            self._smoke(preview)
        if self.plan.waves:
            self._upload(self.session)
        if preview is not None and self.options.smoke:
            self.session.review(discard=discard)  # nothing of a stranger is ever run
            self._smoke(preview)

    def complete(self) -> None:
        """Make public what was sent, or hold it; raises as ``fill`` does."""
        discard = self.options.discard_unexpected
        if self.options.hold and self.session:
            self.held = self.session.hold(discard=discard)
            self._record(journal.Held(at=self.clock.now(), seal=self.held.seal))
            self.outcome = "held"
            if self.held.preview and self.options.tell_preview:
                self.options.tell_preview(self.prepared.manifest.id, self.held.preview)
            return
        if self.session:
            self.session.publish(discard=discard)
        self._record(journal.Published(at=self.clock.now()))
        self.outcome = "published" if self._is_to_show else "present"

    def report(self) -> PublishedRelease:
        """What became of the release in this run."""
        release = self.prepared.manifest.release
        progress = journal.replay(self._journal.events())
        is_exposed = progress is not None and progress.is_public_when_accepted
        return PublishedRelease(
            release=str(release.id),
            index=self.index.id,
            url=self.index.url,
            api=self._api,
            outcome=self.outcome,
            digest=release.digest,
            exposure_seconds=progress.exposure_seconds if progress and is_exposed else 0.0,
            files=tuple(self._told(dist.filename.text) for dist in release.distributions),
            session=held_session(self.held) if self.held else None,
        )

    def _told(self, name: str) -> PublishedFile:
        has = self.prepared.proven.union(dist.filename.text for dist in self.plan.present)
        said = self.messages.get(name, "")
        return published_file(name, self.events, is_there=name in has, message=said)

    def _smoke(self, preview: Secret | None) -> None:
        if self.options.smoke is None:
            return
        try:
            self.options.smoke(self.prepared.manifest, preview)
        except SmokeFailed as error:
            progress = self.prepared.progress
            if progress and progress.is_held:
                release = self.prepared.manifest.id
                error.hint = f"It is held still: stage cancel {release} discards it."
            raise

    def _expect_to_hold(self, capabilities: Capabilities) -> None:
        if (self.options.hold or self.options.approve) and not capabilities.can_hold:
            why = "what is uploaded is public" if capabilities.shows_each_file else "nothing waits"
            raise Refused(
                f"{self.index.url} cannot hold a release: by the {self._api} API {why}; "
                "nothing was sent",
                hint="stage preview shows a release before it is public; --smoke tries it.",
            )

    def _expect_held(self, session: Session) -> None:
        """What is approved is there already, all of it: an approval uploads nothing."""
        files = self.prepared.manifest.release.distributions
        has = self.prepared.proven | session.has
        unproven = [dist.filename.text for dist in files if dist.filename.text not in has]
        if self.options.approve and unproven:
            raise Refused(
                f"{self.prepared.manifest.id} cannot be approved: no held session is proven to "
                f"have {', '.join(unproven)}",
                hint="stage publish --hold uploads them, and holds the release.",
            )

    def _note_end(self) -> None:
        """Write down that the session was discarded, as it is when an error ends the run."""
        if self.session and self.session.is_canceled:
            self._record(journal.Canceled(at=self.clock.now()))

    def _record(self, event: journal.Event) -> None:
        self._journal.append(event)
        self.events.append(event)

    def _begin(self) -> None:
        manifest = self.prepared.manifest
        known = journal.replay(self._journal.events())
        is_ours = known is not None and known.is_of(manifest.digest, self.index.url)
        if known is None or not is_ours or (self.session and known.opened.api != self._api):
            known = None
            self._record(
                journal.Opened(
                    at=self.clock.now(),
                    release=str(manifest.id),
                    manifest=manifest.digest,
                    index=self.index.id,
                    url=self.index.url,
                    api=self._api,
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
        uploading = Uploading(
            session=session,
            look=self._look,
            record=self._record,
            jobs=self.options.jobs or JOBS,
            clock=self.clock,
            reporter=self.reporter,
        )
        files = self.plan.sending
        self._tell_of_attestations(files)
        try:
            uploading.run(self.plan, {dist.filename.text: self._to_upload(dist) for dist in files})
        finally:
            self.messages = uploading.messages
        if uploading.error:
            raise uploading.error

    @property
    def _sends_attestations(self) -> bool:
        assert self.session  # noqa: S101 - only a session sends
        capabilities = self.session.capabilities
        asked = self.options.attestations
        is_wanted = capabilities.expects_attestations if asked is None else asked
        return is_wanted and capabilities.takes_attestations

    def _tell_of_attestations(self, files: Iterable[Distribution]) -> None:
        count = sum(len(dist.attestations) for dist in files)
        if not count or self._sends_attestations or self.options.attestations is False:
            return
        takes = self.session is not None and self.session.capabilities.takes_attestations
        tell = self.reporter.warn if self.options.attestations else self.reporter.note
        why = "; --attestations sends them" if takes else f": {self.index.url} takes none from us"
        tell(f"{count} attestations stay behind{why}")

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
        in_session = self.session.look(filename) if self.session else None
        if in_session:
            return in_session
        manifest = self.prepared.manifest
        files = {dist.filename.text: dist for dist in manifest.release.distributions}
        return digest_of(files[filename], manifest, self.index, self.reporter)

    def prove(self) -> None:
        """See that the index shows it all, unless it is held; raises as ``fill`` does."""
        if self.outcome == "held":
            return
        attested = self.session is not None and self._sends_attestations
        Proving(
            store=self.store,
            index=self.index,
            prepared=self.prepared,
            wait=self.options.wait,
            until=self.options.until,
            clock=self.clock,
            reporter=self.reporter,
            record=self._record,
        ).prove(is_attested=attested)
