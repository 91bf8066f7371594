"""``stage preview``: where it is made, what runs on it, and that nothing secret is told."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli_streams import surroundings, text
from fakes import NOON
from interpreters import FakePython
from samples import write
from servers.legacy import LegacyServer
from staging import SPAM
from twine_stage.cli.ending import orderly
from twine_stage.cli.run import run
from twine_stage.journal import Opened, SessionOpened
from twine_stage.store import Store

WHEEL = "spam-1.0-py3-none-any.whl"
TOKEN = "recognisable-token-of-a-preview"
GIVEN = f"https://example.org/{TOKEN}/simple/"
URL_GIVEN = {"STAGE_PREVIEW_URL": GIVEN}
WHO = {"TWINE_USERNAME": "me", "TWINE_PASSWORD": "secret"}
Stage = Any


@dataclass
class Result:
    """What a command line came to."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary folders have a place of their own; only what is said to stay is left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))  # documented: where they are made


@pytest.fixture
def staged(stage: Stage, tmp_path: Path) -> Stage:
    """A stage with spam 1.0 as a draft."""
    write(tmp_path / "dist", WHEEL)
    stage("add")
    return stage


def left(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "temporary").iterdir())


def python(program: str) -> tuple[str, ...]:
    return ("--", sys.executable, "-IS", "-c", program)


class TestFolder:
    def test_it_stays_and_it_is_said_how_to_use_it(self, staged: Stage, tmp_path: Path) -> None:
        """Without any network, and whatever index is configured."""
        result = staged("preview")
        assert result.status == 0, result.stderr
        [folder] = left(tmp_path)
        assert (folder / "simple" / "spam" / "index.html").is_file()
        assert f"pip install --no-cache-dir --index-url {folder.as_uri()}/simple/ --no-deps" in (
            result.stdout
        )
        assert "which stays until you remove it" in result.stdout

    def test_as_values(self, staged: Stage, tmp_path: Path) -> None:
        """Where it is."""
        report = staged("preview", "spam", "--json").report
        [folder] = left(tmp_path)
        assert report == {
            "release": "spam==1.0",
            "kind": "local",
            "url": f"{folder.as_uri()}/simple/",
            "folder": str(folder),
            "index": None,
            "expires_at": None,
            "trial": None,
        }

    def test_what_is_frozen_can_be_seen_too(self, staged: Stage, tmp_path: Path) -> None:
        """Also if it was published."""
        staged("publish", "-r", "local", "--wait", "0")
        assert staged("preview", "spam==1.0").status == 0
        assert len(left(tmp_path)) == 1

    def test_one_that_cannot_be_made_leaves_nothing(self, staged: Stage, tmp_path: Path) -> None:
        """Half a preview would be taken for a whole one."""
        [content] = (tmp_path / ".stage" / "files").glob(f"*/*/{WHEEL}")
        content.chmod(0o644)
        content.write_bytes(b"something else")
        assert staged("preview").status == 3
        assert left(tmp_path) == []

    def test_one_release_has_to_be_meant(self, staged: Stage, tmp_path: Path) -> None:
        """Status 2 where several could be."""
        write(tmp_path / "more", "spam-2.0-py3-none-any.whl")
        staged("add", "more/*")
        result = staged("preview")
        assert result.status == 2
        assert "stage preview spam==2.0" in result.stderr
        staged("drop", "spam==2.0")
        write(tmp_path / "more", "egg-1.0-py3-none-any.whl")
        staged("add", "more/egg*")
        assert staged("preview").status == 2
        assert staged("preview", "egg").status == 0
        assert staged("preview", "ham").status == 3


