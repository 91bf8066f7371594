"""The face of ``stage audit``: what there is to remark, and the latest releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from twine_stage.operations.audit import AuditedFile, AuditedProject, AuditedRelease, AuditReport
from twine_stage.render import amounts
from twine_stage.render.audits import KINDS, Remark, changes, remarks, span
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.terminal import files, note

_LATEST = 5
"""Releases that are shown whatever there is to say of them."""
_MOST = 20
"""Releases that are shown in all."""
_MOST_CHANGES = 5
_STYLES = {"late": Style.BAD, "appended": Style.CARE, "yanked": Style.CARE, "provenance": Style.BAD}
_HEADING = ("release", "first upload", "exposure", "files", "")

_Remarked = Mapping[str, Sequence[Remark]]


def render(report: AuditReport) -> Sequence[Block]:
    """Each project: what is known, a table of releases, and what appended files changed."""
    blocks: list[Block] = []
    for number, project in enumerate(report.projects):
        blocks += [()] * bool(number)
        blocks += _project(
            project, [one for one in report.releases if one.project == project.project]
        )
    return blocks


def details(report: AuditReport) -> Sequence[Block]:
    """Every release with all that there is to say, and its files in the order of time."""
    return [block for release in report.releases for block in _release(release)]


def _project(project: AuditedProject, releases: Sequence[AuditedRelease]) -> Iterator[Block]:
    name = Span(project.project, Style.STRONG)
    if not releases:
        said = "there is no release" if project.is_known else "there is no such project"
        yield (name, Span(f" on {project.index}: {said}"))
        return
    counts = amounts.count(len(releases), "release"), sum(len(one.files) for one in releases)
    said = f"{counts[0]} with {amounts.count(counts[1], 'file')}{_period(releases)}"
    yield (name, Span(f" on {project.index}: {said}"))
    if project.status != "active":
        reason = f": {project.status_reason}" if project.status_reason else ""
        yield Entry(Span("status:", Style.CARE), f"{project.status}{reason}")
    remarked = {one.release: remarks(one) for one in releases}
    yield from _table(releases, remarked)
    yield from _impact(releases)
    yield from _tally(remarked)
    yield from map(note, project.unknown)
    if project.passed_over:
        count = amounts.count(len(project.passed_over), "file")
        yield note(f"{count} of no known release, such as {project.passed_over[0]}")


def _period(releases: Sequence[AuditedRelease]) -> str:
    times = [time for one in releases for time in (one.first_upload, one.last_upload) if time]
    return f", from {min(times):%Y-%m-%d} to {max(times):%Y-%m-%d}" if times else ""


def _table(releases: Sequence[AuditedRelease], remarked: _Remarked) -> Iterator[Block]:
    """The latest releases and those with something to say, the newest first."""
    latest = releases[-_LATEST:]
    shown = [one for one in reversed(releases) if one in latest or remarked[one.release]]
    rows = tuple(_row(one, remarked[one.release]) for one in shown[:_MOST])
    yield Table(heading=_HEADING, rows=rows, right=(3,), indent=4)
    if hidden := len(releases) - len(rows):
        told = sum(bool(remarked[one.release]) for one in shown[_MOST:])
        said = f", {told} of them with something to say" if told else ""
        yield (Span(f"    and {hidden} more{said}: --verbose or --html shows them", Style.FAINT),)


def _row(release: AuditedRelease, found: Sequence[Remark]) -> Line:
    worst = _STYLES.get(found[0].kind, Style.PLAIN) if found else Style.PLAIN
    return (
        Span(release.version, Style.STRONG),
        Span(amounts.moment(release.first_upload)),
        Span(span(release.exposure_seconds)),
        Span(str(len(release.files))),
        Span(", ".join(_words(found)), worst),
    )


def _words(found: Sequence[Remark]) -> Iterator[str]:
    for remark in found:
        is_open = remark.kind == "open"
        yield remark.text.replace("takes files", "open") if is_open else remark.word


def _impact(releases: Sequence[AuditedRelease]) -> Iterator[Block]:
    """The most serious change of each append, the newest release first."""
    told = [
        (release, sentence)
        for release in reversed(releases)
        for append in release.appends
        for sentence in changes(append)[:1]
    ]
    for release, sentence in told[:_MOST_CHANGES]:
        yield Entry(Span(f"{release.version}:", Style.STRONG), sentence, indent=4)
    if (hidden := len(told) - _MOST_CHANGES) > 0:
        yield (Span(f"    and {amounts.count(hidden, 'append')} more", Style.FAINT),)


def _tally(remarked: _Remarked) -> Iterator[Block]:
    counts = Counter(kind for found in remarked.values() for kind in {one.kind for one in found})
    for kind, meaning in KINDS.items():
        if counts[kind]:
            count = amounts.count(counts[kind], "release")
            yield Entry(Span(f"{kind}:", _STYLES.get(kind, Style.STRONG)), f"{count}: {meaning}")


def _release(release: AuditedRelease) -> Iterator[Block]:
    yield ()
    yield (Span(release.release, Style.STRONG),)
    for remark in remarks(release):
        yield Entry(Span(f"{remark.kind}:", Style.STRONG), remark.text, indent=4)
    for append in release.appends:
        for sentence in changes(append):
            yield Entry(Span("change:", Style.CARE), sentence, indent=4)
    if release.closed_by:
        yield Entry(Span("closed:", Style.FAINT), release.closed_by, indent=4)
    rows = tuple(_file(one, release.appended) for one in _by_time(release.files))
    yield Table(rows=rows, right=(1, 2), indent=4)


def _by_time(found: Sequence[AuditedFile]) -> list[AuditedFile]:
    return sorted(found, key=lambda one: (one.after_seconds or 0.0, one.filename))


def _file(file: AuditedFile, appended: Sequence[str]) -> Line:
    state = "yanked" if file.yanked is not None else ""
    return (
        files.word(state or ("appended" if file.filename in appended else "public")),
        Span("" if file.after_seconds is None else f"+{span(file.after_seconds)}"),
        Span("" if file.size is None else amounts.size(file.size)),
        Span(file.filename),
    )
