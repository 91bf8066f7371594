"""The face of ``stage sessions``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.sessions import ReleaseSession, SessionsReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: SessionsReport) -> Sequence[Block]:
    """Each session with where it is, until when, and its files."""
    if not report.releases:
        return [
            (Span("No session waits, as far as this stage knows.", Style.STRONG),),
            Entry(Span("hint:", Style.STRONG), "stage publish --hold opens one, and leaves it."),
        ]
    return [block for session in report.releases for block in _session(session)]


def _session(session: ReleaseSession) -> Sequence[Block]:
    state = "held" if session.is_held else (session.status or "unknown")
    facts = [("session", session.url), ("digest", session.digest)]
    if session.status is None:
        facts.append(("status", f"not asked; -r {session.index} asks"))
    else:
        facts += [
            ("status", session.status),
            ("until", amounts.moment(session.expires_at)),
            ("preview", "yes: stage preview" if session.has_preview else "the index has none"),
        ]
    name = Span(session.release, Style.STRONG)
    return [
        (files.word(state), Span(" "), name, Span(f" on {session.index_url}")),
        Table(rows=tuple((Span(key, Style.FAINT), Span(fact)) for key, fact in facts), indent=4),
        Table(
            rows=tuple((files.word(one.status), Span(one.filename)) for one in session.files),
            indent=4,
        ),
    ]
