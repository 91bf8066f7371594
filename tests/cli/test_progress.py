"""Progress: lines in a pipe, bars on a terminal, and never a word too many."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from cli_streams import surroundings, text
from samples import distribution
from twine_stage.cli.progress import Bars, Lines
from twine_stage.cli.surroundings import Surroundings
from twine_stage.plan import Plan, Wave
from twine_stage.releases import ReleaseId

RELEASE = ReleaseId.parse("spam==1.0")
NAME = "spam-1.0-py3-none-any.whl"
PLAN = Plan(waves=(Wave((distribution(NAME),)),))


class TestLines:
    def test_a_line_per_file(self, tmp_path: Path) -> None:
        """What happened, size and name stand in columns; what was said hangs below."""
        around = surroundings(tmp_path)
        lines = Lines(around)
        lines.began(NAME, 1500)
        lines.advanced(NAME, 1500)
        lines.ended(NAME, "uploaded")
        lines.ended("egg.whl", "refused", "because")
        assert text(around.stderr) == (
            f" uploaded    1.5 kB  {NAME}\n  refused            egg.whl\n           because\n"
        )

    def test_what_had_no_size_has_that_of_what_came(self, tmp_path: Path) -> None:
        """An index need not tell how large its files are; each attempt counts anew."""
        around = surroundings(tmp_path)
        lines = Lines(around)
        for _ in range(2):
            lines.began(NAME, 0)
            lines.advanced(NAME, 1000)
            lines.advanced(NAME, 500)
        lines.ended(NAME, "present")
        assert text(around.stderr) == f"  present    1.5 kB  {NAME}\n"

    def test_no_line_per_file_where_the_report_has_them(self, tmp_path: Path) -> None:
        """Nothing is said twice."""
        around = surroundings(tmp_path)
        lines = Lines(around, names_files=False)
        lines.began(NAME, 1)
        lines.ended(NAME, "added")
        assert text(around.stderr) == ""

    def test_notes_warnings_and_the_plan_are_said(self, tmp_path: Path) -> None:
        """Each with a word that tells which it is."""
        around = surroundings(tmp_path)
        lines = Lines(around)
        lines.note("a fact")
        lines.warn("a danger")
        lines.planned(RELEASE, "https://example.org/", PLAN)
        shown = text(around.stderr).splitlines()
        assert shown[:2] == ["note: a fact", "warning: a danger"]
        assert shown[2] == "spam==1.0 to https://example.org/: 1 file to send, 25 B"
        assert NAME in shown[3]

    def test_github_hears_of_warnings(self, tmp_path: Path) -> None:
        """As an annotation, beside the line."""
        around = surroundings(tmp_path, environ={"GITHUB_ACTIONS": "true"})
        Lines(around).warn("50%\ndone")
        assert "::warning title=stage::50%25%0Adone\n" in text(around.stderr)

    def test_github_masks_what_is_secret(self, tmp_path: Path) -> None:
        """In the log of the run; elsewhere the secret is written nowhere."""
        around = surroundings(tmp_path, environ={"GITHUB_ACTIONS": "true"})
        Lines(around).conceal("50%")
        assert text(around.stderr) == "::add-mask::50%25\n"
        elsewhere = surroundings(tmp_path, environ={"CI": "true"})
        Lines(elsewhere).conceal("secret")
        assert text(elsewhere.stderr) == text(elsewhere.stdout) == ""

    def test_a_stream_that_broke_stops_nothing(self, tmp_path: Path) -> None:
        """Who publishes must not fail because nobody listens."""
        closed = io.StringIO()
        closed.close()
        lines = Lines(surroundings(tmp_path, stderr=closed, environ={"GITHUB_ACTIONS": "true"}))
        lines.warn("unheard")
        lines.conceal("unseen")
        lines.ended(NAME, "uploaded")


class TestBars:
    @pytest.fixture
    def around(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setenv("TERM", "xterm")
        return surroundings(tmp_path, is_terminal=True)

    def test_a_bar_shows_the_bytes_that_moved(self, around: Surroundings) -> None:
        """While they move; afterwards one line stays."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 2_000_000)
            bars.advanced(NAME, 1_000_000)
            bars.note("meanwhile")
            bars.ended(NAME, "uploaded")
        shown = text(around.stderr)
        assert "2.0 MB" in shown
        assert "meanwhile" in shown
        assert "uploaded" in shown

    def test_a_bar_of_what_has_no_size_has_no_end(self, around: Surroundings) -> None:
        """It moves, and does not seem to be done."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 0)
            bars.advanced(NAME, 1_000_000)
            bars.note("meanwhile")
            bars.ended(NAME, "present")
        shown = text(around.stderr)
        assert "0/0" not in shown
        assert "waiting" not in shown
        assert "1.0 MB" in shown

    def test_the_display_rests_between_files(self, around: Surroundings) -> None:
        """A question in between has the terminal to itself: the cursor is shown again."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 10)
            bars.ended(NAME, "uploaded")
            assert text(around.stderr).count("\x1b[?25h") == 1
            bars.began("egg.whl", 10)
            bars.ended("egg.whl", "failed", "reset")
        assert text(around.stderr).count("\x1b[?25l") == text(around.stderr).count("\x1b[?25h")

    def test_the_display_ends_with_the_work(self, around: Surroundings) -> None:
        """Also where an error left a file half-way."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 10)
            bars.began("egg.whl", 10)
            bars.ended("egg.whl", "uploaded")
        assert text(around.stderr).count("\x1b[?25h") == 1

    def test_a_bar_goes_where_the_report_names_the_files(self, around: Surroundings) -> None:
        """While files are staged no line stays, and no bar either."""
        with Bars(Lines(around, names_files=False)) as bars:
            bars.began(NAME, 10)
            bars.advanced(NAME, 10)
            assert text(around.stderr).count("\x1b[?25h") == 0
            bars.ended(NAME, "added")
            assert text(around.stderr).count("\x1b[?25h") == 1

    def test_a_second_attempt_has_the_bar_of_the_first(self, around: Surroundings) -> None:
        """A file that begins again leaves no bar behind."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 10)
            bars.began(NAME, 10)
            bars.ended(NAME, "uploaded")
            assert text(around.stderr).count("\x1b[?25h") == 1

    def test_when_all_is_sent_the_index_is_waited_for(self, around: Surroundings) -> None:
        """There is no speed then; bars leave the room that ``^C`` takes."""
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 1000)
            bars.advanced(NAME, 1000)
        shown = text(around.stderr)
        assert "waiting" in shown
        lines = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", shown).replace("\r", "\n").splitlines()
        assert max(map(len, lines)) == 97

    def test_bars_of_long_names_can_be_told_apart(self, around: Surroundings) -> None:
        """By their tags, where the whole name has no room; an sdist is the only one anyway."""
        long = "a_project_with_quite_a_long_name-1.2.3"
        with Bars(Lines(around)) as bars:
            bars.began(f"{long}-cp312-cp312-win_arm64.whl", 1000)
            bars.began(f"{long}-{'x' * 20}.tar.gz", 1000)
        shown = text(around.stderr)
        assert "cp312-cp312-win_arm64.whl" in shown
        assert "a_project_with_quite" in shown

    def test_bytes_and_ends_of_unknown_files_are_borne(self, around: Surroundings) -> None:
        """A file that was present never began."""
        with Bars(Lines(around)) as bars:
            bars.advanced(NAME, 10)
            bars.ended(NAME, "present")
            bars.began("egg.whl", 10)
            bars.advanced(NAME, 10)
            bars.ended(NAME, "present")
        assert "present" in text(around.stderr)

    def test_all_else_is_said_as_lines(self, around: Surroundings) -> None:
        """Notes, warnings and the plan, with no bar about."""
        with Bars(Lines(around, names_files=False)) as bars:
            bars.warn("danger")
            bars.conceal("secret")
            bars.planned(RELEASE, "https://example.org/", PLAN)
            bars.began(NAME, 1)
            bars.ended(NAME, "added")
        shown = text(around.stderr)
        assert "danger" in shown
        assert "1 file to send" in shown
        assert "added" not in shown
        assert "secret" not in shown

    def test_a_bar_without_colour(self, tmp_path: Path) -> None:
        """NO_COLOR leaves the bars, in one shade."""
        around = surroundings(tmp_path, is_terminal=True, environ={"NO_COLOR": "1"})
        with Bars(Lines(around)) as bars:
            bars.began(NAME, 10)
        assert "\x1b[32m" not in text(around.stderr)
