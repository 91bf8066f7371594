from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from raw_zips import DESCRIPTOR, UTF8, Part, extra, raw_zip
from samples import tarred, wheel, zipped
from scanned import WHEEL, scanned
from twine_stage.contents import Flaw, FlawKind

FF = 0xFFFFFFFF
SIZES = struct.pack("<2Q", 7, 7)
UMLAUT = "ä".encode()


def flaws_of(content: bytes) -> set[tuple[FlawKind, str]]:
    return {(flaw.kind, flaw.detail) for flaw in scanned(WHEEL, content).flaws}


def ambiguous(detail: str) -> set[tuple[FlawKind, str]]:
    return {(FlawKind.AMBIGUOUS, detail)}


def unusual(detail: str) -> set[tuple[FlawKind, str]]:
    return {(FlawKind.UNUSUAL, detail)}


class Pipe(io.BytesIO):
    """A file that a zip archive is written to without going back."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


class TestPlainArchives:
    @pytest.mark.parametrize(
        "content",
        [
            raw_zip(()),
            raw_zip((Part(), Part(name=b"b", content=b""))),
            raw_zip(comment=b"a comment on all of it"),
            raw_zip((Part(name=UMLAUT, flags=UTF8),)),
            raw_zip((Part(local={"extra": extra((0x5455, b"\1time!"))}),)),
            raw_zip((Part(central={"extra": extra((0x7075, b"\1crc!a"))}),)),
            raw_zip((Part(central={"made": 3 << 8 | 20, "attributes": 0o100644 << 16}),)),
        ],
    )
    def test_have_no_flaw(self, content: bytes) -> None:
        """A comment on the archive, times, modes and UTF-8 names are usual."""
        assert flaws_of(content) == set()

    def test_members_may_lie_in_another_order(self) -> None:
        """The central directory need not name the members in the order in which they lie."""
        content = raw_zip((Part(name=b"a"), Part(name=b"b")))
        directory, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
        middle = (directory + end) // 2
        swapped = content[middle:end] + content[directory:middle]

        assert flaws_of(content[:directory] + swapped + content[end:]) == set()

    @pytest.mark.parametrize(
        "content",
        [
            raw_zip(wide={}),
            raw_zip(wide={}, end={"here": 0xFFFF, "count": 0xFFFF, "size": FF, "offset": FF}),
            raw_zip((Part(local={"extra": extra((1, SIZES)), "packed": FF, "unpacked": FF}),)),
            raw_zip((Part(local={"extra": extra((1, SIZES))}),)),
            raw_zip((Part(local={"extra": extra((1, SIZES[:8])), "unpacked": FF}),)),
            raw_zip((Part(local={"extra": extra((1, b""))}),)),
        ],
    )
    def test_zip64_is_usual(self, content: bytes) -> None:
        """Wide records may be there where they are not needed, and say the same."""
        assert flaws_of(content) == set()

    def test_zip64_as_python_writes_it(self) -> None:
        """Members opened for any size have a zip64 field in their own header alone."""
        buffer = io.BytesIO()
        archive = zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED)
        with archive, archive.open("a", "w", force_zip64=True) as member:
            member.write(b"content" * 100)

        assert flaws_of(buffer.getvalue()) == set()


class TestTwoReaders:
    """What the central directory and the stream of members tell differently is ambiguous."""

    @pytest.mark.parametrize(
        ("content", "fact"),
        [
            (b"#!/bin/sh\n" + raw_zip(), "other bytes before the first member"),
            (raw_zip((Part(before=b"x"),)), "other bytes before the first member"),
            (
                raw_zip((Part(), Part(name=b"b", before=b"x"))),
                "other bytes between members, before: b",
            ),
            (raw_zip(gap=b"x"), "other bytes before the central directory"),
            (b"x" + raw_zip(()), "other bytes before the central directory"),
            (raw_zip(suffix=b"x"), "other bytes after the archive, or an end that is cut"),
            (
                raw_zip(end={"comment": 9}),
                "other bytes after the archive, or an end that is cut",
            ),
        ],
    )
    def test_other_bytes(self, content: bytes, fact: str) -> None:
        """Nothing is before the archive, between its parts, or after it."""
        assert flaws_of(content) == ambiguous(fact)

    def test_a_member_that_only_a_stream_has(self) -> None:
        """A member that the central directory does not name is bytes between members."""
        whole = raw_zip((Part(), Part(name=b"hidden"), Part(name=b"b")))
        start = whole.index(b"PK\1\2")
        size = 46 + len(b"hidden")
        place = whole.index(b"PK\1\2", start + 1)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * 47, start, 0)

        assert flaws_of(whole[:place] + whole[place + size : -22] + end) == ambiguous(
            "other bytes between members, before: b"
        )

    @pytest.mark.parametrize(
        ("local", "fact"),
        [
            ({"packed": 6}, "two sizes: a"),
            ({"unpacked": 6}, "two sizes: a"),
            ({"extra": extra((1, struct.pack("<2Q", 7, 6)))}, "two sizes: a"),
            ({"extra": extra((1, struct.pack("<Q", 6)))}, "two sizes: a"),
            ({"crc": 1}, "two checksums: a"),
            ({"method": 8}, "two compression methods: a"),
            ({"extra": extra((1, SIZES), (1, SIZES))}, "extra field twice: a"),
            ({"extra": extra((0x7075, b"\1crc!b"))}, "other name in an extra field: a"),
            ({"extra": extra((9, b""))[:-1]}, "broken extra field: a"),
            ({"extra": struct.pack("<2H", 9, 1)}, "broken extra field: a"),
        ],
    )
    def test_headers_that_disagree(self, local: dict[str, bytes], fact: str) -> None:
        """A member's own header says what the central directory says."""
        assert flaws_of(raw_zip((Part(local=local),))) == ambiguous(fact)

    def test_extra_fields_of_the_directory(self) -> None:
        """They are judged as those of the members are: zipfile refuses broken ones."""
        content = raw_zip((Part(central={"extra": struct.pack("<2H", 9, 1)}),))

        assert flaws_of(content) == ambiguous("broken extra field: a")

    @pytest.mark.parametrize(
        ("part", "fact"),
        [
            (Part(name=UMLAUT), "name that does not say that it is UTF-8: ├ñ"),
            (Part(name=b"\xff", flags=UTF8), "name that is no UTF-8: \\xff"),
            (Part(name=b"a\0b"), "control character in a name: a\\x00b"),
        ],
    )
    def test_names_that_are_read_in_several_ways(self, part: Part, fact: str) -> None:
        """A name is UTF-8 and says so, and has no NUL, at which zipfile ends it."""
        assert flaws_of(raw_zip((part,))) == ambiguous(fact)

    def test_a_name_with_two_encodings(self) -> None:
        """Both headers say how the name is encoded."""
        content = raw_zip((Part(name=UMLAUT, flags=UTF8, local={"flags": 0}),))

        assert flaws_of(content) == ambiguous("two encodings of a name: ä")

    def test_an_ascii_name_has_one_encoding(self) -> None:
        """For a name of ASCII the flag makes no difference."""
        assert flaws_of(raw_zip((Part(flags=UTF8, local={"flags": 0}),))) == set()

    def test_names_twice(self) -> None:
        """Of two members of one name some readers take the first and some the last."""
        content = raw_zip((Part(), Part(name=b"b"), Part(content=b"other")))

        assert flaws_of(content) == ambiguous("name there more than once: a")

    @pytest.mark.parametrize("field", ["here", "count", "size", "offset"])
    def test_end_records_that_disagree(self, field: str) -> None:
        """The narrow end record says nothing, or what the wide one says."""
        found = flaws_of(raw_zip(wide={}, end={field: 5}))

        expected = {
            "here": unusual("wrong number of members in the end record"),
            "count": unusual("wrong number of members in the end record")
            | ambiguous("two end records that disagree"),
        }
        assert found == expected.get(field, ambiguous("two end records that disagree"))

    @pytest.mark.parametrize("wide", [{"place": 5}, {"disks": 2}])
    def test_a_locator_that_leads_astray(self, wide: dict[str, int]) -> None:
        """Some readers go where the locator leads, some look just before it."""
        assert flaws_of(raw_zip(wide=wide)) == ambiguous(
            "zip64 end record that is not where it should be"
        )

    def test_several_end_records(self) -> None:
        """A comment that looks like an end record makes two archives of one."""
        found = flaws_of(raw_zip(comment=raw_zip(())))

        assert (FlawKind.AMBIGUOUS, "other bytes before the central directory") in found

    def test_an_end_record_too_short_to_be_one(self) -> None:
        """The sign of an end record near the end of a comment."""
        assert flaws_of(raw_zip(comment=b"PK\5\6")) == ambiguous("several end records")

    def test_a_tar_archive_too(self) -> None:
        """A file that begins as a tar archive and ends as a zip archive is both."""
        tar = gzip.decompress(tarred({"a": b""}))

        assert (FlawKind.AMBIGUOUS, "a tar archive in the same file") in flaws_of(tar + wheel())

    @pytest.mark.parametrize("beginning", [bytes(512), b"x" * 512, b"x"])
    def test_no_tar_archive(self, beginning: bytes) -> None:
        """What is no header is no tar archive."""
        assert flaws_of(beginning + wheel()) == ambiguous("other bytes before the first member")


