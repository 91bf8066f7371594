"""The workflows that watch releases: their steps run, with a stand-in for the forge."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

import samples
from pages import ROOT, blocks
from servers.legacy import LegacyServer

WHEEL, SDIST = "spam-1.2.3-py3-none-any.whl", "spam-1.2.3.tar.gz"
EXTRA = "spam-1.2.3-1-py3-none-any.whl"
PAGE = (ROOT / "docs/how-to/monitor.md").read_text(encoding="utf-8")
GITHUB, GITLAB = (block.text for block in blocks(PAGE) if block.language == "yaml")
LOOK, TELL = (
    dedent(found[1])
    for found in re.finditer(r"^        run: \|\n((?:          .+\n)+)", GITHUB, re.MULTILINE)
)


@dataclass
class Job:
    """A folder with a manifest of a release that is public, and programs of the forge."""

    folder: Path
    index: LegacyServer

    def run(self, script: str, **variables: str) -> tuple[int, str]:
        """A step as the forge runs it, which stops at the first command that fails."""
        ran = subprocess.run(
            [shutil.which("bash") or "sh", "-e", "-c", script],
            cwd=self.folder,
            env={**self._environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return ran.returncode, ran.stdout

    @property
    def issues(self) -> str:
        """What was told to the forge."""
        path = self.folder / "issues"
        return path.read_text() if path.exists() else ""

    def _environment(self) -> Mapping[str, str]:
        foreign = ("TWINE_", "STAGE_", "GITHUB_", "COV", "PYTEST", "CI")
        ours = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        here = [str(self.folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        return ours | {
            "PATH": os.pathsep.join(here),
            "HOME": str(self.folder),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TWINE_REPOSITORY_URL": self.index.url,
            "TWINE_USERNAME": "build",
            "TWINE_PASSWORD": "secret",
            "STAGE_SIMPLE_URL": self.index.simple_url,
            "STAGE_API": "legacy",
            "GITHUB_OUTPUT": str(self.folder / "output"),
        }


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Whose manifest is in ``releases``."""
    samples.write(tmp_path / "dist", WHEEL, SDIST)
    (tmp_path / "bin").mkdir()
    for name in ("gh", "curl", "pip"):
        program = tmp_path / "bin" / name
        program.write_text(
            '#!/bin/sh\necho "$0 $*" >> issues\ncat body.md >> issues 2>/dev/null || true\n'
        )
        program.chmod(0o755)
    with LegacyServer() as index:
        job = Job(tmp_path, index)
        script = "stage add dist/*; stage freeze --output releases; stage publish; rm -r .stage"
        status, said = job.run(script)
        assert status == 0, said
        yield job


def test_github_opens_an_issue_for_a_change(job: Job) -> None:
    """None without one, one with it, and none again; a quiet index is status 0."""
    statuses = []
    for day in range(3):
        if day == 1:
            job.index.put(EXTRA, samples.content_of(EXTRA))
        status, said = job.run(LOOK)
        assert status == 0, said
        output = (job.folder / "output").read_text().split()[-1]
        statuses.append(output)
        if output == "status=1":
            assert job.run(TELL)[0] == 0
    assert statuses == ["status=0", "status=1", "status=0"]
    assert job.issues.count("issue create") == 1
    assert f"spam==1.2.3: {EXTRA} appended" in job.issues
    assert "steps.look.outputs.status == '1'" in GITHUB


def test_gitlab_opens_an_issue_for_a_change(job: Job) -> None:
    """The job succeeds then, so that its cache is kept."""
    script = _script(GITLAB)
    for day in range(3):
        if day == 1:
            job.index.put(EXTRA, samples.content_of(EXTRA))
        status, said = job.run(script, CI_API_V4_URL="https://example.org", CI_PROJECT_ID="7")
        assert status == 0, said
    told = [line for line in job.issues.splitlines() if "curl" in line]
    assert len(told) == 1
    assert told[0].endswith("https://example.org/projects/7/issues")
    assert f"spam==1.2.3: {EXTRA} appended" in job.issues


def test_an_index_that_is_down_fails_the_job(job: Job) -> None:
    """And opens no issue."""
    dead = {"STAGE_SIMPLE_URL": "http://127.0.0.1:9/simple/"}
    status, _ = job.run(_script(GITLAB), **dead)
    assert status == 5
    assert "curl" not in job.issues
    assert job.run(LOOK, **dead)[0] == 0
    assert (job.folder / "output").read_text() == "status=5\n"


def _script(text: str) -> str:
    """The lines of ``script:`` as one, as GitLab joins them."""
    items = re.split(r"^    - ", text.partition("  script:\n")[2], flags=re.MULTILINE)[1:]
    return "\n".join(dedent(item.removeprefix("|\n")) for item in items)
