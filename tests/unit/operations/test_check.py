from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pytest

from samples import attestation, content_of, distribution, metadata, sdist, wheel, write
from scanned import SDIST, WHEEL
from twine_stage.checks import Destination
from twine_stage.distributions import Distribution
from twine_stage.errors import Damaged, Refused, StageError, Unreachable, UsageError
from twine_stage.listings import ListedFile, Project
from twine_stage.manifest import Manifest
from twine_stage.operations.check import CheckReport, NotAsked, check
from twine_stage.profiles import PYPI
from twine_stage.releases import Release, ReleaseId
from twine_stage.store import Record

LINUX = "spam-1.0-py3-none-linux_x86_64.whl"
SPAM = ReleaseId.parse("spam==1.0")


@dataclass
class FakeStore:
    """A stage of one release, whose contents are in memory."""

    files: tuple[Distribution, ...]
    contents: Mapping[str, bytes]
    manifest: Manifest | None = None
    opened: list[BinaryIO] = field(default_factory=list)

    def record(self, release: ReleaseId, /) -> Record:
        return Record(
            release=release,
            draft=None if self.manifest else Release(release, self.files),
            manifests=(self.manifest,) if self.manifest else (),
            progress={},
            receipts={},
        )

    def has(self, sha256: str, /) -> bool:
        return sha256 in self.contents

    def content(self, sha256: str, /) -> BinaryIO:
        self.opened.append(io.BytesIO(self.contents[sha256]))
        return self.opened[-1]


def stage(*names: str) -> FakeStore:
    contents = {name: content_of(name) for name in names}
    files = tuple(distribution(name, content) for name, content in contents.items())
    return FakeStore(files, {file.sha256: contents[file.filename.text] for file in files})


def codes(report: CheckReport) -> list[tuple[str, str]]:
    return [(finding.file, finding.code) for finding in report.findings]


class TestPaths:
    def test_sound_files(self, tmp_path: Path) -> None:
        """Warnings and notices leave the exit status 0."""
        report = check(write(tmp_path, WHEEL, SDIST))

        assert codes(report) == [(WHEEL, "M211"), (SDIST, "M211")]
        assert report.exit_status == 0

    def test_nothing_to_check(self) -> None:
        """Nothing has no findings."""
        assert check([]) == CheckReport((), files=0)

    def test_an_error_is_status_1(self, tmp_path: Path) -> None:
        """A rule that found an error makes the answer no."""
        path = tmp_path / WHEEL
        path.write_bytes(wheel(core_metadata=metadata("eggs")))

        report = check([path], select=["F"])

        assert codes(report) == [(WHEEL, "F102")]
        assert report.exit_status == 1

    def test_strict_makes_warnings_status_1(self, tmp_path: Path) -> None:
        """Warnings fail a strict check."""
        assert check(write(tmp_path, WHEEL), strict=True).exit_status == 1

    def test_a_file_that_is_no_distribution_is_status_3(self, tmp_path: Path) -> None:
        """It is a finding beside those of the other files, whatever is ignored."""
        paths = write(tmp_path, WHEEL, SDIST)
        paths[0].write_bytes(b"<html>")

        report = check(paths, ignore=["A", "M"])

        assert codes(report) == [(WHEEL, "A301")]
        assert report.findings[0].message == "expected a zip archive, found an HTML page"
        assert report.exit_status == 3

    def test_a_file_that_cannot_be_opened_is_status_3(self, tmp_path: Path) -> None:
        """What the system says is passed on."""
        report = check([tmp_path / WHEEL])

        assert codes(report) == [(WHEEL, "A301")]
        assert report.findings[0].message.endswith("found: No such file or directory")
        assert report.exit_status == 3

    def test_a_device_is_not_waited_for(self, tmp_path: Path) -> None:
        """A pipe nobody writes to would block for ever, and some devices have no end."""
        (tmp_path / WHEEL).symlink_to(os.devnull)

        report = check([tmp_path / WHEEL])

        assert codes(report) == [(WHEEL, "A301")]
        assert report.findings[0].message.endswith("found: something else than a regular file")

    def test_a_mistyped_code_is_said_before_the_work(self, tmp_path: Path) -> None:
        """No file is opened for a command that cannot mean anything."""
        with pytest.raises(UsageError):
            check([tmp_path / "missing"], select=["Z"])

    def test_files_are_one_set(self, tmp_path: Path) -> None:
        """Rules about the set see all files."""
        report = check(write(tmp_path, WHEEL, "spam-2.0.tar.gz"), select=["S"])

        assert codes(report) == [("spam", "S401")]


