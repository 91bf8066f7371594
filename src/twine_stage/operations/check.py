"""``stage check``: judge distributions by the rules, before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from twine_stage import archives, checks
from twine_stage.attestations import Statement
from twine_stage.checks import Finding, Severity
from twine_stage.contents import Contents
from twine_stage.digests import SHORT, Hashing
from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, InvalidDistribution
from twine_stage.listings import Listing
from twine_stage.manifest import Manifest
from twine_stage.operations.taking import read_attestation
from twine_stage.releases import Release, ReleaseId

_CHUNK = 1024 * 1024
_WORKERS = min(4, os.cpu_count() or 1)  # hashing and unpacking release the interpreter lock


class StagedRelease(Protocol):
    """What a check asks about a staged release; the store's record has it."""

    @property
    def latest(self) -> Manifest | None:
        """The latest manifest, if the release was frozen."""
        ...

    @property
    def current(self) -> Release:
        """The files of the draft, else those of the latest manifest."""
        ...


class StagedFiles(Protocol):
    """What a check asks of a stage; the store has it."""

    def record(self, release: ReleaseId, /) -> StagedRelease:
        """What is staged of a release."""
        ...

    def has(self, sha256: str, /) -> bool:
        """Whether a content is there."""
        ...

    def content(self, sha256: str, /) -> BinaryIO:
        """Open a content, to be closed by the caller."""
        ...


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings, sorted by file and code."""

    findings: tuple[Finding, ...]

    @property
    def exit_status(self) -> int:
        """3 if a file cannot be read as a distribution, 1 if a rule found an error, else 0."""
        if any(finding.code == checks.UNREADABLE.code for finding in self.findings):
            return 3
        return int(any(finding.severity is Severity.ERROR for finding in self.findings))


def check(
    paths: Sequence[Path],
    *,
    attestations: Sequence[Path] = (),
    store: StagedFiles | None = None,
    releases: Sequence[ReleaseId] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    strict: bool = False,
    listing: Callable[[ReleaseId], Listing] | None = None,
) -> CheckReport:
    """Judge files and staged releases together, as one set.

    Args:
        paths: of distributions.
        attestations: of attestation files, which are judged by those distributions.
        store: where the releases are staged; there is none where only paths are judged.
        releases: staged ones, of which every file is judged.
        select: beginnings of the codes of the rules to run; empty: all.
        ignore: beginnings of the codes of the rules not to run.
        strict: warnings become errors.
        listing: asks the index that was named, if one was, what it shows of a release.

    Raises:
        UsageError: a beginning in ``select`` or ``ignore`` fits no code.
        Damaged: a staged file is gone, or is not what was staged.
    """
    checks.run((), select=select, ignore=ignore)  # a mistyped code is said before the work
    sources = [partial(_read_path, path) for path in paths]
    if store is not None:
        sources += [partial(_read_staged, store, staged) for staged in _staged(store, releases)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        found = list(pool.map(lambda read: read(), sources))
        attested = list(pool.map(_read_attestation, attestations))
    contents = [result for result in found if isinstance(result, Contents)]
    findings = checks.run(
        contents,
        select=select,
        ignore=ignore,
        strict=strict,
        listings={name: listing(name) for name in _named(contents)} if listing else {},
        unreadable=[result for result in found if isinstance(result, InvalidDistribution)],
        attestations=attested,
    )
    return CheckReport(findings)


def judge(store: StagedFiles, distributions: Sequence[Distribution]) -> CheckReport:
    """Judge staged distributions by all rules, as one set.

    Raises:
        Damaged: a staged file is gone, or is not what was staged.
    """
    with ThreadPoolExecutor(_WORKERS) as pool:
        found = list(pool.map(partial(_read_staged, store), distributions))
    return CheckReport(
        checks.run(
            [result for result in found if isinstance(result, Contents)],
            unreadable=[result for result in found if isinstance(result, InvalidDistribution)],
        )
    )


def _staged(store: StagedFiles, releases: Iterable[ReleaseId]) -> Iterator[Distribution]:
    """The files of some releases, without those that only the index has."""
    for release in releases:
        record = store.record(release)
        carried = record.latest.carried if record.latest else frozenset()
        for distribution in record.current.distributions:
            if distribution.filename.text not in carried or store.has(distribution.sha256):
                yield distribution


def _read_path(path: Path) -> Contents | InvalidDistribution:
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except OSError as error:
        return InvalidDistribution(
            path.name,
            f"expected a file that can be read, found: {error.strerror or error}",
            hint="Check that it is a file and that you may read it.",
        )


def _read_attestation(path: Path) -> Statement | InvalidDistribution:
    try:
        return read_attestation(path)[1]
    except InvalidDistribution as error:
        return error


def _read_staged(store: StagedFiles, staged: Distribution) -> Contents | InvalidDistribution:
    if not store.has(staged.sha256):
        raise Damaged(
            staged.filename.text,
            "its content is not in the stage",
            hint="Stage the same file again: stage add FILE",
        )
    with store.content(staged.sha256) as file:
        return _read(file, staged.filename.text, expected=staged.sha256)


def _read(file: BinaryIO, name: str, expected: str = "") -> Contents | InvalidDistribution:
    """Hash and scan a file; ``expected`` is the SHA-256 that a staged one must have."""
    hashing = Hashing()
    while chunk := file.read(_CHUNK):
        hashing.update(chunk)
    digests = hashing.digests()
    if expected and digests.sha256 != expected:
        raise Damaged(
            name,
            f"expected SHA-256 {expected[:SHORT]}, found {digests.sha256[:SHORT]}",
            hint="Add the file again: that restores what is stored.",
        )
    try:
        return archives.scan(file, name=name, digests=digests)
    except InvalidDistribution as error:
        return error


def _named(contents: Iterable[Contents]) -> list[ReleaseId]:
    names = [it.filename for it in contents if it.filename]
    return sorted(
        {ReleaseId(name.project, name.version) for name in names}, key=lambda it: it.sort_key
    )
