"""No credential is in any output or file, whatever fails and wherever it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from installed import Ran, stage
from samples import write
from servers.legacy import LegacyServer
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
