"""Terminal: every report says what happened, in words that need no colour."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from samples import distribution
from twine_stage.checks import Finding, Severity
from twine_stage.differences import Difference, Kind
from twine_stage.errors import Refused
from twine_stage.listings import ListedFile
from twine_stage.operations.add import AddedFile, AddReport
from twine_stage.operations.check import CheckReport
from twine_stage.operations.drop import DropReport
from twine_stage.operations.freeze import FreezeReport, FrozenFile, FrozenRelease
from twine_stage.operations.publish import PublishReport
from twine_stage.operations.published import PublishedFile, PublishedRelease
from twine_stage.operations.status import FileStatus, ReleaseStatus, Sent, StatusReport
from twine_stage.operations.thaw import ThawedRelease, ThawReport
from twine_stage.operations.verify import VerifiedRelease, VerifyReport
from twine_stage.plan import Knot, Plan, Wave
from twine_stage.policy import Deadline
from twine_stage.releases import ReleaseId
from twine_stage.render import terminal
from twine_stage.render.document import plain
from twine_stage.render.terminal import append, plan
from twine_stage.render.terminal.verify import KINDS
from twine_stage.standings import Append

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
SHA = "0123456789abcdef" * 4
RELEASE = ReleaseId.parse("spam==1.0")


def shown(report: object, *, is_detailed: bool = False) -> str:
    return plain(terminal.render(report, is_detailed=is_detailed))


def added(filename: str) -> AddedFile:
    return AddedFile(filename=filename, release="spam==1.0", sha256=SHA, size=1500)


class TestAdd:
    def test_a_line_per_file_and_a_summary(self) -> None:
        """What happened, size, short digest and name."""
        report = AddReport(
            added=(added(WHEEL),), unchanged=(), replaced=(added(SDIST),), ignored=("SHA256SUMS",)
        )
        assert shown(report) == (
            f"   added  1.5 kB  0123456789ab  {WHEEL}\n"
            f"replaced  1.5 kB  0123456789ab  {SDIST}\n"
            " ignored                        SHA256SUMS\n"
            "1 added, 1 replaced: spam==1.0\n"
        )

    def test_nothing_is_said_to_be_nothing(self) -> None:
        """Where all files were left out."""
        report = AddReport(added=(), unchanged=(), replaced=(), ignored=("README",))
        assert shown(report).endswith("nothing was added\n")


class TestDrop:
    def test_what_went_what_stayed_and_the_space(self) -> None:
        """Freed bytes are told where there are any."""
        report = DropReport(dropped=(added(WHEEL),), kept=("spam==1.0",), freed=1500)
        assert shown(report) == (
            f"dropped  1.5 kB  0123456789ab  {WHEEL}\n"
            "   kept                        spam==1.0\n"
            "1 file dropped, 1.5 kB freed\n"
        )

    def test_nothing_freed_is_not_mentioned(self) -> None:
        """Content that something else refers to stays."""
        assert shown(DropReport(dropped=(), kept=(), freed=0)) == "0 files dropped\n"


class TestStatus:
    def test_a_row_per_release(self) -> None:
        """State, files, size, digest and platforms."""
        files = tuple(
            FileStatus(filename=name, kind="wheel", size=1500, sha256=SHA)
            for name in (WHEEL, SDIST)
        )
        release = ReleaseStatus(
            release="spam==1.0",
            project="spam",
            version="1.0",
            state="draft",
            digest=SHA,
            revision=0,
            published_on=(),
            files=files,
        )
        assert shown(StatusReport(releases=(release,))) == (
            "release    state  contents    size  digest        platforms\n"
            "spam==1.0  draft   2 files  3.0 kB  0123456789ab  any, sdist\n"
        )
        assert shown(StatusReport(releases=(release,)), is_detailed=True).endswith(
            "\n"
            "spam==1.0\n"
            f"    wheel  1.5 kB  0123456789ab  {WHEEL}\n"
            f"    wheel  1.5 kB  0123456789ab  {SDIST}\n"
        )

    @pytest.mark.parametrize(
        ("revision", "expected"), [(1, "published on local, pypi "), (2, "pypi, revision 2 ")]
    )
    def test_where_a_release_is_public_is_said(self, revision: int, expected: str) -> None:
        """Beside the state, with the revision if it was frozen more than once."""
        release = ReleaseStatus(
            release="spam==1.0",
            project="spam",
            version="1.0",
            state="published",
            digest=SHA,
            revision=revision,
            published_on=("local", "pypi"),
            files=(),
        )
        assert expected in shown(StatusReport(releases=(release,)))

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"state": "draft", "published_on": ("local",)}, "draft; published on local, 3 files "),
            (
                {"state": "frozen", "sent": (Sent("a", 0, 2), Sent("b", 1, 2)), "published_on": ()},
                "frozen; 0 of 2 sent to a; 1 of 2 sent to b ",
            ),
            (
                {"state": "published", "sent": (Sent("pypi", 1, 2),), "published_on": ("local",)},
                "published on local; 1 of 2 sent to pypi ",
            ),
        ],
    )
    def test_what_an_index_has_besides_is_said(self, facts: dict[str, Any], expected: str) -> None:
        """Whatever the state of what is staged."""
        file = FileStatus(filename=WHEEL, kind="wheel", size=1500, sha256=SHA)
        release = ReleaseStatus(
            release="spam==1.0",
            project="spam",
            version="1.0",
            digest=SHA,
            revision=1,
            published_files=3,
            files=(file,),
            **facts,
        )
        assert expected in shown(StatusReport(releases=(release,)))

    def test_an_empty_stage_says_how_to_begin(self) -> None:
        """Instead of an empty table."""
        assert "stage add dist/*" in shown(StatusReport(releases=()))


class TestFreeze:
    def test_the_digest_names_all_files(self) -> None:
        """A later revision is said to be one."""
        releases = tuple(
            FrozenRelease(
                release="spam==1.0",
                digest=SHA,
                manifest=SHA,
                revision=revision,
                files=(FrozenFile(filename=WHEEL, sha256=SHA, size=1),),
            )
            for revision in (1, 2)
        )
        assert shown(FreezeReport(releases=releases)) == (
            "frozen  spam==1.0  0123456789ab  1 file\n"
            "frozen  spam==1.0  0123456789ab  1 file, revision 2\n"
        )

    def test_a_signature_has_its_path(self) -> None:
        """Below the table, to be copied."""
        file = FrozenFile(filename=WHEEL, sha256=SHA, size=1)
        release = FrozenRelease(
            release="spam==1.0", digest=SHA, manifest=SHA, revision=1, files=(file,), bundle="x/1"
        )
        assert shown(FreezeReport(releases=(release,))).endswith("1 file\nsignature: x/1\n")

    def test_nothing_to_freeze(self) -> None:
        """Is said in words."""
        assert "Nothing" in shown(FreezeReport(releases=()))


class TestCheck:
    def test_findings_stand_under_their_file(self) -> None:
        """The worst first, with code, severity and the way out."""
        findings = (
            Finding(code="M201", severity=Severity.WARNING, file=WHEEL, message="dull", hint=""),
            Finding(code="F101", severity=Severity.ERROR, file=WHEEL, message="bad", hint="Mend."),
        )
        assert shown(CheckReport(findings, files=3)) == (
            f"{WHEEL}\n"
            "    error F101: bad\n"
            "    hint: Mend.\n"
            "    warning M201: dull\n"
            "\n"
            "1 error, 1 warning\n"
        )

    def test_what_is_true_of_many_files_is_said_once(self) -> None:
        """Files with just the same findings stand together above them."""
        findings = (
            Finding(code="M211", severity=Severity.WARNING, file=SDIST, message="dull", hint=""),
            Finding(code="M211", severity=Severity.WARNING, file=WHEEL, message="dull", hint=""),
            Finding(code="A301", severity=Severity.ERROR, file="x.whl", message="bad", hint=""),
            Finding(code="M211", severity=Severity.WARNING, file="x.whl", message="dull", hint=""),
        )
        assert shown(CheckReport(findings, files=3)) == (
            f"{WHEEL}\n"
            f"{SDIST}\n"
            "    warning M211: dull\n"
            "\n"
            "x.whl\n"
            "    error A301: bad\n"
            "    warning M211: dull\n"
            "\n"
            "1 error, 3 warnings\n"
        )

    def test_no_findings(self) -> None:
        """Is an answer, too."""
        assert shown(CheckReport((), files=1)) == "no findings\n"

    def test_nothing_to_check(self) -> None:
        """No findings of no file say nothing about files."""
        assert shown(CheckReport((), files=0)) == (
            "nothing to check: nothing is staged that is not published\n"
        )


def published(outcome: str, *files: PublishedFile, exposure: float = 0.0) -> PublishReport:
    release = PublishedRelease(
        release="spam==1.0",
        index="pypi",
        url="https://example.org/legacy/",
        api="legacy",
        outcome=outcome,
        digest=SHA,
        exposure_seconds=exposure,
        files=files,
    )
    return PublishReport((release,))


def file(name: str, outcome: str, message: str = "") -> PublishedFile:
    return PublishedFile(filename=name, outcome=outcome, attempts=1, message=message)


class TestPublish:
    def test_a_release_that_is_there(self) -> None:
        """Its files are counted, not listed."""
        report = published("published", file(WHEEL, "uploaded"), exposure=3.21)
        assert shown(report) == (
            "published spam==1.0 on https://example.org/legacy/\n"
            "    files     1 uploaded\n"
            "    digest    0123456789ab\n"
            "    exposure  3.2 s\n"
        )
        assert shown(report, is_detailed=True).endswith(
            f"\nspam==1.0\n    uploaded  1 attempt  {WHEEL}\n"
        )

    def test_what_is_left_to_do_is_listed(self) -> None:
        """With what the index said of it; files of which nothing was said are counted."""
        report = published(
            "incomplete",
            file(WHEEL, "refused", "too big"),
            file(SDIST, "pending", "no answer"),
            file("spam-1.0-py2-none-any.whl", "pending"),
        )
        assert shown(report) == (
            "incomplete spam==1.0 on https://example.org/legacy/\n"
            "    files   1 refused, 2 pending\n"
            "    digest  0123456789ab\n"
            f"    refused  {WHEEL}\n"
            "             too big\n"
            f"    pending  {SDIST}\n"
            "             no answer\n"
        )

    def test_the_exposure_of_an_earlier_run_is_not_told_again(self) -> None:
        """All is present: nothing became visible now."""
        assert "exposure" not in shown(published("present", exposure=3.21))

    def test_a_dry_run_is_not_taken_for_a_failure(self) -> None:
        """Nothing was sent, and that was the wish."""
        report = published("incomplete", file(WHEEL, "pending"))
        text = shown(PublishReport(report.releases, is_dry_run=True))
        assert text.startswith(
            "dry run spam==1.0 on https://example.org/legacy/: nothing was sent\n"
        )
        assert WHEEL not in text

    def test_nothing_to_publish(self) -> None:
        """Is said in words."""
        assert "Nothing" in shown(PublishReport(()))


class TestPlan:
    def test_waves_in_order_then_what_is_there(self) -> None:
        """A wave's name stands beside its first file."""
        wheel, sdist = distribution(WHEEL, SHA.encode()), distribution(SDIST, b"")
        other = distribution("spam-1.0-py2-none-any.whl", b"x")
        lines = plain(
            plan.render(
                RELEASE,
                "https://example.org/",
                Plan(waves=(Wave((wheel, other)), Wave((sdist,))), present=(sdist,)),
            )
        ).splitlines()
        assert lines[0] == ("spam==1.0 to https://example.org/: 3 files to send, 65 B, 1 present")
        assert [line[:12].strip() for line in lines[1:]] == ["wave 1", "", "wave 2", "present"]

    def test_a_knot_is_a_warning(self) -> None:
        """It names the files and the environments."""
        knot = Knot(filenames=(WHEEL, SDIST), environments=("CPython 3.13 on Linux",))
        said = plain(plan.render(RELEASE, "local", Plan(knots=(knot,))))
        assert "nothing to send" in said
        assert f"warning: no order of {WHEEL}, {SDIST}" in said
        assert "CPython 3.13 on Linux" in said


