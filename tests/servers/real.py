"""Real package indexes on this machine: pypiserver and devpi, each in a process of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

_PATIENCE = 90.0
"""Seconds that a server may take to start; devpi took ten on two busy cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealServer:
    """A server that answers: where to upload, where to read, and who may upload.

    ``process`` is the id of its process, ``log`` the file with all that it says.
    """

    upload_url: str
    simple_url: str
    username: str
    password: str
    process: int
    log: Path


@contextmanager
def pypiserver(folder: Path, *, has_passwords: bool = True) -> Iterator[RealServer]:
    """A pypiserver over a folder, without a fallback; uploading may want a password.

    What is public is not overwritten, which is pypiserver's default.
    """
    files, port = folder / "packages", free_port()
    files.mkdir(parents=True)
    passwords = folder / "htpasswd"
    digest = base64.b64encode(hashlib.sha1(b"secret").digest()).decode()  # noqa: S324 - htpasswd's
    passwords.write_text(f"build:{{SHA}}{digest}\n")
    may = ["-a", "update", "-P", str(passwords)] if has_passwords else ["-a", ".", "-P", "."]
    command = [_script("pypi-server"), "run", "-i", "127.0.0.1", "-p", str(port)]
    with _running([*command, *may, "--disable-fallback", str(files)], folder, port) as process:
        yield RealServer(
            upload_url=f"http://127.0.0.1:{port}/",
            simple_url=f"http://127.0.0.1:{port}/simple/",
            username="build" if has_passwords else "",
            password="secret" if has_passwords else "",
            process=process,
            log=folder / "log",
        )


@contextmanager
def devpi(folder: Path) -> Iterator[RealServer]:
    """A devpi-server with one user and one index of theirs, without bases and not volatile."""
    data, port = folder / "data", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    init = [_script("devpi-init"), "--serverdir", str(data), "--no-root-pypi"]
    subprocess.run(init, check=True, capture_output=True, env=_environment())
    command = [_script("devpi-server"), "--serverdir", str(data), "--host", "127.0.0.1"]
    with _running([*command, "--port", str(port)], folder, port) as process:
        _put(port, "/build", {"password": "secret"})
        index = {"type": "stage", "bases": [], "volatile": False}
        _put(port, "/build/release", index, Authorization=_basic("build", "secret"))
        yield RealServer(
            upload_url=f"http://127.0.0.1:{port}/build/release/",
            simple_url=f"http://127.0.0.1:{port}/build/release/+simple/",
            username="build",
            password="secret",
            process=process,
            log=folder / "log",
        )


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[int]:
    """A server, from the moment it answers on; only its own process is ended."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(),
        )
    try:
        _wait(process, port, folder / "log")
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"the server does not answer:\n{log.read_text(errors='replace')}")


def _put(port: int, path: str, document: Mapping[str, object], **headers: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        kind = {"Content-Type": "application/json"}
        connection.request("PUT", path, json.dumps(document), {**kind, **headers})
        response = connection.getresponse()
        body = response.read()
        if response.status not in {200, 201}:
            raise RuntimeError(f"PUT {path}: {response.status} {body.decode(errors='replace')}")
    finally:
        connection.close()


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _script(name: str) -> str:
    """A program that is installed beside this interpreter, or else on the path."""
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=str(beside)) or shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed")
    return found


def _environment() -> dict[str, str]:
    """Without whatever else on this machine configures servers."""
    foreign = ("DEVPI", "PYPISERVER", "COVERAGE", "PYTEST")
    return {key: value for key, value in os.environ.items() if not key.startswith(foreign)}


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
