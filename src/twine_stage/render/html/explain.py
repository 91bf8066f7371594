"""The page of ``stage explain``: who gets which file, to look at and to show to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations

from twine_stage.operations.explain import ExplainedRelease, ExplainReport
from twine_stage.render import amounts
from twine_stage.render.html.explain_styles import HIDDEN, LIT, STYLE, VIEW
from twine_stage.render.html.explain_tables import (
    Labelled,
    column_list,
    files_table,
    matrix_table,
)
from twine_stage.render.html.frame import element, empty, page, text
from twine_stage.render.matrix import Matrix
from twine_stage.render.remarks import remarks

_LEAST = 0.005
_READING = (
    "Numbers stand for files. Where a cell is hatched, there is no such Python. What lies between "
    "two versions of a platform chooses as the older one does. An sdist has to be built by whoever "
    "installs it."
)
_MATCHES = {
    "own": ("\u00a0", "a wheel built for the platform"),
    "portable": ("\u00a0", "a wheel for any platform"),
    "sdist": ("s", "the sdist, to be built"),
    "none": ("·", "nothing can be installed"),
}
"""How well choices fit: what such a label looks like, and what it means."""


def render(report: ExplainReport) -> str:
    """The whole page; the same text for the same report."""
    labelled = [Labelled(Matrix(one), number) for number, one in enumerate(report.releases)]
    sections = [_section(one, is_alone=len(labelled) == 1) for one in labelled]
    views = _views(report)
    body = [_header(report), *views, element("main", *sections), element("footer", text(_READING))]
    return page(
        f"{_names(report)}: who gets which file",
        "\n".join(body),
        style=STYLE + "".join(_rules(report.installers if views else (), labelled)),
    )


def _rules(installers: Sequence[str], labelled: Sequence[Labelled]) -> Iterator[str]:
    """Rules for what is shown of one installer, and for files that are pointed at."""
    for view in ("both", *installers) if installers else ():
        yield VIEW.format(view)
    for view, other in permutations(installers, 2):
        yield HIDDEN.format(view, other)
    for one in labelled:
        yield from map(LIT.format, one.files.values())


def _names(report: ExplainReport) -> str:
    names = [one.release for one in report.releases]
    return names[0] if len(names) == 1 else amounts.count(len(names), "release")


def _header(report: ExplainReport) -> str:
    who, verb = " and ".join(report.installers), "choose"
    said = f"Which file {who} {verb}{'s' * (len(report.installers) == 1)}, everywhere."
    return element(
        "header",
        element("p", "stage explain", class_="overline"),
        element("h1", text(_names(report))),
        element("p", text(said), class_="quiet"),
    )


def _views(report: ExplainReport) -> Sequence[str]:
    """Buttons to see one installer alone, where that makes a difference."""
    environments = [one for release in report.releases for one in release.environments]
    choices = [choice for one in environments for choice in (one.chosen, one.before or {})]
    if all(len(set(choice.values())) <= 1 for choice in choices):
        return ()
    names = {"both": "both", **{name: f"only {name}" for name in report.installers}}
    inputs = [
        empty(
            "input",
            type="radio",
            name="view",
            id=f"view-{name}",
            class_="hidden",
            checked=name == "both",
        )
        for name in names
    ]
    labels = [element("label", text(said), for_=f"view-{name}") for name, said in names.items()]
    return (*inputs, element("div", "Show", *labels, class_="views"))


def _section(labelled: Labelled, *, is_alone: bool) -> str:
    release = labelled.matrix.release
    head = [] if is_alone else [element("h2", text(release.release))]
    if not release.files:
        said = f"There is no file on {release.index or 'the stage'}: nothing can be installed."
        return element("section", *head, element("p", text(said)), class_="release")
    return element(
        "section",
        *head,
        element("p", text(_where(release)), class_="quiet"),
        *_shares(labelled.matrix),
        _remarks(release),
        element("h3", "Environments"),
        matrix_table(labelled),
        column_list(labelled),
        element("h3", "Files"),
        files_table(labelled),
        class_="release",
    )


def _where(release: ExplainedRelease) -> str:
    count = amounts.count(len(release.files), "file")
    if release.index is None:
        return f"{count}, as they are on this machine"
    if release.added:
        return f"{count}, {len(release.added)} of them not on {release.index} yet"
    return f"{count} on {release.index}"


def _shares(matrix: Matrix) -> Iterator[str]:
    """How well the environments are served, as a bar and in words."""
    counts = Counter(
        matrix.match(name) for one in matrix.release.environments for name in one.chosen.values()
    )
    shares = {match: counts[match] / counts.total() for match in _MATCHES if counts[match]}
    spans = (element("span", class_=match, style=f"--n: {n:.4f}") for match, n in shares.items())
    yield element("div", *spans, class_="share", aria_hidden="true")
    yield element("ul", *(_key(match, share) for match, share in shares.items()), class_="keys")


def _key(match: str, share: float) -> str:
    label, meaning = _MATCHES[match]
    percent = f"{100 * share:.0f} %" if share >= _LEAST else "< 1 %"
    return element(
        "li",
        element("span", text(label), class_=f"chip {match}", aria_hidden="true"),
        element("b", text(percent)),
        element("span", text(f"get {meaning}" if match != "none" else meaning)),
    )


def _remarks(release: ExplainedRelease) -> str:
    said = [
        part
        for remark in remarks(release)
        for part in (element("dt", text(remark.label)), element("dd", text(remark.text)))
    ]
    return element("dl", *said, class_="remarks") if said else ""
