"""Preparing a publication: all that is known, asked and decided before the first byte is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import AppendRefused, Damaged, WrongState
from twine_stage.indexes.base import Capabilities, Index
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest, Source
from twine_stage.operations.clock import Clock
from twine_stage.operations.freeze import freeze_release
from twine_stage.operations.standing import (
    append_hint,
    carried_names,
    expect_approved,
    expect_frozen,
    foreign,
    meant,
    refuse_twins,
)
from twine_stage.operations.uploading import conflict
from twine_stage.operations.verify import hashed
from twine_stage.plan import Plan, plan
from twine_stage.policy import Append, conflicts, stand
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret
from twine_stage.store import Record, Store

_PROPAGATION = timedelta(minutes=15)
"""How long a file that PyPI accepted may be missing from what its caches answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """What a person asked of ``publish``.

    ``jobs`` is how many requests run side by side, None for the default; ``wait`` the seconds to
    wait for the index to show all; ``appends`` the reasons why releases may be appended to;
    ``attestations`` whether to send them, None for where the index expects them.

    ``hold`` leaves what was uploaded in its session, not public. ``approve`` is the release digest
    that a held session must have to be published, with nothing added to it.
    ``discard_unexpected`` removes from a session what was not frozen. ``smoke`` tries a release by
    the preview of the index, or one of its own making, before it is public; it raises where that
    fails. ``tell_preview`` takes
    the URL of the preview of what is held, which is a secret.
    """

    jobs: int | None = None
    wait: float = 300.0
    dry_run: bool = False
    appends: Mapping[ReleaseId, str] = field(default_factory=dict)
    attestations: bool | None = None
    prompt_after: timedelta = timedelta(days=1)
    source: Source | None = None
    hold: bool = False
    approve: str | None = None
    discard_unexpected: bool = False
    smoke: Callable[[Manifest, Secret | None], None] | None = None
    tell_preview: Callable[[ReleaseId, Secret], None] | None = None


class Prompts(Protocol):
    """A person who can be asked; nothing is asked where there is none."""

    def confirm_publish(self, release: ReleaseId, index_url: str, plan: Plan) -> bool:
        """Whether to make this public, which cannot be taken back."""
        ...

    def append_reason(self, append: Append, index_url: str) -> str | None:
        """Why a public release may be appended to; None for no."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A publication that can begin: what is frozen, and what the index is proven to have of it.

    ``proven`` are the names that need not be sent, shown or accepted a moment ago; ``progress`` is
    what our own journal of this very manifest proves of this very index.
    """

    manifest: Manifest
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