class TestAttestations:
    def write(self, folder: Path, content: bytes) -> Path:
        path = folder / f"{WHEEL}.publish.attestation"
        path.write_bytes(content)
        return path

    def test_a_sound_attestation(self, tmp_path: Path) -> None:
        """It is judged by the file that it lies beside."""
        note = self.write(tmp_path, attestation())

        report = check(write(tmp_path, WHEEL), attestations=[note], select=["P"])

        assert report == CheckReport((), files=2)

    def test_a_bad_attestation_is_status_1(self, tmp_path: Path) -> None:
        """The distribution itself can be read."""
        stale = self.write(tmp_path, attestation(content=b"other"))
        gone = tmp_path / f"{SDIST}.publish.attestation"

        report = check(write(tmp_path, WHEEL, SDIST), attestations=[stale, gone], select=["P"])

        assert codes(report) == [(stale.name, "P601"), (gone.name, "P601")]
        assert report.findings[1].message.endswith("found: No such file or directory")
        assert report.exit_status == 1


class TestStaged:
    def test_every_file_of_a_release_is_read_from_the_store(self) -> None:
        """Staged content is hashed and scanned, and closed again."""
        store = stage(WHEEL, SDIST)

        report = check([], store=store, releases=[SPAM])

        assert codes(report) == [(WHEEL, "M211"), (SDIST, "M211")]
        assert [file.closed for file in store.opened] == [True, True]

    def test_a_damaged_file_is_no_finding(self) -> None:
        """What is not what was staged is the stage's own failure."""
        store = stage(WHEEL)
        [sha256] = store.contents
        store = FakeStore(store.files, {sha256: sdist()})

        with pytest.raises(Damaged, match=f"{WHEEL}: expected SHA-256 {sha256[:12]}, found"):
            check([], store=store, releases=[SPAM])

    def test_what_only_the_index_has_is_left_out(self) -> None:
        """A file carried over from the index is no content of the stage."""
        store = stage(WHEEL, SDIST)
        wheel_file = store.files[0]
        frozen = Manifest(
            release=Release(SPAM, store.files), revision=2, carried=frozenset({SDIST, WHEEL})
        )
        contents = {wheel_file.sha256: store.contents[wheel_file.sha256]}

        report = check([], store=FakeStore(store.files, contents, frozen), releases=[SPAM])

        assert codes(report) == [(WHEEL, "M211")]

    def test_without_a_stage_only_paths_are_judged(self, tmp_path: Path) -> None:
        """Checking files needs no stage."""
        assert check(write(tmp_path, WHEEL), store=None, select=["A"]).findings == ()


def test_the_index_is_asked_once(tmp_path: Path) -> None:
    """About all releases among the files; a conflict with what it shows is an error."""
    asked = []

    def ask(releases: Sequence[ReleaseId]) -> Destination:
        asked.append([str(release) for release in releases])
        file = ListedFile(filename=SDIST, url="https://example.org/f", sha256="0" * 64)
        name = releases[1].project
        return Destination(projects={name: Project(name=name, files=(file,))})

    paths = write(tmp_path, WHEEL, SDIST, "eggs-1.0.tar.gz")
    (tmp_path / "spam.whl").write_bytes(wheel())

    report = check([*paths, tmp_path / "spam.whl"], select=["I501"], ask=ask)

    assert asked == [["eggs==1.0", "spam==1.0"]]
    assert codes(report) == [(SDIST, "I501")]
    assert report.exit_status == 1


class TestAnIndexThatCannotBeAsked:
    def missed(self, paths: Sequence[Path], error: StageError) -> NotAsked:
        def ask(_releases: Sequence[ReleaseId]) -> Destination:
            raise error

        with pytest.raises(NotAsked) as raised:
            check(paths, destination=Destination(profile=PYPI), ask=ask)
        return raised.value

    @pytest.mark.parametrize("error", [Unreachable("no answer", hint="Wait."), Refused("no")])
    def test_what_the_files_say_is_reported(self, tmp_path: Path, error: StageError) -> None:
        """By the rules of the index that is meant; then why it was not asked, and the way out."""
        (tmp_path / LINUX).write_bytes(content_of(LINUX))

        missed = self.missed([tmp_path / LINUX], error)

        assert isinstance(missed.report, CheckReport)
        assert codes(missed.report) == [(LINUX, "F107"), (LINUX, "M211")]
        assert missed.message.endswith(f"so nothing was compared with it: {error.message}")
        assert (missed.hint, missed.exit_status) == (error.hint, 1)

    @pytest.mark.parametrize("error", [Unreachable("no answer"), Refused("no")])
    def test_sound_files_leave_its_status(self, tmp_path: Path, error: StageError) -> None:
        """What the index would have said is not known."""
        assert self.missed(write(tmp_path, WHEEL), error).exit_status == error.exit_status

    def test_a_file_that_cannot_be_read_is_status_3(self, tmp_path: Path) -> None:
        """Whatever the index would have said."""
        assert self.missed([tmp_path / WHEEL], Unreachable("no answer")).exit_status == 3
