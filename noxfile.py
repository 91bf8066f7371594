"""What is run on this project: ``nox`` for all that must hold, ``nox -s NAME`` for one of it.

Versions and dependency groups stand in pyproject.toml alone.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.sessions = [
    "lint",
    "typing",
    "layers",
    "docs",
    "build",
    "demo",
    "minimums",
    "integration",
    "tests",
]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
ROOT = Path(__file__).parent
QUICK = (
    "-m",
    "not integration and not slow",
    "--ignore=tests/docs",
    "--ignore=tests/integration",
)
SIDE_BY_SIDE = ("--numprocesses", "2")
"""Two at a time, as many as the smallest machine has cores."""


def _show_pyenv_interpreters() -> None:
    """Put the interpreters that pyenv keeps on PATH: its shims stand there even where they fail."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders = [str(path) for version in PYTHONS for path in versions.glob(f"{version}.*/bin")]
    os.environ["PATH"] = os.pathsep.join([*folders, os.environ["PATH"]])


_show_pyenv_interpreters()


def _group(*names: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, *names)


def _pytest(session: nox.Session, *arguments: str) -> None:
    session.run("python", "-m", "pytest", *arguments, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style: every rule of ruff but those that pyproject.toml gives a reason against."""
    session.install(*_group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Types: mypy, strict, over the code, the tests and this file."""
    session.install("-e", ".", *_group("typing"))
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Layers: each row of the layout imports only from rows below it."""
    session.install("-e", ".", *_group("layers"))
    session.run("lint-imports")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The quick tests on each Python; on the oldest and the newest they reach every branch."""
    session.install("-e", ".", *_group("tests"))
    session.env["COVERAGE_FILE"] = str(Path(session.create_tmp()) / "coverage")
    if session.posargs:
        _pytest(session, *QUICK)
        return
    is_measured = session.python in (PYTHONS[0], PYTHONS[-1])
    measure = ("--cov", "--cov-report=term") if is_measured else ()
    _pytest(session, *QUICK, *SIDE_BY_SIDE, *measure)


@nox.session(python=PYTHONS[-1])
def integration(session: nox.Session) -> None:
    """The tests against real servers and installers, and those that kill and fill."""
    session.install("-e", ".", *_group("tests", "integration"))
    _pytest(session, "-m", "integration or slow", "--ignore=tests/docs", *SIDE_BY_SIDE)


@nox.session(python=PYTHONS[0])
def minimums(session: nox.Session) -> None:
    """The quick tests with the oldest dependencies that pyproject.toml allows."""
    constraints = Path(session.create_tmp()) / "constraints.txt"
    session.install(*_group("minimums"))
    lowest = ("--resolution", "lowest-direct", "--python-version", PYTHONS[0])
    quiet = ("--quiet", "--no-header", "--output-file", str(constraints))
    session.run("uv", "pip", "compile", *lowest, *quiet, "--extra", "sign", "pyproject.toml")
    session.install("-c", str(constraints), "-e", ".", *_group("tests"))
    _pytest(session, *QUICK, *SIDE_BY_SIDE)


@nox.session
def docs(session: nox.Session) -> None:
    """The pages: what they show is run, what there is to know is in them."""
    session.install("-e", ".", *_group("tests", "docs"))
    _pytest(session, "tests/docs")


@nox.session
def build(session: nox.Session) -> None:
    """The sdist and the wheel: well-formed, and all that a clean environment needs."""
    session.install(*_group("build"))
    folder = Path(session.create_tmp())
    built = _build(session, folder / "dist")
    session.run("twine", "check", "--strict", *built)
    python = _environment(session, folder / "installed")
    session.run(python, "-m", "pip", "install", "-qq", built[-1], external=True)
    for command in ("-m twine_stage --version", "-m twine stage --version"):
        session.run(python, *command.split(), external=True)


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on this project: build, stage, publish to a folder, verify, install."""
    session.install(".", *_group("build"))
    folder = Path(session.create_tmp()).resolve()
    _build(session, folder / "dist")
    release = f"{PROJECT['project']['name']}=={PROJECT['project']['version']}"
    index = (folder / ".stage" / "index" / "simple").as_uri()
    session.env["STAGE_DIR"] = str(folder / ".stage")
    with session.chdir(folder):
        shutil.rmtree(".stage", ignore_errors=True)
        session.run("stage", "add")
        session.run("stage", "check")
        session.run("stage", "status")
        session.run("stage", "publish", "--repository", "local")
        session.run("stage", "verify", "--repository", "local")
        python = _environment(session, folder / "installed")
        install = (python, "-m", "pip", "install", "-qq")
        session.run(*install, *PROJECT["project"]["dependencies"], external=True)
        session.run(*install[:-1], "--index-url", index, "--no-deps", release, external=True)
        session.run(python, "-m", "twine_stage", "--version", external=True)


@nox.session
def bench(session: nox.Session) -> None:
    """How fast, beside twine, uv and curl: ``nox -s bench -- --quick`` for a first look."""
    session.install(".", *_group("bench"))
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run("python", "bench/run.py", *session.posargs)


def _build(session: nox.Session, folder: Path) -> list[str]:
    """Build into an emptied folder; the sdist comes first, and the wheel is made from it."""
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(folder), str(ROOT), silent=True)
    return [str(path) for ending in ("*.tar.gz", "*.whl") for path in folder.glob(ending)]


def _environment(session: nox.Session, folder: Path) -> str:
    """Make an empty virtual environment with pip; returns its interpreter."""
    session.run("python", "-m", "venv", "--clear", str(folder))
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    return str(folder / scripts / "python")
