"""The commands that pages show are run, page by page, and say what the page shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random

import pytest

import samples
from pages import PAGES, commands, name
from servers.legacy import LegacyServer
from servers.upload2 import Upload2Server

WHEELS = (
    "spam-1.2.3-py3-none-any.whl",
    "spam-1.2.3-cp312-abi3-manylinux_2_28_x86_64.whl",
    "spam-1.2.3-cp312-abi3-macosx_11_0_arm64.whl",
)
SDIST = "spam-1.2.3.tar.gz"
CREDENTIALS = ("build", "not-a-secret")
WITH_COMMANDS = [page for page in PAGES if commands(page.read_text(encoding="utf-8"))]


def _write_distributions(folder: Path) -> None:
    """Three wheels and an sdist of spam 1.2.3, the same bytes with every Python and zlib."""
    folder.mkdir()
    fields = {"Summary": "Lovely spam", "Description_Content_Type": "text/markdown"}
    about = samples.metadata("spam", "1.2.3", **fields) + b"\n# Spam\n\nWonderful spam.\n"
    for number, filename in enumerate(WHEELS):
        tag = filename.removeprefix("spam-1.2.3-").removesuffix(".whl")
        data = Random(number).randbytes(60_000 * (number + 1))  # noqa: S311 - the same each time
        content = samples.wheel(
            "spam",
            "1.2.3",
            tag=tag,
            members={"spam_data.bin": data},
            core_metadata=about,
            compression=0,
        )
        (folder / filename).write_bytes(content)
    stored = zlib.compressobj(level=0, wbits=31)
    archive = zlib.decompress(samples.sdist("spam", "1.2.3", core_metadata=about), wbits=31)
    (folder / SDIST).write_bytes(stored.compress(archive) + stored.flush())


def _write_pypirc(home: Path, **urls: str) -> None:
    """The indexes that pages call by name."""
    username, password = CREDENTIALS
    sections = [
        f"[{name}]\nrepository = {url}\nusername = {username}\npassword = {password}\n"
        for name, url in urls.items()
    ]
    text = f"[distutils]\nindex-servers = {' '.join(urls)}\n\n" + "\n".join(sections)
    (home / ".pypirc").write_text(text)


def _environment(home: Path) -> dict[str, str]:
    """The surroundings of somebody who has set up nothing, with our programs on PATH."""
    foreign = ("TWINE_", "STAGE_", "GITHUB_", "COV", "PYTEST", "CI")
    ours = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    scripts = str(Path(sys.executable).parent)
    return ours | {
        "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
        "HOME": str(home),
        "TMPDIR": str(home),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    """Each command of the page ends as the page says, and says what the page shows."""
    home, folder = tmp_path / "home", tmp_path / "spam"
    home.mkdir()
    folder.mkdir()
    _write_distributions(folder / "dist")
    with (
        LegacyServer(credentials=CREDENTIALS, simple_path="/legacy/simple/") as company,
        Upload2Server(credentials=CREDENTIALS, simple_path="/2.0/simple/") as house,
    ):
        _write_pypirc(home, company=company.url, house=house.url)
        for command in commands(page.read_text(encoding="utf-8")):
            status, said = _run(command.text, folder=folder, home=home)
            place = f"{name(page)}:{command.line}: $ {command.text}\n{said}"
            assert status == command.status, place
            assert not command.shown or command.is_shown_as(said), place


def _run(command: str, *, folder: Path, home: Path) -> tuple[int, str]:
    """The exit status of a command line, and what it wrote to both streams."""
    ran = subprocess.run(
        [shutil.which("bash") or "sh", "-c", command],
        cwd=folder,
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return ran.returncode, ran.stdout
