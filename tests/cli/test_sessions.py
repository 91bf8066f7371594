"""Holding, looking, approving, discarding: what a person types for sessions of Upload 2.0."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli_streams import surroundings, text
from samples import write
from servers.upload2 import Upload2Server
from twine_stage.cli.run import run

WHEEL = "spam-1.0-py3-none-any.whl"
EGG = "egg-2.0-py3-none-any.whl"
WHO = {"TWINE_USERNAME": "somebody", "TWINE_PASSWORD": "something"}
GITHUB = {**WHO, "GITHUB_ACTIONS": "true"}
Stage = Any
Result = Any


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    """An index that keeps sessions."""
    with Upload2Server() as server:
        yield server
        assert server.violations == []


@dataclass
class House:
    """The program, in a folder with spam 1.0 on its stage, which is for that index."""

    stage: Stage
    server: Upload2Server

    def __call__(self, *arguments: str | Path, **options: Any) -> Result:
        return self.stage(*arguments, **{"environ": WHO, **options})

    @property
    def folder(self) -> Path:
        found: Path = self.stage.folder
        return found

    def hold(self, *arguments: str) -> str:
        """Hold what is staged; the release digest."""
        result = self("publish", "--hold", *arguments, "--json")
        assert result.status == 0, result.stderr
        digest: str = result.report["releases"][0]["digest"]
        return digest

    @property
    def preview(self) -> str:
        """The secret URL of the last session's preview."""
        return self.server.base + self.server.sessions[-1].paths["stage"]

    @property
    def token(self) -> str:
        """What is secret of a session besides."""
        return self.server.sessions[-1].token


@pytest.fixture
def house(stage: Stage, server: Upload2Server) -> House:
    """That index is the project's own."""
    (stage.folder / "pyproject.toml").write_text(
        '[tool.stage]\nrepository = "house"\n[tool.stage.index.house]\n'
        f'upload-url = "{server.url}"\nsimple-url = "{server.simple_url}"\n'
    )
    write(stage.folder / "dist", WHEEL)
    assert stage("add").status == 0
    return House(stage, server)


class TestHold:
    def test_where_it_waits_is_told(self, house: House) -> None:
        """With all that another person needs who approves it; nothing of the preview but that."""
        result = house("publish", "--hold")
        room = house.server.sessions[-1]
        assert result.status == 0, result.stderr
        assert result.stdout.startswith(f"held spam==1.0 on {house.server.url}\n")
        assert house.server.base + room.paths["session"] in result.stdout
        assert f"{room.expires:%Y-%m-%d %H:%M} UTC" in result.stdout
        assert "yes: stage preview" in result.stdout
        assert house.token not in result.stdout + result.stderr
        assert "--preview-url-file FILE writes" in result.stderr

    def test_as_values(self, house: House) -> None:
        """The whole digest and the session; of the preview only whether there is one."""
        result = house("publish", "--hold", "--json")
        [release] = result.report["releases"]
        assert release["outcome"] == "held"
        assert set(release["session"]) == {"url", "expires_at", "has_preview"}
        assert house.token not in result.stdout

    def test_a_terminal_shows_the_preview(self, house: House) -> None:
        """To the person who sits there, on stderr; to nobody else."""
        around = surroundings(house.folder, environ=WHO, is_terminal=True)
        assert run(["publish", "--hold"], around) == 0
        assert f"{house.preview}\n" in text(around.stderr)
        assert house.token not in text(around.stdout)

    def test_a_file_keeps_the_preview(self, house: House) -> None:
        """It is its owner's alone, and what stood there before is replaced."""
        file = house.folder / "url"
        file.write_text("old")
        file.chmod(0o644)
        result = house("publish", "--hold", "--preview-url-file", "url")
        assert file.read_text() == f"{house.preview}\n"
        assert file.stat().st_mode & 0o777 == 0o600
        assert "the URL of the preview of spam==1.0 is in url\n" in result.stderr
        assert house.token not in result.stderr

    def test_a_file_that_cannot_be_written(self, house: House) -> None:
        """It is held all the same, and can be held again."""
        result = house("publish", "--hold", "--preview-url-file", "dist", "--json")
        assert result.status == 3
        assert "cannot write dist" in result.document["error"]["message"]
        assert [room.status for room in house.server.sessions] == ["open"]
        house.hold()
        assert [room.status for room in house.server.sessions] == ["open"]

    def test_github_masks_what_is_secret(self, house: House) -> None:
        """Before anything else could tell it."""
        result = house("publish", "--hold", environ=GITHUB)
        masks = [line for line in result.stderr.splitlines() if house.token in line]
        assert f"::add-mask::{house.token}" in masks
        assert f"::add-mask::{house.preview}" in masks
        assert all(line.startswith("::add-mask::") for line in masks)

    def test_a_file_is_of_use_only_then(self, house: House) -> None:
        """Where nothing is held, there is no preview left to be told of."""
        result = house("publish", "--preview-url-file", "url")
        assert result.status == 2
        assert "--hold" in result.stderr
        assert house.server.requests == []

    @pytest.mark.parametrize("digest", ["0" * 64, "none"])
    def test_holding_is_not_approving(self, house: House, digest: str) -> None:
        """Who wants both has not thought of the other person."""
        result = house("publish", "--hold", "--approve", digest)
        assert result.status == 2
        assert "another" in result.stderr
        assert house.server.requests == []


