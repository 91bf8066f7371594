"""The face of ``stage audit``: concise, and with everything for who asks."""

from __future__ import annotations

from typing import Any

from auditing import NEXT, PURE, SDIST, at, audited
from showing import shown
from twine_stage.histories import Terms
from twine_stage.operations.audit import AuditReport
from twine_stage.policy import Policy
from twine_stage.render import terminal
from twine_stage.render.document import plain

WHOLE: dict[str, Any] = {"size": 1000, "sha256": "0" * 64, "provenance": "p"}


def text(report: AuditReport, *, is_detailed: bool = False) -> str:
    return plain(terminal.render(report, is_detailed=is_detailed))


def many(count: int, **facts: Any) -> AuditReport:
    """Releases of one file each, the first one ten days before the second."""
    return audited(
        *(at(f"spam-1.{n}.tar.gz", 10 * (count - n) + 20, **WHOLE, **facts) for n in range(count))
    )


def test_a_table_shows_what_there_is_to_say() -> None:
    """The newest release first; then what was changed for whom, and how often what was seen."""
    report = audited(
        at(SDIST, 90, **WHOLE), at(PURE, 40, **WHOLE), at(NEXT, 4, **{**WHOLE, "yanked": "bad"})
    )
    lines = text(report).splitlines()
    head = "spam on https://example.org/legacy/: 2 releases with 3 files"
    assert lines[0] == f"{head}, from 2025-10-03 to 2025-12-28"
    assert lines[1] == "    release  first upload          exposure  files"
    first = "    1.1      2025-12-28 12:00 UTC  0 s           1"
    assert lines[2] == f"{first}  yanked, open until 2026-01-11 12:00 UTC"
    assert lines[3] == "    1.0      2025-10-03 12:00 UTC  0 s           2  1 late"
    assert lines[4].startswith(f"    1.0: {PURE} is chosen instead of the sdist, by pip and uv on ")
    assert lines[5:] == [
        "late: 1 release: appended later than the index takes files today",
        "yanked: 1 release: files are yanked",
        "open: 1 release: still takes files",
    ]


def test_details_name_each_file_in_the_order_of_time() -> None:
    """With what is said of its release, and why that is closed."""
    report = audited(at(SDIST, 90, **WHOLE), at(PURE, 80, **WHOLE), shown(NEXT, yanked=""))
    details = text(report, is_detailed=True).removeprefix(text(report)).splitlines()
    assert details[:3] == [
        "",
        "spam==1.0",
        f"    appended: 1 file came 10 days after the first, on 2025-10-13 12:00 UTC: {PURE}",
    ]
    assert details[3].startswith(f"    change: {PURE} is chosen instead of the sdist")
    assert details[4] == (
        "    closed: by the rule that the index has today: it takes files for 14 days after the "
        "first, here until 2025-10-17 12:00 UTC"
    )
    assert details[5:7] == [
        f"    public        +0 s  1.0 kB  {SDIST}",
        f"    appended  +10 days  1.0 kB  {PURE}",
    ]
    assert details[-1] == f"    yanked      {NEXT}"


def test_many_releases_stay_short() -> None:
    """The latest, those with something to say, and how many there are beside them."""
    lines = text(many(40)).splitlines()
    assert len(lines) == 8
    assert lines[2].startswith("    1.39  ")
    assert lines[-1] == "    and 35 more: --verbose or --html shows them"


def test_many_with_something_to_say_stay_short_too() -> None:
    """How many of them are not shown is told."""
    lines = text(many(40, yanked="")).splitlines()
    assert (
        "    and 20 more, 20 of them with something to say: --verbose or --html shows them" in lines
    )
    assert len(lines) == 24


def test_many_appends_stay_short() -> None:
    """The most serious change of each of the latest ones."""
    files = [
        file
        for n in range(9)
        for file in (
            at(f"spam-1.{n}.tar.gz", 300 - n, **WHOLE),
            at(f"spam-1.{n}-py3-none-any.whl", 295 - n, **WHOLE),
        )
    ]
    lines = text(audited(*files)).splitlines()
    assert sum("is chosen instead of the sdist" in line for line in lines) == 5
    assert "    and 4 appends more" in lines


def test_what_cannot_be_known_is_said() -> None:
    """And what the index says of the project as a whole."""
    report = audited(SDIST, "spam.exe", status="archived", status_reason="moved")
    said = text(report)
    assert "status: archived: moved\n" in said
    assert "    1.0      not told      not told      1\n" in said
    assert "note: the index does not tell when files were uploaded, so nobody can know" in said
    assert "note: 1 file of no known release, such as spam.exe\n" in said
    assert "status: quarantined\n" in text(audited(SDIST, status="quarantined"))


def test_a_project_without_releases() -> None:
    """There may be such a project, or none."""
    said = text(audited(names=["eggs", "spam"], terms=Terms(Policy(), None)))
    assert said == (
        "eggs on https://example.org/legacy/: there is no such project\n"
        "\n"
        "spam on https://example.org/legacy/: there is no release\n"
    )
