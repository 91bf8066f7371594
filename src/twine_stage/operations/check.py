"""``stage check``: judge distributions by the rules, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from twine_stage import checks
from twine_stage.checks import Destination, Finding, Severity, Subject
from twine_stage.contents import Contents
from twine_stage.distributions import Distribution
from twine_stage.errors import StageError
from twine_stage.operations.reading import (
    ContentSource,
    read_all,
    read_attestations,
    read_path,
    read_staged,
)
from twine_stage.operations.selection import expect_among
from twine_stage.operations.standing import staged
from twine_stage.releases import ReleaseId
from twine_stage.store import Record


class StagedFiles(ContentSource, Protocol):
    """What a check asks of a stage; the store has it."""

    def record(self, release: ReleaseId, /) -> Record:
        """What is staged of a release."""
        ...


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings, sorted by file and code; ``files`` is how many files were judged."""

    findings: tuple[Finding, ...]
    files: int

    @property
    def exit_status(self) -> int:
        """3 if a file cannot be read as a distribution, 1 if a rule found an error, else 0."""
        if any(finding.code == checks.UNREADABLE.code for finding in self.findings):
            return 3
        return int(any(finding.severity is Severity.ERROR for finding in self.findings))


class NotAsked(StageError):
    """The index could not be asked; what was found without it is the ``report``.

    An error in the files is one whatever the index would say, so it decides the exit status.
    """

    def __init__(self, cause: StageError, report: CheckReport) -> None:
        super().__init__(
            f"the index could not be asked, so nothing was compared with it: {cause.message}",
            hint=cause.hint,
        )
        self.report = report
        self.exit_status = report.exit_status or cause.exit_status


def check(
    paths: Sequence[Path],
    *,
    attestations: Sequence[Path] = (),
    store: StagedFiles | None = None,
    releases: Sequence[ReleaseId] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    strict: bool = False,
    destination: Destination | None = None,
    ask: Callable[[Sequence[ReleaseId]], Destination] | None = None,
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
        destination: where the releases are meant to go, as far as it is known without asking; by
            default only what holds on every index is judged.
        ask: asks there, if an index is named.

    Raises:
        NotAsked: the index could not be asked.
        UsageError: a beginning in ``select`` or ``ignore`` fits no code; or a file that may take
            the place of others is not among these.
        Damaged: a staged file is gone, or is not what was staged.
    """
    checks.run((), select=select, ignore=ignore)  # a mistyped code is said before the work
    sources = [partial(read_path, path) for path in paths]
    if store is not None:
        sources += [partial(read_staged, store, staged) for staged in _staged(store, releases)]
    found, stated = read_all(sources), read_attestations(attestations)
    unread = {problem.filename for problem in found.unreadable}
    allowed = destination.allowed if destination else ()
    expect_among(allowed, unread.union(one.name for one in found.contents))

    def judged(destination: Destination | None) -> CheckReport:
        return CheckReport(
            checks.run(
                found.contents,
                select=select,
                ignore=ignore,
                strict=strict,
                destination=destination,
                unreadable=found.unreadable,
                attestations=stated,
            ),
            files=len(sources) + len(stated),
        )

    if ask is None:
        return judged(destination)
    try:
        shown = ask(_named(found.contents))
    except StageError as error:
        raise NotAsked(error, judged(destination)) from error
    return judged(_beside(shown, store, found.contents) if store else shown)


def _staged(store: StagedFiles, releases: Iterable[ReleaseId]) -> Iterator[Distribution]:
    """The files of some releases, without those that only the index has."""
    for release in releases:
        record = store.record(release)
        carried = record.latest.carried if record.latest else frozenset()
        for distribution in record.current.distributions:
            if distribution.filename.text not in carried or store.has(distribution.sha256):
                yield distribution


def _beside(shown: Destination, store: StagedFiles, contents: Sequence[Contents]) -> Destination:
    """What is known of an index, and what the stage holds of the releases that are judged."""
    return replace(
        shown,
        staged={
            release: staged(
                store.record(release), [one.name for one in files], shown.index, shown.url
            )
            for release, files in Subject(contents).releases.items()
        },
    )


def _named(contents: Sequence[Contents]) -> list[ReleaseId]:
    return sorted(Subject(contents).releases, key=lambda it: it.sort_key)
