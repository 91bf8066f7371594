from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from exporting import BASE, release
from releasing import SDIST, WHEEL, built
from schemas import problems
from twine_stage.exports import FORMATS

RELEASE = release(WHEEL, SDIST)


def written(form: str) -> str:
    return FORMATS[form].write([RELEASE])


def test_sha256sum_takes_the_checksums(tmp_path: Path) -> None:
    """And notices a file that is not as it was frozen."""
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("there is no sha256sum here")
    for name in (WHEEL, SDIST):
        (tmp_path / name).write_bytes(built(name).content)
    check = [tool, "--strict", "-c"]
    text = written("sha256sums").encode()
    assert subprocess.run(check, input=text, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / WHEEL).write_bytes(b"other")
    assert subprocess.run(check, input=text, cwd=tmp_path, check=False).returncode == 1


def test_each_address_is_one_word_of_xargs() -> None:
    """It takes quotes and blanks for its own."""
    tool = shutil.which("xargs")
    if tool is None:
        pytest.skip("there is no xargs here")
    text = FORMATS["urls"].write([release(WHEEL, SDIST, base=f'{BASE}it\'s "$HOME" \\ (1)/')])
    ran = subprocess.run(
        [tool, "-n", "1", "echo"], input=text.encode(), capture_output=True, check=False
    )
    assert ran.stdout.decode() == text


def test_requirements_pin_the_version_and_all_hashes() -> None:
    """One requirement, which goes on over the lines."""
    first, *hashes = written("requirements").replace("\\\n", "").split()
    assert str(Requirement(first)) == "spam==1.0"
    assert hashes == [f"--hash=sha256:{file.distribution.sha256}" for file in RELEASE.files]


def test_urls_are_lines_with_the_digest_behind() -> None:
    """What downloads passes the fragment over; pip compares it."""
    lines = written("urls").splitlines()
    assert lines == [
        f"{BASE}{file.name}#sha256={file.distribution.sha256}" for file in RELEASE.files
    ]


def test_json_has_each_file_with_address_and_hashes() -> None:
    """And what names the release as a whole."""
    document = json.loads(written("json"))
    assert (document["name"], document["version"]) == ("spam", "1.0")
    assert problems("export-json", document) == []
    assert document["digest"] == RELEASE.manifest.release.digest
    assert document["manifest"] == {"sha256": RELEASE.manifest.digest}
    wheel, sdist = document["files"]
    assert wheel == {
        "filename": WHEEL,
        "packagetype": "bdist_wheel",
        "url": BASE + WHEEL,
        "size": len(built(WHEEL).content),
        "hashes": {
            "sha256": RELEASE.files[0].distribution.sha256,
            "blake2b_256": RELEASE.files[0].distribution.blake2b256,
        },
        "requires_python": None,
        "uploaded_at": "2026-01-01T12:00:00Z",
        "yanked": None,
    }
    assert sdist["packagetype"] == "sdist"


def test_json_has_null_for_what_is_not_known() -> None:
    """An index may tell no times."""
    text = FORMATS["json"].write([release(WHEEL, at=None)])
    document = json.loads(text)
    assert document["files"][0]["uploaded_at"] is None
    assert problems("export-json", document) == []
    document["files"][0]["url"] = "https://me@example.org/a b"
    assert problems("export-json", document) != []
