"""Small archives that are made to cost much: of time, or of memory."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Callable, Mapping

from raw_zips import Part, extra, raw_zip
from samples import metadata, tarred, zipped
from scanned import SDIST, WHEEL

INFO = "spam-1.0.dist-info"
MIB = 1024 * 1024
_SUM = b"sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


def _wheel(**texts: bytes) -> bytes:
    return zipped({f"{INFO}/{name}": text for name, text in texts.items()})


def _headers(count: int) -> bytes:
    return b"".join(
        tarfile.TarInfo(f"spam-1.0/a{number}").tobuf(tarfile.GNU_FORMAT) for number in range(count)
    )


def _extended(content: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    header = tarfile.TarInfo("x")
    header.type, header.size = kind, len(content)
    return header.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512) + _headers(1)


def _one_local_header() -> bytes:
    """Thousands of entries that all name one member with a long extra field."""
    fields = extra(*((9, b"") for _ in range(16_000)))
    parts = [Part(content=b"", local={"extra": fields})] + [Part(content=b"")] * 20_000
    whole = raw_zip(parts)
    start = whole.index(b"PK\1\2")
    directory = b"".join(
        whole[place : place + 42] + bytes(4) + whole[place + 46 : place + 47]
        for place in range(start, start + 47 * len(parts), 47)
    )
    return whole[:start] + directory + whole[-22:]


def _quoted() -> bytes:
    return b'"' + b"a\n" * 60_000 + b'",,\n'


def _pyarmor() -> bytes:
    return zipped({f"m{number}.py": b"_" * (5 * MIB) for number in range(12)})


def _names(count: int, length: int) -> bytes:
    return raw_zip(
        [Part(name=b"a/" * (length // 2) + b"%d" % it, content=b"") for it in range(count)]
    )


def _pax_paths() -> bytes:
    path = b"/".join([b"a"] * (MIB // 2 - 20))
    body = b" path=" + path + b"\n"
    return gzip.compress(_extended(b"%d" % (len(body) + 7) + body) * 60)


_MAKERS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "zeros": (WHEEL, lambda: zipped({"a": bytes(64 * MIB - 1)})),
    "zeros in a tar": (SDIST, lambda: tarred({"spam-1.0/a": bytes(63 * MIB)})),
    "modules": (WHEEL, _pyarmor),
    "marks": (WHEEL, lambda: zipped({"a.py": b"__pyarmor" * (5 * MIB // 9)})),
    "entries": (
        WHEEL,
        lambda: raw_zip([Part(name=b"%d" % it, content=b"") for it in range(10_000)]),
    ),
    "one name": (WHEEL, lambda: raw_zip([Part(content=b"")] * 10_000)),
    "one local header": (WHEEL, _one_local_header),
    "65,535 entries": (WHEEL, lambda: raw_zip([Part(name=b"", content=b"")] * 65_535)),
    "long names": (WHEEL, lambda: _names(20, 50_000)),
    "extra fields": (
        WHEEL,
        lambda: raw_zip(
            [
                Part(name=b"%d" % it, local={"extra": extra(*[(9, b"")] * 16_000)})
                for it in range(15)
            ]
        ),
    ),
    "blank lines": (WHEEL, lambda: _wheel(RECORD=b"\n" * (8 * MIB))),
    "a million lines": (WHEEL, lambda: _wheel(RECORD=b"a,,\n" * 1_000_000)),
    "many lines": (
        WHEEL,
        lambda: _wheel(RECORD=b"".join(b"%d,%s,0\n" % (n, _SUM) for n in range(99_000))),
    ),
    "wide lines": (WHEEL, lambda: _wheel(RECORD=("\U0001f600" * 13 + "\n").encode() * 149_000)),
    "commas": (WHEEL, lambda: _wheel(RECORD=(b"," * 140_000 + b"\n") * 58)),
    "quotes": (WHEEL, lambda: _wheel(RECORD=_quoted() * 60)),
    "entry points": (WHEEL, lambda: _wheel(**{"entry_points.txt": b"[a]\n" + b"b\n" * 9_900})),
    "gaps": (WHEEL, lambda: _wheel(**{"entry_points.txt": b"[a]\nb" + b" " * 400_000 + b"c\n"})),
    "short gaps": (
        WHEEL,
        lambda: _wheel(**{"entry_points.txt": b"[a]\n" + (b"b" + b" " * 63) * 8000 + b"c\n"}),
    ),
    "duplicate points": (
        WHEEL,
        lambda: _wheel(
            **{"entry_points.txt": b"[a]\n" + b"".join(b"b%d=c\n" % n for n in range(9_900))}
        ),
    ),
    "tags": (
        WHEEL,
        lambda: _wheel(WHEEL=b"Wheel-Version: 1.0\n" + b"Tag: a.b.c.d-e.f.g.h-i.j.k.l\n" * 2_000),
    ),
    "compressed tags": (
        WHEEL,
        lambda: _wheel(
            WHEEL=b"Wheel-Version: 1.0\nTag: " + b"-".join([b".".join([b"a"] * 9_000)] * 3)
        ),
    ),
    "empty members": (SDIST, lambda: gzip.compress(_headers(99_000))),
    "pax records": (SDIST, lambda: gzip.compress(_extended(b"5 a=\n" * 200_000) * 60)),
    "pax paths": (SDIST, _pax_paths),
    "long links": (
        SDIST,
        lambda: gzip.compress(_extended(b"../" * (MIB // 3), tarfile.GNUTYPE_LONGLINK) * 60),
    ),
    "signed checksums": (SDIST, lambda: gzip.compress(_headers(1) + _signed() * 99_000)),
    "licences": (
        WHEEL,
        lambda: _wheel(METADATA=metadata() + b"License-File: a/b\n" * 19_000),
    ),
}


def _signed() -> bytes:
    block = bytearray(tarfile.TarInfo("spam-1.0/ä").tobuf(tarfile.GNU_FORMAT))
    total = sum(byte - 256 * (byte > 127) for byte in block[:148] + block[156:]) + 8 * 32
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


LABELS = tuple(_MAKERS)


def hostile(label: str) -> tuple[str, bytes]:
    """The name under which an archive is scanned, and its bytes."""
    name, make = _MAKERS[label]
    return name, make()
