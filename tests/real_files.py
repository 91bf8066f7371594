"""Real files of an index, by name and digest: fetched once, kept, and never taken on trust."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from pypi_simple import DistributionPackage, NoSuchProjectError, PyPISimple

from twine_stage.twine_bridge import known_indexes

LIST = Path(__file__).with_name("real_files.json")
THREADS = 8
SECONDS = 120
"""How long all of it may take; what is not there by then is missing."""


@dataclass(frozen=True, slots=True)
class RealFile:
    """A file of the list.

    ``accepted`` is whether PyPI would take it today, were it new. If not, ``rule`` is the number of
    the first rule that refuses it (see ``pypi_rules``), and ``codes`` are those of the errors that
    are due: one for each reason, the filename's too where the metadata are refused first.
    """

    project: str
    filename: str
    sha256: str
    accepted: bool
    rule: str = ""
    codes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return folder() / self.sha256[:16] / self.filename

    @property
    def is_kept(self) -> bool:
        """Whether it is there, and is what the list says."""
        return self.path.is_file() and _sha256(self.path.read_bytes()) == self.sha256


def folder() -> Path:
    """Where the files are kept; ``STAGE_REAL_FILES`` names another folder."""
    named = os.environ.get("STAGE_REAL_FILES")
    return Path(named) if named else Path.home() / ".cache" / "twine-stage" / "real-files"


@cache
def listed() -> tuple[RealFile, ...]:
    """All files of the list, by project."""
    rows = json.loads(LIST.read_text(encoding="utf-8"))
    return tuple(RealFile(**row | {"codes": tuple(row.get("codes", ()))}) for row in rows)


def fetch(files: Iterable[RealFile]) -> Mapping[str, str]:
    """Fetch what is not kept yet: a page for each project, then the files, side by side.

    Returns:
        Why files are missing, by filename.

    Raises:
        RuntimeError: the index has other bytes under a name than the list.
    """
    missing = [file for file in files if not file.is_kept]
    end = time.monotonic() + SECONDS
    by_project = [list(group) for _, group in groupby(missing, key=lambda file: file.project)]
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = pool.map(lambda group: _fetch_project(group, end), by_project)
        return {name: reason for outcome in outcomes for name, reason in outcome.items()}


def _fetch_project(files: list[RealFile], end: float) -> dict[str, str]:
    with PyPISimple(known_indexes()["pypi"].simple_url) as client:
        try:
            packages = _packages(client, files[0].project)
        except (OSError, NoSuchProjectError) as error:  # those of requests are OSErrors
            return {file.filename: f"no page: {_told(error)}" for file in files}
        failures = {file.filename: _failure(client, packages, file, end) for file in files}
    return {name: reason for name, reason in failures.items() if reason}


def _failure(
    client: PyPISimple, packages: Mapping[str, DistributionPackage], file: RealFile, end: float
) -> str:
    """Fetch a file; empty where it is there then, else the reason why it is not."""
    if time.monotonic() > end:
        return f"not fetched within {SECONDS} s"
    try:
        _fetch(client, packages, file)
    except (OSError, KeyError) as error:
        return f"no file: {_told(error)}"
    return ""


def _told(error: Exception) -> str:
    return type(error).__name__


def _packages(client: PyPISimple, project: str) -> dict[str, DistributionPackage]:
    page = client.get_project_page(project, timeout=30)
    return {package.filename: package for package in page.packages}


def _fetch(client: PyPISimple, packages: Mapping[str, DistributionPackage], file: RealFile) -> None:
    answer = client.s.get(packages[file.filename].url, timeout=30)
    answer.raise_for_status()
    if _sha256(answer.content) != file.sha256:
        raise RuntimeError(f"{file.filename} is another file than the one of the list")
    file.path.parent.mkdir(parents=True, exist_ok=True)
    partial = file.path.with_name(f"{file.filename}.{os.getpid()}")
    partial.write_bytes(answer.content)
    partial.replace(file.path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
