"""Real pip and uv install what was published to a directory index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from releasing import built, publish
from servers.running import serving
from twine_stage.indexes.directory import DirectoryIndex

pytestmark = pytest.mark.integration

WHEEL = built("spam-1.0-py3-none-any.whl", requires_python=">=3.8")
PYPROJECT = b"""[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = f"""
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy({WHEEL.name!r}, folder)
    return {WHEEL.name!r}
""".encode()
SDIST = built(
    "spam-1.0.tar.gz",
    members={
        # It needs no build backend from any index.
        "spam-1.0/pyproject.toml": PYPROJECT,
        "spam-1.0/backend.py": BACKEND,
        f"spam-1.0/{WHEEL.name}": WHEEL.content,
    },
    requires_python=">=3.8",
)
LOCAL = built("spam-1.1+cpu-py3-none-any.whl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two releases."""
    root = tmp_path_factory.mktemp("index folder")  # a blank, to be quoted in every URL
    index = DirectoryIndex(root, id="here")
    publish(index, WHEEL, SDIST)
    publish(index, LOCAL)
    return root


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder behind Python's own web server: its URL, and the paths that were asked for."""
    with serving(folder) as server:
        yield server.url, server.asked


@pytest.fixture(params=["file", "http"])
def simple_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """The simple URL, as file: and behind a web server."""
    if request.param == "file":
        return f"{folder.as_uri()}/simple/"
    url, _asked = request.getfixturevalue("served")
    return f"{url}simple/"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The surroundings of somebody who has configured no other index."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    return ours | {
        "HOME": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CONFIG": "1",
        "UV_NO_CACHE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def _run(*command: str | Path, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def _pip(*arguments: str | Path, environment: dict[str, str]) -> str:
    return _run(sys.executable, "-m", "pip", *arguments, environment=environment)


def _uv(*arguments: str | Path, environment: dict[str, str]) -> str:
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    uv = beside or shutil.which("uv")
    assert uv, "uv is not installed"
    return _run(uv, *arguments, environment=environment)


def _interpreter(venv: Path) -> Path:
    folder = "Scripts" if os.name == "nt" else "bin"
    return venv / folder / "python"


def _version(venv: Path, environment: dict[str, str]) -> str:
    program = "import spam; print(spam.__version__)"
    return _run(_interpreter(venv), "-c", program, environment=environment).strip()


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with a pip of its own."""
    path = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", path, environment=dict(os.environ))
    return path


CHOICES = [
    (("spam==1.0",), "1.0"),
    (("spam==1.0", "--no-binary", "spam"), "1.0"),
    (("spam",), "1.1+cpu"),
]
each_choice = pytest.mark.parametrize(
    ("arguments", "version"), CHOICES, ids=["wheel", "sdist", "newest"]
)


@each_choice
def test_pip_installs(
    simple_url: str, arguments: Sequence[str], version: str, venv: Path, environment: dict[str, str]
) -> None:
    """A virtual environment's own pip installs a wheel, an sdist, and the newest release."""
    install = ("-m", "pip", "install", "--force-reinstall", "--index-url", simple_url)
    _run(_interpreter(venv), *install, *arguments, environment=environment)
    assert _version(venv, environment) == version


@each_choice
def test_uv_installs(
    simple_url: str,
    arguments: Sequence[str],
    version: str,
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    """So does uv."""
    venv = tmp_path / "venv"
    _uv("venv", "--python", sys.executable, venv, environment=environment)
    into = ("pip", "install", "--python", _interpreter(venv))
    _uv(*into, "--index-url", simple_url, *arguments, environment=environment)
    assert _version(venv, environment) == version


def test_hashes_are_accepted(simple_url: str, tmp_path: Path, environment: dict[str, str]) -> None:
    """Both files of a release pass pip's check against the frozen digests."""
    requirements = tmp_path / "requirements.txt"
    digests = " ".join(f"--hash=sha256:{one.distribution.sha256}" for one in (WHEEL, SDIST))
    requirements.write_text(f"spam==1.0 {digests}\n")
    for kind, file in (("--only-binary", WHEEL), ("--no-binary", SDIST)):
        _pip(
            *("download", "--no-deps", "--dest", tmp_path, "--index-url", simple_url),
            *("--require-hashes", kind, ":all:", "-r", requirements),
            environment=environment,
        )
        assert (tmp_path / file.name).read_bytes() == file.content


def test_metadata_is_read_without_the_wheel(
    served: tuple[str, list[str]], environment: dict[str, str]
) -> None:
    """Pip resolves from the metadata file alone, whose digest it checks (PEP 658)."""
    url, asked = served
    del asked[:]
    _pip(
        *(
            "install",
            "--dry-run",
            "--ignore-installed",
            "--index-url",
            f"{url}simple/",
            "spam==1.0",
        ),
        environment=environment,
    )
    assert any(path.endswith(".whl.metadata") for path in asked)


def test_links_of_a_page(folder: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """A project page does for ``--find-links``, without any index."""
    page = f"{folder.as_uri()}/simple/spam/index.html"
    _pip(
        *("download", "--no-deps", "--dest", tmp_path, "--no-index", "--find-links", page),
        "spam==1.0",
        environment=environment,
    )
    assert (tmp_path / WHEEL.name).read_bytes() == WHEEL.content
