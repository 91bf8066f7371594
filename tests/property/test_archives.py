from __future__ import annotations

import gzip
import io
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raw_zips import Part, extra, raw_zip
from samples import metadata, sdist, tarred, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination
from twine_stage.errors import InvalidDistribution
from twine_stage.profiles import PYPI

ODD = raw_zip(
    (
        Part(flags=8, local={"crc": 0, "packed": 0}, after=bytes(12)),
        Part(name=b"b", local={"extra": extra((1, bytes(16)), (0x7075, b"12345b"))}),
    ),
    comment=b"PK",
)
README = b"Description-Content-Type: text/x-rst\n\nSpam\n====\n\n* a\n* b `c`_\n"
GOOD = (
    wheel(core_metadata=metadata() + README),
    wheel(compression=zipfile.ZIP_STORED),
    zipped({"spam-1.0/PKG-INFO": metadata()}),
    sdist(core_metadata=metadata() + README),
    tarred({"spam-1.0/PKG-INFO": metadata(), "spam-1.0/" + "a" * 200: b"x" * 3000}),
    b"",
)
METADATA = (
    metadata() + README,
    metadata(Requires_Dist="eggs; extra == 'a'"),
    metadata() + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n",
)
TEXTS = (
    b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\n",
    b'a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"b,c",,\n',
    b"[console_scripts]\na = b:c\n[d]\ne = f:g [h]\n",
)
NAMES = (WHEEL, SDIST, "spam-1.0.zip", "spam.whl")

DESTINATION = Destination(profile=PYPI)

_settings = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutated(draw: st.DrawFn, goods: tuple[bytes, ...] = GOOD) -> bytes:
    """A good archive after some flips, cuts, insertions and repetitions."""
    content = bytearray(draw(st.sampled_from(goods)))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.sampled_from([0, 1, 2, 4, 8, 30, 512])))
        piece = draw(
            st.one_of(
                st.binary(max_size=40),
                st.sampled_from([b"\xff" * 8, bytes(8), bytes(content[:600]), b"PK\5\6"]),
            )
        )
        content[start:stop] = piece
    return bytes(content)


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good archive whose records were swapped, repeated, left out or taken from another."""
    name, wholes, cut = draw(st.sampled_from(SHUFFLED))
    pieces = [piece for whole in wholes for piece in cut(whole)]
    chosen = list(cut(draw(st.sampled_from(wholes))))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(chosen)))
        chosen[place : place + draw(st.integers(0, 2))] = draw(
            st.lists(st.sampled_from(pieces), max_size=2)
        )
    content = b"".join(chosen)
    return name, gzip.compress(content) if name == SDIST else content


def records_of(content: bytes) -> list[bytes]:
    """The records of a zip archive, each with its sign."""
    return [b"PK" + piece for piece in content.split(b"PK")[1:]]


def blocks_of(content: bytes) -> list[bytes]:
    """The blocks of a tar archive."""
    return [content[place : place + 512] for place in range(0, len(content), 512)]


SHUFFLED = (
    (WHEEL, (*GOOD[:2], raw_zip(wide={}), raw_zip((Part(), Part(name=b"b"))), ODD), records_of),
    (SDIST, tuple(gzip.decompress(good) for good in GOOD[3:5]), blocks_of),
)


def judge(name: str, content: bytes) -> None:
    """Scan and check; only the one error may come out."""
    for thorough in (True, False):
        try:
            contents = scanned(name, content, thorough=thorough)
        except InvalidDistribution as error:
            findings = checks.run([], unreadable=[error])
        else:
            findings = checks.run([contents, scanned(SDIST)], destination=DESTINATION)
        for finding in findings:
            assert finding.hint
            assert finding.message.isprintable()


class TestWhateverTheBytesAre:
    """Scanning raises nothing but InvalidDistribution, and checking nothing at all."""

    @_settings
    @given(name=st.sampled_from(NAMES), content=mutated())
    def test_mutated_archives(self, name: str, content: bytes) -> None:
        """Archives with flipped, missing and added bytes."""
        judge(name, content)

    @_settings
    @given(content=mutated(tuple(gzip.decompress(good) for good in GOOD[3:5])))
    def test_mutated_tars_in_sound_gzip(self, content: bytes) -> None:
        """Broken tar archives whose compression is sound."""
        judge(SDIST, gzip.compress(content))

    @_settings
    @given(archive=shuffled())
    def test_shuffled_archives(self, archive: tuple[str, bytes]) -> None:
        """Archives whose records are whole, but not where they were."""
        judge(*archive)

    @_settings
    @given(
        text=st.sampled_from(["WHEEL", "RECORD", "entry_points.txt"]),
        content=mutated(TEXTS),
    )
    def test_mutated_texts_in_sound_archives(self, text: str, content: bytes) -> None:
        """Broken files in the .dist-info folder of a wheel that is sound."""
        judge(WHEEL, zipped({f"spam-1.0.dist-info/{text}": content, "a.py": b""}))

    @_settings
    @given(content=mutated(METADATA))
    def test_mutated_metadata_in_sound_archives(self, content: bytes) -> None:
        """Broken core metadata whose archive is sound."""
        judge(WHEEL, wheel(core_metadata=content))

    @_settings
    @given(name=st.sampled_from(NAMES), content=st.binary(max_size=300))
    def test_random_bytes(self, name: str, content: bytes) -> None:
        """Bytes of no kind."""
        judge(name, content)


class TestASoundArchive:
    """What is well-formed has no flaw, however it is packed."""

    @_settings
    @given(
        members=st.dictionaries(
            st.text("abcäß/", min_size=1, max_size=8), st.binary(max_size=2000), max_size=5
        ),
        level=st.integers(0, 9),
    )
    def test_has_no_flaw(self, members: dict[str, bytes], level: int) -> None:
        """Members of any name and content, at any level of compression."""
        files = {f"spam-1.0/x{name}": content for name, content in members.items()}

        contents = scanned(WHEEL, wheel(members=files))
        assert contents.flaws == ()
        assert checks.run([contents], select=["A"], destination=DESTINATION) == ()
        tar = gzip.decompress(sdist(members=files))
        packed = gzip.compress(tar, level) if level else _in_pieces(tar)
        assert scanned(SDIST, packed).flaws == ()


def _in_pieces(content: bytes) -> bytes:
    buffer = io.BytesIO()
    for start in range(0, len(content), 3000):
        buffer.write(gzip.compress(content[start : start + 3000]))
    return buffer.getvalue()
