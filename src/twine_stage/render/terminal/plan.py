"""The plan of a publication, shown before the first byte is sent."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.plan import Knot, Plan
from twine_stage.releases import ReleaseId
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Line, Span, Style, Table
from twine_stage.render.terminal import files


def render(release: ReleaseId, index: str, plan: Plan) -> Sequence[Block]:
    """What is about to be sent, wave by wave, and what the index has already."""
    rows: list[Line] = []
    for number, wave in enumerate(plan.waves, 1):
        for place, dist in enumerate(wave.distributions):
            label = f"wave {number}" if place == 0 else ""
            rows.append(_row(Span(label, Style.FAINT), dist.filename.text, dist.size, dist.sha256))
    rows += [
        _row(files.word("present"), dist.filename.text, dist.size, dist.sha256)
        for dist in plan.present
    ]
    return [
        Entry(Span(str(release), Style.STRONG), f"to {index}: {summary(plan)}"),
        Table(rows=tuple(rows), right=(1,), indent=4),
        *(_knot(knot) for knot in plan.knots),
    ]


def summary(plan: Plan) -> str:
    """How much there is to send: ``3 files to send, 4.2 MB, 1 present``."""
    sending = [dist for wave in plan.waves for dist in wave.distributions]
    if not sending:
        return "nothing to send"
    parts = [
        f"{amounts.count(len(sending), 'file')} to send",
        amounts.size(sum(dist.size for dist in sending)),
    ]
    if plan.present:
        parts.append(f"{len(plan.present)} present")
    return ", ".join(parts)


def _row(label: Span, filename: str, size: int, sha256: str) -> Line:
    return (label, Span(amounts.size(size)), files.digest(sha256), Span(filename))


def _knot(knot: Knot) -> Entry:
    return Entry(
        Span("warning:", Style.CARE),
        f"no order of {', '.join(knot.filenames)} spares every installer a worse choice in "
        f"between (on {', '.join(knot.environments)}); they are sent side by side",
    )
