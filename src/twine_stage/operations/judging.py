"""Judging what is staged, before it is frozen or sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata

from twine_stage import attestations, checks, scans
from twine_stage.attestations import Statement
from twine_stage.checks import Destination, Severity
from twine_stage.contents import Contents
from twine_stage.digests import SHORT
from twine_stage.distributions import ATTESTATION_SUFFIX, Distribution, kind_of
from twine_stage.errors import ChecksFailed
from twine_stage.operations.check import CheckReport
from twine_stage.operations.reading import Read, expect_whole, read_all, read_staged
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store

_OF_FILES = ("F", "M", "A")
_OF_SETS = ("S", "I")
_OF_IMPACT = "I54"
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Which rules count, and how much.

    ``ignore`` are beginnings of the codes of rules that do not run; with ``is_strict`` warnings are
    errors.
    """

    ignore: Sequence[str] = ()
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and the contents that were read for it: none where they were kept."""

    report: CheckReport
    release: ReleaseId
    contents: tuple[Contents, ...] = ()

    def keep(self, store: Store) -> None:
        """Keep what was read, so that it need not be read again."""
        if self.contents:
            store.write_scans(self.release, scans.dumps(self.contents, program=_program()))


def expect_sound(
    store: Store,
    record: Record,
    files: Sequence[Distribution],
    *,
    judgement: Judgement,
    destination: Destination | None = None,
    proven: Collection[str] = (),
    sends_attestations: bool = True,
) -> Judged:
    """Judge the files of a release; under the release's lock.

    What is frozen was read and judged when it was frozen, and is unpacked again only if that was
    not kept. Otherwise several files are compared with their digests alone, so that no damage to
    the last is found out when the first are public; a single one is hashed when it is sent.

    Args:
        store: where they are.
        record: what the stage holds of their release.
        files: those to judge; of what was published the content may be gone.
        judgement: which rules count.
        destination: where they are meant to go; by default what holds on every index is judged.
        proven: the names of those that need not be sent.
        sends_attestations: whether they may go along; else they are not judged.

    Raises:
        ChecksFailed: the rules found errors; they are in its ``report``.
        Damaged: a file is gone, or is not what was staged.
    """
    release, present = record.release, _at_hand(store, record, files)
    kept = _kept(store, release) if record.draft is None else {}
    sent = {dist.filename.text for dist in present} - set(proven)
    compared = sent if len(sent) > 1 else set()
    found = read_all(partial(_read, store, kept, dist, compared) for dist in present)
    report = CheckReport(
        checks.run(
            found.contents,
            ignore=judgement.ignore,
            strict=judgement.is_strict,
            destination=destination,
            unreadable=found.unreadable,
            attestations=tuple(_attestations(store, present)) if sends_attestations else (),
        ),
        files=len(present),
    )
    if report.exit_status:
        unfrozen = "" if record.draft is None else "it was not frozen, and "
        error = ChecksFailed(
            f"{release} does not pass the checks: {unfrozen}nothing was sent",
            hint=_way_out(record, report),
        )
        error.report = report
        raise error
    is_kept = all(kept.get(contents.name) == contents for contents in found.contents)
    return Judged(report, release, () if is_kept else found.contents)


def tell(judged: Judged, reporter: Reporter) -> None:
    """Tell what was found of the release as a set and of the index, which nobody else tells.

    What is to be said of a file alone is told by ``stage check``; here that there is something.
    """
    findings, release = judged.report.findings, judged.release
    warnings = [one for one in findings if one.severity is Severity.WARNING]
    if count := sum(one.code.startswith(_OF_FILES) for one in warnings):
        them = "1 warning about its files: stage check {} shows it"
        if count > 1:
            them = f"{count} warnings about its files: stage check {{}} shows them"
        reporter.warn(f"{release}: {them.format(release)}")
    for finding in findings:
        message = f"{finding.code}: {finding.file}: {finding.message}"
        if finding.severity is Severity.WARNING and finding.code.startswith(_OF_SETS):
            reporter.warn(message)
        elif finding.severity is Severity.NOTICE and finding.code.startswith(_OF_IMPACT):
            reporter.note(message)


def _way_out(record: Record, report: CheckReport) -> str:
    """What to do with files that have errors: the stage holds them still."""
    again = "Each finding says its way out; what is built anew has to be staged again"
    if record.draft is None and record.latest is not None and record.has_sent(record.latest):
        return f"{again}."
    errors = (one.file for one in report.findings if one.severity is Severity.ERROR)
    names = sorted({name for name in errors if kind_of(name)})
    thaw = f"stage thaw {record.release}, then " if record.draft is None else ""
    told = " ".join(names) if 0 < len(names) <= _MOST_NAMES else "FILE"
    return f"{again}, and what should go be dropped: {thaw}stage drop {told}"


def _program() -> str:
    return metadata.version("twine-stage")


def _kept(store: Store, release: ReleaseId) -> Mapping[str, Contents]:
    return scans.loads(store.scans(release), program=_program())


def _at_hand(
    store: Store, record: Record, files: Sequence[Distribution]
) -> tuple[Distribution, ...]:
    published = record.base.release.distributions if record.base else ()
    return tuple(dist for dist in files if dist not in published or store.has(dist.sha256))


def _attestations(store: Store, files: Iterable[Distribution]) -> Iterator[Statement]:
    """What the staged attestations state; each was judged when it was staged."""
    for distribution in files:
        for one in distribution.attestations:
            name = f"{distribution.filename}.{one.sha256[:SHORT]}{ATTESTATION_SUFFIX}"
            yield attestations.read(store.read(one.sha256), name=name)


def _read(
    store: Store,
    kept: Mapping[str, Contents],
    distribution: Distribution,
    compared: Collection[str],
) -> Read:
    contents = kept.get(distribution.filename.text)
    if contents is not None and contents.digests.sha256 == distribution.sha256:
        if distribution.filename.text in compared:
            expect_whole(store, distribution)
        return contents
    return read_staged(store, distribution)
