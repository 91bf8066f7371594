"""The face of ``stage verify``: each difference by its kind, with its cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twine_stage.differences import Difference, Kind
from twine_stage.operations.verify import VerifiedRelease, VerifyReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files, said

KINDS = {
    Kind.MISSING: "frozen, but the index does not show it",
    Kind.UNLISTED: "frozen, and served, but the index does not show it",
    Kind.UNEXPECTED: "the index shows it, but it was not frozen",
    Kind.DIFFERENT: "the index serves other content than was frozen",
    Kind.RESPELLED: "the index shows it under another spelling of its name",
    Kind.UNREACHABLE: "the index shows it, but does not serve it",
    Kind.METADATA: "the index serves other metadata than was frozen",
    Kind.UNPROVEN: "nothing vouches for who published it",
    Kind.PUBLISHER: "somebody else published it",
    Kind.RECREATED: "it was deleted, and uploaded again",
    Kind.LATE: "it was uploaded when the release should have been closed",
    Kind.YANKED: "the index shows it as yanked",
    Kind.UNYANKED: "the index showed it as yanked, and no longer does",
}
"""The kinds of difference, and what each means."""

_PLAIN = ("frozen, and not shown", "shown, and not frozen", "shown as yanked")
"""What adds nothing to that."""


def render(report: VerifyReport) -> Sequence[Block]:
    """A line per release that is exact; the others with their files, by kind of difference."""
    return [block for release in report.releases for block in _release(release)]


def _release(release: VerifiedRelease) -> Iterator[Block]:
    name = Span(release.release, Style.STRONG)
    matching = amounts.count(len(release.matching), "file")
    told = f" on {release.index}: {matching} as frozen"
    if release.is_exact:
        count = len(release.yanked)
        before = f", {count} of them yanked by then already" if count else ""
        yield (files.word("exact"), Span(" "), name, Span(f"{told}{before}"))
        return
    word = "stale" if release.is_stale else "different"
    yield (files.word(word), Span(" "), name, Span(f"{told}, but"))
    if release.is_stale:
        yield said(
            "caches may answer so for some minutes: ask again later (--wait 600)",
            indent=4,
        )
    for kind, meaning in KINDS.items():
        found = [one for one in release.differences if one.kind is kind]
        if found:
            yield (Span("    "), files.word(kind.value), Span(f": {meaning}"))
            yield from _details(found)


def _details(found: Sequence[Difference]) -> Iterator[Block]:
    """The files; those of which the same is to be said, together."""
    by_detail: dict[str, list[str]] = {}
    for one in found:
        message = "" if one.message in _PLAIN else one.message
        detail = "; ".join(filter(None, (message, one.cause)))
        by_detail.setdefault(detail, []).append(one.file or "the release")
    for detail, names in by_detail.items():
        yield Table(rows=tuple((Span(name),) for name in names), indent=8)
        if detail:
            yield said(detail, indent=12)
