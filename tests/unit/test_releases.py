from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

from samples import distribution, write
from twine_stage.errors import UsageError
from twine_stage.releases import Release, ReleaseId, group, release_id, sha256sums

NAMES = ("spam-1.0-py3-none-any.whl", "spam-1.0-cp39-abi3-win_amd64.whl", "spam-1.0.tar.gz")


def test_equal_versions_are_one_release() -> None:
    """Names are normalized and versions compare as versions."""
    assert ReleaseId.parse("Foo_Bar==1.0") == ReleaseId.parse(" foo.bar ==1.0.0")


def test_a_release_shows_as_it_is_read() -> None:
    """``str`` gives what ``parse`` reads; the folder has a hyphen."""
    release = ReleaseId.parse("spam==1.2.3rc1")
    assert str(release) == "spam==1.2.3rc1"
    assert ReleaseId.parse(str(release)) == release
    assert release.folder == "spam-1.2.3rc1"
    assert release.sort_key == ("spam", Version("1.2.3rc1"))


@pytest.mark.parametrize("text", ["spam", "spam=1.0", "spam==", "==1.0", "sp am==1.0", "spam==one"])
def test_another_form_is_a_usage_error(text: str) -> None:
    """Only NAME==VERSION is a release; the error shows an example."""
    with pytest.raises(UsageError, match="NAME==VERSION") as caught:
        ReleaseId.parse(text)
    assert "spam==1.2.3" in caught.value.hint


def test_distributions_are_grouped_by_release() -> None:
    """Each release has its files sorted by name; releases stand by project, then by age."""
    names = ["spam-1.10.tar.gz", "spam-1.9.tar.gz", "spam-1.9-py3-none-any.whl", "eggs-2.tar.gz"]
    releases = group(distribution(name) for name in names)
    assert [str(release.id) for release in releases] == ["eggs==2", "spam==1.9", "spam==1.10"]
    assert [dist.filename.text for dist in releases[1].distributions] == [
        "spam-1.9-py3-none-any.whl",
        "spam-1.9.tar.gz",
    ]
    assert releases[1].id == release_id(distribution("spam-1.9.tar.gz"))


def test_the_size_is_that_of_all_files() -> None:
    """The size of a release is the sum over its files, in bytes."""
    (release,) = group([distribution("spam-1.tar.gz", b"12"), distribution("spam-1.zip", b"345")])
    assert release.size == 5


def test_sums_are_sorted_lines() -> None:
    """``SHA256SUMS`` has a line per file: digest, two spaces, name; sorted by name."""
    assert sha256sums([("b", "2" * 64), ("a", "1" * 64)]) == f"{'1' * 64}  a\n{'2' * 64}  b\n"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the shell has no sha256sum")
def test_the_release_digest_is_what_the_shell_prints(tmp_path: Path) -> None:
    """Anybody gets the release digest from the files with ``sha256sum`` alone."""
    paths = write(tmp_path, *NAMES)
    dists = [distribution(path.name, path.read_bytes()) for path in paths]
    (release,) = group(dists)
    printed = subprocess.run(
        ["sh", "-c", "ls | LC_ALL=C sort | xargs sha256sum | sha256sum"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed.split()[0] == release.digest


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the shell has no sha256sum")
def test_the_sums_are_checked_by_the_shell(tmp_path: Path) -> None:
    """``sha256sum --check`` accepts our ``SHA256SUMS``."""
    paths = write(tmp_path, *NAMES)
    dists = [distribution(path.name, path.read_bytes()) for path in paths]
    release = Release(release_id(dists[0]), tuple(sorted(dists, key=lambda one: str(one.filename))))
    (tmp_path / "SHA256SUMS").write_text(release.sha256sums)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)
