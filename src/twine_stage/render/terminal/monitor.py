"""The face of ``stage monitor``: what is new, and what differs still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twine_stage.changes import Change, News
from twine_stage.operations.monitor import MonitoredRelease, MonitorReport
from twine_stage.operations.watched import UNWATCHED
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style
from twine_stage.render.terminal import files, said

_MOST_EFFECTS = 8

_GOOD = frozenset(
    (News.APPEARED.value, News.RESTORED.value, News.UNYANKED.value, News.REACHABLE.value)
)
_CARE = frozenset((News.STATUS.value, News.PROVENANCE.value, News.YANKED.value, UNWATCHED))


def render(report: MonitorReport) -> Sequence[Block]:
    """Each change with all that is to be said of it, then how it stands in a line each."""
    blocks: list[Block] = [block for change in report.changes for block in _change(change)]
    blocks += [
        Entry(Span("not answered:", Style.CARE), f"{one.name}: {one.message}")
        for one in report.unanswered
    ]
    blocks += [
        Entry(Span("not compared:", Style.CARE), f"{one.name}: {one.message}")
        for one in report.outdated
    ]
    return [*blocks, _summary(report), *map(_standing, report.standing)]


def details(report: MonitorReport) -> Sequence[Block]:
    """Each difference that stands."""
    return [
        Entry(files.word(one.kind), " ".join(filter(None, (one.file, one.message))), indent=4)
        for release in report.standing
        for one in release.differences
    ]


def _change(change: Change) -> Iterator[Block]:
    yield (
        Span(change.release, Style.STRONG),
        Span(f": {change.title.removesuffix(change.kind)}"),
        Span(change.kind, _style(change.kind)),
        Span("" if change.files else f": {change.message}"),
    )
    effects = len(change.impact)
    sentences = change.sentences if change.files else change.sentences[1:]
    shown = sentences[: len(sentences) - max(0, effects - _MOST_EFFECTS)]
    for sentence in shown:
        yield said(sentence, indent=4)
    if hidden := len(sentences) - len(shown):
        yield said(f"and {amounts.count(hidden, 'more such change')}", indent=4)


def _style(kind: str) -> Style:
    if kind in _GOOD:
        return Style.GOOD
    return Style.CARE if kind in _CARE else Style.BAD


def _summary(report: MonitorReport) -> Block:
    watched = amounts.count(len(report.releases), "release")
    changes = amounts.count(len(report.changes), "change")
    since = f"since {amounts.moment(report.since)}" if report.since else "at the first look"
    told = f"{watched} on {report.index}: {changes if report.changes else 'no change'} {since}"
    is_quiet = not (report.changes or report.standing or report.unanswered or report.outdated)
    return (files.word("exact") if is_quiet else Span("watched"), Span(f" {told}"))


def _standing(release: MonitoredRelease) -> Block:
    kinds = [one.kind for one in release.differences] + ["unreachable"] * len(release.silent)
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return Entry(Span("still differs:", Style.CARE), f"{release.release}: {told}")
