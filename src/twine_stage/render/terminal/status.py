"""The face of ``stage status``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.status import ReleaseStatus, StatusReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.platforms import platforms
from twine_stage.render.terminal import files

_HEADING = ("release", "state", "contents", "size", "digest", "platforms")


def render(report: StatusReport) -> Sequence[Block]:
    """A table with a row per release."""
    if not report.releases:
        return [
            (Span("Nothing is staged.", Style.STRONG),),
            Entry(Span("hint:", Style.STRONG), "stage add dist/* stages what was built."),
        ]
    rows = tuple(_row(release) for release in report.releases)
    return [Table(heading=_HEADING, rows=rows, right=(2, 3))]


def details(report: StatusReport) -> Sequence[Block]:
    """Each file, under its release."""
    return [block for release in report.releases for block in _files(release)]


def _files(release: ReleaseStatus) -> Sequence[Block]:
    rows = tuple(
        files.row(file.kind, file.filename, size=file.size, sha256=file.sha256)
        for file in release.files
    )
    title = (Span(release.release, Style.STRONG),)
    return [(), title, Table(rows=rows, right=(1,), indent=4)]


def _row(release: ReleaseStatus) -> Line:
    names = [file.filename for file in release.files]
    return (
        Span(release.release, Style.STRONG),
        _state(release),
        Span(amounts.count(len(names), "file")),
        Span(amounts.size(sum(file.size for file in release.files))),
        files.digest(release.digest),
        Span(", ".join(platforms(names))),
    )


def _state(release: ReleaseStatus) -> Span:
    """The state, and where it is public; whether it was adopted, and how often frozen, if more.

    Besides, what an index has of it already.
    """
    state = files.word(release.state)
    where = f" on {', '.join(release.published_on)}"
    is_public = release.state == "published"
    adopted = ", adopted" if release.adopted else ""
    revision = f", revision {release.revision}" if release.revision > 1 else ""
    parts = [state.text + (where + adopted if is_public else "") + revision]
    parts += [f"{one.files} of {one.total} sent to {one.index}" for one in release.sent]
    if release.published_on and not is_public:
        parts.append(f"published{where}, {amounts.count(release.published_files, 'file')}")
    return Span("; ".join(parts), state.style)
