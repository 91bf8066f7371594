"""``stage bundle``: a command line for each way, on two machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import bundling
from samples import write
from staging import SDIST, WHEEL

Stage = Any
EXPECT = '[tool.stage.expect]\n">0" = ["*.tar.gz", "*-musllinux*"]\n'


def test_from_one_stage_to_another(stage: Stage, tmp_path: Path) -> None:
    """Exported, imported, and imported once more."""
    write(tmp_path / "dist", WHEEL, SDIST)
    (tmp_path / "pyproject.toml").write_text(EXPECT)
    stage("add")
    exported = stage("bundle", "export", "spam", "--output", "one.bundle", "--json")
    there = ("--stage-dir", tmp_path / "there")
    first = stage("bundle", "import", "*.bundle", *there, "--json")
    second = stage("bundle", "import", "one.bundle", *there)
    assert (exported.status, first.status, second.status) == (0, 0, 0)
    assert exported.document["command"] == "bundle"
    assert set(exported.report) == {"bundle", "size", "files", "attestations", "left_out"}
    assert exported.report["files"] == first.report["added"]
    assert set(first.report) == {"bundles", "added", "unchanged", "missing"}
    assert first.report["missing"] == [
        {"release": "spam==1.0", "specifier": ">0", "pattern": "*-musllinux*"}
    ]
    assert second.stdout.splitlines()[-2:] == [
        "  missing                       *-musllinux* of spam==1.0, which '>0' expects",
        "2 unchanged: spam==1.0",
    ]


def test_what_is_no_bundle_makes_no_stage(stage: Stage, tmp_path: Path) -> None:
    """Nothing was changed that could not be meant."""
    bundling.write(tmp_path, content=b"text")
    result = stage("bundle", "import", "one.bundle")
    assert result.status == 3
    assert "one.bundle: expected a bundle, found text" in result.stderr
    assert not (tmp_path / ".stage").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["pack"], "expected export or import, found 'pack'"),
        (["export"], "expected a file for the bundle, found none"),
        (["import"], "expected bundles to import, found none"),
        (["import", "x", "--output", "y"], "expected --output with export alone"),
        (["import", "nothing.bundle"], "expected a file at nothing.bundle, found none"),
    ],
)
def test_what_cannot_be_meant(stage: Stage, arguments: list[str], problem: str) -> None:
    """Said with the status of a usage error, and the way out."""
    result = stage("bundle", *arguments)
    assert result.status == 2
    assert f"error: {problem}" in result.stderr
    assert "hint: " in result.stderr
