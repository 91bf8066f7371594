"""The face of ``stage publish``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from twine_stage import digests
from twine_stage.operations.publish import PublishReport
from twine_stage.operations.published import HeldSession, PublishedFile, PublishedRelease
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: PublishReport) -> Sequence[Block]:
    """What became of each release; single files only where there is something to say of them."""
    if not report.releases:
        return [(Span("Nothing is left to publish.", Style.STRONG),)]
    if report.is_dry_run:
        return [block for release in report.releases for block in _rehearsal(release)]
    return [block for release in report.releases for block in _release(release)]


def details(report: PublishReport) -> Sequence[Block]:
    """Each file with its outcome, under its release."""
    return [block for release in report.releases for block in _files(release)]


def _files(release: PublishedRelease) -> Sequence[Block]:
    rows = tuple(
        (
            files.word(file.outcome),
            Span(amounts.count(file.attempts, "attempt")),
            Span(file.filename),
        )
        for file in release.files
    )
    return [(), (Span(release.release, Style.STRONG),), Table(rows=rows, right=(1,), indent=4)]


def counts(release: PublishedRelease) -> str:
    """How many files had each outcome: ``2 uploaded, 1 present``."""
    found = Counter(file.outcome for file in release.files)
    return ", ".join(f"{number} {outcome}" for outcome, number in found.items())


def _release(release: PublishedRelease) -> Sequence[Block]:
    outcome = files.word(release.outcome)
    blocks: list[Block] = [
        (outcome, Span(" "), Span(release.release, Style.STRONG), Span(f" on {release.url}")),
        Table(rows=tuple(_facts(release)), indent=4),
    ]
    for file in release.files:
        if file.outcome == "refused" or (file.outcome == "pending" and file.message):
            blocks += _unfinished(file)
    return blocks


def _rehearsal(release: PublishedRelease) -> Sequence[Block]:
    name = Span(release.release, Style.STRONG)
    return [
        (files.word("dry run"), Span(" "), name, Span(f" on {release.url}: nothing was sent")),
        Table(rows=tuple(_facts(release)), indent=4),
    ]


def _facts(release: PublishedRelease) -> Sequence[tuple[Span, Span]]:
    facts = [("files", counts(release)), ("digest", release.digest[: digests.SHORT])]
    if release.exposure_seconds and release.outcome != "present":  # it was another run's
        facts.append(("exposure", amounts.seconds(release.exposure_seconds)))
    if release.session:
        facts = [*facts[:1], ("digest", release.digest), *_held(release.session)]
    return [(Span(name, Style.FAINT), Span(fact)) for name, fact in facts]


def _held(session: HeldSession) -> Sequence[tuple[str, str]]:
    """Where what is held waits: whoever approves needs the whole digest, and the end."""
    return [
        ("session", session.url),
        ("until", amounts.moment(session.expires_at)),
        ("preview", "yes: stage preview" if session.has_preview else "the index has none"),
    ]


def _unfinished(file: PublishedFile) -> Sequence[Block]:
    outcome = files.word(file.outcome)
    return [
        Entry(Span(f"{outcome.text:<8}", outcome.style), file.filename, indent=4),
        *([Entry(Span(""), file.message, indent=13)] if file.message else []),
    ]
