from __future__ import annotations

import os
import platform
import random
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.tags import sys_tags
from packaging.version import Version

from samples import content_of, distribution, sdist
from twine_stage.distributions import Distribution, Filename, Kind
from twine_stage.resolution import Environment, Installer, environments_for, pick

SETS = 60
TWIN_CHANCE = 0.4
PYTHON = f"cp3{sys.version_info.minor}"
ARCH = sysconfig.get_platform().rpartition("-")[2]
LIBC, LIBC_VERSION = platform.libc_ver()
IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
LISTS_NATIVE_FIRST = Version(version("pip")) >= Version("26.3")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        (LIBC, sys.implementation.name, IS_FREE_THREADED) != ("glibc", "cpython", False),
        reason="the cases are made for a usual CPython on a Linux with glibc",
    ),
]

BACKEND = """
import zipfile

NAME = {name!r}

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = f"{{NAME}}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{{wheel_directory}}/{{wheel}}", "w") as archive:
        archive.writestr(f"{{NAME}}_chosen.txt", {sdist!r})
        info = f"{{NAME}}-1.0.dist-info"
        fields = ["Metadata-Version: 2.2", f"Name: {{NAME}}", "Version: 1.0", ""]
        archive.writestr(f"{{info}}/METADATA", "\\n".join(fields))
        archive.writestr(f"{{info}}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        archive.writestr(f"{{info}}/RECORD", "")
    return wheel
"""
"""A build backend without requirements, so that an sdist is installed without any index."""


def here() -> Environment:
    """The environment that the tests run in."""
    minor = LIBC_VERSION.partition(".")[2]
    name = f"{PYTHON} manylinux_2_{minor}_{ARCH}"
    wheel = distribution(f"spam-1.0-{PYTHON}-{PYTHON}-manylinux_2_{minor}_{ARCH}.whl")
    return next(one for one in environments_for([wheel]) if one.name == name)


def tags() -> list[str]:
    """Tags that part the files of a release on this machine, and some that do not fit it."""
    interpreters = [
        f"{PYTHON}-{PYTHON}",
        f"{PYTHON}-abi3",
        f"{PYTHON}-none",
        "cp39-abi3",
        f"cp39.{PYTHON}-none",
        "py3-none",
        "py2.py3-none",
        f"py3{sys.version_info.minor}-none",
        "cp38-cp38",
        f"{PYTHON}-{PYTHON}t",
    ]
    platforms = [
        "any",
        f"manylinux_2_17_{ARCH}",
        f"manylinux2014_{ARCH}",
        f"manylinux2014_{ARCH}.manylinux_2_17_{ARCH}",
        f"manylinux_2_28_{ARCH}",
        f"manylinux_2_{LIBC_VERSION.partition('.')[2]}_{ARCH}",
        f"manylinux_2_99_{ARCH}",
        f"musllinux_1_2_{ARCH}",
        "win32",
    ]
    platforms += [f"linux_{ARCH}"] * LISTS_NATIVE_FIRST
    return [f"{interpreter}-{one}" for interpreter in interpreters for one in platforms]


TWINS = {"-py3-none": "-py2.py3-none", "-manylinux_2_17": "-manylinux_2_17_{ARCH}.manylinux_2_17"}
"""What makes another name of the same rank, so that only a tie decides."""


def cases() -> Iterator[list[Distribution]]:
    """File sets, each a release of a project of its own; every set can be installed."""
    drawing = random.Random(0)  # noqa: S311 - nothing secret is drawn
    for number in range(SETS):
        name = f"case{number}"
        drawn = {
            f"{name}-1.0-{drawing.choice(['', '', '1-', '2-', '2a-'])}{tag}.whl"
            for tag in drawing.sample(tags(), drawing.randint(1, 7))
        }
        drawn.add(f"{name}-1.0" + drawing.choice([".tar.gz", "-py3-none-any.whl"]))
        for part, twin in TWINS.items():
            twins = {one.replace(part, twin.format(ARCH=ARCH)) for one in drawn}
            drawn |= twins if drawing.random() < TWIN_CHANCE else set()
        yield [distribution(filename) for filename in sorted(drawn)]


def write(file: Filename, folder: Path) -> None:
    """Write a distribution that leaves its filename behind where it is installed."""
    if file.kind is Kind.SDIST:
        members = {
            f"{file.project}-1.0/pyproject.toml": (
                b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            ),
            f"{file.project}-1.0/backend.py": BACKEND.format(
                name=file.project, sdist=file.text
            ).encode(),
        }
        content = sdist(file.project, "1.0", members=members)
    else:
        content = content_of(file.text, members={f"{file.project}_chosen.txt": file.text.encode()})
    (folder / file.text).write_bytes(content)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simple index of all cases, in a folder; pages are sorted by filename."""
    root = tmp_path_factory.mktemp("simple")
    for files in cases():
        folder = root / files[0].filename.project
        folder.mkdir()
        for file in files:
            write(file.filename, folder)
        links = "".join(f'<a href="{file.filename}">{file.filename}</a>\n' for file in files)
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    return root


def chosen(command: list[str], target: Path) -> dict[str, str]:
    """What an installer chose for each case; nobody's configuration takes part."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))
    }
    names = [f"case{number}==1.0" for number in range(SETS)]
    done = subprocess.run(
        [*command, "--no-deps", "--target", str(target), *names],
        env=environment,
        cwd=target.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    marks = target.glob("*_chosen.txt")
    return {mark.name.removesuffix("_chosen.txt"): mark.read_text() for mark in marks}


def expected(installer: Installer) -> dict[str, str]:
    """What ``pick`` says."""
    found = {}
    for files in cases():
        picked = pick(files, here(), installer)
        assert picked is not None
        found[str(picked.filename.project)] = picked.filename.text
    return found


def test_pip_chooses_what_we_say(index: Path, tmp_path: Path) -> None:
    """Of every set of files pip installs the file that ``pick`` names."""
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-compile", "--index-url", index.as_uri()]
    assert chosen(command, tmp_path / "site") == expected(Installer.PIP)


def test_uv_chooses_what_we_say(index: Path, tmp_path: Path) -> None:
    """Of every set of files uv installs the file that ``pick`` names."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--no-config", "--index-url"]
    command += [index.as_uri(), "--cache-dir", str(tmp_path / "cache"), "--python", sys.executable]
    assert chosen(command, tmp_path / "site") == expected(Installer.UV)


def test_the_cases_part_the_installers() -> None:
    """The cases are worth the trouble: pip and uv do not choose alike in all of them."""
    assert expected(Installer.PIP) != expected(Installer.UV)


@pytest.mark.skipif(
    Version(version("packaging")) < Version("26.3"), reason="older ones list native tags last"
)
def test_the_tags_are_those_of_this_machine() -> None:
    """The list made without looking at a machine is the one packaging makes by looking."""
    assert list(here().tags(Installer.PIP)) == list(sys_tags())
