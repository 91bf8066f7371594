"""No credential is in any output or file, whatever fails and wherever it came from."""

from __future__ import annotations

import base64
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from installed import Ran, environment, stage
from samples import write
from servers.legacy import LegacyServer
from servers.upload2 import Upload2Server
from staging import SDIST, WHEEL

pytestmark = pytest.mark.integration

TOKEN = "pypi-AgEIcmVjb2duaXNhYmxl"
FAULTS = {
    (): 0,
    ("500", "503", "429"): 0,
    ("reset-before", "reset-after"): 0,
    ("nonsense",): 0,
    ("early-401",): 4,
    ("redirect",): 4,
    ("refuse",): 4,
    ("500",) * 5: 5,
}
"""What the index does in turn, and the status that publishing then ends with."""


def from_environment(folder: Path, server: LegacyServer) -> Ran:
    """TWINE_PASSWORD."""
    return run(
        folder, server, server.url, variables={"TWINE_PASSWORD": TOKEN, "TWINE_USERNAME": "me"}
    )


def from_flag(folder: Path, server: LegacyServer) -> Ran:
    """--password."""
    return run(folder, server, server.url, "--username", "me", "--password", TOKEN)


def from_url(folder: Path, server: LegacyServer) -> Ran:
    """User info in the URL."""
    return run(folder, server, server.url.replace("://", f"://me:{TOKEN}@"))


def from_pypirc(folder: Path, server: LegacyServer) -> Ran:
    """A section of .pypirc."""
    (folder.parent / "pypirc").write_text(
        "[distutils]\nindex-servers = here\n"
        f"[here]\nrepository = {server.url}\nusername = me\npassword = {TOKEN}\n"
    )
    return run(folder, server, None, "-r", "here", "--config-file", str(folder.parent / "pypirc"))