@dataclass(frozen=True, slots=True)
class Preparing:
    """Asks, decides and freezes, release by release; nothing is sent to the index."""

    store: Store
    index: Index
    options: PublishOptions
    clock: Clock
    reporter: Reporter
    prompts: Prompts | None = None

    def prepare(self, release: ReleaseId) -> Prepared:
        """Prepare the publication of one release.

        Raises:
            Conflict: the index serves other content under a name of ours.
            AppendRefused: the release is public, and nobody asked to append to it.
            ChecksFailed: the release cannot be frozen.
            Refused: another release digest was approved.
            WrongState: the release takes over files that the index does not show; or nothing of
                it is staged.
        """
        record = self.store.record(release)
        own = meant(record)
        if not own:  # dropped by another command since it was chosen
            raise WrongState(f"nothing of {release} is staged", hint="stage add FILE stages it.")
        expect_frozen(record, self.options.approve)
        listing = hashed(self.index.listing(release), self.index, self.reporter)
        for clash in conflicts(own, listing):
            raise conflict(clash.filename, clash.own, clash.shown)
        self._require_carried(record, listing)
        reason = self._reason(record, own, listing)
        if reason is not None:
            refuse_twins(own, foreign(own, listing))
        manifest = self._freeze(record, own, listing, reason)
        expect_approved(manifest, self.options.approve)
        progress = self._progress(record, manifest)
        return Prepared(
            manifest=manifest,
            listing=listing,
            progress=progress,
            proven=self._proven(progress, listing),
        )

    def planned(
        self, prepared: Prepared, capabilities: Capabilities, *, has: frozenset[str] = frozenset()
    ) -> Plan:
        """What to send to an index that can do so much, and has some names in a session.

        Raises:
            Damaged: the stage lost content that is to be sent.
        """
        planned = plan(
            prepared.manifest.release.distributions,
            proven=prepared.proven | has,
            shows_each_file=capabilities.shows_each_file,
        )
        for wave in planned.waves:
            for distribution in wave.distributions:
                self._require(distribution)
        return planned

    def _reason(self, record: Record, own: Sequence[Distribution], listing: Listing) -> str | None:
        """Why files are appended; None where none are."""
        extends = record.draft is not None and record.base is not None
        standing = stand(
            own,
            listing,
            has_journal=self._has_journal(record),
            now=self.clock.now(),
            prompt_after=self.options.prompt_after,
            extends=extends,
        )
        others = foreign(own, listing)
        reason = self.options.appends.get(record.release)
        if reason is None and isinstance(standing, Append):
            reason = self._ask(standing)
        elif reason is None and others:
            names = ", ".join(file.filename for file in others)
            self.reporter.warn(f"the index also shows files that are not staged: {names}")
        return reason if others or extends else None

    def _ask(self, append: Append) -> str:
        reason = self.prompts.append_reason(append, self.index.url) if self.prompts else None
        if reason is None:
            raise AppendRefused(append.sentence, hint=append_hint(append.release))
        return reason

    def _has_journal(self, record: Record) -> bool:
        if record.draft is not None or record.latest is None:
            return False
        return self._progress(record, record.latest) is not None

    def _progress(self, record: Record, manifest: Manifest) -> Progress | None:
        """What a journal of this very manifest proves of this very index."""
        progress = record.progress.get((manifest.revision, self.index.id))
        is_ours = progress is not None and progress.is_of(manifest.digest, self.index.url)
        return progress if is_ours else None

    def _freeze(
        self,
        record: Record,
        own: Sequence[Distribution],
        listing: Listing,
        reason: str | None,
    ) -> Manifest:
        if record.draft is None and record.latest is not None and reason is None:
            return record.latest
        taken_over = carried_names(record)
        others = foreign(own, listing) if reason is not None else ()
        return freeze_release(
            self.store,
            record,
            files=[dist for dist in own if dist.filename.text not in taken_over],
            carried=[
                *(dist for dist in own if dist.filename.text in taken_over),
                *(self._carried(file) for file in others),
            ],
            reason=reason,
            source=self.options.source,
            is_rehearsal=self.options.dry_run,
        )

    def _carried(self, file: ListedFile) -> Distribution:
        size = file.size
        if size is None:
            size = sum(len(chunk) for chunk in self.index.fetch(file))
        return Distribution(
            filename=Filename.parse(file.filename),
            sha256=file.sha256 or "",
            size=size,
            requires_python=file.requires_python,
        )

    def _proven(self, progress: Progress | None, listing: Listing) -> frozenset[str]:
        """The names that need not be sent: the index shows them, or our journal says so.

        Where a file is public once it is accepted, the journal counts while the index may still be
        about to show it. What it showed before and shows no more, or has not shown for long, it has
        lost: then the same content is sent again.
        """
        shown = frozenset(file.filename for file in listing.files)
        if progress is None or progress.session or not progress.is_public_when_accepted:
            return shown
        last = progress.last_accepted
        is_lost = last is None or self.clock.now() - last > _PROPAGATION
        return shown if progress.is_verified or is_lost else shown | progress.accepted

    def _require_carried(self, record: Record, listing: Listing) -> None:
        """What was taken over from an index cannot be sent, neither there nor to another."""
        lost = sorted(carried_names(record) - listing.by_name.keys())
        if lost:
            raise WrongState(
                f"{record.release} takes over files that {self.index.url} does not show: "
                f"{', '.join(lost)}",
                hint="Only the index that they were taken from has them; publish to others, or "
                "after they were removed, from a stage that holds all files.",
            )

    def _require(self, distribution: Distribution) -> None:
        wanted = [distribution.sha256, distribution.core_metadata]
        if not all(digest is not None and self.store.has(digest) for digest in wanted):
            raise Damaged(
                distribution.filename.text,
                "its content is not in the stage",
                hint="Stage the same file again: stage add FILE",
            )
