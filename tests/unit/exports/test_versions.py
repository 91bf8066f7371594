from __future__ import annotations

import json
from typing import Any

import pytest
from packaging.version import Version

from exporting import BASE, release
from schemas import problems
from twine_stage.exports import Exported, versions

LINUX = "cp312-abi3-manylinux_2_28_x86_64"
MAC = "cp312-abi3-macosx_11_0_universal2"


def of(version: str, *tags: str, **facts: Any) -> Exported:
    names = [f"spam-{version}-{tag}.whl" for tag in tags or ("py3-none-any",)]
    return release(*names, f"spam-{version}.tar.gz", **facts)


def document(*releases: Exported) -> Any:
    found = json.loads(versions.write(releases))
    assert problems("export-versions", found) == []
    return found


def entry(found: Any, version: str) -> Any:
    return next(one for one in found["versions"] if one["version"] == version)


def test_versions_stand_newest_first_whatever_the_order() -> None:
    """The document is the same for the same releases."""
    releases = [of("1.0"), of("1.10"), of("1.9rc1")]
    found = document(*releases)
    assert [one["version"] for one in found["versions"]] == ["1.10", "1.9rc1", "1.0"]
    assert versions.write(releases) == versions.write(releases[::-1])


def test_the_latest_is_the_newest_stable_one() -> None:
    """Pre-releases and what was yanked are passed over."""
    found = document(of("1.0"), of("1.1"), of("1.2", yanked="broken"), of("2.0rc1"))
    assert found["latest"] == "1.1"
    assert [one["version"] for one in found["versions"] if one["latest"]] == ["1.1"]
    stable = {one["version"]: one["stable"] for one in found["versions"]}
    assert stable == {"2.0rc1": False, "1.2": True, "1.1": True, "1.0": True}
    assert entry(found, "1.2")["yanked"] is True


def test_there_may_be_no_latest() -> None:
    """A project may begin with pre-releases."""
    found = document(of("1.0a1"))
    assert found["latest"] is None
    assert found["newest"] == {}


@pytest.mark.parametrize(
    ("version", "others", "expected"),
    [
        ("1.2.3", ["1.2.3.post1"], "1.2.3.post1"),
        ("1.2.3", ["1.2.3.post1", "1.2.3.post2"], "1.2.3.post2"),
        ("1.2.3.post1", ["1.2.3.post2"], "1.2.3.post2"),
        ("1.2", ["1.2.0.post1"], "1.2.0.post1"),
        ("1.2rc1", ["1.2rc1.post1"], "1.2rc1.post1"),
        ("1.2+cu12", ["1.2.post1+cu12"], "1.2.post1+cu12"),
        ("1.2+cu12", ["1.2.post1"], None),
        ("1.2rc1", ["1.2.post1"], None),
        ("1.2.3", ["1.2.4", "1.2.3.post1.dev1"], None),
        ("1.2.3.dev1", ["1.2.3.post1"], None),
        ("1.2.3.post2", ["1.2.3.post1"], None),
        ("1!1.0", ["1.0.post1"], None),
    ],
)
def test_a_post_release_supersedes(version: str, others: list[str], expected: str | None) -> None:
    """It is the same release with its packaging mended; another version is not."""
    releases = [of(one) for one in (version, *others)]
    found = versions.superseded_by(Version(version), releases)
    assert found == (None if expected is None else Version(expected))
    shown = entry(document(*releases), version)["superseded_by"]
    assert shown == (None if found is None else str(found))


def test_a_yanked_post_release_supersedes_nothing() -> None:
    """Nobody should install it."""
    releases = [of("1.0"), of("1.0.post1", yanked="")]
    assert versions.superseded_by(Version("1.0"), releases) is None


def test_the_newest_release_for_a_platform_can_be_read() -> None:
    """From ``newest`` at once, and from the files as well."""
    found = document(of("1.0", LINUX, MAC), of("1.1", LINUX), of("1.2rc1", MAC))
    assert found["newest"] == {"linux-x86_64": "1.1", "macos-arm64": "1.0", "macos-x86_64": "1.0"}
    for key, version in found["newest"].items():
        platform, _, arch = key.partition("-")
        first = next(
            one["version"]
            for one in found["versions"]
            if one["stable"]
            and any((file["platform"], file["arch"]) == (platform, arch) for file in one["files"])
        )
        assert first == version


def test_a_file_has_an_entry_for_each_platform_it_is_for() -> None:
    """So that a program compares two words, and nothing else."""
    first, second, sdist = entry(document(of("1.0", MAC)), "1.0")["files"]
    assert (first["arch"], second["arch"]) == ("arm64", "x86_64")
    assert {**first, "arch": ""} == {**second, "arch": ""}
    name = f"spam-1.0-{MAC}.whl"
    expected = of("1.0", MAC).files[0].distribution
    assert first == {
        "filename": name,
        "kind": "wheel",
        "platform": "macos",
        "arch": "arm64",
        "libc": None,
        "platform_version": "11.0",
        "python": "cp312",
        "abi": "abi3",
        "requires_python": None,
        "url": BASE + name,
        "sha256": expected.sha256,
        "size": expected.size,
        "yanked": False,
    }
    assert (sdist["kind"], sdist["platform"], sdist["python"]) == ("sdist", None, None)


def test_a_release_has_its_date() -> None:
    """That of its first upload, where the index tells times."""
    found = document(of("1.0"), of("1.1", at=None))
    assert entry(found, "1.0")["date"] == "2026-01-01T12:00:00Z"
    assert entry(found, "1.1")["date"] is None
    found["versions"][0]["date"] = "yesterday"
    assert problems("export-versions", found) != []