class TestApprove:
    def test_with_a_manifest_alone(self, house: House) -> None:
        """From a folder that has nothing else; a stage is made there."""
        digest = house.hold()
        folder = house.folder / "elsewhere"
        folder.mkdir()
        manifest = house.folder / ".stage/releases/spam-1.0/manifests/1.json"
        house.stage.folder = folder
        given = ("publish", "--manifest", manifest, "--approve", f"sha256:{digest}", "--wait", "5")
        result = house(*given, "--stage-dir", "mine")
        assert result.status == 0, result.stderr
        assert result.stdout.startswith("published spam==1.0")
        assert (folder / "mine" / "format").is_file()
        assert set(house.server.files) == {WHEEL}

    def test_another_digest(self, house: House) -> None:
        """Nothing is published."""
        house.hold()
        assert house("publish", "--approve", "0" * 64).status == 4
        assert house.server.files == {}

    def test_a_draft(self, house: House) -> None:
        """Is refused, and stays a draft."""
        assert house("publish", "--approve", "0" * 64).status == 4
        assert not list((house.folder / ".stage").rglob("manifests/*.json"))
        assert house.server.steps == {}

    def test_a_dry_run_approves_nothing(self, house: House) -> None:
        """It would not see what is held."""
        result = house("publish", "--approve", "0" * 64, "--dry-run")
        assert result.status == 2
        assert "stage sessions" in result.stderr

    @pytest.mark.parametrize("options", [("--approve",), ("--hold", "--preview-url-file")])
    def test_one_release_at_a_time(self, house: House, options: tuple[str, ...]) -> None:
        """A digest is that of one, and so is a preview."""
        write(house.folder / "dist", EGG)
        house("add")
        result = house("publish", *options, "0" * 64)
        assert result.status == 2
        assert "egg==2.0, spam==1.0" in result.stderr
        assert "stage publish egg==2.0" in result.stderr
        assert house.server.requests == []

    def test_a_manifest_that_is_none(self, house: House) -> None:
        """Is told, and none can be read where there is no file."""
        (house.folder / "manifest.json").write_text("{}")
        assert house("publish", "--manifest", "manifest.json").status == 3
        assert house("publish", "--manifest", "nowhere.json").status == 2


class TestTrying:
    def test_a_dry_run_tries_nothing(self, house: House) -> None:
        """The plan is shown, nothing is installed."""
        result = house("publish", "--dry-run", "--smoke", "python -c 'import spam'")
        assert result.status == 0, result.stderr
        assert house.server.sessions == []

    @pytest.mark.parametrize("command", ["", "python -c 'import"])
    def test_a_command_that_is_none(self, house: House, command: str) -> None:
        """Is told before the first byte is sent."""
        assert house("publish", "--smoke", command).status == 2
        assert house.server.requests == []