class TestStrictIndexes:
    """What is clear but refused by a strict index is unusual."""

    @pytest.mark.parametrize(
        ("content", "fact"),
        [
            (raw_zip((Part(central={"comment": b"c"}),)), "comment on a member: a"),
            (raw_zip((Part(name=b"a\nb"),)), "control character in a name: a\\nb"),
            (raw_zip((Part(name=b"\x7f"),)), "control character in a name: \\x7f"),
            (raw_zip(end={"here": 2}), "wrong number of members in the end record"),
            (raw_zip(wide={"here": 2}), "wrong number of members in the end record"),
            (raw_zip(wide={"length": 45}), "zip64 end record of an odd size"),
            (
                raw_zip((Part(local={"extra": extra((1, bytes(4)))}),)),
                "zip64 field of an odd size: a",
            ),
        ],
    )
    def test_oddities(self, content: bytes, fact: str) -> None:
        """Each is named."""
        assert flaws_of(content) == unusual(fact)

    def test_a_zip64_field_without_the_size_that_matters(self) -> None:
        """For a compressed member one size does not say how many bytes it takes."""
        buffer = zipped({"a": b"content" * 99})
        unpacked = struct.pack("<Q", 7 * 99)
        field = extra((1, unpacked))
        start = buffer.index(b"PK\1\2")
        grown = buffer[:28] + struct.pack("<H", len(field)) + buffer[30:31] + field
        grown += buffer[31:start] + buffer[start:-6] + struct.pack("<LH", start + len(field), 0)

        assert (FlawKind.UNUSUAL, "zip64 field of an odd size: a") in flaws_of(grown)

    def test_a_wide_size_that_is_missing(self) -> None:
        """A size that is said to be in the zip64 field is in it."""
        content = raw_zip((Part(local={"extra": extra((1, b"")), "packed": FF}),))

        assert (FlawKind.UNUSUAL, "zip64 field of an odd size: a") in flaws_of(content)

    def test_archives_written_to_a_pipe(self) -> None:
        """They have data descriptors, and are sound apart from that."""
        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", b"content")
            archive.writestr("b", b"content")

        fact = "data descriptor (the archive was written to a pipe): a, b"
        assert flaws_of(pipe.getvalue()) == unusual(fact)

    @pytest.mark.parametrize("size", [12, 16, 20, 24])
    def test_descriptors_of_every_form(self, size: int) -> None:
        """A descriptor may be narrow or wide, with its sign or without."""
        part = Part(flags=DESCRIPTOR, local={"packed": 0, "crc": 0}, after=bytes(size))

        assert {kind for kind, _ in flaws_of(raw_zip((part, Part(name=b"b"))))} == {
            FlawKind.UNUSUAL
        }

    def test_other_bytes_are_no_descriptor(self) -> None:
        """What has another length is something else."""
        part = Part(flags=DESCRIPTOR, after=bytes(13))

        assert FlawKind.AMBIGUOUS in {kind for kind, _ in flaws_of(raw_zip((part,)))}


