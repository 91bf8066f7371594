"""A release on a real index: whoever changes it, the monitor names what they did."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import samples
from servers.real import RealServer

pytestmark = pytest.mark.integration

WHEEL = "canary-1.0-py3-none-any.whl"
SDIST = "canary-1.0.tar.gz"
EXTRA = "canary-1.0-1-py3-none-any.whl"


@dataclass
class Person:
    """Somebody with twine, stage, and an index of theirs on which files may be replaced."""

    folder: Path
    server: RealServer
    index: str = "loose"

    @property
    def url(self) -> str:
        return self.server.upload_url.replace("/release/", f"/{self.index}/")

    def run(self, *command: str, expected: int = 0) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == expected, ran.stdout + ran.stderr
        return ran.stdout

    def monitor(self, *, expected: int) -> list[dict[str, Any]]:
        """What changed since the last look."""
        options = ("--state", "state.json", "--urls", "--json")
        said = self.run("twine_stage", "monitor", *options, expected=expected)
        found: list[dict[str, Any]] = json.loads(said)["report"]["changes"]
        return found

    def upload(self, filename: str, content: bytes) -> None:
        """With twine."""
        path = self.folder / "other" / filename
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        self.run("twine", "upload", "--disable-progress-bar", str(path))

    def ask(self, method: str, url: str, document: Mapping[str, object] | None = None) -> None:
        """Of devpi, by its own API."""
        parts = urlsplit(url)
        login = base64.b64encode(f"{self.server.username}:{self.server.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        connection = HTTPConnection(parts.netloc, timeout=60)
        connection.request(method, parts.path, json.dumps(document) if document else None, headers)
        response = connection.getresponse()
        assert response.status in {200, 201}, response.read()
        connection.close()

    def _environment(self) -> dict[str, str]:
        foreign = ("TWINE_", "STAGE_", "GITHUB_", "COV", "PYTEST")
        ours = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        return ours | {
            "HOME": str(self.folder),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TWINE_NON_INTERACTIVE": "1",
            "TWINE_REPOSITORY_URL": self.url,
            "TWINE_USERNAME": self.server.username,
            "TWINE_PASSWORD": self.server.password,
        }


@pytest.fixture
def person(devpi_index: RealServer, tmp_path: Path) -> Person:
    """Who has published a release to a volatile index."""
    person = Person(tmp_path, devpi_index)
    person.ask("PUT", person.url.rstrip("/"), {"type": "stage", "bases": [], "volatile": True})
    samples.write(tmp_path / "dist", WHEEL, SDIST)
    person.run("twine_stage", "add")
    person.run("twine_stage", "publish")
    return person


def test_each_change_is_named_once(person: Person) -> None:
    """Append, swap, delete: each by another client, and nothing in between."""
    assert person.monitor(expected=0) == []
    assert person.monitor(expected=0) == []

    person.upload(EXTRA, samples.content_of(EXTRA))
    (change,) = person.monitor(expected=1)
    assert (change["release"], change["kind"], change["files"]) == (
        "canary==1.0",
        "appended",
        [EXTRA],
    )
    assert {effect["instead_of"] for effect in change["impact"]} == {WHEEL}
    assert change["uploaded_at"] is not None
    assert person.monitor(expected=0) == []

    person.upload(SDIST, samples.content_of(SDIST, members={"canary-1.0/more.py": b"evil = 1\n"}))
    told = person.monitor(expected=1)
    assert (told[0]["kind"], told[0]["files"]) == ("swapped", [SDIST])
    assert person.monitor(expected=0) == []

    person.ask("DELETE", _address(person, EXTRA))
    told = person.monitor(expected=1)
    assert [(one["kind"], one["files"]) for one in told] == [("deleted", [EXTRA])]

    person.ask("DELETE", _address(person, WHEEL))
    told = person.monitor(expected=1)
    assert {one["kind"] for one in told} == {"deleted", "unreachable"}
    assert all(one["files"] == [WHEEL] for one in told)
    assert person.monitor(expected=0) == []


def _address(person: Person, filename: str) -> str:
    """Where devpi has a file."""
    parts = urlsplit(f"{person.url}+simple/canary/")
    connection = HTTPConnection(parts.netloc, timeout=60)
    kind = "application/vnd.pypi.simple.v1+json"
    connection.request("GET", parts.path, headers={"Accept": kind})
    page = json.load(connection.getresponse())
    connection.close()
    (link,) = [file["url"] for file in page["files"] if file["filename"] == filename]
    path = link.partition("#")[0]
    while path.startswith("../"):
        path = path.removeprefix("../")
    return path if "://" in path else f"{person.url}{path.partition('/loose/')[2] or path}"
