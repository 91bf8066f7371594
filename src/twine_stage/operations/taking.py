"""Taking: copy a file into the store and judge the copy."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from twine_stage import archives, attestations, checks
from twine_stage.attestations import Statement
from twine_stage.contents import Contents, shown
from twine_stage.contents import distribution as distribution_of
from twine_stage.digests import Digests
from twine_stage.distributions import Attestation, Distribution
from twine_stage.errors import InvalidDistribution
from twine_stage.reporting import Reporter, Silent
from twine_stage.store import Store

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Taken:
    """A distribution whose content is in the store; ``path`` is None where it was there before.

    ``attestations`` are the files of those that this call gave it.
    """

    distribution: Distribution
    path: Path | None = None
    attestations: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The filename."""
        return self.distribution.filename.text


def take(store: Store, path: Path, reporter: Reporter) -> Taken:
    """Copy a file into the store; the copy is judged before it gets its place there.

    Raises:
        InvalidDistribution: it cannot be read, or is not a valid distribution.
    """
    reporter.began(path.name, _size(path))
    found: list[Contents] = []

    def judge(copy: BinaryIO, digests: Digests) -> None:
        contents = archives.scan(copy, name=path.name, digests=digests, thorough=False)
        for finding in checks.run([contents], rules=checks.STAGING):
            raise InvalidDistribution(path.name, finding.message, hint=finding.hint)
        found.append(contents)

    store.put(_chunks(path, reporter), name=path.name, judge=judge)
    [contents] = found
    distribution = distribution_of(contents)
    if not store.has(distribution.core_metadata or ""):
        store.put([contents.core_metadata or b""], name="METADATA")
    reporter.ended(path.name, "added")
    return Taken(distribution, path)


def take_attestation(
    store: Store, path: Path, distribution: Distribution, reporter: Reporter
) -> Attestation:
    """Copy an attestation into the store, if it is one of the distribution.

    Raises:
        InvalidDistribution: it cannot be read, or is about another file or other bytes.
    """
    content, statement = read_attestation(path)
    attestations.judge(statement, filename=distribution.filename, digest=distribution.sha256)
    if not statement.is_familiar:
        kind = statement.attestation.predicate_type
        reporter.note(f"{path.name} is of a kind that PyPI refuses: {shown(kind)}")
    store.put([content], name=path.name)
    return statement.attestation


def read_attestation(path: Path) -> tuple[bytes, Statement]:
    """The content of an attestation file, and what it states.

    Raises:
        InvalidDistribution: it cannot be read, or is no attestation object.
    """
    _size(path)
    try:
        with path.open("rb") as file:
            content = file.read(attestations.LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    return content, attestations.read(content, name=path.name)


def take_again(store: Store, one: Taken) -> None:
    """Take what another command swept before anything referred to it.

    Raises:
        InvalidDistribution: a file is not what it was before.
    """
    if all(map(store.has, one.distribution.contents)):
        return
    if one.path:
        take(store, one.path, Silent())
    for path in one.attestations:
        take_attestation(store, path, one.distribution, Silent())
    if not all(map(store.has, one.distribution.contents)):
        raise InvalidDistribution(
            one.name,
            "expected the same content to the end, found that it is gone or has changed",
            hint="Run the same command again.",
        )


def merged(distribution: Distribution, attestation: Attestation) -> Distribution:
    """The distribution with one attestation more, or another one of its predicate."""
    others = {one.predicate_type: one for one in distribution.attestations}
    others[attestation.predicate_type] = attestation
    return replace(distribution, attestations=tuple(one for _, one in sorted(others.items())))


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
