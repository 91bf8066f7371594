"""Taking: copy a file into the store and judge the copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from twine_stage import archives, attestations, checks
from twine_stage.attestations import Statement
from twine_stage.contents import Contents, shown
from twine_stage.contents import distribution as distribution_of
from twine_stage.digests import Digests
from twine_stage.distributions import Attestation, Distribution
from twine_stage.errors import InvalidDistribution
from twine_stage.operations.sources import Source
from twine_stage.reporting import Reporter, Silent
from twine_stage.store import Store


@dataclass(frozen=True, slots=True)
class Taken:
    """A distribution whose content is in the store; ``source`` is None where it was there before.

    ``attestations`` are the files of those that this call gave it.
    """

    distribution: Distribution
    source: Source | None = None
    attestations: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """The filename."""
        return self.distribution.filename.text


def take(store: Store, source: Source, reporter: Reporter) -> Taken:
    """Copy a file into the store; the copy is judged before it gets its place there.

    Raises:
        InvalidDistribution: it cannot be read, is not what it is said to be, or is not a valid
            distribution.
    """
    reporter.began(source.name, source.size())
    found: list[Contents] = []

    def judge(copy: BinaryIO, digests: Digests) -> None:
        _expect(source, digests.sha256)
        contents = archives.scan(copy, name=source.name, digests=digests, thorough=False)
        for finding in checks.run([contents], rules=checks.STAGING):
            raise InvalidDistribution(source.name, finding.message, hint=finding.hint)
        found.append(contents)

    store.put(_heard(source, reporter), name=source.name, judge=judge)
    [contents] = found
    distribution = distribution_of(contents)
    if not store.has(distribution.core_metadata or ""):
        store.put([contents.core_metadata or b""], name="METADATA")
    reporter.ended(source.name, "added")
    return Taken(distribution, source)


def take_attestation(
    store: Store, source: Source, distribution: Distribution, reporter: Reporter
) -> Attestation:
    """Copy an attestation into the store, if it is one of the distribution.

    Raises:
        InvalidDistribution: it cannot be read, or is about another file or other bytes.
    """
    content, statement = read_attestation(source)
    _expect(source, statement.attestation.sha256)
    attestations.judge(statement, filename=distribution.filename, digest=distribution.sha256)
    if not statement.is_familiar:
        kind = statement.attestation.predicate_type
        reporter.note(f"{source.name} is of a kind that PyPI refuses: {shown(kind)}")
    store.put([content], name=source.name)
    return statement.attestation


def read_attestation(source: Source) -> tuple[bytes, Statement]:
    """The content of an attestation file, and what it states.

    Raises:
        InvalidDistribution: it cannot be read, or is no attestation object.
    """
    source.size()  # of a device, say, which has none
    content = b""
    for chunk in source.chunks():
        content += chunk
        if len(content) > attestations.LARGEST:
            break
    return content, attestations.read(content, name=source.name)


def take_again(store: Store, one: Taken) -> None:
    """Take what another command swept before anything referred to it.

    Raises:
        InvalidDistribution: a file is not what it was before.
    """
    if all(map(store.has, one.distribution.contents)):
        return
    if one.source:
        take(store, one.source, Silent())
    for source in one.attestations:
        take_attestation(store, source, one.distribution, Silent())
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


def _heard(source: Source, reporter: Reporter) -> Iterator[bytes]:
    for chunk in source.chunks():
        yield chunk
        reporter.advanced(source.name, len(chunk))


def _expect(source: Source, found: str) -> None:
    """Refuse a file that is not what it is said to be."""
    if source.sha256 not in {None, found}:
        raise InvalidDistribution(
            source.name,
            f"expected sha256 {source.sha256}, found {found} in {source}",
            hint="Get the file again from where it was built.",
        )
