from __future__ import annotations

import gzip
import io
import os
import tarfile

import pytest

from raw_zips import raw_zip
from samples import metadata, sdist, tarred
from scanned import SDIST, scanned
from twine_stage.archives.bounds import Flawed
from twine_stage.archives.streams import Gunzip
from twine_stage.archives.tars import TarReader
from twine_stage.contents import Flaw, FlawKind

FIRST = gzip.decompress(tarred({"spam-1.0/PKG-INFO": metadata()}))[:1024]
LONG = "spam-1.0/" + "a" * 300
_PYARMOR, _PYE = b"__pyarmor_", b"---%s PYE FILE---"
"""Not whole: an index would take this module for a scrambled one."""


def flaws_of(tar: bytes) -> tuple[Flaw, ...]:
    """The flaws of a sound first member with ``tar`` after it."""
    contents = scanned(SDIST, gzip.compress(FIRST + tar))
    assert contents.core_metadata == metadata()
    return contents.flaws


def header(name: str = "spam-1.0/a", *, kind: bytes = tarfile.REGTYPE, size: int = 0) -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


def record(text: str) -> bytes:
    """A pax record: its own length in front, a line feed at its end."""
    body = f" {text}\n".encode()
    digits = len(str(len(body)))
    return b"%d" % (len(body) + len(str(len(body) + digits))) + body


def pax(*records: bytes) -> bytes:
    """A pax header with records, and a member of no content after it."""
    content = b"".join(records)
    head = header(kind=tarfile.XHDTYPE, size=len(content))
    return head + content + bytes(-len(content) % 512) + header()


class TestNames:
    @pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
    def test_every_format_is_read(self, form: int) -> None:
        """Long names and links are read in each of the formats that Python writes."""
        name = "/".join(["spam-1.0", *["directory"] * 15, "file"])
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as archive:
            archive.addfile(tarfile.TarInfo(name))
            link = tarfile.TarInfo("spam-1.0/link")
            link.type, link.linkname = tarfile.SYMTYPE, "x" * (90 if form == 0 else 200)
            archive.addfile(link)

        contents = scanned(SDIST, buffer.getvalue())

        assert contents.members == (name, "spam-1.0/link")
        assert contents.is_readable

    def test_a_long_name_of_gnu_tar(self) -> None:
        """A name too long for any header stands in a member of its own."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
            archive.addfile(tarfile.TarInfo(LONG))

        assert scanned(SDIST, buffer.getvalue()).members == (LONG,)

    def test_a_global_header_is_passed_over(self) -> None:
        """What git archive writes first (the commit) is no member."""
        buffer = io.BytesIO()
        with tarfile.open(
            fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT, pax_headers={"comment": "c"}
        ) as archive:
            archive.addfile(tarfile.TarInfo("spam-1.0/a"))

        contents = scanned(SDIST, buffer.getvalue())

        assert contents.members == ("spam-1.0/a",)
        assert contents.flaws == ()

    def test_bytes_that_are_no_text_are_shown(self) -> None:
        """A name that is no UTF-8 never becomes text that cannot be printed."""
        content = gzip.decompress(tarred({"ZZ": b""})).replace(b"ZZ", b"\xff\xfe")
        block = bytearray(content)
        block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))

        assert scanned(SDIST, gzip.compress(bytes(block))).members == ("\\xff\\xfe",)


class TestFlaws:
    def test_a_member_that_breaks_off(self) -> None:
        """A tar archive may end early although its gzip stream is whole."""
        assert flaws_of(header(size=2000) + bytes(700)) == (
            Flaw(FlawKind.TRUNCATED, "the tar archive breaks off before its end"),
        )

    def test_a_header_that_breaks_off(self) -> None:
        """Part of a header is no header."""
        assert [flaw.kind for flaw in flaws_of(header()[:100])] == [FlawKind.TRUNCATED]

    @pytest.mark.parametrize("end", [b"", bytes(1024)])
    def test_an_extension_of_nothing(self, end: bytes) -> None:
        """A header for the next member's name is followed by a member."""
        tar = header(kind=tarfile.GNUTYPE_LONGNAME, size=3) + b"a".ljust(512, b"\0") + end

        assert [flaw.kind for flaw in flaws_of(tar)] == [FlawKind.TRUNCATED]

    def test_metadata_that_break_off(self) -> None:
        """PKG-INFO that is cut is not read."""
        contents = scanned(SDIST, gzip.compress(header("spam-1.0/PKG-INFO", size=99) + b"Name"))

        assert contents.core_metadata is None
        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.TRUNCATED]

    def test_a_missing_end_is_usual(self) -> None:
        """The blocks of zeros at the end may be missing."""
        assert flaws_of(header()) == ()

    def test_a_broken_header(self) -> None:
        """A header whose checksum is wrong is corrupt."""
        [flaw] = flaws_of(b"x" + header()[1:])

        assert flaw.kind is FlawKind.CORRUPT
        assert flaw.detail.startswith("a tar header is broken")

    def test_a_size_below_zero(self) -> None:
        """Sizes in base 256 may be negative; members may not."""
        block = bytearray(header())
        block[124:136] = b"\xff" * 12
        block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))

        assert flaws_of(bytes(block)) == (
            Flaw(FlawKind.CORRUPT, "a tar header claims a size below zero"),
        )

    def test_a_name_without_end(self) -> None:
        """The size that a long name claims is not believed."""
        assert [
            flaw.kind for flaw in flaws_of(header(kind=tarfile.GNUTYPE_LONGNAME, size=2**31))
        ] == [FlawKind.BOMB]

    def test_headers_without_end(self) -> None:
        """Headers that name no member are counted too."""
        tar = gzip.compress(header(kind=tarfile.XHDTYPE) * 11)

        with pytest.raises(Flawed, match="it has more than 10 headers"):
            list(TarReader(Gunzip(io.BytesIO(tar), len(tar)), headers=10).members())

    def test_names_that_take_too_much(self) -> None:
        """The names of all members together are bounded."""
        path = record("path=" + "a" * 1_048_000)

        [flaw] = flaws_of(pax(path) * 17)

        assert flaw == Flaw(FlawKind.BOMB, "the names of its members take more than 16 MiB")

    @pytest.mark.parametrize("old", [True, False])
    def test_sparse_members(self, *, old: bool) -> None:
        """Sparse members, old or new, are not for every tool."""
        tar = header(kind=tarfile.GNUTYPE_SPARSE) if old else pax(record("GNU.sparse.major=1"))

        assert flaws_of(tar) == (Flaw(FlawKind.UNSUPPORTED, "spam-1.0/a is a sparse member"),)