class TestAppend:
    def test_what_is_public_and_what_would_come(self) -> None:
        """With its age, where the index tells it."""
        asked = Append(
            release=RELEASE,
            shown=(ListedFile(filename=SDIST, url="", size=1500, sha256=SHA),),
            others=(),
            additions=(distribution(WHEEL, b"abc"),),
            first_upload=None,
            last_upload=None,
            age=timedelta(days=2),
        )
        said = plain(append.render(asked, "pypi")).splitlines()
        assert said[0] == "warning: spam==1.0 is public on pypi; its first file came 2 days ago."
        assert said[1] == f"    public  1.5 kB  0123456789ab  {SDIST}"
        assert said[2].startswith("    to add     3 B  ")
        assert re.fullmatch(
            rf"    replaces the sdist: {WHEEL} instead of {SDIST},"
            r" by pip and uv on \d+ environments, such as cp39 .*",
            said[3],
        )
        assert len(said) == 4

    @pytest.mark.parametrize(
        ("public", "told"),
        [
            ("spam-1.0-cp39-abi3-win_amd64.whl", "fills a gap: spam-1.0-py3-none-any.whl, by"),
            ("spam-1.0-py2.py3-none-any.whl", "parts pip and uv: spam-1.0-py3-none-any.whl"),
            ("spam-1.0-py310-none-any.whl", "fills a gap: spam-1.0-py3-none-any.whl, by"),
        ],
    )
    def test_what_would_change(self, public: str, told: str) -> None:
        """For whom an added file is the better one, or the only one."""
        asked = Append(
            release=RELEASE,
            shown=(
                ListedFile(filename=public, url="", sha256=SHA),
                ListedFile(filename="strange.whl", url=""),
                ListedFile(filename=SDIST, url="", yanked="broken"),
            ),
            others=(),
            additions=(distribution(WHEEL, b"abc"),),
            first_upload=None,
            last_upload=None,
            age=None,
        )
        said = plain(append.render(asked, "pypi"))
        assert told in said

    @pytest.mark.parametrize("left", [timedelta(minutes=5), timedelta(days=5)])
    def test_until_when(self, left: timedelta) -> None:
        """Where the index closes releases, with what is uncertain about that."""
        asked = Append(
            release=RELEASE,
            shown=(),
            others=(),
            additions=(),
            first_upload=None,
            last_upload=None,
            age=None,
            deadline=Deadline(datetime(2026, 1, 9, 12, tzinfo=timezone.utc), left),
        )
        said = plain(append.render(asked, "pypi"))
        assert "deadline: It takes files until 2026-01-09 12:00 UTC (5 " in said
        assert "at most: the index counts from its own first record" in said

    def test_an_index_may_give_no_times(self) -> None:
        """Nor sizes, nor digests."""
        asked = Append(
            release=RELEASE,
            shown=(ListedFile(filename=SDIST, url=""),),
            others=(),
            additions=(),
            first_upload=None,
            last_upload=None,
            age=None,
        )
        said = plain(append.render(asked, "pypi"))
        assert "public on pypi." in said