class TestMembersThatShareBytes:
    def test_overlapping_members_are_corrupt(self) -> None:
        """A member that begins within another, of which some bombs are made, is refused."""
        inner = raw_zip((Part(name=b"b"),))
        outer = Part(content=inner[: inner.index(b"PK\1\2")])
        content = raw_zip((outer, Part(name=b"b")))
        entry = content.rindex(b"PK\1\2")
        offset = struct.pack("<L", content.index(b"PK\3\4", 1))

        found = scanned(WHEEL, content[: entry + 42] + offset + content[entry + 46 :]).flaws

        assert found == (Flaw(FlawKind.CORRUPT, "b shares its bytes with another member"),)


class TestOtherFlaws:
    def test_a_symbolic_link(self) -> None:
        """Unix tells in the attributes of a member that it is a link."""
        for system, is_link in ((3, True), (19, True), (0, False)):
            central = {"made": system << 8 | 20, "attributes": 0o120777 << 16}
            expected = {(FlawKind.LINK, "symbolic link: a")} if is_link else set()

            assert flaws_of(raw_zip((Part(central=central),))) == expected

    @pytest.mark.parametrize(
        ("name", "fact"),
        [
            (b"/a", "absolute name: /a"),
            (b"C:a", "absolute name: C:a"),
            (b"\\a", "absolute name: \\a"),
            (b"a/../../b", "name with ..: a/../../b"),
            (b"a\\..\\b", "name with ..: a\\..\\b"),
        ],
    )
    def test_names_that_lead_outside(self, name: bytes, fact: str) -> None:
        """A member lies in the archive's own folder, on every system."""
        assert flaws_of(raw_zip((Part(name=name),))) == {(FlawKind.OUTSIDE, fact)}

    def test_two_dots_in_a_name(self) -> None:
        """They lead nowhere if they are part of a name."""
        assert flaws_of(raw_zip((Part(name=b"a..b/..c/d.."),))) == set()

    def test_many_are_told_as_one(self) -> None:
        """Three names, and how many more."""
        parts = [Part(name=b"/%d" % number) for number in range(1200)]

        assert flaws_of(raw_zip(parts)) == {
            (FlawKind.OUTSIDE, "absolute name: /0, /1, /2 and 1,197 more")
        }

    def test_what_is_broken_is_told_alone(self) -> None:
        """Where an archive is corrupt, all else is but a trace of that."""
        content = raw_zip((Part(name=b"/a", central={"crc": 1}),))

        assert {kind for kind, _ in flaws_of(content)} == {FlawKind.CORRUPT}
