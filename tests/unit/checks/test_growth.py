"""I53x: releases that are public, and what they would get."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding, Staged
from twine_stage.listings import ListedFile, Project
from twine_stage.policy import Deadline, Openness, Verdict
from twine_stage.releases import ReleaseId

SPAM = ReleaseId.parse("spam==1.0")
OTHER = "spam-1.0-py2-none-any.whl"
REASON = "it is as it is"
URL = "https://example.org/legacy/"
NOTHING = Staged()


def listed(name: str, sha256: str | None = "") -> ListedFile:
    """A file as an index shows it; with our own digest, unless another is given."""
    digest = scanned(name).digests.sha256 if sha256 == "" else sha256
    return ListedFile(filename=name, url="https://example.org/f", sha256=digest)


def verdict(openness: Openness, **more: object) -> Verdict:
    more = {"is_recent": openness is Openness.YOUNG, **more}
    return Verdict(openness=openness, reason=REASON, **more)  # type: ignore[arg-type]


def findings(
    found: Verdict,
    *files: ListedFile,
    own: tuple[str, ...] = (WHEEL, SDIST),
    staged: Staged = NOTHING,
) -> list[Finding]:
    """What is found in our files of a release that is as open as that."""
    destination = Destination(
        url=URL,
        projects={SPAM.project: Project(name=SPAM.project, files=files)},
        verdicts={SPAM: found},
        staged={SPAM: staged},
    )
    contents = [scanned(name) for name in own]
    return list(checks.run(contents, destination=destination, select=["I53"]))


def codes(found: Verdict, *files: ListedFile, **more: Any) -> list[str]:
    return [finding.code for finding in findings(found, *files, **more)]


def test_i530_closed_by_the_index() -> None:
    """An error: why it is closed, what would be added, and the way out."""
    [finding] = findings(verdict(Openness.CLOSED, is_final=True), listed(WHEEL))
    assert (finding.code, finding.severity.value, finding.file) == ("I530", "error", "spam==1.0")
    assert finding.message == (
        f"spam==1.0 takes no more files on {URL}: {REASON}; this would add {SDIST}"
    )
    assert "new version" in finding.hint


def test_i531_closed_by_the_project() -> None:
    """An error, also where all that is public is ours: publish refuses it, too."""
    closed = verdict(Openness.CLOSED)
    [finding] = findings(closed, listed(OTHER))
    assert (finding.code, finding.severity.value) == ("I531", "error")
    assert finding.message.endswith(f"{REASON}; this would add {WHEEL}, {SDIST}")
    assert "[tool.stage]" in finding.hint
    assert codes(closed, listed(WHEEL)) == ["I531"]


def test_the_rest_of_our_own_publication() -> None:
    """It goes, as far as the index lets it: it was begun, or it is as recent as that."""
    closed, begun = verdict(Openness.CLOSED), Staged(is_begun=True)
    assert codes(closed, listed(WHEEL), staged=begun) == []
    assert codes(closed, listed(OTHER), staged=begun) == ["I531"]
    assert codes(verdict(Openness.CLOSED, is_recent=True), listed(WHEEL)) == []
    final = verdict(Openness.CLOSED, is_final=True)
    assert codes(final, listed(WHEEL), staged=begun) == ["I530"]


def test_what_the_stage_holds_beside_what_is_judged() -> None:
    """It is ours, too; what adds to what was published is an append at any age."""
    young, other = verdict(Openness.YOUNG), scanned(OTHER).digests.sha256
    assert codes(young, listed(OTHER)) == ["I532"]
    assert codes(young, listed(OTHER), staged=Staged(files={OTHER: other})) == []
    assert codes(young, listed(WHEEL), staged=Staged(extends=True)) == ["I532"]


def test_i531_appends_are_refused() -> None:
    """At any age, but for what completes our own."""
    [finding] = findings(verdict(Openness.YOUNG, append="refuse"), listed(OTHER))
    assert finding.code == "I531"
    assert f"is public on {URL}, and the project refuses appends; this would add" in (
        finding.message
    )
    assert codes(verdict(Openness.OLD, append="refuse"), listed(WHEEL)) == ["I531"]
    assert codes(verdict(Openness.YOUNG, append="refuse"), listed(WHEEL)) == []


def test_i532_an_append_is_asked_for() -> None:
    """A warning: an old release, or one that has files of others."""
    [finding] = findings(verdict(Openness.OLD), listed(WHEEL))
    assert (finding.code, finding.severity.value) == ("I532", "warning")
    assert REASON in finding.message
    assert "--append spam==1.0 --reason" in finding.hint
    [finding] = findings(verdict(Openness.YOUNG), listed(OTHER), listed(WHEEL, "0" * 64))
    assert f"public with {OTHER}, {WHEEL}; this would add {SDIST}" in finding.message


@pytest.mark.parametrize(
    ("found", "expected"), [(Openness.OLD, []), (Openness.YOUNG, []), (Openness.CLOSED, ["I531"])]
)
def test_where_appends_are_allowed_nobody_is_asked(found: Openness, expected: list[str]) -> None:
    """Unless the release is closed, and only what this stage began goes."""
    assert codes(verdict(found, append="allow"), listed(WHEEL)) == expected


def test_a_young_release_of_our_own_is_completed() -> None:
    """An index that tells no digests is believed."""
    assert codes(verdict(Openness.YOUNG), listed(WHEEL)) == []
    assert codes(verdict(Openness.YOUNG), listed(WHEEL, None)) == []


def test_i533_a_deadline() -> None:
    """A notice, with what is uncertain about it."""
    deadline = Deadline(datetime(2026, 1, 9, tzinfo=timezone.utc), timedelta(days=3))
    [finding] = findings(verdict(Openness.YOUNG, deadline=deadline), listed(WHEEL))
    assert (finding.code, finding.severity.value) == ("I533", "notice")
    assert "until 2026-01-09 00:00 UTC (3 days left), at most" in finding.message
    assert codes(verdict(Openness.OLD, deadline=deadline), listed(WHEEL)) == ["I532", "I533"]


@pytest.mark.parametrize("found", list(Openness))
def test_where_every_file_is_there_nothing_is_added(found: Openness) -> None:
    """Whatever else is there, and however closed it is."""
    deadline = Deadline(datetime(2026, 1, 9, tzinfo=timezone.utc), timedelta(days=3))
    closed = verdict(found, is_final=True, deadline=deadline)
    assert codes(closed, listed(WHEEL), listed(SDIST), listed(OTHER)) == []


def test_what_is_new_or_was_not_asked_about() -> None:
    """Nothing is known that could be said."""
    assert codes(verdict(Openness.NEW)) == []
    contents = [scanned(WHEEL)]
    judged = Destination(verdicts={SPAM: verdict(Openness.CLOSED)})
    assert checks.run(contents, destination=judged, select=["I53"]) == ()
    shown = Destination(projects={SPAM.project: Project(name=SPAM.project)})
    assert checks.run(contents, destination=shown, select=["I53"]) == ()