class TestCommand:
    def test_it_sees_the_preview_and_nothing_else(self, staged: Stage, tmp_path: Path) -> None:
        """Options behind -- are its own; it is run where we are, and the folder goes after it."""
        program = "import json, os; json.dump(dict(os.environ), open('environ', 'w'))"
        result = staged("preview", *python(program), "--json", environ={"PIP_FIND_LINKS": "wheels"})
        assert (result.status, result.stdout) == (0, "")
        environ = json.loads((tmp_path / "environ").read_text())
        assert environ["PIP_INDEX_URL"] == environ["UV_DEFAULT_INDEX"]
        assert environ["PIP_INDEX_URL"].startswith((tmp_path / "temporary").as_uri())
        assert "PIP_FIND_LINKS" not in environ
        assert left(tmp_path) == []

    def test_it_gets_no_credentials(self, staged: Stage, tmp_path: Path) -> None:
        """What it tries was never run before."""
        secrets = {
            "TWINE_PASSWORD": "secret",
            "STAGE_PASSWORD": "secret",
            "UV_PUBLISH_TOKEN": "secret",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret",
            "PYPI_ID_TOKEN": "secret",
        }
        program = "import json, os; json.dump(dict(os.environ), open('environ', 'w'))"
        result = staged("preview", *python(program), environ={**secrets, "WEATHER": "fine"})
        assert result.status == 0, result.stderr
        environ = json.loads((tmp_path / "environ").read_text())
        assert environ["WEATHER"] == "fine"
        assert not secrets.keys() & environ.keys()

    def test_its_failure_is_status_1(self, staged: Stage, tmp_path: Path) -> None:
        """Its own status is in the report and in the error."""
        result = staged("preview", "spam==1.0", "--json", *python("raise SystemExit(3)"))
        assert result.status == 1
        trial = result.report["trial"]
        assert (trial["kind"], trial["status"], trial["step"]) == ("command", 3, "command")
        assert "ended with status 3" in result.document["error"]["message"]
        assert left(tmp_path) == []

    def test_one_that_there_is_not(self, staged: Stage) -> None:
        """As with a shell."""
        result = staged("preview", "--", "no-command-of-this-name")
        assert result.status == 1
        assert "status 127" in result.stderr

    def test_its_output_does_not_disturb_the_document(
        self, staged: Stage, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Which is the one thing on stdout."""
        assert staged("preview", "--json", *python("print('hello')")).status == 0
        assert capfd.readouterr() == ("", "hello\n")
        assert staged("preview", *python("print('hello')")).status == 0
        assert capfd.readouterr() == ("hello\n", "")

    def test_nothing_behind_the_dashes_is_a_usage_error(self, staged: Stage) -> None:
        """And so are two commands."""
        assert staged("preview", "--").status == 2
        assert staged("preview", "--smoke", "true", "--", "true").status == 2

    def test_other_commands_take_dashes_as_before(self, staged: Stage) -> None:
        """What stands behind them are arguments."""
        assert staged("freeze", "--", "spam==1.0").status == 0


class TestServing:
    def test_a_command_may_use_it(self, staged: Stage, tmp_path: Path) -> None:
        """As long as that runs."""
        program = (
            "import os, urllib.request as r; url = os.environ['PIP_INDEX_URL']\n"
            "open('page', 'wb').write(r.urlopen(url + 'spam/').read()); print(url)"
        )
        result = staged("preview", "--serve", *python(program))
        assert result.status == 0, result.stderr
        assert WHEEL in (tmp_path / "page").read_text()
        assert left(tmp_path) == []

    def test_it_ends_with_ctrl_c(self, staged: Stage, tmp_path: Path) -> None:
        """That is no failure; the folder is gone then."""
        result = _while_serving(staged, signal.SIGINT)
        assert result.status == 0
        assert "served until Ctrl-C" in result.stderr
        assert "--index-url http://127.0.0.1:" in result.stderr
        assert "removed again" in result.stdout
        assert left(tmp_path) == []

    def test_being_told_to_end_leaves_nothing_either(self, staged: Stage, tmp_path: Path) -> None:
        """The status is that of the signal, as shells have it."""
        assert _while_serving(staged, signal.SIGTERM).status == 128 + signal.SIGTERM
        assert left(tmp_path) == []

    def test_a_port_is_of_use_only_then(self, staged: Stage) -> None:
        """A mistyped command line is told."""
        assert staged("preview", "--port", "8000").status == 2

    def test_signals_are_as_before_afterwards(self) -> None:
        """Only the block ends in an orderly way."""
        before = signal.getsignal(signal.SIGTERM)
        with orderly():
            assert signal.getsignal(signal.SIGTERM) is not before
        assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is none on this system")
def test_what_is_ignored_stays_ignored() -> None:
    """``nohup`` means that the end of the terminal is not that of the command."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with orderly():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def _while_serving(staged: Stage, number: int) -> Result:
    """Serve, and send this process a signal once that is so."""
    around = surroundings(staged.folder)

    def work() -> None:
        while "--index-url" not in text(around.stderr):
            time.sleep(0.01)
        time.sleep(0.7)  # longer than it waits between two looks
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=work)
    thread.start()
    status = run(["preview", "--serve"], around)
    thread.join()
    return Result(status, text(around.stdout), text(around.stderr))


