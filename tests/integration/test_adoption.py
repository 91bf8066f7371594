"""Adopting from real servers, and auditing them: what twine uploaded is watched from then on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli_streams import surroundings, text
from releasing import Built, built
from servers.real import RealServer
from twine_stage.cli.run import run

pytestmark = pytest.mark.integration


def upload(server: RealServer, folder: Path, *files: Built) -> None:
    """Upload with twine, as somebody who has no stage."""
    for file in files:
        (folder / file.name).write_bytes(file.content)
    login = ["-u", server.username or "nobody", "-p", server.password or "none"]
    subprocess.run(
        [
            *(sys.executable, "-m", "twine", "upload", "--non-interactive"),
            *("--disable-progress-bar", *login, "--repository-url", server.upload_url),
            *(str(folder / file.name) for file in files),
        ],
        env=dict(os.environ, HOME=str(folder)),
        capture_output=True,
        check=True,
    )


def test_what_others_uploaded_is_watched_from_then_on(
    real_index: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is exact as long as nothing changes, and what is appended is named, also by the audit."""
    monkeypatch.chdir(tmp_path)

    def stage(*arguments: str) -> tuple[int, str]:
        around = surroundings(tmp_path)
        at = ("--repository-url", real_index.upload_url, "--non-interactive")
        status = run([*arguments, *at], around)
        return status, text(around.stdout)

    wheel, sdist = built("relic-1.0-py3-none-any.whl"), built("relic-1.0.tar.gz")
    later = built("relic-1.0-py2-none-any.whl")
    upload(real_index, tmp_path, wheel, sdist)
    status, said = stage("adopt", "relic")
    assert status == 0, said
    assert said.startswith("adopted relic==1.0 from ")
    assert stage("verify")[0] == 0
    upload(real_index, tmp_path, later)
    status, said = stage("verify")
    assert status == 1
    assert later.name in said
    status, said = stage("audit", "relic", "--verbose", "--html", "audit.html")
    assert status == 0
    assert "1 release with 3 files" in said
    assert all(file.name in said for file in (wheel, sdist, later))
    assert later.name in (tmp_path / "audit.html").read_text("utf-8")
