"""Targets: which releases the arguments of ``publish``, ``preview`` and ``explain`` mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby

from twine_stage.distributions import Distribution
from twine_stage.errors import StageError, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.operations.add import add
from twine_stage.operations.manifest_files import take_manifest
from twine_stage.releases import ReleaseId
from twine_stage.render import amounts
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store


def to_publish(
    store: Store,
    arguments: Sequence[str],
    manifests: Sequence[Manifest] = (),
    *,
    reporter: Reporter,
) -> tuple[ReleaseId, ...]:
    """The releases to publish; paths among the arguments are staged, and manifests taken, first.

    Raises:
        UsageError: without arguments, two versions of a project could be meant.
        WrongState: nothing is staged; or something else than a manifest says.
    """
    paths = [argument for argument in arguments if selection.is_path(argument)]
    names = [argument for argument in arguments if argument not in paths]
    found: set[ReleaseId] = set()
    if paths:
        found |= _staged(store, paths, reporter)
    for manifest in manifests:
        take_manifest(store, manifest)
        found.add(manifest.id)
    if names:
        found |= set(selection.releases(store, names, default=bool))
    return _sorted(found) if found else _waiting(store, command="publish")


def to_preview(store: Store, name: str | None, *, command: str = "preview") -> ReleaseId:
    """The one release to look at; ``command`` is what looks.

    Raises:
        UsageError: several could be meant.
        WrongState: it is not staged, or nothing is.
    """
    if name is not None:
        return selection.releases(store, [name], default=bool)[0]
    found = _waiting(store, command=command)
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} releases are staged: {', '.join(map(str, found))}",
            hint=f"Name one of them: stage {command} {found[-1]}",
        )
    return found[0]


@contextmanager
def staying(store: Store, releases: Iterable[ReleaseId], reporter: Reporter) -> Iterator[None]:
    """Say of releases that they stay staged, if nothing of them was sent in the end."""
    try:
        yield
    finally:
        with suppress(StageError):
            for record in map(store.record, releases):
                if _is_unsent(record):
                    reporter.note(
                        f"{record.release} stays staged, with"
                        f" {_count(record.current.distributions)}: stage drop takes off what should"
                        " not go the next time"
                    )


def _staged(store: Store, paths: Sequence[str], reporter: Reporter) -> set[ReleaseId]:
    """Stage files; what goes with them, although nobody named it this time, is told."""
    added = add(store, paths, reporter=reporter)
    files = (*added.added, *added.replaced, *added.unchanged)
    releases = {ReleaseId.parse(file.release) for file in files}
    named = {file.filename for file in files}
    for record in map(store.record, _sorted(releases)):
        others = [one for one in record.current.distributions if one.filename.text not in named]
        if others and _is_unsent(record):
            thaw = "" if record.draft else f"stage thaw {record.release}, then "
            reporter.warn(
                f"{record.release} is published whole, with {_count(others)} staged before and not"
                f" among these paths; to leave out: {thaw}stage drop"
                f" {' '.join(one.filename.text for one in others)}"
            )
    return releases


def _is_unsent(record: Record) -> bool:
    """Whether no index can have anything of what is staged."""
    if record.draft is not None or record.latest is None:
        return record.draft is not None
    return not record.has_sent(record.latest)


def _count(files: Sequence[Distribution]) -> str:
    return amounts.count(len(files), "file")


def _waiting(store: Store, *, command: str) -> tuple[ReleaseId, ...]:
    """Each project's only unpublished release; where all is published, its latest one."""
    found = []
    by_project = groupby(_sorted(store.releases()), key=lambda release: release.project)
    for project, group in by_project:
        releases = list(group)
        waiting = [one for one in releases if store.record(one).state != "published"]
        if len(waiting) > 1:
            raise UsageError(
                f"{len(waiting)} versions of {project} are staged: {', '.join(map(str, waiting))}",
                hint=f"Name what is meant: stage {command} {waiting[-1]}",
            )
        found += waiting or releases[-1:]
    if not found:
        raise WrongState("nothing is staged", hint="stage add dist/* stages what was built.")
    return tuple(found)


def _sorted(releases: Iterable[ReleaseId]) -> tuple[ReleaseId, ...]:
    return tuple(sorted(releases, key=lambda release: release.sort_key))