class TestSmoke:
    def test_it_passes(self, staged: Stage, tmp_path: Path) -> None:
        """In words, and as values."""
        fake = FakePython(tmp_path / "pythons")
        arguments = ("preview", "--smoke", "python -c 'import spam'", "--python", fake.path)
        assert staged(*arguments).stdout == "passed spam==1.0: python -c 'import spam'\n"
        assert staged(*arguments, "--json").report["trial"] == {
            "kind": "smoke",
            "command": "python -c 'import spam'",
            "step": "command",
            "status": 0,
            "said": "",
        }
        assert left(tmp_path) == []

    def test_it_fails(self, staged: Stage, tmp_path: Path) -> None:
        """With its step, the status and what was said."""
        fake = FakePython(tmp_path / "pythons", {"pip": [(2, "broken")]})
        arguments = ("preview", "--smoke", "python", "--python", fake.path)
        result = staged(*arguments)
        assert result.status == 1
        assert result.stdout == "failed spam==1.0 at install, status 2: python\n"
        assert "broken" in result.stderr
        trial = staged(*arguments, "--json").report["trial"]
        assert (trial["step"], trial["status"], trial["said"]) == ("install", 2, "broken")
        assert left(tmp_path) == []

    def test_an_interpreter_is_of_use_only_then(self, staged: Stage) -> None:
        """A mistyped command line is told."""
        assert staged("preview", "--python", "python3").status == 2


class TestGiven:
    def test_neither_a_stage_nor_credentials_are_needed(self, stage: Stage, tmp_path: Path) -> None:
        """Another job tries what one has uploaded; the URL is told to nobody."""
        fake = FakePython(tmp_path / "pythons")
        result = stage(
            *("preview", "spam==1.0", "--smoke", "python", "--python", fake.path, "--json"),
            environ=URL_GIVEN,
        )
        assert result.status == 0, result.stderr
        assert (result.report["kind"], result.report["url"]) == ("given", None)
        assert TOKEN not in result.stdout + result.stderr
        [install] = fake.calls_of("pip")
        assert install["environ"]["PIP_INDEX_URL"] == GIVEN

    def test_a_terminal_shows_it_and_a_file_keeps_it(self, stage: Stage, tmp_path: Path) -> None:
        """Nothing else does, and nobody else can read the file."""
        result = stage("preview", "spam==1.0", environ=URL_GIVEN)
        assert result.status == 0, result.stderr
        assert TOKEN not in result.stdout + result.stderr
        assert "--preview-url-file" in result.stderr
        assert "stage preview spam==1.0 -- pip install --no-deps spam==1.0" in result.stdout
        arguments = ("preview", "spam==1.0", "--preview-url-file", "url")
        assert stage(*arguments, environ=URL_GIVEN).status == 0
        assert (tmp_path / "url").read_text().strip() == GIVEN
        assert (tmp_path / "url").stat().st_mode & 0o777 == 0o600
        around = surroundings(tmp_path, environ=URL_GIVEN, is_terminal=True)
        assert run(["preview", "spam==1.0"], around) == 0
        assert GIVEN in text(around.stderr)
        assert TOKEN not in text(around.stdout)

    def test_the_release_has_to_be_named(self, stage: Stage) -> None:
        """With its version."""
        assert stage("preview", environ=URL_GIVEN).status == 2
        assert stage("preview", "spam", environ=URL_GIVEN).status == 2

    def test_local_means_local(self, staged: Stage) -> None:
        """Whatever the environment says."""
        assert staged("preview", "--local", "--json", environ=URL_GIVEN).report["kind"] == ("local")


