from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import pytest

from samples import metadata, zipped
from scanned import WHEEL, scanned
from twine_stage.contents import Flaw, FlawKind

INFO = "spam-1.0.dist-info"
MODULE = b"import spam\n"


def row(content: bytes = MODULE, *, algorithm: str = "sha256", size: object = None) -> str:
    """What RECORD says of a content, after its path."""
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, content).digest()).decode()
    return f"{algorithm}={digest.rstrip('=')},{len(content) if size is None else size}"


def recorded(
    rows: Mapping[str, str], *, members: Mapping[str, bytes] | None = None, thorough: bool = True
) -> list[str]:
    """The flaws of a wheel of one module whose RECORD has these rows, and those of METADATA."""
    all_rows = {f"{INFO}/METADATA": row(metadata()), f"{INFO}/RECORD": ",", **rows}
    record = "".join(f"{path},{rest}\n" for path, rest in all_rows.items()).encode()
    files = {"a.py": MODULE, f"{INFO}/METADATA": metadata(), f"{INFO}/RECORD": record}
    flaws = scanned(WHEEL, zipped(files | dict(members or {})), thorough=thorough).flaws
    assert {flaw.kind for flaw in flaws} <= {FlawKind.RECORD}
    return [flaw.detail for flaw in flaws]


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_true_record(algorithm: str) -> None:
    """Any hash of SHA-2 is compared."""
    assert recorded({"a.py": row(algorithm=algorithm)}) == []


@pytest.mark.parametrize("rest", [row(size=""), row().replace(",", "=,")])
def test_what_may_be_left_out(rest: str) -> None:
    """The size may be missing, and the padding of the hash be there."""
    assert recorded({"a.py": rest}) == []


@pytest.mark.parametrize(
    ("rest", "fact"),
    [
        (row(b"other"), "not the content that RECORD tells"),
        (row(algorithm="sha512").replace("sha512", "sha256"), "not the content that RECORD tells"),
        (row(size=11), "not the size that RECORD tells"),
        (row(algorithm="md5"), "listed in RECORD with a hash that is none of SHA-2"),
        (row(algorithm="sha1"), "listed in RECORD with a hash that is none of SHA-2"),
        (",12", "listed in RECORD without a hash"),
        ("", "listed in RECORD without a hash"),
    ],
)
def test_a_member_that_is_not_as_told(rest: str, fact: str) -> None:
    """Content, size and hash are judged."""
    assert recorded({"a.py": rest}) == [f"{fact}: a.py"]


def test_members_on_one_side() -> None:
    """A member that RECORD does not list, and one that is not there."""
    assert recorded({"b.py": row()}) == [
        "listed in RECORD, but not there: b.py",
        "there, but not listed in RECORD: a.py",
    ]


def test_metadata_are_compared_too() -> None:
    """METADATA is a member like others."""
    assert recorded({"a.py": row(), f"{INFO}/METADATA": row()}) == [
        f"not the content that RECORD tells: {INFO}/METADATA"
    ]


def test_a_large_member_is_compared() -> None:
    """The content is hashed while it is unpacked, in chunks."""
    large = bytes(range(256)) * 2**13

    assert recorded({"a.py": row(), "b": row(large)}, members={"b": large}) == []
    assert recorded({"a.py": row(), "b": row()}, members={"b": large}) == [
        "not the content that RECORD tells: b"
    ]


def test_what_needs_no_row() -> None:
    """Folders and signatures of RECORD are not listed; backslashes are slashes."""
    members = {"d/": b"", "d/b": MODULE, f"{INFO}/RECORD.jws": b"x", f"{INFO}/RECORD.p7s": b"x"}

    assert recorded({"a.py": row(), "d\\b": row()}, members=members) == []
    rows = {"a.py": row(), "d/b": row(), f"{INFO}/RECORD.jws": row()}
    assert recorded(rows, members=members) == []


def test_record_lists_itself() -> None:
    """RECORD is in RECORD, without a hash, but with one it does no harm."""
    content = b"a.py,%s\n" % row().encode()
    files = {"a.py": MODULE, f"{INFO}/RECORD": content}

    [flaw] = scanned(WHEEL, zipped(files)).flaws

    assert flaw == Flaw(FlawKind.RECORD, f"there, but not listed in RECORD: {INFO}/RECORD")


def test_a_thousand_are_told_as_one() -> None:
    """One flaw for each fact."""
    rows = {"a.py": row()} | {f"m{number}.py": row(b"other") for number in range(1000)}
    members = {f"m{number}.py": MODULE for number in range(1000)}

    assert recorded(rows, members=members) == [
        "not the content that RECORD tells: m0.py, m1.py, m2.py and 997 more"
    ]


def test_a_quick_scan_does_not_compare() -> None:
    """It has the texts all the same."""
    assert recorded({"a.py": row(b"other")}, thorough=False) == []


@pytest.mark.parametrize("record", [b"\xff", b"\n"])
def test_a_record_that_cannot_be_read(record: bytes) -> None:
    """It is for the rules to judge, and nothing is compared."""
    contents = scanned(WHEEL, zipped({"a.py": MODULE, f"{INFO}/RECORD": record}))

    assert contents.flaws == ()
    assert contents.texts == {f"{INFO}/RECORD": record}


def test_a_broken_record_is_told_once() -> None:
    """That it does not unpack is a flaw like that of other members."""
    content = zipped({"a.py": MODULE, f"{INFO}/RECORD": b"a.py,,\n"}, compression=0)

    [flaw] = scanned(WHEEL, content.replace(b"a.py,,", b"b.py,,")).flaws

    assert flaw.kind is FlawKind.CORRUPT


def test_the_texts_of_the_own_folder() -> None:
    """Those of the folder of the filename are taken, or of the only one."""
    files = {"WHEEL": b"w", "RECORD": b"r,,\n", "entry_points.txt": b"[e]\n", "other": b"o"}

    def texts(*folders: str) -> set[str]:
        members = {f"{it}/{name}": text for it in folders for name, text in files.items()}
        return set(scanned(WHEEL, zipped(members)).texts)

    assert texts(INFO, "eggs-1.dist-info") == {
        f"{INFO}/{name}" for name in ("WHEEL", "RECORD", "entry_points.txt")
    }
    assert "Spam-1.0.dist-info/WHEEL" in texts("Spam-1.0.dist-info")
    assert texts("eggs-1.dist-info", "ham-1.dist-info") == set()
    assert texts("spam") == set()


@pytest.mark.parametrize(
    ("name", "size", "most"),
    [
        ("WHEEL", 70_000, "64 KiB"),
        ("RECORD", 9 * 2**20, "8 MiB"),
        ("entry_points.txt", 2**20, "512 KiB"),
    ],
)
def test_texts_are_small(name: str, size: int, most: str) -> None:
    """What is far larger than any such file is not read."""
    contents = scanned(WHEEL, zipped({f"{INFO}/{name}": bytes(size)}))

    assert contents.texts == {}
    assert contents.flaws == (Flaw(FlawKind.BOMB, f"{INFO}/{name} unpacks to more than {most}"),)


def test_scrambled_modules_of_wheels() -> None:
    """Modules of a wheel are looked into, by a thorough scan."""
    content = zipped({"a.py": b"__pyarmor_" + b"bcc__"})

    assert scanned(WHEEL, content, thorough=False).flaws == ()
    assert scanned(WHEEL, content).flaws == (
        Flaw(FlawKind.SCRAMBLED, "module scrambled by PyArmor: a.py"),
    )
