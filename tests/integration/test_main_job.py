"""The main job, as people do it: publish, verify, install, with real servers and installers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from installed import Ran, environment, stage
from samples import wheel, write
from servers.real import RealServer

pytestmark = pytest.mark.integration

NEW_WHEEL = "{name}-1.0-cp39-abi3-win_amd64.whl"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A project of the test's own, since the servers are shared."""
    return "job" + "".join(letter for letter in request.node.name if letter.isalpha()).lower()


def filenames(name: str) -> tuple[str, ...]:
    """A release with a wheel for all, one for few, and an sdist."""
    return (
        f"{name}-1.0-py3-none-any.whl",
        f"{name}-1.0-cp39-abi3-macosx_11_0_arm64.whl",
        f"{name}-1.0.tar.gz",
    )


def where(index: RealServer) -> tuple[str, ...]:
    """Options for an index whose simple URL is to be found."""
    return ("--repository-url", index.upload_url, "--wait", "20", "--json")


def who(index: RealServer) -> dict[str, str]:
    """The credentials in the environment; both empty where none are wanted."""
    return {"TWINE_USERNAME": index.username, "TWINE_PASSWORD": index.password}


def outcomes(ran: Ran) -> dict[str, Any]:
    """What became of each file."""
    [release] = ran.document["report"]["releases"]
    return {file["filename"]: file["outcome"] for file in release["files"]}


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Path]:
    """A fresh virtual environment with pip."""
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    yield folder / "bin" / "python"
    shutil.rmtree(folder)


def installs(folder: Path, command: list[str], name: str, python: Path) -> None:
    """The installer takes the release, and what it installed can be imported."""
    subprocess.run(command, check=True, cwd=folder, env=environment(folder), capture_output=True)
    code = f"import {name}; print({name}.__version__)"
    ran = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout == "1.0\n"


def test_a_release_goes_up_and_is_installed(
    real_index: RealServer, tmp_path: Path, name: str, python: Path
) -> None:
    """Published, proved, found present when run again, and installed by pip and by uv."""
    write(tmp_path / "dist", *filenames(name))
    first = stage(tmp_path, "publish", "dist/*", *where(real_index), variables=who(real_index))
    assert first.status == 0, first.out + first.err
    assert outcomes(first) == dict.fromkeys(filenames(name), "uploaded")
    again = stage(tmp_path, "publish", *where(real_index), variables=who(real_index))
    assert (again.status, set(outcomes(again).values())) == (0, {"present"})
    proof = stage(tmp_path, "verify", "--deep", *where(real_index), variables=who(real_index))
    assert proof.document["report"]["releases"][0]["is_exact"]

    simple = real_index.simple_url
    pip = [python, "-m", "pip", "install", "--isolated", "--no-cache-dir", "--index-url", simple]
    installs(tmp_path, [*map(str, pip), name], name, python)
    uv = ["uv", "pip", "install", "--reinstall", "--no-config", "--no-cache"]
    program = str(Path(sys.executable).with_name("uv"))
    arguments = [*uv[1:], "--python", str(python), "--default-index", simple, name]
    installs(tmp_path, [program, *arguments], name, python)


def test_a_job_with_one_wheel_appends_it(real_index: RealServer, tmp_path: Path, name: str) -> None:
    """It holds nothing else, is refused until it names the release, and then verifies exact."""
    first, second = tmp_path / "first", tmp_path / "second"
    write(first / "dist", *filenames(name))
    assert (
        stage(first, "publish", "dist/*", *where(real_index), variables=who(real_index)).status == 0
    )
    wheel_name = NEW_WHEEL.format(name=name)
    write(second / "dist", wheel_name)
    job = ("publish", "dist/*", *where(real_index))
    refused = stage(second, *job, variables=who(real_index))
    assert refused.status == 4
    assert f"--append {name}==1.0" in refused.document["error"]["hint"]
    append = (*job, "--append", f"{name}==1.0", "--reason", "64-bit Windows")
    shadowing = stage(second, *append, variables=who(real_index))
    assert shadowing.status == 1
    assert [
        finding["code"]
        for finding in shadowing.document["report"]["findings"]
        if finding["severity"] == "error"
    ] == ["I542"]
    granted = (*append, "--allow-shadow", wheel_name)
    for expected in ("uploaded", "present"):
        ran = stage(second, *granted, variables=who(real_index))
        assert ran.status == 0, ran.out + ran.err
        assert outcomes(ran)[wheel_name] == expected
    proof = stage(second, "verify", *where(real_index), variables=who(real_index))
    assert proof.status == 0, proof.out + proof.err


def test_what_others_change_is_noticed_with_a_manifest_alone(
    real_index: RealServer, tmp_path: Path, name: str
) -> None:
    """An empty folder, a manifest and a URL: missing files are told by name, status 1."""
    full, half = tmp_path / "full", tmp_path / "half"
    write(full / "dist", *filenames(name))
    assert stage(full, "add").status == 0
    assert stage(full, "freeze", "--output", "frozen").status == 0
    write(half / "dist", *filenames(name)[:2])
    sent = stage(half, "publish", "dist/*", *where(real_index), variables=who(real_index))
    assert sent.status == 0, sent.out + sent.err
    empty = tmp_path / "empty"
    empty.mkdir()
    manifest = next((full / "frozen").glob("*.json"))
    ran = stage(
        empty, "verify", "--manifest", str(manifest), "--repository-url", real_index.upload_url,
        "--json", variables=who(real_index),
    )  # fmt: skip
    [release] = ran.document["report"]["releases"]
    assert (ran.status, release["missing"]) == (1, [filenames(name)[2]])
    assert sorted(release["matching"]) == sorted(filenames(name)[:2])


def test_other_content_is_a_conflict(real_index: RealServer, tmp_path: Path, name: str) -> None:
    """Found before the first byte, with both digests and the way out."""
    first, second = tmp_path / "first", tmp_path / "second"
    write(first / "dist", *filenames(name))
    assert (
        stage(first, "publish", "dist/*", *where(real_index), variables=who(real_index)).status == 0
    )
    (second / "dist").mkdir(parents=True)
    other = wheel(name, "1.0", members={"more.py": b"more"})
    (second / "dist" / filenames(name)[0]).write_bytes(other)
    ran = stage(second, "publish", "dist/*", *where(real_index), variables=who(real_index))
    assert ran.status == 4
    assert "other content" in ran.document["error"]["message"]


def test_wrong_credentials_are_told(tmp_path: Path, name: str, request: Any) -> None:
    """Status 4, in the index's words, and nothing was accepted."""
    for kind in ("pypiserver", "devpi"):
        index = request.getfixturevalue(f"{kind}_index")
        folder = tmp_path / kind
        write(folder / "dist", *filenames(name))
        wrong = {"TWINE_USERNAME": index.username, "TWINE_PASSWORD": "no such secret"}
        ran = stage(folder, "publish", "dist/*", *where(index), variables=wrong)
        assert ran.status == 4, ran.out + ran.err
        assert "no such secret" not in ran.out + ran.err
        assert sorted(outcomes(ran).values()) == ["pending", "pending", "refused"]
