from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile

import pytest

from samples import content_of, metadata, sdist, tarred, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage.contents import FlawKind
from twine_stage.errors import InvalidDistribution

LARGE = bytes(65 * 1024 * 1024)


def problem_of(name: str, content: bytes) -> str:
    with pytest.raises(InvalidDistribution) as caught:
        scanned(name, content)
    assert caught.value.filename == name
    assert caught.value.hint
    return caught.value.problem


class TestWheels:
    def test_a_wheel_tells_its_members_and_metadata(self) -> None:
        """A sound wheel has its members in order, its folder, its metadata and no flaw."""
        contents = scanned(WHEEL)

        assert contents.members[0] == "spam.py"
        assert contents.dist_infos == ("spam-1.0.dist-info",)
        assert contents.core_metadata == metadata()
        assert contents.filename is not None
        assert contents.filename.text == WHEEL
        assert contents.flaws == ()

    @pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_both_usual_compressions_are_read(self, compression: int) -> None:
        """Stored and deflated members are proved alike."""
        assert scanned(WHEEL, wheel(compression=compression)).flaws == ()

    def test_two_dist_infos_leave_the_metadata_open(self) -> None:
        """With two .dist-info folders both are named, and no metadata is chosen."""
        extra = {f"{name}-1.0.dist-info/METADATA": b"Name: x\n" for name in ("eggs", "ham")}

        contents = scanned(WHEEL, wheel(members=extra))

        assert contents.dist_infos == tuple(sorted(contents.dist_infos))
        assert len(contents.dist_infos) == 3
        assert contents.core_metadata is None

    def test_a_nested_dist_info_is_no_candidate(self) -> None:
        """A vendored .dist-info folder below the top is a member like others."""
        vendored = {"spam/_vendor/eggs-1.dist-info/METADATA": b"Name: eggs\n", "METADATA": b""}

        contents = scanned(WHEEL, wheel(members=vendored))

        assert contents.dist_infos == ("spam-1.0.dist-info",)
        assert contents.core_metadata == metadata()

    def test_a_name_without_grammar_has_contents_still(self) -> None:
        """A wheel whose name is wrong is read; the rules judge its name."""
        contents = scanned("spam.whl", wheel())

        assert contents.filename is None
        assert contents.core_metadata == metadata()

    def test_large_content_is_proved_only_by_a_thorough_scan(self) -> None:
        """Above 64 MiB a quick scan reads the directory and the metadata, no other member."""
        content = bytearray(wheel(members={"a": LARGE}, compression=zipfile.ZIP_STORED))
        content[content.index(bytes(1000)) + 500] = 1

        quick = scanned(WHEEL, bytes(content), thorough=False)
        thorough = scanned(WHEEL, bytes(content))

        assert quick.flaws == ()
        assert quick.core_metadata == metadata()
        assert [flaw.kind for flaw in thorough.flaws] == [FlawKind.CORRUPT]


class TestSdists:
    def test_an_sdist_tells_its_members_and_metadata(self) -> None:
        """A sound sdist has its members in order, its PKG-INFO and no flaw."""
        contents = scanned(SDIST)

        assert contents.members == (
            "spam-1.0/PKG-INFO",
            "spam-1.0/pyproject.toml",
            "spam-1.0/spam.py",
        )
        assert contents.core_metadata == metadata()
        assert contents.dist_infos == ()
        assert contents.flaws == ()

    def test_a_zipped_sdist_is_read_too(self) -> None:
        """The .zip of old backends has its PKG-INFO in the folder at the top."""
        contents = scanned("spam-1.0.zip", zipped({"spam-1.0/PKG-INFO": metadata()}))

        assert contents.core_metadata == metadata()

    def test_only_the_pkg_info_at_the_top_counts(self) -> None:
        """The PKG-INFO of an .egg-info folder is a member like others; ./ before names is usual."""
        files = {"./spam-1.0/PKG-INFO": metadata(), "./spam-1.0/spam.egg-info/PKG-INFO": b"x"}

        assert scanned(SDIST, tarred(files)).core_metadata == metadata()

    def test_two_candidates_leave_the_metadata_open(self) -> None:
        """With several folders at the top no PKG-INFO is chosen."""
        files = {f"{name}/PKG-INFO": metadata() for name in ("a", "b", "c")}

        assert scanned(SDIST, tarred(files)).core_metadata is None

    def test_a_quick_scan_stops_after_the_metadata(self) -> None:
        """Above 64 MiB a quick scan does not read a gzip stream to its end; a thorough one does."""
        files = {
            "spam-1.0/PKG-INFO": metadata(),
            "spam-1.0/a": os.urandom(2**21),
            "spam-1.0/b": LARGE,
        }
        content = tarred(files)[:-8]

        assert scanned(SDIST, content, thorough=False).flaws == ()
        assert [flaw.kind for flaw in scanned(SDIST, content).flaws] == [FlawKind.TRUNCATED]

    def test_a_small_one_is_always_read_to_its_end(self) -> None:
        """The wrong checksum at the end of a small sdist is found by a quick scan as well."""
        content = bytearray(sdist())
        content[-6] ^= 1

        contents = scanned(SDIST, bytes(content), thorough=False)

        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.CORRUPT]
        assert contents.core_metadata == metadata()