class TestSessions:
    def test_nothing_waits(self, house: House) -> None:
        """That is an answer; the index is not even asked."""
        result = house("sessions")
        assert (result.status, house.server.requests) == (0, [])
        assert "No session waits" in result.stdout

    def test_what_waits(self, house: House) -> None:
        """As text, and as values, without a secret."""
        digest = house.hold()
        shown = house("sessions")
        assert shown.stdout.startswith(f"held spam==1.0 on {house.server.url}\n")
        assert digest in shown.stdout
        assert f"completed  {WHEEL}" in shown.stdout
        values = house("sessions", "spam==1.0", "--json")
        [session] = values.report["releases"]
        assert session["files"] == [{"filename": WHEEL, "status": "completed"}]
        assert session["index"] == "house"
        assert house.token not in shown.stdout + shown.stderr + values.stdout + values.stderr

    def test_a_stage_is_needed(self, stage: Stage) -> None:
        """Its journals are what is asked first."""
        assert stage("sessions").status == 3

    def test_a_release_that_is_not_staged(self, house: House) -> None:
        """Is told."""
        assert house("sessions", "egg").status == 3


class TestCancel:
    def test_it_is_discarded(self, house: House) -> None:
        """Once; again there is nothing to discard, which is fine."""
        house.hold()
        first, second = house("cancel", "spam"), house("cancel", "spam", "--json")
        assert first.stdout == f"canceled spam==1.0 on {house.server.url}: 1 file discarded\n"
        [release] = second.report["releases"]
        assert (second.status, release["outcome"], release["files"]) == (0, "absent", [])
        assert {room.status for room in house.server.sessions} == {"canceled"}

    def test_what_is_public(self, house: House) -> None:
        """Is no session any more; the index is not even asked."""
        assert house("publish", "--wait", "5").status == 0
        house.server.requests.clear()
        result = house("cancel", "spam==1.0", "--json")
        assert result.report["releases"][0]["outcome"] == "absent"
        assert house.server.requests == []
        journals = (house.folder / ".stage").rglob("*.jsonl")
        assert not any("canceled" in path.read_text() for path in journals)

    def test_a_release_has_to_be_named(self, house: House) -> None:
        """Nobody discards all by a slip of the hand."""
        assert house("cancel").status == 2

    def test_from_a_folder_without_a_stage(self, house: House, tmp_path: Path) -> None:
        """By name and version; none is made."""
        house.hold()
        shutil.rmtree(tmp_path / ".stage")
        assert house("cancel", "spam").status == 2
        assert house("cancel", "spam==1.0").stdout.startswith("canceled spam==1.0")
        assert not (tmp_path / ".stage").exists()

    def test_an_index_that_keeps_no_sessions(self, house: House) -> None:
        """Has none."""
        result = house("cancel", "spam==1.0", "-r", "local")
        assert result.stdout.startswith("absent spam==1.0 on file:")
        assert result.stdout.endswith(": no session of it lives there\n")


class TestManifests:
    def test_of_what_is_published_elsewhere(self, house: House) -> None:
        """The contents are needed, unless the index has them."""
        assert house("freeze", "--output", "frozen").status == 0
        [manifest] = (house.folder / "frozen").glob("*.json")
        given = ("publish", "--manifest", manifest, "--stage-dir", "mine")
        result = house(*given)
        assert result.status == 3
        assert "its content is not in the stage" in result.stderr
        assert house("publish", "--wait", "5").status == 0
        again = house(*given, "--json")
        assert again.report["releases"][0]["outcome"] == "present"


def test_a_file_that_was_not_frozen_is_discarded_if_that_is_wanted(house: House) -> None:
    """Else it stops the publication."""
    house.hold()
    room = house.server.sessions[-1]
    stranger = "spam-1.0-py2-none-any.whl"
    facts = {"filename": stranger, "size": 0, "hashes": {}, "mechanism": "http-post-bytes"}
    house.server.open_file(room, facts).status = "completed"
    refused = house("publish")
    assert refused.status == 4
    assert stranger in refused.stderr
    assert house("publish", "--discard-unexpected", "--wait", "5").status == 0
    assert set(house.server.files) == {WHEEL}
