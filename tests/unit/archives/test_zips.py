from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from raw_zips import Part, raw_zip
from samples import metadata, wheel, zipped
from scanned import WHEEL, scanned
from twine_stage.contents import Flaw, FlawKind
from twine_stage.errors import InvalidDistribution

METHOD = 10  # places in an entry of the central directory
CRC = 16
PACKED = 20
UNPACKED = 24
OFFSET = 42


def flaws_of(content: bytes) -> tuple[Flaw, ...]:
    return scanned(WHEEL, content).flaws


def directory_of(content: bytes) -> int:
    return content.index(b"PK\1\2")


def patched(content: bytes, place: int, value: bytes) -> bytes:
    return content[:place] + value + content[place + len(value) :]


def with_zip64(content: bytes, *, count: int | None = None) -> bytes:
    """The same archive with a zip64 end record, its classic one saying nothing."""
    end = content.rindex(b"PK\5\6")
    *_, number, size, offset, _ = struct.unpack("<4s4H2LH", content[end : end + 22])
    count = number if count is None else count
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    nothing = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content[:end] + record + locator + nothing


class TestTheDirectory:
    def test_bytes_before_the_archive_are_passed_over(self) -> None:
        """Places count from where the archive begins, as in a self-extracting one."""
        contents = scanned(WHEEL, b"#!/bin/sh\n" + wheel())

        assert contents.core_metadata == metadata()
        assert contents.is_readable

    def test_bytes_missing_from_the_middle_are_counted(self) -> None:
        """If the directory is nearer than it says, so many bytes are missing."""
        content = wheel()

        assert flaws_of(content[:50] + content[60:]) == (
            Flaw(FlawKind.TRUNCATED, "10 bytes are missing before its end"),
        )

    def test_a_directory_larger_than_its_file_is_none(self) -> None:
        """An end record that cannot be true is no end record."""
        content = wheel()
        place = content.rindex(b"PK\5\6") + 12

        with pytest.raises(InvalidDistribution, match="broken or cut off"):
            flaws_of(patched(content, place, b"\xff\xff\xff\0"))

    def test_a_huge_directory_is_not_read(self) -> None:
        """More than 16 MiB of directory make a bomb."""
        content = bytes(17 * 1024 * 1024)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, len(content), 0, 0)

        assert flaws_of(content + end) == (
            Flaw(FlawKind.BOMB, "its central directory takes more than 16 MiB"),
        )

    @pytest.mark.parametrize("place", [0, 28])
    def test_a_broken_entry_ends_the_reading(self, place: int) -> None:
        """An entry without its sign, or longer than the directory, is named by its place."""
        content = wheel()

        assert flaws_of(patched(content, directory_of(content) + place, b"\xff\xff")) == (
            Flaw(FlawKind.CORRUPT, "its central directory is broken at byte 0"),
        )

    def test_a_cut_entry_is_broken(self) -> None:
        """A directory that ends within an entry is broken there."""
        content = zipped({"a": b""})
        end = content.rindex(b"PK\5\6")
        shorter = patched(content, end + 12, struct.pack("<L", 40))

        [flaw] = flaws_of(shorter[: end - 7] + shorter[end:])

        assert flaw.kind is FlawKind.CORRUPT

    def test_the_count_must_be_true(self) -> None:
        """The end record says how many members there are."""
        content = wheel()
        place = content.rindex(b"PK\5\6") + 10

        assert flaws_of(patched(content, place, b"\x09\0")) == (
            Flaw(FlawKind.CORRUPT, "expected 9 members, found 4"),
        )

    def test_a_member_cannot_lie_beyond_the_end(self) -> None:
        """A place after the directory is no member's."""
        content = zipped({"a": b"x"})
        broken = patched(content, directory_of(content) + OFFSET, b"\xff\xff\0\0")

        assert flaws_of(broken) == (
            Flaw(FlawKind.CORRUPT, "a should lie beyond the archive's end"),
        )

    def test_members_cannot_share_their_bytes(self) -> None:
        """Overlapping members, of which some bombs are made, are refused."""
        content = zipped({"a": bytes(range(256)), "b": b""}, compression=zipfile.ZIP_STORED)
        entry = content.rindex(b"PK\1\2")
        broken = patched(content, entry + PACKED, struct.pack("<LL", 256, 256))
        broken = patched(broken, entry + OFFSET, bytes(4))

        assert flaws_of(broken) == (
            Flaw(FlawKind.CORRUPT, "b shares its bytes with another member"),
        )

    def test_names_may_be_anything(self) -> None:
        """A name that is no UTF-8, or holds a NUL, is shown and does no harm."""
        content = zipped({"zä": b"", "y\u0001y": b""})

        contents = scanned(
            WHEEL, content.replace("zä".encode(), b"z\xff\xff").replace(b"y\1y", b"y\0y")
        )

        assert contents.members == ("z\\xff\\xff", "y\0y")


