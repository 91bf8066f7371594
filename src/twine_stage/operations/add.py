"""Add: copy distributions into the store, read the copies, and put them into drafts."""

from __future__ import annotations

import base64
import json
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from twine_stage import archives, checks
from twine_stage.contents import distribution as distribution_of
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.errors import InvalidDistribution, StageError, WrongState
from twine_stage.operations.selection import expand
from twine_stage.releases import ReleaseId, release_id
from twine_stage.reporting import Reporter, Silent
from twine_stage.store import Record, Store

_CHUNK = 1 << 20
_WORKERS = 4  # most of the time goes to waiting for the disk
_ATTESTED = re.compile(r"(?P<name>.+\.(?:whl|tar\.gz|zip))\..+\.attestation")


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


@dataclass(frozen=True, slots=True)
class _Taken:
    """A distribution whose content is in the store; ``path`` is None where it was there before."""

    distribution: Distribution
    path: Path | None = None

    @property
    def name(self) -> str:
        return self.distribution.filename.text


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
            taken = list(pool.map(lambda path: _take(store, path, reporter), expanded.paths))
        attached = _attach(store, _distinct(taken), expanded.attestations, reporter)
        outcomes = _refer(store, attached, reporter)
    except StageError:
        with store.referencing():
            store.sweep()
        raise
    groups = {
        outcome: tuple(described(dist) for dist, found in outcomes if found == outcome)
        for outcome in ("added", "unchanged", "replaced")
    }
    return AddReport(**groups, ignored=tuple(path.name for path in expanded.ignored))


def _take(store: Store, path: Path, reporter: Reporter) -> _Taken:
    """Copy a file into the store and judge the copy."""
    reporter.began(path.name, _size(path))
    digests = store.put(_chunks(path, reporter), name=path.name)
    with store.content(digests.sha256) as file:
        contents = archives.scan(file, name=path.name, digests=digests, thorough=False)
    for finding in checks.run([contents], rules=checks.STAGING):
        if finding.severity is checks.Severity.ERROR:
            raise InvalidDistribution(path.name, finding.message, hint=finding.hint)
    distribution = distribution_of(contents)
    if not store.has(distribution.core_metadata or ""):
        store.put([contents.core_metadata or b""], name="METADATA")
    return _Taken(distribution, path)


def _size(path: Path) -> int:
    """The size of a regular file; anything else could block, or has no end."""
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise _unreadable(path, "something else than a regular file")
    return status.st_size


def _chunks(path: Path, reporter: Reporter) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
                reporter.advanced(path.name, len(chunk))
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _unreadable(path: Path, found: str) -> InvalidDistribution:
    return InvalidDistribution(
        path.name,
        f"expected a file that can be read, found: {found}",
        hint="Check that it is a file and that you may read it.",
    )


def _distinct(taken: Sequence[_Taken]) -> list[_Taken]:
    """One for each name; the same file may be named twice, but not two of one name."""
    by_name: dict[str, _Taken] = {}
    for one in taken:
        other = by_name.setdefault(one.name, one)
        if other.distribution.sha256 != one.distribution.sha256:
            raise InvalidDistribution(
                one.name,
                f"expected one file of this name, found two that differ: {other.path}, {one.path}",
                hint="Name only the one that is meant.",
            )
    return list(by_name.values())


def _attach(
    store: Store, taken: Sequence[_Taken], paths: Sequence[Path], reporter: Reporter
) -> list[_Taken]:
    """Give each attestation to its distribution: of this call, or staged before."""
    by_name = {one.name: one for one in taken}
    for path in paths:
        name = _attested(path)
        if name not in by_name and (staged := _staged(store, name)):
            by_name[name] = _Taken(staged)
        if name not in by_name:
            reporter.warn(f"{path.name} is left out: {name} is not staged")
            continue
        one = by_name[name]
        merged = _merged(one.distribution, _take_attestation(store, path))
        by_name[name] = replace(one, distribution=merged)
    return list(by_name.values())


def _attested(path: Path) -> str:
    match = _ATTESTED.fullmatch(path.name)
    if match is None:
        raise InvalidDistribution(
            path.name, "expected a name like spam-1.0-py3-none-any.whl.publish.attestation"
        )
    return match["name"]


def _staged(store: Store, name: str) -> Distribution | None:
    filename = Filename.parse(name)
    draft = store.record(ReleaseId(filename.project, filename.version)).draft
    members = draft.distributions if draft else ()
    return next((one for one in members if one.filename.text == name), None)


def _take_attestation(store: Store, path: Path) -> Attestation:
    """Copy an attestation into the store; its statement says what it attests."""
    content = b"".join(_chunks(path, Silent()))
    try:
        envelope = json.loads(content)["envelope"]
        predicate = json.loads(base64.b64decode(envelope["statement"]))["predicateType"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidDistribution(
            path.name,
            "expected an attestation object as PEP 740 has it, found none",
            hint="Make it again with the tool that made it.",
        ) from error
    digests = store.put([content], name=path.name)
    return Attestation(predicate_type=str(predicate), sha256=digests.sha256)


def _merged(distribution: Distribution, attestation: Attestation) -> Distribution:
    """The distribution with one attestation more, or another one of its predicate."""
    others = {one.predicate_type: one for one in distribution.attestations}
    others[attestation.predicate_type] = attestation
    return replace(distribution, attestations=tuple(one for _, one in sorted(others.items())))


def _refer(
    store: Store, taken: Sequence[_Taken], reporter: Reporter
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
            for one, (distribution, outcome) in zip(taken, outcomes, strict=True):
                if one.path and not store.has(distribution.sha256):
                    _take(store, one.path, reporter)
                if outcome != "frozen":
                    store.write_entry(distribution)
    return [
        (distribution, "unchanged" if outcome == "frozen" else outcome)
        for distribution, outcome in outcomes
    ]


def _decide(record: Record, one: _Taken) -> tuple[Distribution, str]:
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
        staged = _merged(staged, attestation)
    return staged, "unchanged"


def _refused(record: Record, name: str, problem: str) -> WrongState:
    hint = (
        f"stage thaw {record.release} makes it a draft again."
        if record.state == "frozen"
        else "A published file never changes: raise the version, or give a wheel a build tag."
    )
    return WrongState(f"{name}: {problem}", hint=hint)


def _refuse_twins(records: Iterable[Record], taken: Sequence[_Taken]) -> None:
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
