"""The page of ``stage audit``: when the files of every release came, to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from twine_stage.operations.audit import AuditedFile, AuditedProject, AuditedRelease, AuditReport
from twine_stage.render import amounts
from twine_stage.render.audits import KINDS, Remark, changes, kinds, remarks, span
from twine_stage.render.html.audit_styles import HIDDEN, STYLE, VIEW
from twine_stage.render.html.audit_timeline import Scale, axis, chart, scale, track
from twine_stage.render.html.frame import element, empty, page, text

_READING = (
    "An index shows what stands there now: a file that was removed, or removed and put there "
    "again, leaves no trace but a missing or a younger one. When a file was yanked is not told. "
    "Exposure is the time from the first file of a release to the last that was not appended."
)
_TRACK = "track"
_HEADS = ("Release", "First file", _TRACK, "Files", "Exposure", "")


@dataclass(frozen=True, slots=True)
class _Release:
    """A release, what there is to say of it, and its name on the page."""

    audited: AuditedRelease
    remarks: Sequence[Remark]
    number: int

    @property
    def id(self) -> str:
        """What links to it name."""
        return f"r{self.number}"


def render(report: AuditReport) -> str:
    """The whole page; the same text for the same report."""
    releases = [_Release(one, remarks(one), number) for number, one in enumerate(report.releases)]
    counts = Counter(kind for one in releases for kind in kinds(one.remarks))
    shown = [kind for kind in KINDS if counts[kind]]
    sections = [
        _section(
            project,
            [one for one in releases if one.audited.project == project.project],
            is_alone=len(report.projects) == 1,
            append_after=report.append_after_seconds,
        )
        for project in report.projects
    ]
    body = [
        _header(report),
        *_views(shown, counts, len(releases)),
        element("main", *sections),
        element("footer", text(_READING)),
    ]
    rules = [VIEW.format(kind) for kind in ("all", *shown)] + [HIDDEN.format(one) for one in shown]
    return page(f"{_names(report)}: audit", "\n".join(body), style=STYLE + "".join(rules))


def _names(report: AuditReport) -> str:
    names = [one.project for one in report.projects]
    return names[0] if len(names) == 1 else amounts.count(len(names), "project")


def _header(report: AuditReport) -> str:
    files = sum(len(one.files) for one in report.releases)
    counts = f"{amounts.count(len(report.releases), 'release')} with {amounts.count(files, 'file')}"
    where = ", ".join(dict.fromkeys(one.index for one in report.projects))
    at = element("span", text(amounts.moment(report.at)), class_="when")
    return element(
        "header",
        element("p", "stage audit", class_="overline"),
        element("h1", text(_names(report))),
        element("p", text(f"{counts} on {where}, as they were on "), at, class_="quiet"),
    )


def _views(shown: Sequence[str], counts: Counter[str], total: int) -> Iterator[str]:
    """Buttons to see the releases of one kind alone."""
    if not shown:
        return
    for kind in ("all", *shown):
        yield empty(
            "input",
            type="radio",
            name="show",
            id=f"show-{kind}",
            class_="hidden",
            checked=kind == "all",
        )
    labels = (
        element(
            "label",
            text(kind),
            element("b", text(total if kind == "all" else counts[kind])),
            for_=f"show-{kind}",
            title=None if kind == "all" else KINDS[kind],
        )
        for kind in ("all", *shown)
    )
    yield element("div", "Show", *labels, class_="views")


def _section(
    project: AuditedProject,
    releases: Sequence[_Release],
    *,
    is_alone: bool,
    append_after: float,
) -> str:
    head = [] if is_alone else [element("h2", text(project.project))]
    notes = [*_notes(project)]
    told = [element("ul", *(element("li", text(one)) for one in notes), class_="unknown")]
    if not releases:
        said = "There is no release." if project.is_known else "There is no such project."
        parts = [element("p", text(said))]
    else:
        audited = [one.audited for one in releases]
        on = scale(audited, project.window_seconds)
        ids = {one.audited.release: one.id for one in releases}
        picture = chart(audited, on, ids)
        scaled = axis(on) if picture else element("span")
        parts = [*_picture(picture, project, append_after), _list(releases, on, scaled)]
    return element("section", *head, *(told if notes else []), *parts, class_="project")


def _notes(project: AuditedProject) -> Iterator[str]:
    """What a reader must know before they conclude anything."""
    if project.status not in (None, "active"):
        reason = f": {project.status_reason}" if project.status_reason else ""
        yield f"The project is {project.status}{reason}."
    for sentence in project.unknown:
        yield f"{sentence[0].upper()}{sentence[1:]}."
    if project.passed_over:
        count = amounts.count(len(project.passed_over), "file")
        yield f"{count} of no known release, such as {project.passed_over[0]}."


def _picture(picture: str, project: AuditedProject, append_after: float) -> Iterator[str]:
    if not picture:
        return
    window = project.window_seconds
    keys = {
        "own": f"within {span(append_after)} of the first file",
        "appended": "appended later",
        "late": f"later than the {span(window)} that the index gives today" if window else "",
        "own gone": "yanked by now",
    }
    items = (
        element("li", element("i", class_=f"dot {key}", style="--d: 0.75rem"), text(said))
        for key, said in keys.items()
        if said
    )
    yield element("h3", "When files came")
    yield element("ul", *items, class_="keys")
    yield element("div", picture, class_="box picture")


def _list(releases: Sequence[_Release], on: Scale, scaled: str) -> str:
    """A line for each release, the newest first, by the year of the first file."""
    ordered = sorted(releases, key=_by_time, reverse=True)
    heads = [scaled if one == _TRACK else element("span", one) for one in _HEADS]
    years = (
        element(
            "section",
            element("h4", text(year)) if year else "",
            *(_line(one, on) for one in group),
            class_="year",
        )
        for year, group in groupby(ordered, key=_year)
    )
    return element("h3", "Releases") + element(
        "div", element("div", *heads, class_="heads"), *years, class_="box releases"
    )


def _by_time(release: _Release) -> tuple[float, int]:
    """When its first file came, or before all others; of equals the lower version comes first."""
    first = release.audited.first_upload
    return (first.timestamp() if first else 0.0), release.number


def _year(release: _Release) -> str:
    first = release.audited.first_upload
    return f"{first:%Y}" if first else ""


def _line(release: _Release, on: Scale) -> str:
    audited = release.audited
    chips = (
        element("span", text(one.word), class_=f"chip {one.kind}", title=one.text)
        for one in release.remarks
    )
    first = f"{audited.first_upload:%Y-%m-%d}" if audited.first_upload else "not told"
    summary = element(
        "summary",
        element("span", text(audited.version), class_="version"),
        element("span", text(first), class_="when"),
        track(audited, on),
        element("span", text(len(audited.files)), class_="number", title="files"),
        element("span", text(span(audited.exposure_seconds)), class_="when", title="exposure"),
        element("span", *chips, class_="marks"),
    )
    classes = " ".join(("release", *kinds(release.remarks)))
    return element("details", summary, _more(release), class_=classes, id=release.id)


def _more(release: _Release) -> str:
    """What is seen of a release that is opened."""
    audited = release.audited
    told = [(one.kind, text(one.text)) for one in release.remarks]
    changed = [sentence for append in audited.appends for sentence in changes(append)]
    if changed:
        items = "".join(element("li", text(one)) for one in changed)
        told.append(("changes", element("ul", items)))
    if audited.closed_by:
        told.append(("closed", text(audited.closed_by)))
    said = [part for label, html in told for part in (element("dt", label), element("dd", html))]
    late = {
        name: "late" if append.is_late else "appended"
        for append in audited.appends
        for name in append.files
    }
    files = sorted(audited.files, key=lambda one: (one.after_seconds or 0.0, one.filename))
    rows = (_file(one, late.get(one.filename, "own")) for one in files)
    return element(
        "div",
        element("dl", *said, class_="remarks") if said else "",
        element("table", element("tbody", *rows), class_="files"),
        class_="more",
    )


def _file(file: AuditedFile, kind: str) -> str:
    gone = " gone" if file.yanked is not None else ""
    after = "" if file.after_seconds is None else f"+{span(file.after_seconds)}"
    yanked = element("span", "yanked", class_="chip yanked") if gone else ""
    return element(
        "tr",
        element("td", element("i", class_=f"dot {kind}{gone}", title=kind)),
        element("th", element("code", text(file.filename)), " ", yanked, scope="row"),
        element("td", text("" if file.size is None else amounts.size(file.size)), class_="number"),
        element("td", text(after), class_="number"),
        element("td", text(amounts.moment(file.uploaded_at)), class_="when"),
        element("td", text(_proven(file)), class_="extra quiet"),
    )


def _proven(file: AuditedFile) -> str:
    return file.publisher or ("provenance" if file.has_provenance else "")