class TestHeld:
    @pytest.fixture
    def server(self) -> Iterator[LegacyServer]:
        """An index that keeps a session, as far as its documents go."""
        with LegacyServer(upload_path="/2.0/") as server:
            yield server

    def hold(self, staged: Stage, server: LegacyServer, *, status: str = "open") -> None:
        """Freeze the release, and note in the journal that it is held there."""
        staged("freeze")
        store = Store.open(staged.folder)
        manifest = store.record(SPAM).latest
        assert manifest is not None
        session = f"{server.base}/sessions/1"
        journal = store.journal(manifest, "house")
        opening = {"release": str(SPAM), "manifest": manifest.digest, "index": "house"}
        journal.append(Opened(at=NOON, url=server.url, api="2.0", **opening))
        journal.append(SessionOpened(at=NOON, session=session))
        document = {
            "meta": {"api-version": "2.0"},
            "status": status,
            "links": {"session": session, "upload": session, "publish": session, "stage": GIVEN},
            "mechanisms": ["http-post-bytes"],
            "expires-at": "2026-01-02T12:00:00Z",
            "files": {WHEEL: {"status": "completed", "link": session}},
        }
        kind = {"Content-Type": "application/vnd.pypi.upload.v2+json"}
        server.pages["/sessions/1"] = (200, kind, json.dumps(document).encode())
        (staged.folder / "pyproject.toml").write_text(
            '[tool.stage]\nrepository = "house"\n'
            f'[tool.stage.index.house]\nupload-url = "{server.url}"\n'
        )

    def test_the_index_s_own_is_shown(self, staged: Stage, server: LegacyServer) -> None:
        """With its end, and without its URL."""
        self.hold(staged, server)
        result = staged("preview", "--json", environ=WHO)
        assert result.status == 0, result.stderr
        report = result.report
        assert (report["kind"], report["index"], report["url"]) == ("index", server.url, None)
        assert report["expires_at"] == "2026-01-02T12:00:00+00:00"
        assert TOKEN not in result.stdout + result.stderr
        shown = staged("preview", environ=WHO)
        assert f"the preview of the index on {server.url}" in shown.stdout
        assert "2026-01-02 12:00 UTC" in shown.stdout

    def test_a_command_gets_it_by_its_environment(
        self, staged: Stage, server: LegacyServer, tmp_path: Path
    ) -> None:
        """And by nothing else."""
        self.hold(staged, server)
        program = "import os, sys; open('url', 'w').write(os.environ['PIP_INDEX_URL'])"
        result = staged("preview", *python(program), environ=WHO)
        assert result.status == 0, result.stderr
        assert (tmp_path / "url").read_text() == GIVEN
        assert TOKEN not in result.stdout + result.stderr

    def test_a_session_that_is_gone(self, staged: Stage, server: LegacyServer) -> None:
        """The preview is made here."""
        self.hold(staged, server, status="canceled")
        result = staged("preview", "--json", environ=WHO)
        assert result.report["kind"] == "local"
        assert "is gone" in result.stderr

    def test_local_asks_nobody(self, staged: Stage, server: LegacyServer) -> None:
        """Nor does an index that is not meant."""
        self.hold(staged, server)
        assert staged("preview", "--local", "--json").report["kind"] == "local"
        elsewhere = staged("preview", "-r", "local", "--json")
        assert elsewhere.report["kind"] == "local"
        assert "there is one on house" in elsewhere.stderr
        assert server.requests == []

    def test_an_index_without_a_session_of_it(self, staged: Stage) -> None:
        """Is named, if it was named."""
        result = staged("preview", "-r", "local", "--json")
        assert result.report["kind"] == "local"
        assert "no session with spam==1.0 is known on local\n" in result.stderr
