"""Previews with real pip and real uv, where every other index would lead them astray."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import samples
from installed import Ran, stage, start
from servers.legacy import LegacyServer

pytestmark = pytest.mark.integration

TOKEN = "recognisable-token-of-a-preview"
WHEEL = "spam-1.0-py3-none-any.whl"
CORE = samples.metadata("spam", "1.0", Requires_Dist="egg>=1")
OURS = samples.wheel(core_metadata=CORE, members={"spam_ours.py": b""})
TEST = "python -c 'import spam_ours, egg; print(egg.__version__)'"
BACKEND = f"""
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    import needed_to_build
    shutil.copy({WHEEL!r}, folder)
    return {WHEEL!r}
""".encode()
PYPROJECT = b"""[build-system]
requires = ["needed-to-build"]
build-backend = "backend"
backend-path = ["."]
"""


@pytest.fixture
def normal() -> Iterator[LegacyServer]:
    """Where everybody installs from: dependencies, and other releases of the same name."""
    with LegacyServer() as server:
        for version in ("1.0", "1.0+local", "2.0"):
            name = f"spam-{version}-py3-none-any.whl"
            server.put(name, samples.wheel("spam", version, members={"other.py": b""}))
        server.put("egg-1.0-py3-none-any.whl", samples.wheel("egg", "1.0"))
        server.put("needed_to_build-1.0-py3-none-any.whl", samples.wheel("needed_to_build", "1.0"))
        yield server


@pytest.fixture
def astray(tmp_path: Path, normal: LegacyServer) -> dict[str, str]:
    """The configuration of somebody who merges indexes, in every way there is."""
    links = tmp_path / "links"
    links.mkdir()
    (links / "spam-3.0-py3-none-any.whl").write_bytes(samples.wheel("spam", "3.0"))
    configured = tmp_path / ".config"
    for folder in ("pip", "uv"):
        (configured / folder).mkdir(parents=True)
    (configured / "pip" / "pip.conf").write_text(
        f"[global]\nfind-links = {links}\nextra-index-url = {normal.simple_url}\n"
    )
    (configured / "uv" / "uv.toml").write_text(f'[[index]]\nurl = "{normal.simple_url}"\n')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return {
        "TMPDIR": str(temporary),
        "PIP_INDEX_URL": normal.simple_url,
        "PIP_EXTRA_INDEX_URL": normal.simple_url,
        "PIP_FIND_LINKS": str(links),
        "UV_INDEX": normal.simple_url,
        "UV_DEFAULT_INDEX": normal.simple_url,
        "UV_FIND_LINKS": str(links),
        "UV_PYTHON_DOWNLOADS": "never",
        "TWINE_REPOSITORY_URL": str(tmp_path / "nowhere"),
    }


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """A folder with spam 1.0 on its stage."""
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    (folder / "dist" / WHEEL).write_bytes(OURS)
    # What stands here must not be taken for what is installed.
    (folder / "spam_ours.py").write_text("raise SystemExit('imported from the checkout')")
    assert stage(folder, "add").status == 0
    return folder


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An empty virtual environment."""
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


