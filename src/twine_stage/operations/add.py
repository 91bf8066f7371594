"""Add: copy distributions into the store, read the copies, and put them into drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from twine_stage import attestations
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.errors import InvalidDistribution, StageError, WrongState
from twine_stage.operations.selection import expand
from twine_stage.operations.standing import way_out
from twine_stage.operations.taking import Taken, merged, take, take_again, take_attestation
from twine_stage.releases import ReleaseId, release_id
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store

_WORKERS = 4  # most of the time goes to waiting for the disk


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFile:
    """A file of a release; ``size`` in bytes."""

    filename: str
    release: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What became of each file; ``ignored`` are the names of files that are no distributions."""

    added: tuple[AddedFile, ...]
    unchanged: tuple[AddedFile, ...]
    replaced: tuple[AddedFile, ...]
    ignored: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0: what cannot be staged is an error."""
        return 0


def described(distribution: Distribution) -> AddedFile:
    """A distribution as reports show it."""
    return AddedFile(
        filename=distribution.filename.text,
        release=str(release_id(distribution)),
        sha256=distribution.sha256,
        size=distribution.size,
    )


def add(store: Store, arguments: Sequence[str], *, reporter: Reporter) -> AddReport:
    """Stage distributions, all that are named or none.

    Args:
        store: the stage.
        arguments: files, folders and patterns.
        reporter: hears what is left out.

    Raises:
        InvalidDistribution: a file is not a valid distribution.
        WrongState: a file does not fit what is frozen or staged already.
        UsageError: the arguments name no distribution.
    """
    expanded = expand(arguments)
    try:
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="add") as pool:
            taken = list(pool.map(lambda path: take(store, path, reporter), expanded.paths))
        attached = _attach(store, _distinct(taken), expanded.attestations, reporter)
        outcomes = _refer(store, attached, reporter)
    except StageError:
        with suppress(StageError), store.referencing():  # what failed first is what is told
            store.sweep()
        raise
    groups = {
        outcome: tuple(described(dist) for dist, found in outcomes if found == outcome)
        for outcome in ("added", "unchanged", "replaced")
    }
    return AddReport(**groups, ignored=tuple(path.name for path in expanded.ignored))


def _distinct(taken: Sequence[Taken]) -> list[Taken]:
    """One for each name; the same file may be named twice, but not two of one name."""
    by_name: dict[str, Taken] = {}
    for one in taken:
        other = by_name.setdefault(one.name, one)
        if other.distribution.sha256 != one.distribution.sha256:
            raise _ambiguous(one.name, "one file of this name", other.path, one.path)
    return list(by_name.values())


def _attach(
    store: Store, taken: Sequence[Taken], paths: Sequence[Path], reporter: Reporter
) -> list[Taken]:
    """Give each attestation to its distribution: of this call, or staged before."""
    by_name = {one.name: one for one in taken}
    record = cache(store.record)  # else each attestation would read its whole release
    given: dict[tuple[str, str], tuple[Attestation, Path]] = {}
    for path in paths:
        name = attestations.subject_of(path.name)
        if name not in by_name and (staged := _staged(record, name)):
            by_name[name] = Taken(staged)
        if name not in by_name:
            reporter.warn(f"{path.name} is left out: {name} is not staged")
            continue
        one = by_name[name]
        taking = take_attestation(store, path, one.distribution, reporter)
        first, other = given.setdefault((name, taking.predicate_type), (taking, path))
        if first != taking:
            raise _ambiguous(path.name, "one attestation of each kind", other, path)
        by_name[name] = replace(
            one,
            distribution=merged(one.distribution, taking),
            attestations=(*one.attestations, path),
        )
    return list(by_name.values())


def _ambiguous(name: str, expected: str, *found: Path | None) -> InvalidDistribution:
    return InvalidDistribution(
        name,
        f"expected {expected}, found two that differ: {', '.join(map(str, found))}",
        hint="Name only the one that is meant.",
    )


def _staged(read: Callable[[ReleaseId], Record], name: str) -> Distribution | None:
    filename = Filename.parse(name)
    record = read(ReleaseId(filename.project, filename.version))
    members = record.current.distributions
    return next((one for one in members if one.filename.text == name), None)


def _refer(
    store: Store, taken: Sequence[Taken], reporter: Reporter
) -> list[tuple[Distribution, str]]:
    """Write the entries of all files, after all were judged, in one go under the locks."""
    releases = {release_id(one.distribution) for one in taken}
    with ExitStack() as locks:
        for release in sorted(releases, key=lambda one: one.sort_key):
            locks.enter_context(store.lock(release, command="add"))
        records = {release: store.record(release) for release in releases}
        outcomes = [_decide(records[release_id(one.distribution)], one) for one in taken]
        _refuse_twins(records.values(), taken)
        with store.referencing():
            for one, (kept, outcome) in zip(taken, outcomes, strict=True):
                new = set(one.distribution.attestations) - set(kept.attestations)
                if outcome == "frozen" and new:
                    reporter.warn(f"{one.name} is frozen: its attestations are left out")
                if outcome != "frozen" or one.path:
                    take_again(store, one)
            store.write_entries(entry for entry, outcome in outcomes if outcome != "frozen")
    return [
        (distribution, "unchanged" if outcome == "frozen" else outcome)
        for distribution, outcome in outcomes
    ]


def _decide(record: Record, one: Taken) -> tuple[Distribution, str]:
    """What becomes of a file, and the entry that it gets."""
    manifest = record.latest if record.draft is None else record.base
    members = manifest.release.distributions if manifest else ()
    frozen = next((dist for dist in members if dist.filename.text == one.name), None)
    if frozen is not None:
        if frozen.sha256 == one.distribution.sha256:
            return frozen, "frozen"
        raise _refused(record, one.name, "is frozen with other content")
    if record.state == "frozen":
        raise _refused(record, one.name, f"{record.release} is frozen without it")
    drafted = record.draft.distributions if record.draft else ()
    staged = next((dist for dist in drafted if dist.filename.text == one.name), None)
    if staged is None:
        return one.distribution, "added"
    if staged.sha256 != one.distribution.sha256:
        return one.distribution, "replaced"
    for attestation in one.distribution.attestations:
        staged = merged(staged, attestation)
    return staged, "unchanged"


def _refused(record: Record, name: str, problem: str) -> WrongState:
    if record.state != "frozen":
        hint = "A published file never changes: raise the version, or give a wheel a build tag."
    elif record.base == record.latest:
        hint = way_out(record)
    else:
        hint = f"stage thaw {record.release} makes it a draft again."
    return WrongState(f"{name}: {problem}", hint=hint)


def _refuse_twins(records: Iterable[Record], taken: Sequence[Taken]) -> None:
    """No release holds the same bytes under two names; PyPI would refuse the second."""
    new = {one.name for one in taken}
    names = {
        dist.sha256: dist.filename.text
        for record in records
        for release in (record.draft, record.base.release if record.base else None)
        if release
        for dist in release.distributions
        if dist.filename.text not in new
    }
    for one in taken:
        other = names.setdefault(one.distribution.sha256, one.name)
        if other != one.name:
            raise InvalidDistribution(
                one.name,
                f"expected content of its own, found the same bytes as {other}",
                hint="Stage only one of the two.",
            )
