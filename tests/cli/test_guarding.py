"""What a person is asked or told before something public grows, or a project begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from samples import content_of, write
from servers.legacy import LegacyServer

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
LINUX = "spam-1.0-cp313-cp313-manylinux_2_17_x86_64.whl"
WHO = {"TWINE_USERNAME": "somebody", "TWINE_PASSWORD": "something", "NO_COLOR": "1"}
HOUSE = '[tool.stage]\nrepository = "house"\n{policy}\n[tool.stage.index.house]\n{more}\n'
BEGIN = "Begin the project spam on {url} with spam==1.0? [y/N]"
Stage = Any
Result = Any


@pytest.fixture
def server() -> Iterator[LegacyServer]:
    """An index with a wheel of spam 1.0 at most."""
    with LegacyServer() as server:
        yield server


class House:
    """The program, in a folder with files of spam 1.0 and an index of its own."""

    def __init__(self, stage: Stage, server: LegacyServer) -> None:
        self.stage, self.server = stage, server
        write(stage.folder / "dist", WHEEL, SDIST)
        self.wants()

    def wants(self, policy: str = "", *, limits: str = "") -> None:
        """Write what the project wants."""
        urls = f'upload-url = "{self.server.url}"\nsimple-url = "{self.server.simple_url}"\n'
        text = HOUSE.format(policy=policy, more=urls + limits)
        (self.stage.folder / "pyproject.toml").write_text(text)

    def has(self, filename: str, **age: float) -> None:
        """Have the index show a file of that age."""
        uploaded = datetime.now(timezone.utc) - timedelta(**age)
        self.server.put(filename, content_of(filename), uploaded=uploaded)

    def publish(self, *arguments: str, **options: Any) -> Result:
        return self.stage("publish", "dist/*", *arguments, environ=WHO, **options)


@pytest.fixture
def house(stage: Stage, server: LegacyServer) -> House:
    return House(stage, server)


class TestNewProject:
    def test_no_is_status_4(self, house: House) -> None:
        """It is the default, and nothing is sent or frozen."""
        result = house.publish(answers="\n")
        assert result.status == 4
        assert "has no project spam yet" in result.stderr
        assert BEGIN.format(url=house.server.url) in result.stderr
        assert house.server.posts == []
        assert "draft" in house.stage("status").stdout

    def test_yes_goes_on(self, house: House) -> None:
        """The question before the first byte comes after it."""
        result = house.publish(answers="y\ny\n")
        assert result.status == 0, result.stderr
        assert result.stderr.index("Begin the project") < result.stderr.index("Publish spam==1.0")

    @pytest.mark.parametrize("options", [{"answers": ""}, {}])
    def test_agreed_beforehand_or_nobody_there(self, house: House, options: dict[str, str]) -> None:
        """Nothing is asked, and it is said as a warning."""
        result = house.publish("-y", **options)
        assert result.status == 0, result.stderr
        assert "warning: " in result.stderr
        said = " ".join(result.stderr.split())  # a terminal folds its lines
        assert "has no project spam yet: spam==1.0 would begin it" in said
        assert "[y/N]" not in result.stderr

    def test_a_project_that_is_known(self, house: House) -> None:
        """Nothing is said."""
        house.has("spam-0.9.tar.gz", days=9)
        result = house.publish("-y", answers="")
        assert result.status == 0, result.stderr
        assert "has no project" not in result.stderr

    def test_a_folder(self, house: House) -> None:
        """An index of one's own is nobody else's."""
        result = house.publish("-r", "local", answers="")
        assert result.status == 0, result.stderr
        assert "has no project" not in result.stderr


class TestOpenness:
    def test_a_project_that_refuses_appends(self, house: House) -> None:
        """Although it was asked for."""
        house.wants('append = "refuse"')
        house.has("spam-1.0-py2-none-any.whl", days=2)
        result = house.publish("--append", "spam==1.0", "--reason", "wanted")
        assert result.status == 4
        assert "the project refuses appends" in result.stderr
        assert house.server.posts == []

    def test_a_project_that_closes_its_releases(self, house: House) -> None:
        """The rule is named."""
        house.wants('close-on-newer = "any"')
        house.has("spam-1.0-py2-none-any.whl", days=2)
        house.has("spam-1.1.tar.gz", days=1)
        result = house.publish("--append", "spam==1.0", "--reason", "wanted")
        assert result.status == 4
        assert "it closed when 1.1 came out (close-on-newer)" in result.stderr

    def test_an_index_that_closes_them(self, house: House) -> None:
        """By the profile of PyPI, that is after 14 days."""
        house.wants(limits='profile = "pypi"')
        house.has(WHEEL, days=15)
        result = house.publish("--append", "spam==1.0", "--reason", "wanted")
        assert result.status == 4
        assert "14 days after its first file; this would add spam-1.0.tar.gz" in result.stderr

    def test_the_deadline_is_shown_before_the_question(self, house: House) -> None:
        """With what is left, and that it is the latest possible."""
        house.wants(limits='window = "3 days"')
        house.has(WHEEL, days=2)
        result = house.publish(answers="n\n")
        assert result.status == 4
        shown = " ".join(result.stderr.split())  # a terminal folds its lines
        assert "(23 hours 59 minutes left), at most" in shown
        assert shown.index("deadline: ") < shown.index("Append to it?")


class TestCheckBeforehand:
    """What ``stage publish`` would refuse, ``stage check`` says before: in the same words."""

    @pytest.mark.parametrize(
        "policy", ['close-after-first = "5 days"', 'append = "refuse"', 'close-on-newer = "any"']
    )
    def test_all_that_is_public_is_ours(self, house: House, policy: str) -> None:
        """And nobody remembers that it was begun here."""
        house.wants(policy)
        house.has(WHEEL, hours=150)
        house.has("spam-1.1.tar.gz", days=1)
        checked = house.stage("check", "-r", "house", "--json", "dist/*", environ=WHO)
        assert checked.status == 1
        [found] = [one for one in checked.report["findings"] if one["severity"] == "error"]
        refused = house.publish("--append", "spam==1.0", "--reason", "x", "--json")
        assert (found["code"], refused.status) == ("I531", 4)
        assert refused.document["error"] == {
            "message": found["message"],
            "hint": found["hint"],
        }

    def test_what_was_begun_here(self, house: House) -> None:
        """It is completed, whatever the project wants of appends: the journal tells."""
        house.server.faults = ["", "refuse"]
        assert house.publish().status == 4
        house.wants('append = "refuse"\nprompt-after = "0 days"')
        assert house.stage("check", "-r", "house", "dist/*", environ=WHO).status == 0
        assert house.stage("check", "-r", "house", environ=WHO).status == 0
        assert house.publish().status == 0

    def test_what_adds_to_what_was_published_here(self, house: House) -> None:
        """It is an append, however recent that is."""
        assert house.publish().status == 0
        write(house.stage.folder / "dist", LINUX)
        house.wants('append = "refuse"')
        allowed = ("--allow-shadow", LINUX)
        checked = house.stage("check", "-r", "house", *allowed, "dist/*", environ=WHO)
        assert checked.status == 1
        assert "I531" in checked.stdout
        assert house.publish(*allowed).status == 4


class TestShadows:
    """``--allow-shadow`` names files of the release, as a shell completes them."""

    def test_a_path(self, house: House) -> None:
        """Its folder is no matter."""
        write(house.stage.folder / "dist", LINUX)
        house.has(WHEEL, days=2)
        granted = ("--append", "spam==1.0", "--reason", "more")
        assert house.publish(*granted).status == 1
        result = house.publish(*granted, "--allow-shadow", f"dist/{LINUX}")
        assert result.status == 0, result.stderr

    @pytest.mark.parametrize("arguments", [("publish", "--dry-run"), ("check",)])
    def test_a_name_that_is_no_file_of_the_release(
        self, house: House, arguments: tuple[str, ...]
    ) -> None:
        """It is mistyped: status 2, and the names that there are."""
        result = house.stage(*arguments, "dist/*", "--allow-shadow", "spam.whl", environ=WHO)
        assert result.status == 2
        assert f"names spam.whl, and the files are {WHEEL}, {SDIST}" in result.stderr

    def test_a_file_that_cannot_be_read(self, house: House) -> None:
        """It is among those that are checked all the same."""
        (house.stage.folder / "dist" / WHEEL).write_bytes(b"none")
        assert house.stage("check", "dist/*", "--allow-shadow", WHEEL).status == 3


class TestStaged:
    """A release is published whole: what was staged before goes, too, and that is said."""

    def test_what_is_left_of_a_dry_run(self, house: House) -> None:
        """It is named before anything is sent, with the way out, as an annotation, too."""
        rehearsed = house.stage("publish", "--dry-run", f"dist/{WHEEL}", environ=WHO)
        assert rehearsed.status == 0
        assert "note: spam==1.0 stays staged, with 1 file: stage drop" in rehearsed.stderr
        result = house.stage("publish", f"dist/{SDIST}", environ={**WHO, "GITHUB_ACTIONS": "true"})
        assert result.status == 0, result.stderr
        said = (
            "spam==1.0 is published whole, with 1 file staged before and not among these paths; to"
            f" leave out: stage drop {WHEEL}"
        )
        assert f"warning: {said}\n" in result.stderr
        assert f"::warning title=stage::{said}\n" in result.stderr
        assert "stays staged" not in result.stderr

    def test_what_is_left_of_a_refusal(self, house: House) -> None:
        """Also where it was frozen before nobody could be asked for a password."""
        result = house.stage("publish", "dist/*", environ={"NO_COLOR": "1"})
        assert result.status == 4
        assert "note: spam==1.0 stays staged, with 2 files: " in result.stderr
        result = house.stage("publish", f"dist/{SDIST}", environ=WHO)
        assert f"to leave out: stage thaw spam==1.0, then stage drop {WHEEL}" in result.stderr

    def test_what_was_begun(self, house: House) -> None:
        """It goes on, and nothing can be taken out of it."""
        house.server.faults = ["", "refuse"]
        assert house.publish().status == 4
        result = house.stage("publish", f"dist/{SDIST}", environ=WHO)
        assert result.status == 0, result.stderr
        assert "stage drop" not in result.stderr

    def test_what_was_dropped_meanwhile(self, house: House) -> None:
        """Nothing stays that is not there, and an unreadable stage hides no error."""
        assert house.stage("publish", "--dry-run", "dist/*", environ=WHO).status == 0
        result = house.stage("publish", "--dry-run", "spam", environ=WHO)
        assert "stays staged" not in result.stderr


class TestWithoutCredentials:
    """A dry run shows the plan; that a password will be needed is a note."""

    def test_a_dry_run(self, house: House) -> None:
        """Whether the index speaks Upload 2.0 is asked as a stranger."""
        result = house.stage("publish", "--dry-run", "--non-interactive", "dist/*")
        assert result.status == 0, result.stderr
        assert "note: publishing will need credentials: " in result.stderr
        assert "2 files to send" in result.stderr
        assert house.stage("publish", "--non-interactive", "dist/*").status == 4

    def test_an_index_that_shows_nothing_to_strangers(self, house: House) -> None:
        """What cannot be read cannot be planned."""
        house.server.pages["/simple/spam/"] = (401, {}, b"")
        result = house.stage("publish", "--dry-run", "--non-interactive", "dist/*")
        assert result.status == 4
        assert "no user name was found" in result.stderr


class TestChecks:
    def test_a_mistyped_code(self, house: House) -> None:
        """It is said before anything is staged, wherever it stands."""
        assert house.publish("--ignore", "X999").status == 2
        house.wants("[tool.stage.check]\nignore = ['X999']")
        assert house.publish().status == 2
        assert not (house.stage.folder / ".stage").exists()

    @pytest.mark.parametrize("is_configured", [False, True])
    def test_strict_and_ignore(self, house: House, is_configured: bool) -> None:  # noqa: FBT001
        """On the command line or in the project: what was a warning stops, unless it is ignored."""
        strict, ignore = ["--strict"], ["--ignore", "M", "--ignore", "F", "--ignore", "S"]
        ignore += ["--ignore", "A", "--ignore", "I"]
        if is_configured:
            house.wants("[tool.stage.check]\nstrict = true")
            strict = []
        assert house.publish(*strict).status == 1
        assert house.server.posts == []
        assert house.publish(*strict, *ignore).status == 0
