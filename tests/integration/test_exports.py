"""Real pip and uv install by what was exported, and refuse what is not as it was frozen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from releasing import built, manifest_of, publish
from servers.running import serving
from twine_stage.exports import FORMATS, Exported, exported
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.receipts import receipt

pytestmark = pytest.mark.integration

WHEEL = built("spam-1.0-py3-none-any.whl", requires_python=">=3.8")
OTHER = built("spam-1.0-cp39-cp39-win_amd64.whl", requires_python=">=3.8")
SDIST = built("spam-1.0.tar.gz", requires_python=">=3.8")
FILES = (WHEEL, OTHER, SDIST)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with one release, in a folder whose name is to be quoted in every URL."""
    root = tmp_path / "index folder"
    publish(DirectoryIndex(root, id="here"), *FILES)
    return root


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The folder behind Python's own web server."""
    with serving(folder) as server:
        yield server.url


@pytest.fixture(params=["file", "http"])
def release(request: pytest.FixtureRequest, folder: Path) -> Exported:
    """The release with the addresses of files on disk, or of the server."""
    manifest = manifest_of(*FILES)
    listing = DirectoryIndex(folder, id="here").listing(manifest.id)
    seen = receipt(listing, index="here", url="", manifest=manifest.digest, at="")
    if request.param == "file":
        return exported(manifest, seen)
    url = request.getfixturevalue("served")
    text = seen.dumps().decode().replace(f"{folder.as_uri()}/", url)
    return exported(manifest, type(seen).loads(text.encode()))


def _run(tmp_path: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    ours |= {
        "HOME": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CONFIG": "1",
        "UV_NO_CACHE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return subprocess.run(
        command,
        cwd=tmp_path,
        env=ours,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _pip(tmp_path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _run(tmp_path, sys.executable, "-m", "pip", "install", "--no-deps", *arguments)


def _uv(tmp_path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    uv = beside or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    return _run(tmp_path, uv, *arguments)


def _write(folder: Path, name: str, form: str, release: Exported) -> Path:
    path = folder / name
    path.write_text(FORMATS[form].write([release]))
    return path


def _spoil(folder: Path) -> None:
    """Put other bytes in the place of all wheels of the index."""
    for path in folder.rglob("spam-1.0-*.whl"):
        path.chmod(0o644)
        path.write_bytes(built(WHEEL.name, members={"other.py": b""}).content)


def test_pip_installs_by_the_requirements(
    release: Exported, served: str, folder: Path, tmp_path: Path
) -> None:
    """With --require-hashes; other bytes under the name are refused."""
    path = _write(tmp_path, "requirements.txt", "requirements", release)
    target = tmp_path / "target"
    options = (
        "--require-hashes",
        "-r",
        path,
        "--index-url",
        f"{served}simple/",
        "--target",
        target,
    )
    ran = _pip(tmp_path, *options)
    assert ran.returncode == 0, ran.stdout
    assert (target / "spam.py").exists()
    _spoil(folder)
    ran = _pip(tmp_path, "--force-reinstall", *options)
    assert ran.returncode != 0
    assert "mismatch" in ran.stdout.lower() or "hash" in ran.stdout.lower()


def test_pip_installs_by_the_addresses(release: Exported, tmp_path: Path) -> None:
    """A line of ``urls`` is a requirement with a hash."""
    line = next(
        line for line in FORMATS["urls"].write([release]).splitlines() if WHEEL.name in line
    )
    target = tmp_path / "target"
    ran = _pip(tmp_path, line, "--no-index", "--target", target)
    assert ran.returncode == 0, ran.stdout
    assert (target / "spam.py").exists()


def test_pip_installs_by_the_lock(release: Exported, folder: Path, tmp_path: Path) -> None:
    """With no index; other bytes are refused."""
    path = _write(tmp_path, "pylock.toml", "pylock", release)
    target = tmp_path / "target"
    ran = _pip(tmp_path, "-r", path, "--no-index", "--target", target)
    assert ran.returncode == 0, ran.stdout
    assert (target / "spam.py").exists()
    _spoil(folder)
    ran = _pip(tmp_path, "-r", path, "--no-index", "--target", tmp_path / "again")
    assert ran.returncode != 0
    assert "mismatch" in ran.stdout.lower() or "hash" in ran.stdout.lower()


def test_uv_syncs_by_the_lock(release: Exported, folder: Path, tmp_path: Path) -> None:
    """Into a fresh environment, with no index; other bytes are refused."""
    path = _write(tmp_path, "pylock.toml", "pylock", release)
    ran = _uv(tmp_path, "venv", "--python", sys.executable, "venv")
    assert ran.returncode == 0, ran.stdout
    sync = ("pip", "sync", path, "--no-index", "--python", tmp_path / "venv")
    ran = _uv(tmp_path, *sync)
    assert ran.returncode == 0, ran.stdout
    assert list((tmp_path / "venv").rglob("site-packages/spam.py"))
    _spoil(folder)
    ran = _uv(tmp_path, *sync, "--reinstall")
    assert ran.returncode != 0
    assert "mismatch" in ran.stdout.lower() or "hash" in ran.stdout.lower()


def test_uv_installs_by_the_requirements(release: Exported, served: str, tmp_path: Path) -> None:
    """With --require-hashes, as pip does."""
    path = _write(tmp_path, "requirements.txt", "requirements", release)
    ran = _uv(
        tmp_path, "pip", "install", "--require-hashes", "-r", path,
        "--index-url", f"{served}simple/", "--target", tmp_path / "target",
        "--python", sys.executable,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
