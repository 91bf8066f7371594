"""Mutations of well-formed distributions: of bytes, records, texts and names."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from samples import metadata, sdist, tarred, wheel, zipped
from scanned import SDIST, WHEEL

README = b"Description-Content-Type: text/x-rst\n\nSpam\n====\n\n* a\n* b `c`_\n\n::\n\n  code\n"
FIELDS = metadata(
    Summary="Spam",
    Requires_Python=">=3.9",
    Requires_Dist="eggs>=1; extra == 'a'",
    Provides_Extra="a",
    Author_email="A <a@example.org>",
    Project_URL="Home, https://example.org/",
    Classifier="Programming Language :: Python :: 3",
    License_Expression="MIT OR Apache-2.0",
    License_File="LICENSE",
)
INFO = "spam-1.0.dist-info"
ENTRY_POINTS = b"[console_scripts]\nspam = spam:main\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """A distribution under its name."""

    name: str
    content: bytes


LICENSED = {f"{INFO}/licenses/LICENSE": b""}
COMPILED = {f"{INFO}/entry_points.txt": ENTRY_POINTS, "spam/a.so": b"\0" * 5000}
TAG = "cp313-cp313t-manylinux_2_28_x86_64"

MADE = (
    Sample(WHEEL, wheel(core_metadata=FIELDS + README, members=LICENSED)),
    Sample(WHEEL, wheel(members=COMPILED)),
    Sample(WHEEL, wheel(compression=zipfile.ZIP_STORED)),
    Sample(f"spam-1.0-{TAG}.whl", wheel(tag=TAG)),
    Sample("spam-1.0.zip", zipped({"spam-1.0/PKG-INFO": metadata()})),
    Sample(SDIST, sdist(core_metadata=FIELDS + README, members={"spam-1.0/LICENSE": b""})),
    Sample(SDIST, tarred({"spam-1.0/PKG-INFO": metadata(), "spam-1.0/" + "ä" * 200: b"x" * 3000})),
)

NAMES = (
    "spam-1.0.tar.gz.whl",
    "SPAM-1!2.0rc1+local-1-py3-none-any.whl",
    "spam-1.0--py3-none-any.whl",
    "spam-9999999999999999999999.9.tar.gz",
    f"{'a' * 300}-1.0.tar.gz",
    f"spam-{'9' * 5_000}.tar.gz",
    f"spam-1.0-{'9' * 5_000}-cp3{'9' * 5_000}-none-macosx_{'9' * 5_000}_0_arm64.whl",
    "spam-1.0-py3-none-\x1b[2J.whl",
    "spam-1.0-" + ".".join(f"py{number}" for number in range(30)) + "-none-any.whl",
    "../spam-1.0.tar.gz",
)
TEXTS = (
    b"\xff\xfe\x00",
    b"\r",
    b"\x1b[31m",
    b"a" * 60_000,
    b"(" * 2_000,
    b"1." * 5_000,
    b"9" * 5_000,
    b">=" + b"9" * 5_000,
    b"eggs==" + b"9" * 5_000 + b"; python_version < '" + b"9" * 5_000 + b"'",
    b">=1," * 3_000,
    "٠𝟎ä\N{ZERO WIDTH SPACE}".encode(),
    b"UNKNOWN",
    b"=?utf-8?b?w6Q=?=",
    b"../" * 200 + b"LICENSE",
    b"*" * 3_000,
    b"`" * 3_000,
    b"[" * 3_000 + b"](",
    b"   * " * 1_000,
    b"a@" * 3_000,
    b"MIT OR (" * 1_000,
)
KEYS = (
    b"Metadata-Version",
    b"Name",
    b"Version",
    b"Summary",
    b"Description",
    b"Description-Content-Type",
    b"Keywords",
    b"Home-page",
    b"Author-email",
    b"License",
    b"License-Expression",
    b"License-File",
    b"Classifier",
    b"Requires-Dist",
    b"Requires-Python",
    b"Provides-Dist",
    b"Obsoletes-Dist",
    b"Provides-Extra",
    b"Project-URL",
    b"Dynamic",
    b"Import-Name",
    b"Content-Type",
    b"Content-Transfer-Encoding",
)
_SIGNATURES = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7")
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
_HEADER = 46  # bytes of the longest fixed part of a record of a zip archive
_BLOCK = 512
_SIZE, _CHECKSUM, _TYPE = slice(124, 136), slice(148, 156), slice(156, 157)  # of a tar's header
_SIZES = (b"77777777777\0", b"\x80" + b"\xff" * 11, b"\xff" * 12, b"0" * 12, b" -1\0" * 3)


def mutated(sample: Sample, random: Random, others: Sequence[Sample] = MADE) -> Sample:
    """A sample after a few mutations, of its bytes, its records, its texts or its name."""
    changed = random.choice((_bytes_changed, _records_changed, _texts_changed))
    content = changed(sample.content, random, random.choice(others).content)
    name = random.choice(NAMES) if random.random() < 1 / 16 else sample.name
    return Sample(name, content)


def _bytes_changed(content: bytes, random: Random, other: bytes) -> bytes:
    """Flipped, cut, spliced, repeated."""
    found = bytearray(content)
    for _ in range(random.randint(1, 6)):
        start = random.randint(0, len(found))
        stop = min(len(found), start + random.choice((0, 1, 2, 8, 64, 4096)))
        match random.randrange(5):
            case 0 if found:
                found[start % len(found)] ^= 1 << random.randrange(8)
            case 1:
                del found[start:stop]
            case 2:
                place = random.randint(0, len(other))
                found[start:stop] = other[place : place + random.choice((16, 600, 1 << 16))]
            case 3:
                found[start:start] = found[start:stop] * random.choice((1, 2, 50))
            case _:
                del found[start:]
    return bytes(found)


def _records_changed(content: bytes, random: Random, other: bytes) -> bytes:
    """The headers of the archive, with fields set to extremes, records twice, or gone."""
    if content.startswith(b"\x1f\x8b"):
        return _of_tar(content, lambda tar: _blocks_changed(tar, random))
    found = bytearray(content)
    for _ in range(random.randint(1, 4)):
        places = [start for it in _SIGNATURES for start in _places(found, it)]
        if not places:
            break
        start = random.choice(places)
        match random.randrange(4):
            case 0:
                del found[start : start + _HEADER]
            case 1:
                stop = min((it for it in places if it > start), default=len(found))
                found[start:start] = found[start:stop]
            case _:
                field = start + random.randrange(4, _HEADER)
                found[field : field + random.choice((1, 2, 4, 8))] = _extreme(random)
    return bytes(found)


def _blocks_changed(content: bytes, random: Random) -> bytes:
    """The headers of a tar archive."""
    found = bytearray(content)
    for _ in range(random.randint(1, 4)):
        start = random.randrange(max(1, len(found) // _BLOCK)) * _BLOCK
        block = found[start : start + _BLOCK]
        match random.randrange(5):
            case 0:
                del found[start + _BLOCK : start + 2 * _BLOCK]
            case 1:
                found[start:start] = block * random.choice((1, 2, 300))
            case 2:
                block[_TYPE] = bytes([random.choice(b"01234567xgSLKV\0\xff")])
            case 3:
                block[_SIZE] = random.choice(_SIZES)
            case _:
                place = random.randrange(_BLOCK)
                block[place : place + random.choice((1, 8, 100))] = _extreme(random)
        if len(block) == _BLOCK and random.random() < 3 / 4:  # so that the header is believed
            block[_CHECKSUM] = b" " * 8
            block[_CHECKSUM] = b"%06o\0 " % sum(block)
        found[start : start + _BLOCK] = block[:_BLOCK]
    return bytes(found)


def _texts_changed(content: bytes, random: Random, other: bytes) -> bytes:
    """Garbage in the metadata, RECORD, WHEEL or entry points of an archive that is sound."""
    try:
        files = _unpacked(content)
    except _UNREADABLE:
        return _bytes_changed(content, random, other)
    texts = [name for name in files if name.endswith("PKG-INFO") or ".dist-info/" in name]
    for name in random.sample(texts, min(len(texts), random.randint(1, 2))):
        files[name] = _garbled(files[name], random)
    return tarred(files) if content.startswith(b"\x1f\x8b") else zipped(files)


def _garbled(text: bytes, random: Random) -> bytes:
    lines = text.split(b"\n")
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(lines) + 1)
        value = random.choice((*TEXTS, *lines))
        match random.randrange(5):
            case 0:
                lines[place:place] = [random.choice(KEYS) + b": " + value]
            case 1:
                lines[place:place] = [random.choice(KEYS) + b": " + value] * random.choice((2, 500))
            case 2:
                lines[place:place] = [value]
            case 3:
                del lines[place : place + 1]
            case _:
                lines[place:place] = [b"", value * random.choice((1, 5))]
    return b"\n".join(lines)


def _unpacked(content: bytes) -> dict[str, bytes]:
    if content.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            members = [(it.name, tar.extractfile(it)) for it in tar if it.isfile()]
            return {name: file.read() for name, file in members if file}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {it.filename: archive.read(it) for it in archive.infolist()}


def _of_tar(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    try:
        tar = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content[: len(content) // 2]
    return gzip.compress(change(tar), 1)


def _places(content: bytes | bytearray, wanted: bytes) -> Iterator[int]:
    start = content.find(wanted)
    while start >= 0:
        yield start
        start = content.find(wanted, start + 1)


def _extreme(random: Random) -> bytes:
    width, form = random.choice(((1, "<B"), (2, "<H"), (4, "<I"), (8, "<Q")))
    most = (1 << 8 * width) - 1
    return struct.pack(
        form, random.choice((0, 1, most, most // 2, most - 1, random.randint(0, most)))
    )
