"""Publish: compare what is frozen with what the index shows, plan, send, prove; then again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from twine_stage.errors import CredentialsMissing, NotYetVisible, Refused, StageError
from twine_stage.indexes.base import Index
from twine_stage.operations.clock import Clock
from twine_stage.operations.preparing import Preparing
from twine_stage.operations.prompts import Prompts
from twine_stage.operations.publication import Publication
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import PublishedRelease
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Store


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What became of each release asked for; in a dry run, what there is to do."""

    releases: tuple[PublishedRelease, ...]
    is_dry_run: bool = False

    @property
    def exit_status(self) -> int:
        """0: what went wrong comes as an error that carries this report."""
        return 0


def publish(
    store: Store,
    index: Index,
    releases: Sequence[ReleaseId],
    options: PublishOptions,
    *,
    clock: Clock,
    reporter: Reporter,
    prompts: Prompts | None = None,
) -> PublishReport:
    """Publish releases to an index, or continue where an earlier run was stopped.

    Everything that can be known is asked for all releases before the first byte is sent. Where an
    index keeps sessions, all are filled first, and then each is published; where files are public
    one by one, a release is finished before the next begins. One that is public, but not shown
    within the waiting time, counts as finished, and is told at the end.

    Raises:
        StageError: with a ``PublishReport`` in ``report`` where sending had begun.
    """
    preparing = Preparing(store, index, options, clock, reporter, prompts)
    with ExitStack() as locks:
        for release in releases:
            locks.enter_context(store.lock(release, command="publish"))
        prepared = [preparing.prepare(release) for release in releases]
        publications = [
            Publication(store, index, one, options, clock, reporter) for one in prepared
        ]
        if any(not one.is_complete for one in prepared):
            _authorize(index, releases, reporter, is_rehearsal=options.dry_run)
        run = _rehearse if options.dry_run else _run
        run(publications, preparing)
        return PublishReport(_reports(publications), options.dry_run)


def _authorize(
    index: Index, releases: Sequence[ReleaseId], reporter: Reporter, *, is_rehearsal: bool
) -> None:
    """Obtain credentials; a rehearsal goes on without them."""
    try:
        index.authorize([release.project for release in releases])
    except CredentialsMissing as error:
        if not is_rehearsal:
            raise
        reporter.note(f"publishing will need credentials: {error.message}")


def _rehearse(publications: Sequence[Publication], preparing: Preparing) -> None:
    for one in publications:
        one.rehearse(preparing)
        _tell_plan(one)


def _run(publications: Sequence[Publication], preparing: Preparing) -> None:
    try:
        with ExitStack() as sessions:
            for one in publications:
                one.open(preparing, sessions)
                _tell_plan(one)
            _confirm(publications, preparing.prompts)
            unseen = [error for group in _groups(publications) for error in _publish(group)]
        if unseen:
            raise NotYetVisible("; ".join(one.message for one in unseen), hint=unseen[0].hint)
    except StageError as error:
        if any(one.events for one in publications):
            error.report = PublishReport(_reports(publications))
        raise


def _groups(publications: Sequence[Publication]) -> Sequence[Sequence[Publication]]:
    """The releases that become public together: all, unless files are public one by one."""
    if any(one.shows_each_file for one in publications):
        return [[one] for one in publications]
    return [publications]


def _publish(group: Sequence[Publication]) -> list[NotYetVisible]:
    """Fill all, then make each public; those that the index does not show yet hold up no other."""
    for one in group:
        one.fill()
    try:
        for one in group:
            one.complete()
    except StageError:
        for one in group:
            with suppress(StageError):
                if one.outcome == "published":
                    one.prove()
        raise
    return [error for one in group if (error := _unseen(one))]


def _unseen(publication: Publication) -> NotYetVisible | None:
    try:
        publication.prove()
    except NotYetVisible as error:
        return error
    return None


def _tell_plan(publication: Publication) -> None:
    manifest = publication.prepared.manifest
    publication.reporter.planned(manifest.id, publication.index.url, publication.plan)


def _confirm(publications: Iterable[Publication], prompts: Prompts | None) -> None:
    if prompts is None:
        return
    for one in publications:
        release = one.prepared.manifest.id
        if one.is_to_be_asked_for and not prompts.confirm_publish(release, one.index.url, one.plan):
            raise Refused(
                f"{release} was not published: the question was answered with no",
                hint="-y answers it with yes.",
            )


def _reports(publications: Iterable[Publication]) -> tuple[PublishedRelease, ...]:
    return tuple(publication.report() for publication in publications)