def run(
    folder: Path,
    server: LegacyServer,
    url: str | None,
    *options: str,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Publish in a folder, saying as much as can be said."""
    where = ("--simple-url", server.simple_url, *(("--repository-url", url) if url else ()))
    return stage(
        folder, "publish", "dist/*", "--wait", "3", "--verbose", *where, *options,
        variables=variables,
    )  # fmt: skip


def leaks(folder: Path, ran: Ran) -> list[str]:
    """Where the token stands."""
    found = [str(path) for path in folder.rglob("*") if path.is_file() and _holds(path)]
    return found + [text for text in (ran.out, ran.err) if TOKEN in text]


def _holds(path: Path) -> bool:
    return TOKEN.encode() in path.read_bytes()


@pytest.mark.parametrize("source", [from_environment, from_flag, from_url, from_pypirc])
@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "-".join(faults) or "none")
def test_a_token_is_in_no_output_and_no_file(
    tmp_path: Path, faults: tuple[str, ...], source: Callable[[Path, LegacyServer], Ran]
) -> None:
    """It reached the index, and nothing else."""
    folder = tmp_path / "project"
    write(folder / "dist", WHEEL, SDIST)
    with LegacyServer(faults=list(faults), credentials=("me", TOKEN)) as server:
        ran = source(folder, server)
        assert any("authorization" in headers for _, _, headers in server.requests)
    assert leaks(folder, ran) == []
    assert "Traceback" not in ran.err
    assert ran.status == FAULTS[faults], ran.err


def test_a_refused_token_is_in_no_output(tmp_path: Path) -> None:
    """The index wants another one."""
    folder = tmp_path / "project"
    write(folder / "dist", WHEEL, SDIST)
    with LegacyServer(credentials=("me", "another")) as server:
        ran = from_environment(folder, server)
    assert (ran.status, leaks(folder, ran)) == (4, []), ran.err


def test_an_index_that_echoes_a_token_does_not_make_us_say_it(tmp_path: Path) -> None:
    """Some servers answer with the headers that they were sent."""
    folder = tmp_path / "project"
    write(folder / "dist", WHEEL, SDIST)
    with LegacyServer(credentials=("me", TOKEN)) as server:
        page = (200, {"Content-Type": "text/html"}, f"<h1>hello {TOKEN}</h1>".encode())
        server.pages["/simple/spam/"] = page
        ran = from_environment(folder, server)
    assert leaks(folder, ran) == []


LOGIN = base64.b64encode(f"me:{TOKEN}".encode()).decode()
MASK = "::add-mask::"
SHOWN_TO_OWNER = "preview-url"
"""The file that is asked for; the only one that holds a secret."""
SESSION_FAULTS: Mapping[tuple[tuple[str, str], ...], int] = {
    (): 0,
    (("create-session", "503"), ("bytes", "reset-before"), ("complete", "reset-after")): 0,
    (("publish", "reset-after"),): 0,
    (("create-session", "403"),): 4,
    (("create-session", "redirect"),): 4,
    (("create-file", "400"),): 4,
    (("status", "403"),): 4,
    (("publish", "sync"), ("publish", "sync")): 4,
    (("publish", "async"),): 4,
}
"""What the index does at single steps, and the status that publishing then ends with."""


def told(server: Upload2Server) -> list[str]:
    """All that is secret of a server: the login, and what previews are found by."""
    tokens = [room.token for room in server.sessions]
    paths = [room.paths["stage"] for room in server.sessions]
    return [TOKEN, LOGIN, *tokens, *paths]


def places(folder: Path, runs: Iterable[Ran], secrets: Iterable[str]) -> list[str]:
    """Where a secret stands that should not."""
    texts = {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != SHOWN_TO_OWNER
    }
    for number, ran in enumerate(runs):
        said = [line for line in ran.err.splitlines() if not line.startswith(MASK)]
        texts |= {f"stdout {number}": ran.out.encode()}
        texts |= {f"stderr {number}": "\n".join(said).encode()}
    found = [name for name, text in texts.items() if any(one.encode() in text for one in secrets)]
    assert not any("Traceback" in ran.err for ran in runs)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with two files."""
    project = tmp_path / "project"
    write(project / "dist", WHEEL, SDIST)
    return project


@pytest.mark.parametrize("source", [from_environment, from_flag, from_url, from_pypirc])
def test_a_session_tells_no_secret(
    folder: Path, source: Callable[[Path, LegacyServer], Ran]
) -> None:
    """Wherever the password came from; it reached every step of the session."""
    with Upload2Server(credentials=("me", TOKEN)) as server:
        ran = source(folder, server)
        assert places(folder, [ran], told(server)) == []
    assert ran.status == 0, ran.err
    assert server.violations == []


@pytest.mark.parametrize("faults", SESSION_FAULTS, ids=str)
def test_whatever_fails_in_a_session_tells_no_secret(
    folder: Path, faults: tuple[tuple[str, str], ...]
) -> None:
    """Nor does what an index says that repeats them all."""
    with Upload2Server(credentials=("me", TOKEN), notices=[f"hello {TOKEN}"]) as server:

        def repeat(_moment: str, _step: str) -> None:
            for room in server.sessions:
                room.notices = [f"hello {TOKEN}", f"see {room.token}", room.paths["stage"]]

        server.hook = repeat
        for step, cue in faults:
            server.fail(step, cue)
        ran = from_environment(folder, server)
        assert places(folder, [ran], told(server)) == []
    assert ran.status == SESSION_FAULTS[faults], ran.err


COMMANDS = (
    ("publish", "dist/*", "--hold", "--preview-url-file", SHOWN_TO_OWNER),
    ("sessions",),
    ("sessions", "--json"),
    ("preview", "spam"),
    ("preview", "spam", "--json"),
    (
        "preview",
        "spam",
        "--",
        sys.executable,
        "-c",
        "import os; assert os.environ['PIP_INDEX_URL']",
    ),
    ("publish", "--hold", "--json"),
    ("publish", "--approve", "0" * 64),
    ("publish", "--wait", "5", "--smoke", "python -c 'import sys; sys.exit(3)'"),
    ("cancel", "spam"),
    ("publish", "--hold"),
    ("publish", "--wait", "5", "--verbose"),
    ("status", "--json"),
    ("verify", "spam"),
)


@pytest.mark.parametrize("is_github", [False, True])
def test_what_is_done_with_a_held_release_tells_no_secret(folder: Path, is_github: bool) -> None:  # noqa: FBT001 - both ways
    """But for the file that was asked for, and the lines that have GitHub mask it."""
    variables = {"TWINE_USERNAME": "me", "TWINE_PASSWORD": TOKEN}
    if is_github:
        summary = str(folder / "summary.md")
        variables |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary}
    with Upload2Server(credentials=("me", TOKEN)) as server:
        where = ("--repository-url", server.url, "--simple-url", server.simple_url)
        runs = []
        for command in COMMANDS:
            head, dashes, words = _split(command)
            options = () if command[0] == "status" else where
            runs.append(
                stage(folder, *head, *options, *dashes, *words, variables=variables),
            )
        assert places(folder, runs, told(server)) == []
        secrets = {room.token for room in server.sessions}
        previews = {server.base + room.paths["stage"] for room in server.sessions}
    assert [ran.status for ran in runs] == [0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0]
    lines = [line for ran in runs for line in ran.err.splitlines() if line.startswith(MASK)]
    masked = {line.removeprefix(MASK) for line in lines}
    assert masked == (secrets | previews if is_github else set())
    assert (folder / SHOWN_TO_OWNER).read_text().strip() in previews
    assert (folder / "summary.md").exists() == is_github


def _split(command: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What stands before dashes, the dashes, and what stands behind them."""
    at = command.index("--") if "--" in command else len(command)
    return command[:at], command[at : at + 1], command[at + 1 :]


def test_a_terminal_shows_the_preview_to_the_one_who_sits_there(folder: Path) -> None:
    """On a line of its own; what goes on to other programs has it not."""
    variables = {"TWINE_USERNAME": "me", "TWINE_PASSWORD": TOKEN, "TERM": "xterm"}
    with Upload2Server(credentials=("me", TOKEN)) as server:
        ran = at_terminal(
            folder, "publish", "dist/*", "--hold", "--json", "--repository-url", server.url,
            "--simple-url", server.simple_url, variables=variables,
        )  # fmt: skip
        [room] = server.sessions
        preview = server.base + room.paths["stage"]
    assert ran.status == 0, ran.err
    assert preview in ran.err.splitlines()
    without = Ran(ran.status, ran.out, ran.err.replace(preview, ""))
    assert places(folder, [without], told(server)) == []


def at_terminal(folder: Path, *arguments: str, variables: Mapping[str, str]) -> Ran:
    """Run ``stage ARGUMENTS`` at a terminal, whose screen is stderr; stdout is a pipe."""
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "twine_stage", *arguments],
        cwd=folder,
        env=environment(folder, PYTHONWARNINGS="error", **variables),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    ) as process:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # how Linux says that nobody writes there any more
            while chunk := os.read(screen, 1 << 16):
                shown += chunk
        out, _ = process.communicate(timeout=60)
    os.close(screen)
    return Ran(process.returncode, out, shown.decode())