class TestPax:
    def test_a_path_and_a_size(self) -> None:
        """A pax header overrides the name and size of the next member, and of no other."""
        contents = scanned(
            SDIST, gzip.compress(pax(record("path=é"), record("size=0"), record("a=bcd")))
        )

        assert contents.members == ("é",)
        assert contents.flaws == ()

    def test_the_first_of_several_counts(self) -> None:
        """As tarfile has it, where two headers name one member."""
        first, second = (
            pax(record(f"path=spam-1.0/{name}"))[:-512] for name in ("first", "second")
        )
        long = header(kind=tarfile.GNUTYPE_LONGNAME, size=3) + b"abc".ljust(512, b"\0")

        for more in (first + second, first + long):
            tar = gzip.compress(more + header())
            assert scanned(SDIST, tar).members == ("spam-1.0/first",)

    @pytest.mark.parametrize(
        "broken", [b"9 path=a", b"x path=a\n", b"0 path=a\n", b"7 path\n", b"99 path=a"]
    )
    def test_a_broken_record(self, broken: bytes) -> None:
        """A record that does not end where it says is corrupt."""
        assert flaws_of(pax(broken)) == (Flaw(FlawKind.CORRUPT, "a pax header is broken"),)

    @pytest.mark.parametrize("size", ["-1", "1e3", "9" * 30, "\u0663"])
    def test_a_size_that_is_no_number(self, size: str) -> None:
        """Only digits make a size, and not too many."""
        [flaw] = flaws_of(pax(record(f"size={size}")))

        assert flaw.kind is FlawKind.CORRUPT
        assert "for its size" in flaw.detail