class TestZip64:
    def test_a_zip64_end_record_is_read(self) -> None:
        """Large archives have a second, wider end record."""
        assert flaws_of(with_zip64(wheel())) == ()

    def test_its_count_is_believed(self) -> None:
        """The wide record's count is the one compared."""
        [flaw] = flaws_of(with_zip64(wheel(), count=9))

        assert flaw.detail == "expected 9 members, found 4"

    def test_a_broken_one_is_none(self) -> None:
        """Without its sign there is no directory to be found."""
        with pytest.raises(InvalidDistribution, match="broken or cut off"):
            flaws_of(with_zip64(wheel()).replace(b"PK\6\6", b"PK\6\0"))

    def test_wide_values_are_read_from_their_field(self) -> None:
        """A member's sizes may stand in an extra field, after others."""
        content = wide_entry(struct.pack("<2H", 9, 0) + struct.pack("<2H2Q", 1, 16, 1, 1))

        assert flaws_of(content) == ()

    @pytest.mark.parametrize("extra", [b"", struct.pack("<2HQ", 1, 8, 1), struct.pack("<2H", 9, 0)])
    def test_a_field_too_short_is_broken(self, extra: bytes) -> None:
        """If a value says that it stands in the field, it must."""
        [flaw] = flaws_of(wide_entry(extra))

        assert flaw.detail == "its central directory is broken at byte 0"


def wide_entry(extra: bytes) -> bytes:
    """An archive of one byte whose entry leaves both sizes to an extra field."""
    content = zipped({"a": b"x"}, compression=zipfile.ZIP_STORED)
    entry, end = directory_of(content), content.rindex(b"PK\5\6")
    content = patched(content, entry + PACKED, b"\xff" * 8)
    content = patched(content, entry + 30, struct.pack("<H", len(extra)))
    content = patched(content, end + 12, struct.pack("<L", end - entry + len(extra)))
    return content[:end] + extra + content[end:]


