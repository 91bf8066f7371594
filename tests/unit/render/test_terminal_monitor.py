"""Monitor's faces: what is new, what differs still, what did not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from twine_stage.changes import Change
from twine_stage.impact import Change as ImpactChange
from twine_stage.impact import Effect
from twine_stage.looks import Standing
from twine_stage.operations.monitor import MonitoredRelease, MonitorReport, Unanswered
from twine_stage.render import github, terminal
from twine_stage.render.document import Style, plain
from twine_stage.resolution import Installer

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
WHEEL = "spam-1.0-py3-none-any.whl"
QUIET = MonitorReport(
    index="https://example.org/legacy/",
    state="state.json",
    since=None,
    changes=(),
    releases=(MonitoredRelease(release="spam==1.0", seen_at=NOON, differences=(), silent=()),),
    unanswered=(),
)
CHANGE = Change(
    release="spam==1.0", kind="yanked", files=(WHEEL,), message="yanked (bad)", cause="somebody"
)
DIFFERING = MonitoredRelease(
    release="spam==1.0",
    seen_at=NOON,
    differences=(
        Standing(kind="yanked", file=WHEEL, message="shown as yanked (bad)"),
        Standing(kind="yanked", file="spam-1.0.tar.gz", message="shown as yanked (bad)"),
        Standing(kind="recreated", file="", message="made again"),
    ),
    silent=(WHEEL,),
)


def shown(report: MonitorReport, *, is_detailed: bool = False) -> str:
    return plain(terminal.render(report, is_detailed=is_detailed))


def test_a_quiet_look_is_a_line() -> None:
    """How many releases, where, and since when nothing changed."""
    assert shown(QUIET) == (
        "exact 1 release on https://example.org/legacy/: no change at the first look\n"
    )
    later = replace(QUIET, since=NOON)
    assert shown(later).endswith("no change since 2026-01-01 12:00 UTC\n")


def test_a_change_is_told_with_all_that_is_to_be_said() -> None:
    """What differs still is counted by kind, below."""
    report = replace(QUIET, since=NOON, changes=(CHANGE,), releases=(DIFFERING,))
    assert shown(report) == (
        f"spam==1.0: {WHEEL} yanked\n"
        "    yanked (bad)\n"
        "    somebody\n"
        "watched 1 release on https://example.org/legacy/: 1 change since 2026-01-01 12:00 UTC\n"
        "still differs: spam==1.0: 2 yanked, 1 recreated, 1 unreachable\n"
    )


def test_colour_repeats_what_the_words_say() -> None:
    """What is mended is good, what somebody may mean asks for care, the rest is bad."""
    styles = [
        next(
            span.style
            for block in terminal.render(replace(QUIET, changes=(replace(CHANGE, kind=kind),)))
            if isinstance(block, tuple)
            for span in block
            if span.text == kind
        )
        for kind in ("appeared", "yanked", "swapped")
    ]
    assert styles == [Style.GOOD, Style.CARE, Style.BAD]


def test_details_name_each_difference() -> None:
    """With its sentence."""
    report = replace(QUIET, releases=(DIFFERING,))
    assert shown(report, is_detailed=True).endswith(
        f"    yanked {WHEEL} shown as yanked (bad)\n"
        "    yanked spam-1.0.tar.gz shown as yanked (bad)\n"
        "    recreated made again\n"
    )


def test_what_did_not_answer_is_named() -> None:
    """With the reason."""
    report = replace(QUIET, unanswered=(Unanswered(name="ham", message="timed out"),))
    assert shown(report).startswith("not answered: ham: timed out\nwatched 1 release")


def test_a_page_that_is_too_old_is_named() -> None:
    """Nothing is called exact that was not compared; a job does not fail for it."""
    report = replace(QUIET, outdated=(Unanswered(name="spam", message="it is old"),))
    assert shown(report).startswith("not compared: spam: it is old\nwatched 1 release")
    assert github.workflow_commands("monitor", report, None) == [
        "::notice title=stage monitor::spam: it is old"
    ]


def test_a_change_of_no_file_is_told_in_its_first_line() -> None:
    """Else that would say nothing."""
    change = Change(release="spam", kind="status", files=(), message="it is gone", cause="who?")
    assert shown(replace(QUIET, changes=(change,))).startswith(
        "spam: status: it is gone\n    who?\nwatched"
    )


def test_only_the_first_effects_of_a_file_are_shown() -> None:
    """The JSON document has all of them."""
    effects = tuple(
        ImpactChange(
            effect=Effect.FILLS,
            file=WHEEL,
            instead_of=None,
            installers=(Installer.PIP,),
            environments=(f"cp3{number}-win_amd64",),
        )
        for number in range(10)
    )
    report = replace(QUIET, changes=(replace(CHANGE, impact=effects),))
    assert shown(report).count("chosen ") == 8
    assert "    and 2 more such changes\n" in shown(report)


def test_github_gets_an_annotation_for_each_change() -> None:
    """And a warning for what did not answer; the summary is that of the terminal."""
    unanswered = Unanswered(name="ham", message="timed out")
    report = replace(QUIET, changes=(CHANGE,), unanswered=(unanswered,))
    assert github.workflow_commands("monitor", report, None) == [
        f"::error title=stage monitor::spam==1.0: {WHEEL} yanked: yanked (bad); somebody",
        "::warning title=stage monitor::ham: timed out",
    ]
    assert shown(report) in github.summary("monitor", report, None)