class TestWhatIsNoDistribution:
    def test_an_empty_file(self) -> None:
        """An empty file has its own sentence."""
        assert problem_of(WHEEL, b"") == "expected a distribution, found an empty file"

    def test_an_ending_that_is_neither(self) -> None:
        """What is not named as a distribution is not read as one."""
        assert problem_of("spam.txt", b"x") == "expected a name ending in .whl or .tar.gz"

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"\r\n <!DOCTYPE html><p>404", "an HTML page"),
            (gzip.compress(b"", mtime=0), "a gzip file"),
            (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
            (b"Not found", "text"),
            (bytes(30), "nothing but zeros"),
            (b"\xde\xad", "bytes of no known kind"),
            (content_of(WHEEL)[:100], "one that is broken or cut off"),
        ],
    )
    def test_what_stands_in_place_of_a_zip_is_named(self, content: bytes, found: str) -> None:
        """The message says what was expected, and what a guess says it is."""
        assert problem_of(WHEEL, content) == f"expected a zip archive, found {found}"

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (content_of(WHEEL), "a zip archive"),
            (gzip.decompress(sdist()), "a tar archive that is not compressed"),
            (sdist()[:40], "one that is broken or cut off"),
            (gzip.compress(b"nothing" * 100, mtime=0), "one that is broken or cut off"),
        ],
    )
    def test_what_stands_in_place_of_a_tar_is_named(self, content: bytes, found: str) -> None:
        """A .tar.gz that gives no first member is no distribution."""
        assert problem_of(SDIST, content) == f"expected a gzipped tar archive, found {found}"


class TestBounds:
    def test_many_flaws_end_the_reading(self) -> None:
        """Ten flaws are told; the archive is lost as it is."""
        files = {f"m{number}": b"x" for number in range(30)}
        content = zipped(files).replace(b"PK\3\4", b"PK\3\5")

        assert len(scanned(WHEEL, content).flaws) == 10

    def test_a_zip_bomb_is_not_unpacked(self) -> None:
        """More than 64 MiB at more than 50 to 1 is refused by the directory alone."""
        contents = scanned(WHEEL, zipped({"a": LARGE}))

        [flaw] = contents.flaws
        assert flaw.kind is FlawKind.BOMB
        assert "more than 64 MiB" in flaw.detail

    def test_a_tar_bomb_ends_at_the_bound(self) -> None:
        """A gzip stream is unpacked to the bound and no further, whatever comes first in it."""
        contents = scanned(SDIST, tarred({"spam-1.0/a": LARGE}))

        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.BOMB]

    def test_a_bomb_before_the_first_member_is_a_bomb(self) -> None:
        """Endless zeros where the first header belongs are no archive; an extension is a bomb."""
        header = tarfile.TarInfo("././@LongLink")
        header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**33

        contents = scanned(SDIST, gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + LARGE))

        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.BOMB]

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            (WHEEL, zipped({"spam-1.0.dist-info/METADATA": bytes(9 * 1024 * 1024)})),
            (SDIST, tarred({"spam-1.0/PKG-INFO": bytes(9 * 1024 * 1024)})),
        ],
    )
    def test_core_metadata_are_small(self, name: str, content: bytes) -> None:
        """Core metadata of more than 8 MiB are not read."""
        contents = scanned(name, content)

        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.BOMB]
        assert "more than 8 MiB" in contents.flaws[0].detail
        assert contents.core_metadata is None

    def test_a_link_is_no_metadata(self) -> None:
        """A link named PKG-INFO has no content to read."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for kind in (tarfile.SYMTYPE, tarfile.DIRTYPE):
                member = tarfile.TarInfo("spam-1.0/PKG-INFO")
                member.type = kind
                archive.addfile(member)

        contents = scanned(SDIST, buffer.getvalue())

        assert contents.members == ("spam-1.0/PKG-INFO", "spam-1.0/PKG-INFO/")
        assert contents.core_metadata is None
        assert contents.is_readable
