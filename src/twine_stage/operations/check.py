"""``stage check``: judge distributions by the rules, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from twine_stage import checks
from twine_stage.checks import Destination, Finding, Severity
from twine_stage.contents import Contents
from twine_stage.distributions import Distribution
from twine_stage.errors import StageError
from twine_stage.manifest import Manifest
from twine_stage.operations.reading import (
    ContentSource,
    read_all,
    read_attestations,
    read_path,
    read_staged,
)
from twine_stage.releases import Release, ReleaseId


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


class StagedFiles(ContentSource, Protocol):
    """What a check asks of a stage; the store has it."""

    def record(self, release: ReleaseId, /) -> StagedRelease:
        """What is staged of a release."""
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
        UsageError: a beginning in ``select`` or ``ignore`` fits no code.
        Damaged: a staged file is gone, or is not what was staged.
    """
    checks.run((), select=select, ignore=ignore)  # a mistyped code is said before the work
    sources = [partial(read_path, path) for path in paths]
    if store is not None:
        sources += [partial(read_staged, store, staged) for staged in _staged(store, releases)]
    found, stated = read_all(sources), read_attestations(attestations)

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
            )
        )

    if ask is None:
        return judged(destination)
    try:
        shown = ask(_named(found.contents))
    except StageError as error:
        raise NotAsked(error, judged(destination)) from error
    return judged(shown)


def _staged(store: StagedFiles, releases: Iterable[ReleaseId]) -> Iterator[Distribution]:
    """The files of some releases, without those that only the index has."""
    for release in releases:
        record = store.record(release)
        carried = record.latest.carried if record.latest else frozenset()
        for distribution in record.current.distributions:
            if distribution.filename.text not in carried or store.has(distribution.sha256):
                yield distribution


def _named(contents: Iterable[Contents]) -> list[ReleaseId]:
    names = [it.filename for it in contents if it.filename]
    return sorted(
        {ReleaseId(name.project, name.version) for name in names}, key=lambda it: it.sort_key
    )
