"""What there is to say of an audited release, in words that terminal and page share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from twine_stage.impact import Change, Effect
from twine_stage.operations.audit import AuditedAppend, AuditedRelease
from twine_stage.policy import in_words
from twine_stage.render import amounts

KINDS = {
    "late": "appended later than the index takes files today",
    "appended": "files were appended",
    "yanked": "files are yanked",
    "provenance": "provenance is missing, or of another publisher than before or beside",
    "spelling": "filenames spell the name or the version in several ways",
    "open": "still takes files",
}
"""The kinds of remark, the most serious first, and what each says of a release."""

_EFFECTS = {
    Effect.FILLS: "is chosen where nothing was",
    Effect.REPLACES_SDIST: "is chosen instead of the sdist",
    Effect.SHADOWS: "is chosen instead of {}",
    Effect.TIE: "is chosen by one installer, where the other chooses {}",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say of a release: its kind, the short word for it, and a sentence."""

    kind: str
    word: str
    text: str


def remarks(release: AuditedRelease) -> tuple[Remark, ...]:
    """All that there is to say of a release, the most serious first."""
    parts = (_appended, _yanked, _provenance, _publishers, _spelling, _open)
    order = list(KINDS)
    found = (remark for part in parts for remark in part(release))
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def span(seconds: float | None) -> str:
    """A span of time in its two largest units; of less than a minute in seconds."""
    if seconds is None:
        return "not told"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    return in_words(timedelta(seconds=seconds))


def changes(append: AuditedAppend) -> tuple[str, ...]:
    """What appended files changed for whom, a sentence each."""
    return tuple(map(_change, append.changes))


def _appended(release: AuditedRelease) -> Iterator[Remark]:
    """Those that are late together, and the others together."""
    for kind, is_late in (("late", True), ("appended", False)):
        appends = [append for append in release.appends if append.is_late is is_late]
        if appends:
            count = sum(len(append.files) for append in appends)
            text = "; ".join(map(_when, appends))
            yield Remark(kind, f"{count} {kind}", text)


def _when(append: AuditedAppend) -> str:
    count = amounts.count(len(append.files), "file")
    when = f"{span(append.after_seconds)} after the first, on {amounts.moment(append.at)}"
    return f"{count} came {when}: {', '.join(append.files)}"


def _yanked(release: AuditedRelease) -> Iterator[Remark]:
    if not release.yanked:
        return
    is_all = len(release.yanked) == len(release.files)
    whose = "the whole release is" if is_all else f"{', '.join(release.yanked)} "
    verb = "" if is_all else ("is" if len(release.yanked) == 1 else "are")
    reasons = dict.fromkeys(file.yanked for file in release.files if file.yanked)
    why = f": {'; '.join(map(str, reasons))}" if reasons else ", without a reason"
    word = "yanked" if is_all else f"{len(release.yanked)} yanked"
    yield Remark("yanked", word, f"{whose}{verb} yanked{why}")


def _provenance(release: AuditedRelease) -> Iterator[Remark]:
    if release.is_without_provenance:
        text = "no file has provenance, and the release before had it"
        yield Remark("provenance", "no provenance", text)
    elif release.unproven:
        count = f"{len(release.unproven)} of {amounts.count(len(release.files), 'file')}"
        text = f"{count} have no provenance, and the others do: {', '.join(release.unproven)}"
        yield Remark("provenance", "mixed provenance", text)


def _publishers(release: AuditedRelease) -> Iterator[Remark]:
    by_name = {file.filename: file.publisher for file in release.files}
    told = [
        f"{name} was published by {by_name[name]}, and others by {others}"
        for name, others in release.strangers.items()
    ]
    if told:
        yield Remark("provenance", "mixed publishers", "; ".join(told))
    if release.publishers_before:
        own, before = map(", ".join, (release.publishers, release.publishers_before))
        text = f"published by {own}, and the release before by {before}"
        yield Remark("provenance", "other publisher", text)


def _spelling(release: AuditedRelease) -> Iterator[Remark]:
    for what, ways in (("name", release.names), ("version", release.versions)):
        if len(ways) > 1:
            text = f"the {what} is spelled in {len(ways)} ways: {', '.join(ways)}"
            yield Remark("spelling", f"{len(ways)} spellings of the {what}", text)


def _open(release: AuditedRelease) -> Iterator[Remark]:
    if release.openness == "open" and release.open_until is not None:
        yield Remark("open", "open", f"takes files until {amounts.moment(release.open_until)}")


def _change(change: Change) -> str:
    said = _EFFECTS[change.effect].format(change.instead_of or "nothing")
    return f"{change.file} {said}, by {change.audience}"


def kinds(found: Sequence[Remark]) -> tuple[str, ...]:
    """The kinds among some remarks, each once, the most serious first."""
    return tuple(dict.fromkeys(one.kind for one in found))