def uv() -> str:
    """The program, which is installed beside the interpreter."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    assert found, "uv is not installed"
    return found


def installers(venv: Path) -> dict[str, list[str]]:
    python = str(venv / "bin" / "python")
    return {
        "pip": [python, "-W", "ignore", "-m", "pip", "install", "--no-deps", "spam"],
        "uv": [uv(), "pip", "install", "--python", python, "--no-deps", "spam"],
    }


def version(venv: Path) -> str:
    program = "import spam, spam_ours; print(spam.__version__)"
    command = [str(venv / "bin" / "python"), "-I", "-c", program]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def nothing_is_left(astray: Mapping[str, str]) -> bool:
    return list(Path(astray["TMPDIR"]).iterdir()) == []


def asked_for(server: LegacyServer) -> set[str]:
    return {path for _method, path, _headers in server.requests}


@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.parametrize("how", ["file", "serve", "given"])
def test_an_installer_takes_the_release_from_its_preview(  # noqa: PLR0917 - fixtures have names
    staged: Path, venv: Path, astray: dict[str, str], normal: LegacyServer, installer: str, how: str
) -> None:
    """Although every other index has a higher version of it; none of them is even asked."""
    options = ["--serve"] if how == "serve" else []
    with LegacyServer(simple_path=f"/{TOKEN}/simple/", hook=no_argument_tells) as preview:
        preview.put(WHEEL, OURS)
        given = {"STAGE_PREVIEW_URL": preview.simple_url} if how == "given" else {}
        command = ("spam==1.0", *options, "--", *installers(venv)[installer])
        ran = stage(staged, "preview", *command, variables={**astray, **given})
    assert ran.status == 0, ran.out + ran.err
    assert version(venv) == "1.0"
    assert asked_for(normal) == set()
    assert nothing_is_left(astray)


def no_argument_tells(_moment: str, _name: str) -> None:
    """No process of this machine has the token in its arguments."""
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended just now
            assert TOKEN.encode() not in arguments.read_bytes()


@pytest.mark.parametrize("how", ["local", "given"])
def test_a_smoke_test_tries_the_release_with_its_dependencies(
    staged: Path, astray: dict[str, str], normal: LegacyServer, how: str
) -> None:
    """Those come from the normal index; the release does not, and nobody there is asked for it."""
    with LegacyServer(simple_path=f"/{TOKEN}/simple/", hook=no_argument_tells) as preview:
        preview.put(WHEEL, OURS)
        given = {"STAGE_PREVIEW_URL": preview.simple_url} if how == "given" else {}
        arguments = ("preview", "spam==1.0", "--smoke", TEST, "--json")
        ran = stage(staged, *arguments, variables={**astray, **given})
    assert ran.status == 0, ran.out + ran.err
    assert ran.document["report"]["trial"]["status"] == 0
    assert asked_for(normal) == {"/simple/egg/", "/files/egg-1.0-py3-none-any.whl"}
    assert TOKEN not in ran.out + ran.err
    assert nothing_is_left(astray)


def test_an_index_that_wants_to_be_asked_changes_nothing(
    staged: Path, astray: dict[str, str], normal: LegacyServer
) -> None:
    """A dependency that requires the release in turn, and a pip that upgrades all it can."""
    core = samples.metadata("egg", "1.1", Requires_Dist="spam>=1")
    normal.put("egg-1.1-py3-none-any.whl", samples.wheel("egg", "1.1", core_metadata=core))
    upgrading = {"PIP_UPGRADE": "1", "PIP_UPGRADE_STRATEGY": "eager", "PIP_FORCE_REINSTALL": "1"}
    command = "python -c 'import spam_ours, spam, egg; assert spam.__version__ == \"1.0\"'"
    ran = stage(staged, "preview", "--smoke", command, variables={**astray, **upgrading})
    assert ran.status == 0, ran.out + ran.err


def test_a_pip_that_is_configured_to_replace_it_is_found_out(
    staged: Path, astray: dict[str, str], normal: LegacyServer, tmp_path: Path
) -> None:
    """The same version with other content, by a configuration file that forces it."""
    core = samples.metadata("egg", "1.1", Requires_Dist="spam>=1")
    normal.put("egg-1.1-py3-none-any.whl", samples.wheel("egg", "1.1", core_metadata=core))
    file = tmp_path / "pip.conf"
    file.write_text("[install]\nforce-reinstall = true\n")
    configured = {**astray, "PIP_CONFIG_FILE": str(file), "PIP_FIND_LINKS": ""}
    ran = stage(staged, "preview", "--smoke", TEST, "--json", variables=configured)
    assert ran.status == 1, ran.out
    assert ran.document["report"]["trial"]["step"] == "dependencies"
    assert "was replaced" in ran.document["error"]["message"]


def test_each_step_can_fail(staged: Path, astray: dict[str, str], normal: LegacyServer) -> None:
    """It is told which did, with the last words."""

    def failed(*arguments: str) -> tuple[str, str]:
        ran = stage(staged, "preview", "spam", *arguments, "--json", variables=astray)
        assert ran.status == 1, ran.out + ran.err
        assert nothing_is_left(astray)
        trial = ran.document["report"]["trial"]
        return trial["step"], trial["said"]

    step, said = failed("--smoke", "python -c 'import nothing_of_this_name'")
    assert step == "command"
    assert said.endswith("No module named 'nothing_of_this_name'")
    assert failed("--smoke", TEST, "--python", "/nowhere/python")[0] == "environment"
    del normal.files["egg-1.0-py3-none-any.whl"]
    step, said = failed("--smoke", TEST)
    assert step == "dependencies"
    assert "No matching distribution found for egg" in said


def test_without_a_wheel_that_fits_the_sdist_is_built(
    tmp_path: Path, astray: dict[str, str], normal: LegacyServer
) -> None:
    """What it takes to build comes from the normal index, the sdist from the preview."""
    members = {
        "spam-1.0/pyproject.toml": PYPROJECT,
        "spam-1.0/backend.py": BACKEND,
        f"spam-1.0/{WHEEL}": OURS,
    }
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    (folder / "dist" / "spam-1.0.tar.gz").write_bytes(samples.sdist(members=members))
    foreign = "spam-1.0-cp27-cp27m-macosx_10_9_x86_64.whl"
    samples.write(folder / "dist", foreign)
    assert stage(folder, "add").status == 0
    ran = stage(folder, "preview", "--smoke", TEST, variables=astray)
    assert ran.status == 0, ran.out + ran.err
    assert "building spam-1.0.tar.gz" in ran.err
    assert "/simple/needed-to-build/" in asked_for(normal)
    assert "/simple/spam/" not in asked_for(normal)
    assert nothing_is_left(astray)


SLEEPING = "import os, time; open('{}', 'w').write(str(os.getpid())); time.sleep(60)"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
@pytest.mark.parametrize("how", ["smoke", "command"])
def test_a_signal_leaves_nothing_behind(  # noqa: PLR0917 - fixtures have names
    staged: Path, astray: dict[str, str], tmp_path: Path, number: int, status: int, how: str
) -> None:
    """No folder, and no program that goes on."""
    pid = tmp_path / "pid"
    program = SLEEPING.format(pid)
    ways = {
        "smoke": ("--smoke", f'python -c "{program}"'),
        "command": ("--", sys.executable, "-c", program),
    }
    with start(staged, "preview", "spam", *ways[how], variables=astray) as process:
        _wait_for(lambda: pid.exists() and pid.read_text() != "")
        os.kill(process.pid, number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == status, err
    assert nothing_is_left(astray)
    _wait_for(lambda: not _is_running(int(pid.read_text())))


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_serving_ends_with_a_signal(
    staged: Path, astray: dict[str, str], number: int, status: int
) -> None:
    """Nobody listens any more, and the folder is gone."""
    with start(staged, "preview", "--serve", variables=astray) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "--index-url" in line)
        found = re.search(r"http://\S+", line)
        assert found
        port = urlsplit(found[0]).port or 0
        with socket.create_connection(("127.0.0.1", port)):
            os.kill(process.pid, number)
            process.communicate(timeout=30)
    assert process.returncode == status
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass
    assert nothing_is_left(astray)


def test_the_lines_that_are_shown_do_what_they_say(
    staged: Path, venv: Path, astray: dict[str, str], tmp_path: Path
) -> None:
    """Typed as they stand, where nothing else is configured."""
    shown: Ran = stage(staged, "preview", variables=astray)
    lines = [line.strip() for line in shown.out.splitlines() if "--index-url" in line]
    assert len(lines) == 2
    path = os.pathsep.join([str(venv / "bin"), str(Path(uv()).parent), os.environ["PATH"]])
    plain = {"PATH": path, "HOME": str(tmp_path / "home"), "VIRTUAL_ENV": str(venv)}
    plain["PIP_CONFIG_FILE"] = os.devnull
    for line in lines:
        subprocess.run(line.split(), check=True, env=plain, capture_output=True)
        assert version(venv) == "1.0"
        undo = [str(venv / "bin" / "python"), "-m", "pip", "uninstall", "-qy", "spam"]
        subprocess.run(undo, check=True, env=plain)


def _wait_for(is_so: object) -> None:
    assert callable(is_so)
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1] not in {"", "Z"}