class TestMembers:
    def test_a_wrong_byte_is_found(self) -> None:
        """The checksum of a stored member proves each byte."""
        content = zipped({"a": b"content"}, compression=zipfile.ZIP_STORED)

        assert flaws_of(content.replace(b"content", b"c0ntent")) == (
            Flaw(FlawKind.CORRUPT, "a does not match its checksum or size"),
        )

    def test_broken_deflate_is_found(self) -> None:
        """What does not unpack is corrupt."""
        content = zipped({"a": b"content" * 99})

        [flaw] = flaws_of(patched(content, 31, b"\xff" * 8))

        assert flaw.kind is FlawKind.CORRUPT
        assert flaw.detail.startswith("a: it does not unpack")

    def test_deflate_that_breaks_off_is_found(self) -> None:
        """A deflated member that ends before its stream does is corrupt."""
        content = zipped({"a": bytes(range(256))})
        entry = directory_of(content)
        packed = struct.unpack_from("<L", content, entry + PACKED)[0]

        assert flaws_of(patched(content, entry + PACKED, struct.pack("<L", packed - 9))) == (
            Flaw(FlawKind.CORRUPT, "a: its compressed data breaks off"),
        )

    def test_what_follows_a_deflate_stream_is_passed_over(self) -> None:
        """Bytes after the end of a member's stream are not its content."""
        deflated = zlib.compress(b"x" * 99)[2:-4] + b"more"
        sizes = {"method": 8, "crc": zlib.crc32(b"x" * 99), "unpacked": 99}

        assert flaws_of(raw_zip((Part(content=deflated, local=sizes, central=sizes),))) == ()

    def test_a_long_member_is_read_in_chunks(self) -> None:
        """A member of many chunks is proved as a short one is."""
        members = {"a": bytes(range(256)) * 2**14, "b": zlib.compress(bytes(2**20)) * 2**11}

        assert flaws_of(wheel(members=members)) == ()

    @pytest.mark.parametrize("more", range(10))
    def test_what_zlib_holds_back_is_read(self, more: int) -> None:
        """The end of a stream may be fed in before all that it unpacks to is out."""
        assert flaws_of(wheel(members={"a": bytes(2**20 + more)})) == ()

    def test_a_member_larger_than_it_says_is_not_read_on(self) -> None:
        """Reading stops at the size that the directory says."""
        content = zipped({"a": b"x" * 2000})

        [flaw] = flaws_of(patched(content, directory_of(content) + UNPACKED, b"\1\0\0\0"))

        assert flaw.detail == "a does not match its checksum or size"

    def test_a_member_that_is_elsewhere(self) -> None:
        """Where the directory says, there must be the member's own header."""
        content = zipped({"a": b"x", "b": b"y"})

        [flaw] = flaws_of(patched(content, directory_of(content) + OFFSET, b"\1"))

        assert flaw.detail == "a is not where the central directory says"

    def test_a_member_with_two_names(self) -> None:
        """Both headers of a member must name it alike, or tools see different files."""
        content = zipped({"a": b"x"})

        assert flaws_of(patched(content, 30, b"z")) == (
            Flaw(FlawKind.CORRUPT, "a has another name in its own header"),
        )

    def test_a_member_cut_by_its_own_header(self) -> None:
        """A local header with a long extra field can push the content out of the file."""
        content = zipped({"a": b"xyz"}, compression=zipfile.ZIP_STORED)

        [flaw] = flaws_of(patched(content, 28, b"\xff\xff"))

        assert flaw.kind is FlawKind.TRUNCATED

    def test_a_name_in_a_message_is_harmless(self) -> None:
        """What could steer a terminal is escaped, and a long name is cut."""
        name = "\x1b[2J\n" + "a" * 500
        content = zipped({name: b"x"})

        [flaw] = flaws_of(patched(content, directory_of(content) + 8, b"\1"))

        assert flaw.detail.startswith("\\x1b[2J\\naaa")
        assert flaw.detail.endswith("… is encrypted")
        assert len(flaw.detail) < 150

    def test_an_encrypted_member_is_named(self) -> None:
        """A member with the flag of encryption is not read."""
        content = zipped({"a": b"x"})

        assert flaws_of(patched(content, directory_of(content) + 8, b"\1")) == (
            Flaw(FlawKind.ENCRYPTED, "a is encrypted"),
        )

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_other_compression_is_unsupported(self, method: int) -> None:
        """Only stored and deflated members are read by every installer."""
        assert flaws_of(zipped({"a": b"x"}, compression=method)) == (
            Flaw(FlawKind.UNSUPPORTED, f"a is compressed by method {method}"),
        )

    @pytest.mark.parametrize(("version", "is_known"), [(63, True), (64, False)])
    def test_a_later_version_of_the_format_is_unsupported(
        self, version: int, *, is_known: bool
    ) -> None:
        """A member that needs more than version 6.3 is read by nobody."""
        content = zipped({"a": b"x"})
        flaw = Flaw(FlawKind.UNSUPPORTED, "a needs version 6.4 of the format")

        found = flaws_of(patched(content, directory_of(content) + 6, bytes((version, 0))))
        assert found == (() if is_known else (flaw,))

    def test_encrypted_metadata_are_none(self) -> None:
        """Metadata that are encrypted are a flaw and not read."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("spam-1.0.dist-info/METADATA", b"Name: spam\n")
        content = buffer.getvalue()

        contents = scanned(WHEEL, patched(content, directory_of(content) + 8, b"\1"))

        assert contents.core_metadata is None
        assert contents.flaws[0].kind is FlawKind.ENCRYPTED