def packed(*members: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> tuple[Flaw, ...]:
    """The flaws of a tar archive of these members, which have no content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as archive:
        for it in members:
            archive.addfile(it)
    return scanned(SDIST, buffer.getvalue()).flaws


def member(name: str, *, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    it = tarfile.TarInfo(name)
    it.type, it.linkname = kind, link
    return it


class TestWhatIndexesTake:
    """Flaws of a tar archive that can be read all the same."""

    @pytest.mark.parametrize(
        ("target", "fact"),
        [
            ("b", "symbolic link"),
            ("./../spam-1.0/b", "symbolic link that leads out of the folder"),
            ("sub/../b", "symbolic link"),
            ("../b", "symbolic link that leads out of the folder"),
            ("/etc/passwd", "symbolic link that leads out of the folder"),
            ("d/" * 80 + "../" * 81 + "b", "symbolic link that leads out of the folder"),
        ],
    )
    @pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
    def test_symbolic_links(self, target: str, fact: str, form: int) -> None:
        """Those that lead out of the folder at the top are named as such, however long."""
        link = member("spam-1.0/a", kind=tarfile.SYMTYPE, link=target)

        assert packed(link, form=form) == (Flaw(FlawKind.LINK, f"{fact}: spam-1.0/a"),)

    @pytest.mark.parametrize(
        ("kind", "fact"),
        [
            (tarfile.LNKTYPE, "hard link"),
            (tarfile.FIFOTYPE, "device or pipe"),
            (tarfile.CHRTYPE, "device or pipe"),
        ],
    )
    def test_other_links_and_devices(self, kind: bytes, fact: str) -> None:
        """Whatever is no file and no folder is named."""
        assert packed(member("spam-1.0/a", kind=kind, link="spam-1.0/b")) == (
            Flaw(FlawKind.LINK, f"{fact}: spam-1.0/a"),
        )

    def test_a_file_twice(self) -> None:
        """The second is named; a folder may be there again."""
        folder = member("spam-1.0/d", kind=tarfile.DIRTYPE)

        assert packed(folder, member("spam-1.0/a"), folder, member("spam-1.0/a")) == (
            Flaw(FlawKind.DUPLICATE, "there more than once: spam-1.0/a"),
        )

    def test_names_that_lead_outside(self) -> None:
        """A name with .. in it leads outside."""
        assert packed(member("spam-1.0/../a")) == (
            Flaw(FlawKind.OUTSIDE, "name with ..: spam-1.0/../a"),
        )

    @pytest.mark.parametrize(
        ("names", "detail"),
        [
            (("a/x", "b/x", "c/x"), "at the top: a, b"),
            (("a/x", "b"), "at the top: a, b"),
            ((".", "./a/x"), "at the top: ., a"),
            (("./",), "at the top: ."),
        ],
    )
    def test_several_places_at_the_top(self, names: tuple[str, ...], detail: str) -> None:
        """All members are in one folder, and the archive's own is no member."""
        assert packed(*map(member, names)) == (Flaw(FlawKind.SCATTERED, detail),)

    @pytest.mark.parametrize("names", [("a/x", "./a/y", "a"), ("././a/x", ".//a/y")])
    def test_one_place_at_the_top(self, names: tuple[str, ...]) -> None:
        """A beginning of ./ says nothing."""
        assert packed(*map(member, names)) == ()

    def test_absolute_names_beside_others(self) -> None:
        """They have nothing in common."""
        assert Flaw(FlawKind.SCATTERED, "absolute names beside others") in packed(
            member("a/x"), member("/a/y")
        )

    @pytest.mark.parametrize(
        ("module", "tool"),
        [
            (_PYARMOR + b"_\n" + _PYARMOR + b"_(__name__, __file__, b'\\x50')", "PyArmor"),
            (_PYARMOR + b"enter__", "PyArmor"),
            (_PYE % b"BEGIN" + b"\nabc\n-" + _PYE % b"END" + b"-", "SourceDefender"),
        ],
    )
    def test_scrambled_modules(self, module: bytes, tool: str) -> None:
        """Modules of an sdist are looked into, by a thorough scan."""
        for name in ("a.py", "a.PYE"):
            content = sdist(members={f"spam-1.0/{name}": module})

            assert scanned(SDIST, content, thorough=False).flaws == ()
            assert scanned(SDIST, content).flaws == (
                Flaw(FlawKind.SCRAMBLED, f"module scrambled by {tool}: spam-1.0/{name}"),
            )

    @pytest.mark.parametrize(
        ("name", "module"),
        [
            ("a.py", _PYARMOR + b"other__"),
            ("a.py", _PYARMOR + b"_(__name__, $path,"),
            ("a.py", _PYE % b"BEGIN"),
            ("a.txt", _PYARMOR + b"enter__"),
            ("a.py", (_PYARMOR + b"enter__").ljust(5 * 2**20 + 1)),
        ],
    )
    def test_modules_that_are_not_scrambled(self, name: str, module: bytes) -> None:
        """Other names, other files, and files that are too large for the index to look into."""
        assert scanned(SDIST, sdist(members={f"spam-1.0/{name}": module})).flaws == ()

    def test_a_zip_archive_too(self) -> None:
        """A file that has the end of a zip archive is one to zipfile."""
        for tail in (raw_zip(()), raw_zip()):
            found = scanned(SDIST, gzip.compress(FIRST + header() + bytes(1024)) + bytes(9) + tail)
            assert found.flaws[0].kind is FlawKind.CORRUPT  # the gzip stream has ended before

        stored = sdist(members={"spam-1.0/a": os.urandom(99), "spam-1.0/b.zip": raw_zip()})
        plain = gzip.compress(gzip.decompress(stored), 0)
        assert scanned(SDIST, plain).flaws == (
            Flaw(FlawKind.AMBIGUOUS, "a zip archive in the same file"),
        )

    @pytest.mark.parametrize(("place", "value"), [(12, b"\xff\xff\xff\0"), (16, b"\1"), (0, b"x")])
    def test_no_zip_archive(self, place: int, value: bytes) -> None:
        """An end record that leads nowhere makes none."""
        zipped = raw_zip()
        end = zipped.index(b"PK\5\6") + place
        broken = zipped[:end] + value + zipped[end + len(value) :]
        content = sdist(members={"spam-1.0/b.zip": broken})

        flaws = scanned(SDIST, gzip.compress(gzip.decompress(content), 0)).flaws
        assert [flaw.kind for flaw in flaws] == [FlawKind.AMBIGUOUS] * (place == 16)


class TestHeaders:
    def test_bad_numbers(self) -> None:
        """Whatever tarfile does not take for a number is none."""
        for place in (100, 124, 136, 329):
            block = bytearray(header())
            block[place : place + 3] = b"9x9"
            block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))

            assert flaws_of(bytes(block)) == (
                Flaw(FlawKind.CORRUPT, "a tar header is broken (a bad number)"),
            )

    def test_signed_checksums(self) -> None:
        """Old programs summed up bytes with a sign."""
        block = bytearray(header("spam-1.0/ä"))
        total = sum(byte - 256 * (byte > 127) for byte in block[:148] + block[156:]) + 8 * 32
        block[148:156] = b"%06o\0 " % total

        assert flaws_of(bytes(block)) == ()

    def test_unusual_numbers(self) -> None:
        """Numbers may be padded with spaces, left out, or in base 256; the size too."""
        block = bytearray(header(size=3))
        block[100:108] = b"   644 \0"
        block[108:116] = bytes(8)
        block[116:124] = b"\x80" + bytes(7)
        block[124:136] = b"\x80" + bytes(10) + b"\3"
        block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))

        assert flaws_of(bytes(block) + b"abc".ljust(512, b"\0")) == ()

    def test_a_folder_of_old(self) -> None:
        """In the oldest archives the name alone says that it is a folder."""
        contents = scanned(SDIST, gzip.compress(header("spam-1.0/d/", kind=tarfile.AREGTYPE)))

        assert contents.members == ("spam-1.0/d/",)

    def test_too_many_pax_records(self) -> None:
        """Records cost time, so they are counted."""
        tar = gzip.compress(pax(record("a=b") * 11))

        with pytest.raises(Flawed, match="its headers have too many records"):
            list(TarReader(Gunzip(io.BytesIO(tar), len(tar)), records=10).members())