_UNSHOWN = "frozen, and not shown"


class TestVerify:
    def test_an_exact_release_is_one_line(self) -> None:
        """There is nothing more to say."""
        release = verified(is_exact=True, matching=(WHEEL,))
        assert shown(VerifyReport((release,))) == "exact spam==1.0 on pypi: 1 file as frozen\n"

    def test_each_difference_stands_under_its_kind(self) -> None:
        """With what the kind means, and the cause once for all files that have it."""
        release = verified(
            Difference(kind=Kind.YANKED, file=WHEEL, message="shown as yanked"),
            Difference(
                kind=Kind.MISSING, file=SDIST, message="frozen, and not shown", cause="gone"
            ),
            Difference(
                kind=Kind.MISSING, file=WHEEL, message="frozen, and not shown", cause="gone"
            ),
            Difference(kind=Kind.RECREATED, file="", message="uploaded again", cause="deleted"),
        )
        assert shown(VerifyReport((release,))) == (
            "different spam==1.0 on pypi: 0 files as frozen, but\n"
            "    missing: frozen, but the index does not show it\n"
            f"        {SDIST}\n"
            f"        {WHEEL}\n"
            "            gone\n"
            "    recreated: it was deleted, and uploaded again\n"
            "        the release\n"
            "            uploaded again; deleted\n"
            "    yanked: the index shows it as yanked\n"
            f"        {WHEEL}\n"
        )

    def test_a_stale_answer_is_called_so(self) -> None:
        """It is no failure, and the way out is named."""
        missing = Difference(kind=Kind.MISSING, file=SDIST, message=_UNSHOWN)
        told = shown(VerifyReport((replace(verified(missing), is_stale=True),)))
        assert told.startswith("stale spam==1.0 on pypi: 0 files as frozen, but\n")
        assert "--wait 600" in told

    def test_each_kind_has_a_meaning(self) -> None:
        """None is left out."""
        assert set(KINDS) == set(Kind)


def verified(
    *differences: Difference, is_exact: bool = False, matching: tuple[str, ...] = ()
) -> VerifiedRelease:
    return VerifiedRelease(
        release="spam==1.0",
        index="pypi",
        is_exact=is_exact,
        matching=matching,
        missing=(),
        unexpected=(),
        different=(),
        yanked=(),
        differences=differences,
    )


def test_thaw_names_the_releases() -> None:
    """That are drafts again."""
    report = ThawReport((ThawedRelease("spam==1.0", (WHEEL,)),))
    assert shown(report) == "thawed  spam==1.0  a draft again\n"
    assert shown(ThawReport(())) == "Nothing is left to thaw.\n"


def test_an_error_without_a_hint_is_one_line() -> None:
    """Where there is no way out to give."""
    assert plain(terminal.problem(Refused("no"))) == "error: no\n"
