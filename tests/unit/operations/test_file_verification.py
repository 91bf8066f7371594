"""Files that somebody downloaded, compared with a manifest by name and by hash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bundling import attested
from fakes import Remembering
from samples import SLSA, attestation, content_of, distribution, write
from staging import SDIST, WHEEL, WINDOWS
from twine_stage.errors import InvalidDistribution, UsageError
from twine_stage.manifest import Manifest, freeze
from twine_stage.operations.file_verification import (
    FileVerificationReport,
    is_file,
    verify_files,
)
from twine_stage.releases import group

OTHER = "spam-1.0-py2-none-any.whl"


@pytest.fixture
def manifest() -> Manifest:
    """Of a wheel with an attestation, and an sdist."""
    [release] = group([attested(), distribution(SDIST, content_of(SDIST))])
    return freeze(release)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the two are."""
    write(tmp_path, WHEEL, SDIST)
    return tmp_path


def verify(
    manifest: Manifest, *arguments: Path, all_expected: bool = False
) -> FileVerificationReport:
    return verify_files(
        [manifest],
        [str(one) for one in arguments],
        all_expected=all_expected,
        reporter=Remembering(),
    )


def outcomes(report: FileVerificationReport) -> Sequence[tuple[str, str]]:
    return [(file.filename, file.outcome) for file in report.files]


def test_files_that_are_as_they_were_frozen(manifest: Manifest, folder: Path) -> None:
    """By name and by hash, also their attestations, whatever these are called."""
    said = folder / f"{WHEEL}.publish.attestation"
    said.write_bytes(attestation())
    report = verify(manifest, folder, all_expected=True)
    assert outcomes(report) == [(WHEEL, "matching"), (said.name, "matching"), (SDIST, "matching")]
    assert {(file.release, file.message) for file in report.files} == {("spam==1.0", "")}
    assert (report.compared_with, report.ignored) == (("spam==1.0",), ())
    assert report.exit_status == 0


def test_another_content(manifest: Manifest, folder: Path) -> None:
    """Both digests are told; if it is that of another file, that is told too."""
    (folder / SDIST).write_bytes(content_of(WHEEL))
    report = verify(manifest, folder / SDIST)
    [file] = report.files
    wheel, sdist = (one.sha256 for one in manifest.release.distributions)
    assert file.outcome == "different"
    assert file.message == f"frozen with sha256 {sdist}, found {wheel}, the content of {WHEEL}"
    assert report.exit_status == 1
    (folder / SDIST).write_bytes(b"")
    assert verify(manifest, folder / SDIST).files[0].message.endswith(file_digest(b""))


def test_another_name(manifest: Manifest, folder: Path) -> None:
    """The name decides who installs it: the same bytes are not enough."""
    (folder / WHEEL).rename(folder / OTHER)
    report = verify(manifest, folder, all_expected=True)
    assert outcomes(report) == [(OTHER, "renamed"), (SDIST, "matching")]
    assert report.files[0].message == f"its content is frozen under the name {WHEEL}"
    assert report.exit_status == 1


def test_a_file_that_was_not_frozen(manifest: Manifest, folder: Path) -> None:
    """Neither its name nor its content is in the manifest."""
    write(folder, WINDOWS)
    report = verify(manifest, folder / WINDOWS)
    assert outcomes(report) == [(WINDOWS, "unexpected")]
    assert (report.files[0].release, report.exit_status) == ("", 1)


def test_a_file_that_is_not_there(manifest: Manifest, folder: Path) -> None:
    """Is a difference if all are expected; else people take one file of many."""
    assert verify(manifest, folder / WHEEL).exit_status == 0
    report = verify(manifest, folder / WHEEL, all_expected=True)
    assert outcomes(report) == [(WHEEL, "matching"), (SDIST, "missing")]
    assert report.exit_status == 1


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        (f"{WHEEL}.slsa.attestation", attestation(SLSA), "unexpected"),
        (f"{SDIST}.publish.attestation", attestation(), "renamed"),
        ("some.attestation", attestation(), "renamed"),
    ],
)
def test_attestations_of_something_else(
    manifest: Manifest, folder: Path, name: str, content: bytes, outcome: str
) -> None:
    """One that was not frozen, and one that lies beside another file."""
    (folder / name).write_bytes(content)
    assert outcomes(verify(manifest, folder / name)) == [(name, outcome)]


def test_what_is_named_is_compared_and_what_lies_about_is_not(
    manifest: Manifest, folder: Path
) -> None:
    """A page of notes in a folder is no difference; it is told that it was left out."""
    (folder / "notes.txt").write_text("")
    (folder / "more").mkdir()
    assert verify(manifest, folder).ignored == ("more", "notes.txt")
    assert outcomes(verify(manifest, folder / "notes.txt")) == [("notes.txt", "unexpected")]
    assert verify(manifest, folder, folder / "notes.txt").exit_status == 1


def test_several_manifests(manifest: Manifest, folder: Path) -> None:
    """A file is compared with all; where two have its name, either counts."""
    [other] = group([distribution(WHEEL), distribution(SDIST, content_of(SDIST))])
    report = verify_files(
        [freeze(other), manifest], [str(folder)], all_expected=True, reporter=Remembering()
    )
    assert report.exit_status == 0
    (folder / WHEEL).write_bytes(b"")
    report = verify_files(
        [freeze(other), manifest], [str(folder)], all_expected=True, reporter=Remembering()
    )
    assert " or " in report.files[0].message


def test_nothing_to_compare_is_a_mistake(manifest: Manifest, tmp_path: Path) -> None:
    """It could be taken for success."""
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(UsageError, match="expected files to verify, found none"):
        verify(manifest, tmp_path)


def test_a_file_that_cannot_be_read(manifest: Manifest, tmp_path: Path) -> None:
    """A device that has no end, say."""
    (tmp_path / WHEEL).symlink_to("/dev/null")
    with pytest.raises(InvalidDistribution, match="something else than a regular file"):
        verify(manifest, tmp_path / WHEEL)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("spam==1.0", False),
        ("spam", False),
        ("nothing.whl", True),
        ("nothing.tar.gz", True),
        ("nothing.whl.publish.attestation", True),
        ("dl/", True),
        ("*.txt", True),
    ],
)
def test_what_means_a_file(argument: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """The name of a distribution does, although it is not there."""
    assert is_file(argument) is expected


def file_digest(content: bytes) -> str:
    return distribution(WHEEL, content).sha256
