"""The archive of a bundle: the same for the same files, and nothing in it that is not named."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from bundling import ATTESTATION, archive, members, packed, raw
from raw_zips import Part
from samples import tarred
from staging import SDIST, WHEEL
from twine_stage import attestations
from twine_stage.archives.bundling import Bundle, read
from twine_stage.errors import Damaged

HONEST = members()
LINK = {"made": 3 << 8 | 20, "attributes": 0o120777 << 16}


def judged(content: bytes) -> Bundle:
    return read(io.BytesIO(content), size=len(content), name="one.bundle")


def extra_member(name: str) -> bytes:
    return archive({**HONEST, name: b"x"})


def overlapping() -> bytes:
    return raw(HONEST, Part(name=b"dist/other", central={"offset": 0}))


def test_what_is_written_is_read() -> None:
    """Every content, chunk by chunk."""
    content = archive(HONEST)
    bundle = judged(content)
    found = {
        member: b"".join(bundle.chunks(io.BytesIO(content), part))
        for member, part in bundle.parts.items()
    }
    assert found | {"bundle.json": HONEST["bundle.json"]} == HONEST


def test_others_can_unpack_it() -> None:
    """And find what ``dist/`` held."""
    with zipfile.ZipFile(io.BytesIO(archive(HONEST))) as found:
        assert found.testzip() is None
        assert {it.filename: it.compress_type for it in found.infolist()} == dict.fromkeys(
            HONEST, 0
        )


def test_the_same_files_make_the_same_bytes() -> None:
    """No time, no machine, no user is in it."""
    assert archive(HONEST) == archive(HONEST)
    [first, *_] = zipfile.ZipFile(io.BytesIO(archive(HONEST))).infolist()
    assert (first.date_time, first.create_system) == ((1980, 1, 1, 0, 0, 0), 3)
    assert first.external_attr == 0o644 << 16


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "expected a bundle, found an empty file"),
        (b"<html>", "expected a bundle, found an HTML page"),
        (tarred({"a": b""}), "expected a bundle, found a gzip file"),
        (archive(HONEST)[:700], "expected a bundle, found a zip archive that is broken or cut off"),
        (archive(HONEST)[:-60], "found a zip archive without bundle.json, or one that is cut off"),
        (archive({"a": b""}), "expected a bundle, found a zip archive without bundle.json"),
        (packed(HONEST), "bundle.json is packed, and nothing in a bundle is"),
        (extra_member("../up"), "expected what bundle.json names, found ../up, too"),
        (extra_member("/etc/x"), "expected what bundle.json names, found /etc/x, too"),
        (extra_member("\x1b[2J"), "control character in a name"),
        (raw(HONEST, Part(name=b"bundle.json")), "name there more than once: bundle.json"),
        (raw(HONEST, Part(name=b"dist/l", central=LINK)), "symbolic link: dist/l"),
        (raw(HONEST, Part(name=b"e", flags=1)), "e is encrypted"),
        (raw(HONEST, Part(name=b"b", central={"unpacked": 1 << 31})), "b is packed"),
        (raw(HONEST, Part(name=b"f", local={"name": b"g"})), "f has another name in its own"),
        (raw(HONEST, Part(name=b"f", local={"crc": 1})), "two checksums: f"),
        (overlapping(), "shares its bytes with another member"),
        (raw(HONEST, Part(name=b"f", before=b"?")), "other bytes between members, before: f"),
        (archive(HONEST) + b"?", "other bytes after the archive"),
        (archive(HONEST)[:-2] + b"\5\0hello", "comment on the archive"),
        (raw(HONEST, Part(name=b"c", central={"comment": b"hello"})), "comment on a member: c"),
        (archive({**HONEST, "bundle.json": b"{}"}), "bundle.json: format: missing"),
        (archive({**HONEST, "bundle.json": bytes((16 << 20) + 1)}), "unpacks to more than 16 MiB"),
        (
            archive({name: it for name, it in HONEST.items() if name != f"dist/{SDIST}"}),
            f"expected dist/{SDIST} as bundle.json says, found none",
        ),
        (archive({**HONEST, f"dist/{WHEEL}": b"?"}), f"dist/{WHEEL}: expected 805 bytes, found 1"),
        (
            archive({**HONEST, f"dist/{ATTESTATION}": bytes(attestations.LARGEST + 1)}),
            "expected an attestation, found 1,048,577 bytes",
        ),
    ],
)
def test_what_is_no_bundle_is_refused(content: bytes, problem: str) -> None:
    """In a sentence that names it, with the way out."""
    with pytest.raises(Damaged) as caught:
        judged(content)
    assert caught.value.message.startswith("one.bundle: ")
    assert problem in caught.value.message
    assert caught.value.hint


def test_what_changed_since_is_noticed() -> None:
    """By the checksum of the member, wherever a byte of it differs."""
    content = archive(HONEST)
    bundle, later = judged(content), content.replace(b"spam.py", b"ham!.py")
    with pytest.raises(Damaged, match=f"{WHEEL}: .* does not match its checksum"):
        b"".join(bundle.chunks(io.BytesIO(later), bundle.parts[f"dist/{WHEEL}"]))


def test_a_size_that_lies_is_refused() -> None:
    """One that reaches beyond the end of the archive."""
    content = bytearray(archive(HONEST))
    place = content.rindex(b"PK\1\2")
    struct.pack_into("<2L", content, place + 20, 1 << 30, 1 << 30)
    with pytest.raises(Damaged, match="should lie beyond the archive's end"):
        judged(bytes(content))
