"""The faces of what is held: where it waits, what is in it, and what became of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from fakes import NOON
from twine_stage.operations.cancel import CanceledRelease, CancelReport
from twine_stage.operations.publish import PublishReport
from twine_stage.operations.published import HeldSession, PublishedFile, PublishedRelease
from twine_stage.operations.sessions import ReleaseSession, SessionFile, SessionsReport
from twine_stage.render import terminal
from twine_stage.render.document import plain

SHA = "0123456789abcdef" * 4
URL = "https://example.org/2.0/"
SESSION = "https://example.org/sessions/1"
WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"


def shown(report: object) -> str:
    return plain(terminal.render(report))


def held(expires_at: datetime | None, *, has_preview: bool) -> PublishReport:
    release = PublishedRelease(
        release="spam==1.0",
        index="house",
        url=URL,
        api="2.0",
        outcome="held",
        digest=SHA,
        exposure_seconds=0.0,
        files=(PublishedFile(filename=WHEEL, outcome="uploaded", attempts=1, message=""),),
        session=HeldSession(url=SESSION, expires_at=expires_at, has_preview=has_preview),
    )
    return PublishReport((release,))


def waiting(status: str | None, **facts: object) -> SessionsReport:
    session = ReleaseSession(
        release="spam==1.0",
        index="house",
        index_url=URL,
        url=SESSION,
        status=status,
        is_held=bool(facts.pop("is_held", False)),
        digest=SHA,
        **facts,  # type: ignore[arg-type]
    )
    return SessionsReport((session,))


class TestHeld:
    def test_what_an_approval_needs(self) -> None:
        """The whole digest, and the end; of the preview that there is one, never its URL."""
        assert shown(held(NOON, has_preview=True)) == (
            f"held spam==1.0 on {URL}\n"
            "    files    1 uploaded\n"
            f"    digest   {SHA}\n"
            f"    session  {SESSION}\n"
            "    until    2026-01-01 12:00 UTC\n"
            "    preview  yes: stage preview\n"
        )

    def test_what_the_index_does_not_tell(self) -> None:
        """Is not made up."""
        text = shown(held(None, has_preview=False))
        assert "    until    not told\n" in text
        assert "    preview  the index has none\n" in text


class TestSessions:
    def test_what_is_held(self) -> None:
        """With its files, each with the word of the index."""
        report = waiting(
            "open",
            is_held=True,
            expires_at=NOON,
            has_preview=True,
            files=(SessionFile(WHEEL, "completed"), SessionFile(SDIST, "pending")),
        )
        assert shown(report) == (
            f"held spam==1.0 on {URL}\n"
            f"    session  {SESSION}\n"
            f"    digest   {SHA}\n"
            "    status   open\n"
            "    until    2026-01-01 12:00 UTC\n"
            "    preview  yes: stage preview\n"
            f"    completed  {WHEEL}\n"
            f"    pending    {SDIST}\n"
        )

    def test_what_was_broken_off(self) -> None:
        """Is not called held; its state is the word of the index."""
        text = shown(waiting("error"))
        assert text.startswith(f"error spam==1.0 on {URL}\n")
        assert "    until    not told\n" in text
        assert "    preview  the index has none\n" in text

    @pytest.mark.parametrize(("is_held", "word"), [(True, "held"), (False, "unknown")])
    def test_on_an_index_that_was_not_asked(self, is_held: bool, word: str) -> None:  # noqa: FBT001 - a parameter
        """How to ask it is said; nothing else is known."""
        assert shown(waiting(None, is_held=is_held)) == (
            f"{word} spam==1.0 on {URL}\n"
            f"    session  {SESSION}\n"
            f"    digest   {SHA}\n"
            "    status   not asked; -r house asks\n"
        )

    def test_none(self) -> None:
        """How one comes to be is said."""
        text = shown(SessionsReport(()))
        assert text.startswith("No session waits")
        assert "stage publish --hold" in text


class TestCancel:
    @pytest.mark.parametrize(
        ("outcome", "files", "line"),
        [
            ("canceled", (WHEEL, SDIST), f"canceled spam==1.0 on {URL}: 2 files discarded\n"),
            ("canceled", (), f"canceled spam==1.0 on {URL}: 0 files discarded\n"),
            ("absent", (), f"absent spam==1.0 on {URL}: no session of it lives there\n"),
        ],
    )
    def test_a_line_for_each(self, outcome: str, files: tuple[str, ...], line: str) -> None:
        """What was in it is counted."""
        release = CanceledRelease(
            release="spam==1.0", index="house", url=URL, outcome=outcome, files=files
        )
        assert shown(CancelReport((release,))) == line
