"""Preparing a publication: all that is known, asked and decided before the first byte is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import AppendRefused, Conflict, Damaged
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest, Source
from twine_stage.operations.clock import Clock
from twine_stage.operations.freeze import freeze_release
from twine_stage.operations.uploading import conflict
from twine_stage.operations.verify import hashed
from twine_stage.plan import Plan, plan
from twine_stage.policy import Append, conflicts, stand
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """What a person asked of ``publish``.

    ``jobs`` is how many requests run side by side, None for the default; ``wait`` the seconds to
    wait for the index to show all; ``appends`` the reasons why releases may be appended to.
    """

    jobs: int | None = None
    wait: float = 300.0
    dry_run: bool = False
    appends: Mapping[ReleaseId, str] = field(default_factory=dict)
    attestations: bool = False
    prompt_after: timedelta = timedelta(days=1)
    source: Source | None = None


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
    """A publication that can begin: what is frozen, what the index shows, what is to be sent."""

    manifest: Manifest
    listing: Listing
    plan: Plan


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
            Damaged: the stage lost content that is to be sent.
        """
        record = self.store.record(release)
        own = _own(record)
        listing = hashed(self.index.listing(release), self.index, self.reporter)
        for clash in conflicts(own, listing):
            raise conflict(clash.filename, clash.own, clash.shown)
        _refuse_twins(own, _others(own, listing))
        reason = self._reason(record, own, listing)
        manifest = self._freeze(record, own, listing, reason)
        proven = self._proven(manifest, record, listing)
        planned = plan(
            manifest.release.distributions,
            proven=proven,
            shows_each_file=self.index.capabilities.shows_each_file,
        )
        for wave in planned.waves:
            for distribution in wave.distributions:
                self._require(distribution)
        return Prepared(manifest=manifest, listing=listing, plan=planned)

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
        others = _others(own, listing)
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
            raise AppendRefused(append.sentence, hint=_append_hint(append.release))
        return reason

    def _has_journal(self, record: Record) -> bool:
        if record.draft is not None or record.latest is None:
            return False
        return (record.latest.revision, self.index.id) in record.progress

    def _freeze(
        self,
        record: Record,
        own: Sequence[Distribution],
        listing: Listing,
        reason: str | None,
    ) -> Manifest:
        if record.draft is None and record.latest is not None and reason is None:
            return record.latest
        taken_over = record.base.carried if record.base else frozenset()
        others = _others(own, listing) if reason is not None else ()
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

    def _proven(self, manifest: Manifest, record: Record, listing: Listing) -> frozenset[str]:
        """The names that need not be sent: the index shows them, or our journal says so.

        An index that shows nothing before all is there may lose what it was sent, as a folder
        that is deleted does; it takes the same content twice.
        """
        progress = record.progress.get((manifest.revision, self.index.id))
        is_lasting = self.index.capabilities.shows_each_file
        journaled = progress.accepted if progress and is_lasting else frozenset()
        return manifest.carried | journaled | {file.filename for file in listing.files}

    def _require(self, distribution: Distribution) -> None:
        wanted = [distribution.sha256, distribution.core_metadata]
        if not all(digest is not None and self.store.has(digest) for digest in wanted):
            raise Damaged(
                distribution.filename.text,
                "its content is not in the stage",
                hint="Stage the same file again: stage add FILE",
            )


def _own(record: Record) -> tuple[Distribution, ...]:
    """What is meant to be public: the draft, upon what was published before."""
    files = {dist.filename.text: dist for dist in record.current.distributions}
    if record.base is not None:
        files = {dist.filename.text: dist for dist in record.base.release.distributions} | files
    return tuple(files[name] for name in sorted(files))


def _others(own: Sequence[Distribution], listing: Listing) -> tuple[ListedFile, ...]:
    names = {dist.filename.text for dist in own}
    return tuple(file for file in listing.files if file.filename not in names)


def _refuse_twins(own: Sequence[Distribution], others: Sequence[ListedFile]) -> None:
    """The same bytes under two names would be one file of the release too many."""
    names = {dist.sha256: dist.filename.text for dist in own}
    for file in others:
        if file.sha256 in names:
            raise Conflict(
                f"{names[file.sha256]}: the index serves the same bytes as {file.filename}",
                hint="Drop it from the stage: it is public already, under the other name.",
            )


def _append_hint(release: ReleaseId) -> str:
    return f'To append on purpose: --append {release} --reason "…"'
