"""Add: copy distributions into the store, read the copies, and put them into drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache

from twine_stage import attestations
from twine_stage.contents import shown
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.errors import InvalidDistribution, StageError, WrongState
from twine_stage.operations.selection import expand
from twine_stage.operations.sources import OnDisk, Source
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
    groups = add_sources(
        store,
        [OnDisk(path) for path in expanded.paths],
        [OnDisk(path) for path in expanded.attestations],
        reporter=reporter,
    )
    return AddReport(**groups, ignored=tuple(path.name for path in expanded.ignored))


def add_sources(
    store: Store,
    sources: Sequence[Source],
    attestations: Sequence[Source],
    *,
    replaces: bool = True,
    reporter: Reporter,
) -> dict[str, tuple[AddedFile, ...]]:
    """Stage files wherever they come from, all or none.

    Args:
        store: the stage.
        sources: the distributions.
        attestations: of these, or of some that are staged.
        replaces: whether a file takes the place of another one of its name in a draft.
        reporter: hears what is left out.

    Returns:
        The files that were ``added``, ``unchanged`` and ``replaced``.

    Raises:
        InvalidDistribution: a file is not a valid distribution, or not the one it should be.
        WrongState: files do not fit what is frozen or staged already.
    """
    store.clear()  # before room is needed
    try:
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="add") as pool:
            taken = list(pool.map(lambda source: take(store, source, reporter), sources))
        attached = _attach(store, _distinct(taken), attestations, reporter)
        outcomes = _refer(store, attached, reporter, replaces=replaces)
    except StageError:
        with suppress(StageError), store.referencing():  # what failed first is what is told
            store.sweep()
        raise
    return {
        outcome: tuple(described(dist) for dist, found in outcomes if found == outcome)
        for outcome in ("added", "unchanged", "replaced")
    }


def _distinct(taken: Sequence[Taken]) -> list[Taken]:
    """One for each name; the same file may be named twice, but not two of one name."""
    by_name: dict[str, Taken] = {}
    for one in taken:
        other = by_name.setdefault(one.name, one)
        if other.distribution.sha256 != one.distribution.sha256:
            raise _ambiguous(one.name, "one file of this name", other.source, one.source)
    return list(by_name.values())


def _attach(
    store: Store, taken: Sequence[Taken], sources: Sequence[Source], reporter: Reporter
) -> list[Taken]:
    """Give each attestation to its distribution: of this call, or staged before."""
    by_name = {one.name: one for one in taken}
    record = cache(store.record)  # else each attestation would read its whole release
    given: dict[tuple[str, str], tuple[Attestation, Source]] = {}
    for source in sources:
        name = attestations.subject_of(source.name)
        if name not in by_name and (staged := _staged(record, name)):
            by_name[name] = Taken(staged)
        if name not in by_name:
            reporter.warn(f"{source.name} is left out: {name} is not staged")
            continue
        one = by_name[name]
        taking = take_attestation(store, source, one.distribution, reporter)
        first, other = given.setdefault((name, taking.predicate_type), (taking, source))
        if first != taking:
            raise _ambiguous(source.name, "one attestation of each kind", other, source)
        by_name[name] = replace(
            one,
            distribution=merged(one.distribution, taking),
            attestations=(*one.attestations, source),
        )
    return list(by_name.values())


def _ambiguous(name: str, expected: str, *found: Source | None) -> InvalidDistribution:
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
    store: Store, taken: Sequence[Taken], reporter: Reporter, *, replaces: bool
) -> list[tuple[Distribution, str]]:
    """Write the entries of all files, after all were judged, in one go under the locks."""
    releases = {release_id(one.distribution) for one in taken}
    with ExitStack() as locks:
        for release in sorted(releases, key=lambda one: one.sort_key):
            locks.enter_context(store.lock(release, command="add"))
        records = {release: store.record(release) for release in releases}
        outcomes = _decided(records, taken, replaces=replaces)
        _refuse_twins(records.values(), taken)
        with store.referencing():
            for one, (kept, outcome) in zip(taken, outcomes, strict=True):
                new = set(one.distribution.attestations) - set(kept.attestations)
                if outcome == "frozen" and new:
                    reporter.warn(f"{one.name} is frozen: its attestations are left out")
                if outcome != "frozen" or one.source:
                    take_again(store, one)
            store.write_entries(entry for entry, outcome in outcomes if outcome != "frozen")
    return [
        (distribution, "unchanged" if outcome == "frozen" else outcome)
        for distribution, outcome in outcomes
    ]


def _decided(
    records: Mapping[ReleaseId, Record], taken: Sequence[Taken], *, replaces: bool
) -> list[tuple[Distribution, str]]:
    """What becomes of each file; what cannot be is told of all files together."""
    outcomes: list[tuple[Distribution, str]] = []
    refused: list[WrongState] = []
    for one in taken:
        try:
            outcomes.append(_decide(records[release_id(one.distribution)], one, replaces=replaces))
        except WrongState as error:  # noqa: PERF203 - each is told
            refused.append(error)
    if refused:
        raise WrongState("; ".join(error.message for error in refused), hint=refused[0].hint)
    return outcomes


def _decide(record: Record, one: Taken, *, replaces: bool) -> tuple[Distribution, str]:
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
    if staged.sha256 == one.distribution.sha256:
        return _attested(staged, one, replaces=replaces), "unchanged"
    if not replaces:
        raise WrongState(
            f"{one.name}: expected sha256 {staged.sha256} as it is staged, found "
            f"{one.distribution.sha256} in {one.source}",
            hint=f"If the staged file is the wrong one: stage drop {one.name}",
        )
    return one.distribution, "replaced"


def _attested(staged: Distribution, one: Taken, *, replaces: bool) -> Distribution:
    """What is staged, with the attestations that came."""
    kept = {attestation.predicate_type: attestation for attestation in staged.attestations}
    for attestation in one.distribution.attestations:
        other = kept.get(attestation.predicate_type, attestation)
        if other != attestation and not replaces:
            kind = shown(other.predicate_type)
            raise WrongState(
                f"{one.name}: another attestation of the kind {kind} is staged",
                hint=f"To take the new one, first: stage drop {one.name}",
            )
        staged = merged(staged, attestation)
    return staged


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
