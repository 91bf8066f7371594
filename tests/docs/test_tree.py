"""What no file of the project holds: hosts of package registries, paths of one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages import ROOT

# Written so that they do not find themselves.
HOSTS = re.compile(
    r"(^|[^a-z.-])((upload|test|files|docs)\.)?p[y]pi\.org|p[y]thonhosted\.org"
    r"|registry\.n[p]mjs|deb\.d[e]bian\.org"
)
PATHS = re.compile(r"(/wor[k]/|/far[m]/|/roo[t]/|/hom[e]/|/User[s]/)[a-z.]")
HIDDEN = {".ci", ".github", ".gitignore", ".pre-commit-config.yaml"}
MADE = {"__pycache__", "build", "dist"}


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name in MADE or (path.name.startswith(".") and path.name not in HIDDEN):
            continue
        found += _files(path) if path.is_dir() else [path]
    return found


@pytest.mark.parametrize(("kind", "pattern"), [("host", HOSTS), ("path", PATHS)])
def test_the_tree_is_clean(kind: str, pattern: re.Pattern[str]) -> None:
    """No file names a host of a package registry, or a path of the machine it was written on."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _files(ROOT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, f"a {kind} in:\n" + "\n".join(found)
