"""Publish: compare what is frozen with what the index shows, plan, send, prove; then again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from twine_stage.errors import NotYetVisible, Refused, StageError
from twine_stage.indexes.base import Index
from twine_stage.operations.clock import Clock
from twine_stage.operations.preparing import Prepared, Preparing, Prompts, PublishOptions
from twine_stage.operations.publication import Publication, PublishedRelease
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

    Everything that can be known is asked for all releases before the first byte is sent; then one
    release is finished before the next begins; one that is public, but not shown within the waiting
    time, counts as finished, and is told at the end.

    Raises:
        StageError: with a ``PublishReport`` in ``report`` where sending had begun.
    """
    preparing = Preparing(store, index, options, clock, reporter, prompts)
    with ExitStack() as locks:
        for release in releases:
            locks.enter_context(store.lock(release, command="publish"))
        prepared = [preparing.prepare(release) for release in releases]
        if any(one.plan.waves for one in prepared):
            index.authorize()
        for one in prepared:
            reporter.planned(one.manifest.id, index.url, one.plan)
        publications = [
            Publication(store, index, one, options, clock, reporter) for one in prepared
        ]
        if not options.dry_run:
            _confirm(index, prepared, prompts)
            _execute(publications)
        return PublishReport(_reports(publications), options.dry_run)


def _confirm(index: Index, prepared: Iterable[Prepared], prompts: Prompts | None) -> None:
    if prompts is None or not index.capabilities.is_permanent:
        return
    for one in prepared:
        if one.plan.waves and not prompts.confirm_publish(one.manifest.id, index.url, one.plan):
            raise Refused(
                f"{one.manifest.id} was not published: the question was answered with no",
                hint="-y answers it with yes.",
            )


def _execute(publications: Sequence[Publication]) -> None:
    try:
        unseen = [error for publication in publications if (error := _unseen(publication))]
        if unseen:
            raise NotYetVisible("; ".join(one.message for one in unseen), hint=unseen[0].hint)
    except StageError as error:
        error.report = PublishReport(_reports(publications))
        raise


def _unseen(publication: Publication) -> NotYetVisible | None:
    """Publish a release; that the index does not show it yet holds up no other, and is returned."""
    try:
        publication.execute()
    except NotYetVisible as error:
        return error
    return None


def _reports(publications: Iterable[Publication]) -> tuple[PublishedRelease, ...]:
    return tuple(publication.report() for publication in publications)
