"""Sessions of Upload 2.0, by the installed program: held, tried, approved, published, discarded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from installed import Ran, environment, stage, start
from samples import content_of, write
from servers.legacy import LegacyServer
from servers.session_rooms import Room
from servers.upload2 import Upload2Server
from staging import SDIST, WHEEL
from twine_stage.digests import sha256

pytestmark = pytest.mark.integration

NAMES = (WHEEL, SDIST)
EGG = "egg-2.0-py3-none-any.whl"
WHO = {"TWINE_USERNAME": "somebody", "TWINE_PASSWORD": "something"}
WORKS = "python -c 'import spam'"
FAILS = "python -c 'import sys; sys.exit(\"it does not fly\")'"


def where(server: LegacyServer, url: str | None = None) -> tuple[str, ...]:
    """The options that name a server."""
    return ("--repository-url", url or server.url, "--simple-url", server.simple_url)


@dataclass(frozen=True)
class Project:
    """A folder with files that were built, and the index that they go to."""

    folder: Path
    server: Upload2Server

    def run(self, *arguments: str, **variables: str) -> Ran:
        """A command that meets the index."""
        waiting = ("--wait", "10") if arguments[0] == "publish" else ()
        given = (*arguments, *waiting, *where(self.server))
        ran = stage(self.folder, *given, variables={**WHO, **variables})
        assert "Traceback" not in ran.err
        return ran

    def publish(self, *options: str) -> Ran:
        """One that publishes, and succeeds."""
        ran = self.run("publish", *options)
        assert ran.status == 0, ran.out + ran.err
        return ran

    @property
    def statuses(self) -> list[str]:
        """How the sessions stand."""
        return [room.status for room in self.server.sessions]

    @property
    def room(self) -> Room:
        """The last session."""
        return self.server.sessions[-1]

    @property
    def shown(self) -> dict[str, str]:
        """The digests by name of what is public."""
        return {name: file.sha256 for name, file in self.server.files.items()}


FROZEN = {name: sha256(content_of(name)) for name in NAMES}


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    """An index that nobody may do wrong to."""
    with Upload2Server() as server:
        yield server
        assert server.violations == []


@pytest.fixture
def project(tmp_path: Path, server: Upload2Server) -> Project:
    """Two files of spam 1.0, staged."""
    return staged(tmp_path / "project", server)


def staged(folder: Path, server: Upload2Server) -> Project:
    """A project of that content anywhere."""
    write(folder / "dist", *NAMES)
    assert stage(folder, "add").status == 0
    return Project(folder, server)


def digest_of(ran: Ran) -> str:
    """The release digest that was printed."""
    return fact(ran, "digest")


def fact(ran: Ran, name: str) -> str:
    """What a line of the report says."""
    [line] = [one for one in ran.out.splitlines() if one.split()[:1] == [name]]
    return line.split(maxsplit=1)[1]


def session_url(project: Project) -> str:
    """Where the last session reports how it stands."""
    return project.server.base + project.room.paths["session"]


class TestHold:
    def test_what_is_told(self, project: Project) -> None:
        """Where it waits, until when, what it is, and that it can be seen; nothing is public."""
        ran = project.publish("--hold", "--preview-url-file", "preview")
        assert ran.out.startswith(f"held spam==1.0 on {project.server.url}\n")
        assert fact(ran, "session") == session_url(project)
        assert fact(ran, "until") == f"{project.room.expires:%Y-%m-%d %H:%M} UTC"
        assert len(digest_of(ran)) == 64
        assert fact(ran, "preview").startswith("yes")
        file = project.folder / "preview"
        preview = project.server.base + project.room.paths["stage"]
        assert file.read_text() == f"{preview}\n"
        assert file.stat().st_mode & 0o777 == 0o600
        assert (project.statuses, project.shown) == (["open"], {})

    def test_held_again(self, project: Project) -> None:
        """Nothing is sent a second time, and it is the same session."""
        project.publish("--hold")
        sent = project.server.steps["bytes"]
        assert project.publish("--hold").out.startswith("held ")
        assert (project.server.steps["bytes"], project.statuses) == (sent, ["open"])

    def test_published_by_another_machine(self, project: Project, tmp_path: Path) -> None:
        """A stage that froze the same files goes on with it; the preview proves what is there."""
        project.publish("--hold")
        other = staged(tmp_path / "other", project.server)
        other.publish()
        assert (project.statuses, project.shown) == (["published"], FROZEN)
        assert project.server.steps["bytes"] == len(NAMES)

    @pytest.mark.parametrize("api", ["auto", "legacy"])
    def test_an_index_that_cannot_hold(self, tmp_path: Path, api: str) -> None:
        """Says so before anything is sent."""
        write(tmp_path / "dist", *NAMES)
        with LegacyServer() as server:
            command = ("publish", "dist/*", "--hold", "--api", api, *where(server))
            ran = stage(tmp_path, *command, variables=WHO)
            assert (server.posts, server.accepted) == ([], {})
        assert ran.status == 4
        assert "cannot hold a release" in ran.err
        assert "nothing was sent" in ran.err

    def test_a_folder_cannot_hold(self, tmp_path: Path) -> None:
        """Neither can it, and nothing is written there."""
        write(tmp_path / "dist", *NAMES)
        ran = stage(tmp_path, "publish", "dist/*", "--hold", "-r", "local")
        assert ran.status == 4
        assert "cannot hold a release" in ran.err
        assert list((tmp_path / ".stage" / "index").rglob("*.whl")) == []

    def test_an_index_without_preview(self, project: Project) -> None:
        """Holds all the same, and that there is nothing to see is told."""
        project.server.previews = False
        ran = project.publish("--hold", "--preview-url-file", "preview")
        assert fact(ran, "preview") == "the index has none"
        assert not (project.folder / "preview").exists()
        assert project.publish().out.startswith("published ")


@dataclass
class Installer:
    """One that takes its index from the environment, with an empty environment to install into."""

    command: list[str]
    variable: str
    python: Path
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def can_install(self, url: str) -> bool:
        """Whether it finds the release there; what it installed is removed again."""
        variables = {self.variable: url, **self.settings}
        ran = subprocess.run(
            [*self.command, "--no-deps", "--target", str(self.folder), "spam==1.0"],
            env=environment(self.folder.parent, **variables),
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            assert "spam==1.0" in ran.stdout + ran.stderr
            return False
        assert (self.folder / "spam.py").read_text() == "__version__ = '1.0'\n"
        shutil.rmtree(self.folder)
        return True


@pytest.fixture(params=["pip", "uv"])
def installer(request: pytest.FixtureRequest, tmp_path: Path) -> Installer:
    """Each of them in turn."""
    python, target = Path(sys.executable), tmp_path / "installer" / "target"
    target.parent.mkdir()
    if request.param == "pip":
        command = [str(python), "-W", "ignore", "-m", "pip", "install", "--no-cache-dir"]
        settings = {"PIP_CONFIG_FILE": os.devnull}
        return Installer(command, "PIP_INDEX_URL", python, target, settings)
    uv = shutil.which("uv", path=str(python.parent)) or shutil.which("uv")
    assert uv, "uv is not installed"
    command = [uv, "pip", "install", "--no-cache", "--python", str(python)]
    settings = {"UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
    return Installer(command, "UV_DEFAULT_INDEX", python, target, settings)


def test_installers_see_what_is_held_in_its_preview_alone(
    project: Project, installer: Installer
) -> None:
    """Until it is published: then the normal index has it."""
    project.publish("--hold", "--preview-url-file", "preview")
    preview = (project.folder / "preview").read_text().strip()
    assert installer.can_install(preview)
    assert not installer.can_install(project.server.simple_url)
    project.publish()
    assert installer.can_install(project.server.simple_url)


class TestApprove:
    @pytest.fixture
    def approver(self, project: Project, tmp_path: Path) -> Project:
        """Somebody who has the manifest, and nothing else."""
        assert stage(project.folder, "freeze", "--output", "frozen").status == 0
        [manifest] = (project.folder / "frozen").glob("*.json")
        folder = tmp_path / "approver"
        folder.mkdir()
        shutil.copy(manifest, folder / "spam.json")
        return Project(folder, project.server)

    def test_from_another_machine(self, project: Project, approver: Project) -> None:
        """What one person uploaded, another publishes, with a manifest and a digest alone."""
        digest = digest_of(project.publish("--hold"))
        sent = project.server.steps["create-file"]
        ran = approver.publish("--manifest", "spam.json", "--approve", digest)
        assert ran.out.startswith("published spam==1.0")
        assert (project.statuses, project.shown) == (["published"], FROZEN)
        assert project.server.steps["create-file"] == sent
        assert stage(approver.folder, "verify", *where(project.server)).status == 0

    def test_another_digest(self, project: Project, approver: Project) -> None:
        """Nothing changes, and both digests are told."""
        digest = digest_of(project.publish("--hold"))
        before = project.server.stats
        ran = approver.run("publish", "--manifest", "spam.json", "--approve", "0" * 64)
        assert ran.status == 4
        assert digest in ran.err
        assert "0" * 64 in ran.err
        assert (project.statuses, project.server.stats) == (["open"], before)

    def test_nothing_is_held(self, project: Project, approver: Project) -> None:
        """There is nothing to approve, and no session stays behind."""
        digest = digest_of(project.publish("--hold"))
        assert project.run("cancel", "spam").status == 0
        ran = approver.run("publish", "--manifest", "spam.json", "--approve", digest)
        assert ran.status == 4
        assert "cannot be approved" in ran.err
        assert set(project.statuses) == {"canceled"}
        assert project.server.steps["bytes"] == len(NAMES)

    def test_what_somebody_changed_is_not_approved(
        self, project: Project, approver: Project
    ) -> None:
        """The preview tells that the content is another one."""
        digest = digest_of(project.publish("--hold"))
        held = project.room.present[WHEEL]
        held.content = b"not what was frozen"
        ran = approver.run("publish", "--manifest", "spam.json", "--approve", digest)
        assert ran.status == 4
        assert WHEEL in ran.err
        assert (project.statuses, project.shown) == (["open"], {})


class TestSessions:
    def test_looked_at(self, project: Project) -> None:
        """What waits is told as text and as values."""
        digest = digest_of(project.publish("--hold"))
        ran = project.run("sessions")
        assert ran.status == 0
        assert ran.out.startswith(f"held spam==1.0 on {project.server.url}\n")
        assert (fact(ran, "session"), digest_of(ran)) == (session_url(project), digest)
        assert all(name in ran.out for name in NAMES)
        [session] = project.run("sessions", "--json").document["report"]["releases"]
        assert session["digest"] == digest
        assert (session["status"], session["is_held"], session["has_preview"]) == (
            "open",
            True,
            True,
        )
        assert {file["filename"]: file["status"] for file in session["files"]} == dict.fromkeys(
            NAMES, "completed"
        )

    def test_on_another_index(self, project: Project, tmp_path: Path) -> None:
        """Sessions elsewhere are named, although nobody there is asked."""
        project.publish("--hold")
        asked = len(project.server.requests)
        ran = stage(project.folder, "sessions", "--repository-url", str(tmp_path / "index"))
        assert ran.status == 0
        assert session_url(project) in ran.out
        assert "not asked" in ran.out
        assert len(project.server.requests) == asked

    def test_canceled(self, project: Project) -> None:
        """Nothing waits any more, and what was frozen can be thawed."""
        project.publish("--hold")
        assert stage(project.folder, "thaw", "spam").status == 3
        ran = project.run("cancel", "spam==1.0")
        assert (ran.status, ran.out) == (
            0,
            f"canceled spam==1.0 on {project.server.url}: 2 files discarded\n",
        )
        assert (project.statuses, project.shown) == (["canceled"], {})
        assert "No session waits" in project.run("sessions").out
        assert stage(project.folder, "thaw", "spam").status == 0

    def test_canceled_from_anywhere(self, project: Project, tmp_path: Path) -> None:
        """Without a stage the release itself names it."""
        project.publish("--hold")
        folder = tmp_path / "empty"
        folder.mkdir()
        assert Project(folder, project.server).run("cancel", "spam==1.0").status == 0
        assert project.statuses == ["canceled"]
        assert list(folder.iterdir()) == []


class TestSeveral:
    @pytest.fixture
    def two(self, project: Project) -> Project:
        """Egg 2.0 and spam 1.0."""
        write(project.folder / "dist", EGG)
        assert stage(project.folder, "add").status == 0
        return project

    def test_all_are_filled_first(self, two: Project) -> None:
        """No session is published before the last file of all is there."""
        seen: list[str] = []
        two.server.hook = lambda moment, step: (
            seen.append(step) if moment == "after-effect" else None
        )
        two.publish()
        done = [step for step in seen if step in ("complete", "publish")]
        assert done == [*["complete"] * 3, *["publish"] * 2]
        assert two.statuses == ["published", "published"]

    def test_one_cannot_be_filled(self, two: Project) -> None:
        """Then none is published, and no session stays."""
        two.server.fail("complete", "", "", "sync", "sync")
        ran = two.run("publish", "--jobs", "1")
        assert ran.status == 4, ran.err
        assert (two.statuses, two.shown) == (["canceled", "canceled"], {})

    def test_the_second_is_not_published(self, two: Project) -> None:
        """The first stands and is named; a rerun finishes."""
        two.server.fail("publish", "", "sync", "sync")
        ran = two.run("publish")
        assert ran.status == 4
        assert ran.out.startswith("published egg==2.0")
        assert "incomplete spam==1.0" in ran.out
        assert list(two.shown) == [EGG]
        again = two.publish("--json").document["report"]["releases"]
        assert [one["outcome"] for one in again] == ["present", "published"]
        assert two.server.accepted == dict.fromkeys((*NAMES, EGG), 1)


def interrupted(
    project: Project, step: str, *options: str, number: signal.Signals = signal.SIGINT
) -> Ran:
    """Publish, and press Ctrl-C when the index begins with a step; or another signal comes."""
    pids: list[int] = []

    def press(moment: str, name: str) -> None:
        if pids and (moment, name) == ("before-effect", step):
            os.kill(pids.pop(), number)

    project.server.hook = press
    command = ("publish", "--wait", "10", "--jobs", "1", *options, *where(project.server))
    with start(project.folder, *command, variables=WHO) as process:
        pids.append(process.pid)
        out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err)


@pytest.mark.parametrize("step", ["create-file", "bytes", "complete"])
def test_an_interruption_while_files_are_sent_leaves_no_session(
    project: Project, step: str
) -> None:
    """What this run opened is discarded; the next one begins anew."""
    ran = interrupted(project, step)
    assert ran.status == 130, ran.err
    assert "Traceback" not in ran.err
    assert (project.statuses, project.shown) == (["canceled"], {})
    project.publish()
    assert (project.statuses, project.shown) == (["canceled", "published"], FROZEN)


def test_being_told_to_end_leaves_no_session_either(project: Project) -> None:
    """As a job of CI is that takes too long."""
    ran = interrupted(project, "bytes", number=signal.SIGTERM)
    assert ran.status == 128 + signal.SIGTERM, ran.err
    assert (project.statuses, project.shown) == (["canceled"], {})


def test_an_interruption_while_it_becomes_public_takes_nothing_back(project: Project) -> None:
    """Nobody knows how far the index is, so the session is left alone; a rerun finds out."""
    ran = interrupted(project, "publish")
    assert ran.status == 130, ran.err
    assert project.publish("--json").document["report"]["releases"][0]["outcome"] in (
        "present",
        "published",
    )
    assert (project.statuses, project.shown) == (["published"], FROZEN)
    assert project.server.accepted == dict.fromkeys(NAMES, 1)


def test_an_interruption_leaves_what_is_held(project: Project) -> None:
    """It was there before this run."""
    project.publish("--hold")
    ran = interrupted(project, "status")
    assert ran.status == 130, ran.err
    assert (project.statuses, project.shown) == (["open"], {})
    project.publish()
    assert (project.statuses, project.shown) == (["published"], FROZEN)
    assert project.server.steps["bytes"] == len(NAMES)


class TestSmoke:
    def test_it_works(self, project: Project) -> None:
        """It was installed from the preview of the index before it was public."""
        seen: list[tuple[str, str]] = []
        project.server.hook = lambda moment, step: seen.append((moment, step))
        project.publish("--smoke", WORKS)
        steps = [step for moment, step in seen if moment == "before-answer"]
        tried = max(number for number, step in enumerate(steps) if step == "preview")
        assert steps.index("publish") > tried > steps.index("complete")
        assert (project.statuses, project.shown) == (["published"], FROZEN)

    def test_it_does_not(self, project: Project) -> None:
        """Status 1, nothing is public, and the session is gone."""
        ran = project.run("publish", "--smoke", FAILS)
        assert ran.status == 1, ran.err
        assert "it does not fly" in ran.err
        assert (project.statuses, project.shown) == (["canceled"], {})

    @pytest.mark.parametrize(("command", "status", "count"), [(WORKS, 0, 2), (FAILS, 1, 0)])
    def test_where_the_index_has_no_preview(
        self, tmp_path: Path, command: str, status: int, count: int
    ) -> None:
        """One is made here, and it is tried before the first byte is sent."""
        write(tmp_path / "dist", *NAMES)
        with LegacyServer() as server:
            given = ("publish", "dist/*", "--smoke", command, "--wait", "5", *where(server))
            ran = stage(tmp_path, *given, variables=WHO)
            assert len(server.posts) == count
        assert ran.status == status, ran.err


class TestNegotiation:
    def test_beside_a_legacy_url(self, project: Project) -> None:
        """What speaks Upload 2.0 is spoken to so."""
        url = where(project.server, project.server.legacy_url)
        ran = stage(project.folder, "publish", "--wait", "10", "--json", *url, variables=WHO)
        [release] = ran.document["report"]["releases"]
        assert (ran.status, release["api"]) == (0, "2.0")
        assert release["url"] == project.server.legacy_url
        assert (project.server.posts, project.shown) == ([], FROZEN)

    def test_nothing_is_beside_it(self, tmp_path: Path) -> None:
        """That is said in one line, and files are sent the old way."""
        write(tmp_path / "dist", *NAMES, EGG)
        with LegacyServer() as server:
            given = ("publish", "dist/*", "--wait", "10", *where(server))
            ran = stage(tmp_path, *given, variables=WHO)
            asked = [path for method, path, _ in server.requests if method == "POST"]
            assert set(server.accepted.values()) == {1}
        assert ran.status == 0, ran.err
        [line] = [line for line in ran.err.splitlines() if "Upload 2.0" in line]
        assert line.startswith("note: ")
        assert line.endswith("files are sent by the legacy API")
        assert asked.count("/2.0/") == 1

    @pytest.mark.parametrize("is_newer", [True, False])
    def test_a_dry_run_only_asks(self, tmp_path: Path, is_newer: bool) -> None:  # noqa: FBT001 - both ways
        """With OPTIONS; nothing is created anywhere."""
        write(tmp_path / "dist", *NAMES)
        with Upload2Server() if is_newer else LegacyServer() as server:
            url = f"{server.base}/legacy/"
            ran = stage(
                tmp_path, "publish", "dist/*", "--dry-run", "--json", *where(server, url),
                variables=WHO,
            )  # fmt: skip
            methods = [method for method, path, _ in server.requests if path == "/2.0/"]
            assert "POST" not in {method for method, _, _ in server.requests}
        assert ran.status == 0, ran.err
        assert methods == (["OPTIONS"] if is_newer else [])
        [release] = ran.document["report"]["releases"]
        assert release["api"] == ("2.0" if is_newer else "legacy")

    def test_an_index_that_is_named_has_to_speak_it(self, tmp_path: Path) -> None:
        """Nothing is sent another way than was asked for."""
        write(tmp_path / "dist", *NAMES)
        with LegacyServer() as server:
            given = ("publish", "dist/*", "--api", "2.0", *where(server))
            ran = stage(tmp_path, *given, variables=WHO)
            assert server.posts == []
        assert ran.status == 4
        assert "does not speak Upload 2.0" in ran.err


def test_what_was_not_frozen_is_discarded_if_that_is_wanted(project: Project) -> None:
    """Else it stops the publication, and is named."""
    stranger = "spam-1.0-py2-none-any.whl"
    content = content_of(stranger)
    room = project.server.open_room("spam", "1.0")
    hashes = {"sha256": sha256(content)}
    facts = {"filename": stranger, "size": len(content), "hashes": hashes}
    file = project.server.open_file(room, {**facts, "mechanism": "http-post-bytes"})
    file.content, file.status = content, "completed"
    ran = project.run("publish")
    assert ran.status == 4
    assert stranger in ran.err
    assert "--discard-unexpected" in ran.err
    assert (project.statuses, project.shown) == (["open"], {})
    project.publish("--discard-unexpected")
    assert (project.statuses, project.shown) == (["published"], FROZEN)
