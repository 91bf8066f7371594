"""GitHub Actions: annotations that nothing can break out of, and a summary."""

from __future__ import annotations

from dataclasses import replace

from auditing import audited
from showing import shown
from twine_stage.checks import Finding, Severity
from twine_stage.differences import Difference, Kind
from twine_stage.errors import Refused
from twine_stage.operations.adopt import AdoptedRelease, AdoptReport
from twine_stage.operations.check import CheckReport
from twine_stage.operations.verify import VerifiedRelease, VerifyReport
from twine_stage.render import github

FINDING = Finding(
    code="F101", severity=Severity.WARNING, file="spam.whl", message="50%\ndone", hint=""
)
DIFFERENT = VerifiedRelease(
    release="spam==1.0",
    index="pypi",
    is_exact=False,
    matching=(),
    missing=("a.whl",),
    unexpected=(),
    different=("b.whl",),
    yanked=(),
    differences=(
        Difference(kind=Kind.MISSING, file="a.whl", message="frozen", cause="deleted"),
        Difference(kind=Kind.PUBLISHER, file="b.whl", message="by A", cause="by B"),
        Difference(kind=Kind.RECREATED, file="", message="uploaded again"),
    ),
)


def test_findings_are_annotated_by_severity() -> None:
    """What they say is escaped: a line stays a line."""
    lines = github.workflow_commands("check", CheckReport((FINDING,), files=1), None)
    assert lines == ["::warning title=F101::spam.whl: 50%25%0Adone"]


def test_findings_are_annotated_with_their_way_out() -> None:
    """Whoever looks at the page of the run sees nothing else."""
    report = CheckReport((replace(FINDING, message="broken", hint="Build it again."),), files=1)
    [line] = github.workflow_commands("check", report, None)
    assert line == "::warning title=F101::spam.whl: broken. Build it again."


def test_differences_are_errors() -> None:
    """One for each file."""
    assert github.workflow_commands("verify", VerifyReport((DIFFERENT,)), None) == [
        "::error title=stage verify::spam==1.0: a.whl is missing: frozen; deleted",
        "::error title=stage verify::spam==1.0: b.whl is of another publisher: by A; by B",
        "::error title=stage verify::spam==1.0: the release is recreated: uploaded again",
    ]


def test_a_stale_answer_is_a_warning() -> None:
    """It proves nothing."""
    report = VerifyReport((replace(DIFFERENT, is_stale=True),))
    lines = github.workflow_commands("verify", report, None)
    assert [line.partition(" ")[0] for line in lines] == ["::warning"] * 3


def test_an_error_is_annotated_with_its_way_out() -> None:
    """With or without a report."""
    assert github.workflow_commands("publish", None, Refused("no", hint="Ask.")) == [
        "::error title=stage publish::no. Ask."
    ]
    assert github.workflow_commands("publish", None, Refused("no")) == [
        "::error title=stage publish::no"
    ]


def test_a_warning_is_escaped() -> None:
    """Titles also escape what separates properties."""
    assert github.mask("50%\nsecret") == "::add-mask::50%25%0Asecret"
    assert github.warning("a\r\nb") == "::warning title=stage::a%0Ab"


def test_a_text_steers_no_log() -> None:
    """What an index says is shown, and neither colours the log nor begins a line of it."""
    line = github.warning("\x1b[31mred\n::stop-commands::x\u2028y, 1:2")
    assert line == ("::warning title=stage::\\u001b[31mred%0A::stop-commands::x%0Ay, 1:2")


def test_the_summary_shows_the_report_and_the_error() -> None:
    """As preformatted text."""
    shown = github.summary("check", CheckReport((FINDING,), files=1), Refused("no"))
    assert shown.startswith("### stage check\n")
    assert "warning F101" in shown
    assert "error: no\n```\n" in shown


def test_a_report_cannot_close_its_fence() -> None:
    """The fence is longer than any in the text."""
    assert "````text\nerror: ```\n````\n" in github.summary("publish", None, Refused("```"))


def test_what_was_not_adopted_is_a_warning() -> None:
    """The others are told in the summary alone."""
    adopted = AdoptedRelease(release="spam==1.0", index="pypi", outcome="adopted")
    lost = AdoptedRelease(release="spam==1.1", index="pypi", outcome="left out", message="why")
    report = AdoptReport(releases=(adopted, lost))
    assert github.workflow_commands("adopt", report, None) == [
        "::warning title=stage adopt::spam==1.1 is left out: why"
    ]
    assert "adopted spam==1.0" in github.summary("adopt", report, None)


def test_the_past_of_a_project_is_summarized() -> None:
    """As the terminal tells it, and without a judgement."""
    report = audited(shown("spam-1.0.tar.gz"))
    assert github.summary("audit", report, None).startswith("### stage audit\n\n```text\n")
    assert github.workflow_commands("audit", report, None) == []


def test_other_commands_need_no_summary() -> None:
    """A status is read in the log."""
    assert github.summary("status", None, None) == ""


def test_a_command_that_went_well_says_nothing() -> None:
    """No findings, no differences, no error."""
    assert github.workflow_commands("status", None, None) == []
