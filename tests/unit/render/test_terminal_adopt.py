"""The face of ``stage adopt``."""

from __future__ import annotations

from dataclasses import replace

from twine_stage.operations.adopt import AdoptedRelease, AdoptReport
from twine_stage.operations.status import ReleaseStatus, StatusReport
from twine_stage.render import terminal
from twine_stage.render.document import plain

INDEX = "https://example.org/legacy/"
NAME = "spam-1.0.tar.gz"


def adopted(**facts: object) -> AdoptedRelease:
    found = {"release": "spam==1.0", "index": INDEX, "outcome": "adopted", **facts}
    return AdoptedRelease(**found, files=(NAME,))  # type: ignore[arg-type]


def text(*releases: AdoptedRelease, passed_over: tuple[str, ...] = ()) -> str:
    return plain(terminal.render(AdoptReport(releases=releases, passed_over=passed_over)))


def test_an_adopted_release_is_a_line() -> None:
    """With the digest of its manifest, and the path if it has one."""
    assert text(adopted(digest="a" * 64)) == f"adopted spam==1.0 from {INDEX}: 1 file {'a' * 12}\n"
    assert f"from {INDEX} to kept/spam.json: 1 file" in text(adopted(path="kept/spam.json"))


def test_what_was_not_adopted_says_why() -> None:
    """Below its line."""
    assert text(adopted(outcome="kept", message="it is there", path="kept/spam.json")) == (
        f"kept spam==1.0 from {INDEX}: 1 file\n    it is there\n"
    )


def test_what_is_yanked_is_named() -> None:
    """Below the line of its release; nobody takes that over unawares."""
    said = text(adopted(yanked=(NAME,)))
    assert said.endswith("    the index shows all of it as yanked\n")
    both = replace(adopted(yanked=(NAME,)), files=(NAME, "spam-1.0-py3-none-any.whl"))
    assert text(both).endswith(f"    the index shows as yanked: {NAME}\n")


def test_what_is_passed_over_is_counted() -> None:
    """With one of the names."""
    said = text(passed_over=("spam.exe", "spam.rpm"))
    assert said == "note: passed over 2 files that no manifest can name, such as spam.exe\n"


def test_details_name_each_file() -> None:
    """Those that were passed over, too."""
    report = AdoptReport(releases=(adopted(),), passed_over=("spam.exe",))
    said = plain(terminal.render(report, is_detailed=True))
    assert said.endswith(f"\nspam==1.0\n    {NAME}\n\npassed over\n    spam.exe\n")
    few = AdoptReport(releases=(adopted(),))
    assert plain(terminal.render(few, is_detailed=True)).endswith(f"\nspam==1.0\n    {NAME}\n")


def test_status_tells_what_was_adopted() -> None:
    """Beside where it is public."""
    release = ReleaseStatus(
        release="spam==1.0",
        project="spam",
        version="1.0",
        state="published",
        digest="a" * 64,
        revision=1,
        published_on=("pypi",),
        files=(),
        adopted=True,
    )
    assert "published on pypi, adopted" in plain(terminal.render(StatusReport((release,))))
