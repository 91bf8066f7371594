"""Preparing a publication: all that is known, asked and decided before the first byte is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import Damaged, WrongState
from twine_stage.indexes.base import Capabilities, Index
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.manifest import Manifest
from twine_stage.operations.clock import Clock
from twine_stage.operations.destinations import asked
from twine_stage.operations.freeze import freeze_release
from twine_stage.operations.guarding import Guard
from twine_stage.operations.judging import Judged, expect_sound, tell
from twine_stage.operations.prepared import Prepared
from twine_stage.operations.prompts import Prompts
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.settling import PROPAGATION, hashed, served_at, with_listing
from twine_stage.operations.standing import (
    carried_names,
    expect_approved,
    expect_carried,
    expect_frozen,
    extends,
    foreign,
    meant,
    progress_of,
    refuse_twins,
)
from twine_stage.operations.uploading import conflict
from twine_stage.plan import Plan, plan
from twine_stage.policy import judge
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.standings import Append, Standing, conflicts, stand
from twine_stage.store import Record, Store


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
            AppendRefused: the release is public, and nobody asked to append to it, or who was
                asked gave no reason.
            ChecksFailed: the index would refuse a file, or the release is not as it should be.
            Refused: it takes no more files; or it would begin a project whose name is not meant; or
                another release digest was approved.
            WrongState: the release takes over files that the index does not show; or nothing of
                it is staged.
        """
        record = self.store.record(release)
        own = meant(record)
        if not own:  # dropped by another command since it was chosen
            raise WrongState(f"nothing of {release} is staged", hint="stage add FILE stages it.")
        expect_frozen(record, self.options.approve)
        project = self._project(record)
        listing = project.listing(release)
        for clash in conflicts(own, listing):
            raise conflict(clash.filename, clash.own, clash.shown)
        expect_carried(record, listing, self.index.url)
        standing = self._standing(record, own, project)
        others = foreign(own, listing)
        is_revision = bool(others) or extends(record)
        reason = self._said(release, standing, others)
        is_append = isinstance(standing, Append) or (reason is not None and is_revision)
        if is_append:
            refuse_twins(own, others)
        judged = self._judged(record, own, project, is_append=is_append)
        if isinstance(standing, Append) and reason is None:
            reason = self._guard.asked(standing)
        manifest = self._freeze(record, own, listing, reason if is_revision else None)
        if judged and not self.options.dry_run:
            judged.keep(self.store)
        expect_approved(manifest, self.options.approve)
        progress = self._progress(record, manifest)
        proven = self._proven(progress, listing)
        return Prepared(
            manifest=manifest,
            project=project,
            listing=listing,
            progress=progress,
            proven=proven | self._served(manifest, project, progress, proven),
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

    def _project(self, record: Record) -> Project:
        """What the index shows, with the digests of the release's files."""
        release = record.release
        project = self.index.project(release.project)
        progress = self._latest_progress(record)
        was_sent = progress is not None and progress.has_sent
        is_meant = project.is_known or was_sent or self.options.approve
        if self.options.guards_names and not is_meant:
            is_public = not (self.options.dry_run or self.options.hold)
            self._guard.expect_name(release, is_public=is_public)
        return with_listing(project, hashed(project.listing(release), self.index, self.reporter))

    def _standing(self, record: Record, own: Sequence[Distribution], project: Project) -> Standing:
        """How our files stand to what is shown, which takes what is still to be sent."""
        now, listing = self.clock.now(), project.listing(record.release)
        window, policy = self.options.terms.profile.window, self.options.terms.policy
        verdict = judge(project, record.release, policy, window=window, now=now)
        standing = stand(
            own,
            listing,
            has_journal=self._has_journal(record),
            now=now,
            prompt_after=policy.prompt_after,
            extends=extends(record),
            deadline=verdict.deadline,
            keeps_first=self.options.terms.profile.is_pypi,
        )
        proven = self._proven(self._latest_progress(record), listing)
        self._guard.expect_open(record.release, standing, verdict, proven=proven)
        return standing

    def _said(
        self, release: ReleaseId, standing: Standing, others: Sequence[ListedFile]
    ) -> str | None:
        """Why files are appended, as far as it was said beforehand."""
        if isinstance(standing, Append):
            return self._guard.granted(standing)
        reason = self.options.appends.get(release)
        if reason is None and others:
            names = ", ".join(file.filename for file in others)
            self.reporter.warn(f"the index also shows files that are not staged: {names}")
        return reason

    def _judged(
        self, record: Record, own: Sequence[Distribution], project: Project, *, is_append: bool
    ) -> Judged | None:
        """What is found of files that are to be sent; None where nothing is.

        Whether the release is still open was judged before, and a person may have granted it.
        """
        listing = project.listing(record.release)
        proven = self._proven(self._latest_progress(record), listing)
        if self.options.approve or {dist.filename.text for dist in own} <= proven:
            return None
        destination = asked(
            self.options.terms,
            self.index,
            [record.release],
            now=self.clock.now(),
            reporter=self.reporter,
            projects={project.name: project},
        )
        carried = carried_names(record)
        judged = expect_sound(
            self.store,
            record,
            [dist for dist in own if dist.filename.text not in carried],
            judgement=self.options.judgement,
            destination=replace(
                destination,
                verdicts={},
                completions=frozenset() if is_append else frozenset((record.release,)),
            ),
            proven=proven,
            sends_attestations=self.options.attestations is not False,
        )
        tell(judged, self.reporter)
        return judged

    @property
    def _guard(self) -> Guard:
        return Guard(
            index_url=self.index.url,
            policy=self.options.terms.policy,
            appends=self.options.appends,
            reporter=self.reporter,
            prompts=self.prompts,
        )

    def _has_journal(self, record: Record) -> bool:
        return self._latest_progress(record) is not None

    def _latest_progress(self, record: Record) -> Progress | None:
        """What is proven of what is frozen; nothing of a draft."""
        if record.draft is not None or record.latest is None:
            return None
        return self._progress(record, record.latest)

    def _progress(self, record: Record, manifest: Manifest) -> Progress | None:
        """What a journal of this very manifest proves of this very index."""
        return progress_of(record, manifest, self.index.id, self.index.url)

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
        is_lost = last is None or self.clock.now() - last > PROPAGATION
        return shown if progress.is_verified or is_lost else shown | progress.accepted

    def _served(
        self,
        manifest: Manifest,
        project: Project,
        progress: Progress | None,
        proven: frozenset[str],
    ) -> frozenset[str]:
        """What the index took, and serves where its content says, although no page shows it."""
        if progress is None or progress.session or progress.is_verified:
            return frozenset()
        return frozenset(
            dist.filename.text
            for dist in manifest.release.distributions
            if dist.filename.text in progress.accepted - proven
            and served_at(dist, project, self.index)
        )

    def _require(self, distribution: Distribution) -> None:
        wanted = [distribution.sha256, distribution.core_metadata]
        if not all(digest is not None and self.store.has(digest) for digest in wanted):
            raise Damaged(
                distribution.filename.text,
                "its content is not in the stage",
                hint="Stage the same file again: stage add FILE",
            )