class TestGzip:
    def test_several_gzip_members_are_one_stream(self) -> None:
        """Parallel compressors write one gzip member after the other; zeros may pad the end."""
        tar = gzip.decompress(sdist())
        halves = gzip.compress(tar[:700]) + bytes(5) + gzip.compress(tar[700:]) + bytes(2**17)

        contents = scanned(SDIST, halves)

        assert contents.core_metadata == metadata()
        assert contents.flaws == ()

    def test_what_follows_the_archive_is_read(self) -> None:
        """A tar archive may be padded; its gzip stream is proved to the end all the same."""
        assert flaws_of(bytes(3 * 2**20)) == ()

    def test_a_broken_stream_tells_what_came_before(self) -> None:
        """Members before the broken place are known."""
        content = bytearray(gzip.compress(FIRST + header(size=2**21) + os.urandom(2**21)))
        content[2**20 : 2**20 + 99] = bytes(99)

        contents = scanned(SDIST, bytes(content))

        assert contents.members == ("spam-1.0/PKG-INFO", "spam-1.0/a")
        assert [flaw.kind for flaw in contents.flaws] == [FlawKind.CORRUPT]

    def test_other_bytes_at_the_end(self) -> None:
        """What follows the stream and is no gzip is corrupt."""
        assert scanned(SDIST, sdist() + b"more").flaws == (
            Flaw(FlawKind.CORRUPT, "other bytes follow the end of the gzip stream"),
        )

    def test_members_without_end(self) -> None:
        """Empty gzip members are counted: each costs time."""
        assert scanned(SDIST, sdist() + gzip.compress(b"") * 10_000).flaws == (
            Flaw(FlawKind.BOMB, "it has more than 10,000 gzip members"),
        )

    @pytest.mark.parametrize("cut", [1, 8, 30])
    def test_a_stream_that_breaks_off(self, cut: int) -> None:
        """A stream without its end or its trailer is truncated."""
        tar = gzip.compress(FIRST + header(size=5000) + bytes(range(250)) * 20 + bytes(1144), 0)

        [flaw] = scanned(SDIST, tar[:-cut]).flaws

        assert flaw == Flaw(FlawKind.TRUNCATED, "the gzip stream breaks off before its end")
