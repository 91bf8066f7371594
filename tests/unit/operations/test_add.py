"""Add: all that are named are staged, or none; and what is staged is what was read."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes import Remembering
from journaling import published, sent
from samples import PUBLISH, SLSA, attestation, content_of, metadata, sdist, wheel, zipped
from staging import FILENAMES, SDIST, SPAM, WHEEL
from twine_stage.digests import sha256
from twine_stage.errors import Damaged, InvalidDistribution, LocalError, UsageError, WrongState
from twine_stage.operations.add import AddedFile, AddReport, add
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.thaw import thaw
from twine_stage.store import Store

INFO = "spam-1.0.dist-info"


@dataclass
class Adder:
    """An empty stage, and a folder to add files from."""

    folder: Path
    reporter: Remembering = field(default_factory=Remembering)

    def __post_init__(self) -> None:
        self.store = Store.create(self.folder)

    def write(self, name: str, content: bytes | None = None, *, under: str = "dist") -> Path:
        path = self.folder / under / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content_of(name) if content is None else content)
        return path

    def __call__(self, *paths: Path) -> AddReport:
        report = add(self.store, [str(path) for path in paths], reporter=self.reporter)
        assert report.exit_status == 0
        return report

    def fails(self, *paths: Path) -> LocalError:
        """The error that it ends with; the stage is as it was before."""
        before = self.files()
        with pytest.raises(LocalError) as caught:
            self(*paths)
        assert self.files() == before
        assert caught.value.exit_status == 3
        return caught.value

    def files(self) -> dict[str, bytes]:
        """All files of the stage but its locks."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.store.root.rglob("*")
            if path.is_file() and path.parent.name != "locks"
        }


@pytest.fixture
def adder(tmp_path: Path) -> Adder:
    """Nothing is staged yet."""
    return Adder(tmp_path)


def names(files: tuple[AddedFile, ...]) -> list[str]:
    """Their filenames."""
    return [file.filename for file in files]


def staged(adder: Adder, name: str = WHEEL) -> str:
    """The digest that is staged under a name."""
    [found] = [
        one for one in adder.store.record(SPAM).current.distributions if one.filename.text == name
    ]
    return found.sha256


# What becomes of good files


def test_files_are_added(adder: Adder) -> None:
    """They are told sorted by name; metadata and digests are known from then on."""
    paths = [adder.write(name) for name in FILENAMES]
    report = adder(*paths)
    assert names(report.added) == sorted(FILENAMES)
    assert report.unchanged == report.replaced == ()
    content = content_of(WHEEL)
    assert report.added[-2] == AddedFile(
        filename=WHEEL, release="spam==1.0", sha256=sha256(content), size=len(content)
    )
    for one in adder.store.record(SPAM).current.distributions:
        assert b"".join(adder.store.chunks(one.sha256)) == content_of(one.filename.text)
        assert adder.store.read(one.core_metadata or "") == metadata()
        assert adder.reporter.moved[one.filename.text] == one.size


def test_what_killed_commands_left_goes(adder: Adder) -> None:
    """As long as somebody may be writing to it, it stays; what cannot be removed is no matter."""
    adder.write(SDIST)
    files = adder.store.root / "files"
    files.mkdir()
    old, fresh, stuck = (files / f".tmp-{name}" for name in ("old", "fresh", "stuck"))
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (0, 0))
    adder(adder.folder / "dist")
    assert not old.exists()
    assert fresh.exists()
    stuck.mkdir()
    os.utime(stuck, (0, 0))
    assert adder(adder.folder / "dist").unchanged
    assert stuck.exists()


def test_the_same_files_are_unchanged(adder: Adder) -> None:
    """Adding twice is no mistake."""
    path = adder.write(WHEEL)
    adder(path)
    before = adder.files()
    assert names(adder(path).unchanged) == [WHEEL]
    assert adder.files() == before


def test_other_bytes_replace_those_of_a_draft(adder: Adder) -> None:
    """And the report says so."""
    adder(adder.write(WHEEL), adder.write(SDIST))
    other = wheel(members={"more.py": b""})
    report = adder(adder.write(WHEEL, other))
    assert (names(report.replaced), report.added) == ([WHEEL], ())
    assert staged(adder) == sha256(other)
    assert len(adder.store.record(SPAM).current.distributions) == 2


def test_files_that_are_no_distributions_are_named(adder: Adder) -> None:
    """They are left out."""
    adder.write(WHEEL)
    adder.write("notes.txt", b"")
    assert adder(adder.folder / "dist").ignored == ("notes.txt",)


def test_several_releases_are_added_at_once(adder: Adder) -> None:
    """Each gets its draft."""
    adder(adder.write(WHEEL), adder.write("eggs-2.0.tar.gz"), adder.write("spam-1.1.tar.gz"))
    assert [str(one) for one in adder.store.releases()] == ["eggs==2.0", "spam==1.0", "spam==1.1"]


def test_a_file_named_twice_is_one(adder: Adder) -> None:
    """By two paths, too, as long as the bytes are the same."""
    report = adder(adder.write(WHEEL), adder.write(WHEEL, under="copy"))
    assert names(report.added) == [WHEEL]


def test_a_name_used_for_two_contents_is_refused(adder: Adder) -> None:
    """Nobody can tell which is meant; both paths are named."""
    one, two = adder.write(WHEEL), adder.write(WHEEL, wheel(members={"x": b""}), under="other")
    error = adder.fails(one, two)
    assert str(one) in error.message
    assert str(two) in error.message


@pytest.mark.parametrize("is_published", [False, True])
@pytest.mark.parametrize("in_one_call", [False, True])
def test_the_same_bytes_under_two_names_are_refused(
    adder: Adder,
    *,
    in_one_call: bool,
    is_published: bool,
) -> None:
    """In one call, beside a draft, and beside what was published."""
    one = adder.write(WHEEL)
    two = adder.write("spam-1.0-1-py3-none-any.whl", content_of(WHEEL))
    if in_one_call:
        error = adder.fails(one, two)
    else:
        adder(one)
        if is_published:
            published(adder.store)
        error = adder.fails(two)
    assert "same bytes as" in error.message


def test_two_names_may_swap_their_bytes(adder: Adder) -> None:
    """What counts is the set afterwards."""
    build = "spam-1.0-1-py3-none-any.whl"
    other = wheel(members={"x": b""})
    adder(adder.write(WHEEL), adder.write(build, other))
    report = adder(adder.write(WHEEL, other), adder.write(build, content_of(WHEEL)))
    assert len(report.replaced) == 2
    assert staged(adder) == sha256(other)


def test_spellings_that_come_together_are_one_release(adder: Adder) -> None:
    """Two versions that are equal share a folder from the beginning."""
    adder(adder.write(WHEEL), adder.write("spam-1.0.0.tar.gz"))
    [release] = adder.store.releases()
    assert len(adder.store.record(release).current.distributions) == 2


def test_a_version_spelled_differently_is_the_same_release(adder: Adder) -> None:
    """1.0.0 joins 1.0."""
    adder(adder.write(WHEEL))
    adder(adder.write("spam-1.0.0.tar.gz"))
    assert len(adder.store.record(SPAM).current.distributions) == 2


# What is frozen or published


def test_a_frozen_release_takes_the_same_bytes_as_unchanged(adder: Adder) -> None:
    """It stays as it is."""
    path = adder.write(WHEEL)
    adder(path)
    freeze(adder.store, [])
    assert names(adder(path).unchanged) == [WHEEL]
    assert adder.store.record(SPAM).state == "frozen"


def test_adding_it_again_heals_what_was_lost(adder: Adder) -> None:
    """The content of a frozen file is restored."""
    path = adder.write(WHEEL)
    adder(path)
    freeze(adder.store, [])
    for lost in adder.store.root.glob("files/??/*/*"):
        lost.unlink()
    adder(path)
    [dist] = adder.store.record(SPAM).current.distributions
    assert all(map(adder.store.has, dist.contents))


def test_a_frozen_release_takes_nothing_else(adder: Adder) -> None:
    """Neither other bytes nor another file; the way out is thaw."""
    adder(adder.write(WHEEL))
    freeze(adder.store, [])
    for path in (adder.write(WHEEL, wheel(members={"x": b""})), adder.write(SDIST)):
        error = adder.fails(path)
        assert isinstance(error, WrongState)
        assert "stage thaw spam==1.0" in error.hint
    thaw(adder.store, [])
    assert names(adder(adder.write(SDIST)).added) == [SDIST]


def test_a_half_published_release_takes_nothing_else(adder: Adder) -> None:
    """It cannot be thawed, so the way out is to finish."""
    adder(adder.write(WHEEL))
    sent(adder.store)
    error = adder.fails(adder.write(SDIST))
    assert "stage publish spam==1.0" in error.hint


def test_a_published_file_never_changes(adder: Adder) -> None:
    """Whether there is a draft of the next revision or not."""
    path = adder.write(WHEEL)
    adder(path)
    published(adder.store)
    assert names(adder(path).unchanged) == [WHEEL]
    other = adder.write(WHEEL, wheel(members={"x": b""}), under="other")
    assert "raise the version" in adder.fails(other).hint
    adder(adder.write(SDIST))
    assert "raise the version" in adder.fails(other).hint


def test_a_new_file_opens_the_draft_of_the_next_revision(adder: Adder) -> None:
    """Beside what was published, which the draft does not repeat."""
    adder(adder.write(WHEEL))
    manifest = published(adder.store)
    report = adder(adder.write(SDIST), adder.write(WHEEL))
    assert (names(report.added), names(report.unchanged)) == ([SDIST], [WHEEL])
    record = adder.store.record(SPAM)
    assert (record.state, record.base) == ("draft", manifest)
    assert [one.filename.text for one in record.current.distributions] == [SDIST]


# Attestations


def attested(adder: Adder, name: str = WHEEL) -> list[str]:
    """The predicate types of what is attested of a file."""
    [found] = [
        one for one in adder.store.record(SPAM).current.distributions if one.filename.text == name
    ]
    assert all(map(adder.store.has, found.contents))
    return [one.predicate_type for one in found.attestations]


def test_an_attestation_is_attached_to_its_file(adder: Adder) -> None:
    """In the same call, or later; each predicate once."""
    one = adder.write(f"{WHEEL}.publish.attestation", attestation())
    two = adder.write(f"{WHEEL}.slsa.attestation", attestation(SLSA))
    adder(adder.write(WHEEL), one)
    assert attested(adder) == [PUBLISH]
    assert names(adder(two).unchanged) == [WHEEL]
    assert attested(adder) == [PUBLISH, SLSA]
    other = attestation() + b" "
    adder(adder.write(f"{WHEEL}.publish.attestation", other), adder.write(WHEEL))
    assert attested(adder) == [PUBLISH, SLSA]
    [staged] = adder.store.record(SPAM).current.distributions
    assert staged.attestations[0].sha256 == sha256(other)


@pytest.mark.parametrize("is_staged", [False, True])
def test_an_attestation_of_other_bytes_is_refused(adder: Adder, *, is_staged: bool) -> None:
    """With the file that it came with; the hint says what to do."""
    path = adder.write(WHEEL)
    if is_staged:
        adder(path)
    stale = attestation(content=wheel(members={"x": b""}))
    error = adder.fails(path, adder.write(f"{WHEEL}.publish.attestation", stale))
    assert isinstance(error, InvalidDistribution)
    assert "expected a statement about SHA-256" in error.message
    assert "Attest the file once more" in error.hint


def test_two_attestations_of_one_kind_are_refused(adder: Adder) -> None:
    """Nobody can tell which is meant, unless they are the same."""
    path, one = adder.write(WHEEL), adder.write(f"{WHEEL}.a.attestation", attestation())
    two = adder.write(f"{WHEEL}.b.attestation", attestation() + b" ")
    error = adder.fails(path, one, two)
    assert f"found two that differ: {one}, {two}" in error.message
    adder(path, one, adder.write(f"{WHEEL}.b.attestation", attestation()))
    assert attested(adder) == [PUBLISH]


def test_other_bytes_lose_their_attestations(adder: Adder) -> None:
    """They are about the bytes that were there."""
    adder(adder.write(WHEEL), adder.write(f"{WHEEL}.publish.attestation", attestation()))
    adder(adder.write(WHEEL, wheel(members={"x": b""})))
    assert attested(adder) == []


def test_an_attestation_without_its_file_is_left_out(adder: Adder) -> None:
    """And a warning says so."""
    report = adder(adder.write(f"{SDIST}.publish.attestation", b""), adder.write(WHEEL))
    assert names(report.added) == [WHEEL]
    assert adder.reporter.warnings == [
        f"{SDIST}.publish.attestation is left out: {SDIST} is not staged"
    ]


def test_an_attestation_of_a_frozen_file_is_left_out(adder: Adder) -> None:
    """The manifest never changes; the file is told as unchanged, whether it is named or not."""
    path, note = adder.write(WHEEL), adder.write(f"{WHEEL}.publish.attestation", attestation())
    adder(path)
    published(adder.store)
    for paths in ((note,), (note, path)):
        assert names(adder(*paths).unchanged) == [WHEEL]
    drop(adder.store, ["spam"])
    assert names(adder(note).unchanged) == [WHEEL]
    said = f"{WHEEL} is frozen: its attestations are left out"
    assert adder.reporter.warnings == [said] * 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"\xff",
        b"[]",
        b"{}",
        b'{"envelope": {"statement": "!"}}',
        b'{"envelope": {"statement": 1}}',
        b'{"envelope": {"statement": "e30="}}',
        b"[" * 100_000,
    ],
)
def test_an_attestation_that_is_none_is_refused(adder: Adder, content: bytes) -> None:
    """With the file that it came with."""
    error = adder.fails(adder.write(WHEEL), adder.write(f"{WHEEL}.publish.attestation", content))
    assert isinstance(error, InvalidDistribution)
    assert "expected an attestation object" in error.message


@pytest.mark.parametrize("name", ["spam.attestation", "spam.whl.publish.attestation"])
def test_an_attestation_of_no_filename_is_refused(adder: Adder, name: str) -> None:
    """It says which file it is about by its own name."""
    assert isinstance(adder.fails(adder.write(name, attestation())), InvalidDistribution)


# Bad input


def encrypted() -> bytes:
    """A wheel whose members claim to be encrypted."""
    content = bytearray(wheel())
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = -1
        while (start := content.find(sign, start + 1)) >= 0:
            content[start + place] |= 1
    return bytes(content)


def bomb() -> bytes:
    """A wheel with a member that claims to unpack to far more than its size allows."""
    content = bytearray(wheel())
    start = content.find(b"PK\1\2")
    content[start + 24 : start + 28] = struct.pack("<L", 2_000_000_000)
    return bytes(content)


def corrupt() -> bytes:
    """A wheel with one byte changed."""
    content = wheel(members={"data": b"spam" * 9}, compression=zipfile.ZIP_STORED)
    return content.replace(b"spamspam", b"spamspaM", 1)


TWO_INFOS = wheel(members={"eggs-1.0.dist-info/WHEEL": b""})
NO_METADATA = zipped({"spam.py": b"", f"{INFO}/WHEEL": b""})
BAD = {
    "html": (WHEEL, b"<!DOCTYPE html><html></html>", "found an HTML page"),
    "html sdist": (SDIST, b"<!DOCTYPE html><html></html>", "found an HTML page"),
    "empty": (WHEEL, b"", "found an empty file"),
    "truncated wheel": (WHEEL, wheel()[:-60], "broken or cut off"),
    "truncated sdist": (SDIST, sdist()[:-60], "expected a whole archive"),
    "truncated to nothing": (SDIST, sdist()[:30], "broken or cut off"),
    "encrypted": (WHEEL, encrypted(), "expected an archive without encryption"),
    "bomb": (WHEEL, bomb(), "expected an archive of a reasonable size"),
    "corrupt": (WHEEL, corrupt(), "expected an intact archive"),
    "wrong name": (WHEEL, wheel("eggs"), "eggs"),
    "wrong name in sdist": (SDIST, sdist("eggs"), "eggs"),
    "wrong version": (WHEEL, wheel(version="2.0"), "2.0"),
    "wrong version in metadata": (WHEEL, wheel(core_metadata=metadata(version="2.0")), "2.0"),
    "two dist-infos": (WHEEL, TWO_INFOS, "expected one .dist-info folder"),
    "no metadata": (WHEEL, NO_METADATA, "METADATA"),
    "no grammar": ("spam.whl", wheel(), "spam.whl"),
    "not a name": ("spam-1.0-py3-none-any (1).whl", wheel(), "(1).whl"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_its_own_sentence(
    adder: Adder, name: str, content: bytes, sentence: str
) -> None:
    """Alone or beside a good one, which is not staged then either; no content is left."""
    good = adder.write("spam-1.0-py2-none-any.whl")
    bad = adder.write(name, content)
    for paths in ((bad,), (good, bad)):
        error = adder.fails(*paths)
        assert isinstance(error, InvalidDistribution)
        assert error.filename == name
        assert sentence in error.message
        assert error.hint


def test_what_is_staged_survives_a_bad_file(adder: Adder) -> None:
    """Its content is referred to, and stays."""
    adder(adder.write(SDIST))
    adder.fails(adder.write(WHEEL, b"nonsense"))
    assert adder.store.has(staged(adder, SDIST))


def folder(path: Path) -> None:
    """A folder with the name of a wheel, found by a pattern."""
    path.mkdir()


def dangling(path: Path) -> None:
    """A link to nothing."""
    path.symlink_to("gone")


def circle(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path)


def fifo(path: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(path)


def broken(path: Path) -> None:
    """A file that cannot be read although it may be opened; as on a disk that fails."""
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("this system has no such file")
    path.symlink_to(memory)


def locked(path: Path) -> None:
    """A file without permission to read it."""
    path.write_bytes(content_of(WHEEL))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")


@pytest.mark.parametrize("name", [WHEEL, "spam-1.0-py2-none-any.whl.publish.attestation"])
@pytest.mark.parametrize("make", [folder, dangling, circle, fifo, broken, locked])
def test_what_cannot_be_read_is_refused(
    adder: Adder, name: str, make: Callable[[Path], None]
) -> None:
    """Nothing hangs, whatever stands there."""
    path = adder.write("notes.txt", b"").with_name(name)
    make(path)
    adder.write("spam-1.0-py2-none-any.whl")
    error = adder.fails(adder.folder / "dist" / "*")
    assert isinstance(error, InvalidDistribution)
    assert "expected a file that can be read" in error.message


def test_a_file_that_is_not_there_is_a_mistake(adder: Adder) -> None:
    """Status 2."""
    with pytest.raises(UsageError):
        adder(adder.folder / "gone.whl")


# Files that change while they are added


class Meddling(Remembering):
    """A reporter under whose eyes somebody changes a file, once its first bytes are read."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        super().__init__()
        self.meddle: Callable[[], object] | None = meddle

    def advanced(self, filename: str, count: int) -> None:
        meddle, self.meddle = self.meddle, None
        if meddle:
            meddle()


@pytest.fixture
def large() -> bytes:
    """A wheel that is read in more than one go."""
    return wheel(members={"data": os.urandom(3_000_000)}, compression=zipfile.ZIP_STORED)


def test_a_file_that_shrinks_meanwhile_is_refused(adder: Adder, large: bytes) -> None:
    """The copy is judged, and it is cut off."""
    path = adder.write(WHEEL, large)
    adder.reporter = Meddling(lambda: os.truncate(path, 2_000_000))
    assert isinstance(adder.fails(path), InvalidDistribution)


def test_a_file_that_changes_meanwhile_is_refused(adder: Adder, large: bytes) -> None:
    """The copy is judged, and its checksums do not match."""
    path = adder.write(WHEEL, large)

    def meddle() -> None:
        with path.open("r+b") as file:
            file.seek(2_500_000)
            file.write(bytes(9))

    adder.reporter = Meddling(meddle)
    assert "does not match its checksum" in adder.fails(path).message


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_goes_meanwhile_is_added_as_it_was(
    adder: Adder, large: bytes, *, is_replaced: bool
) -> None:
    """It was opened; what comes under its name is another file."""
    path = adder.write(WHEEL, large)

    def meddle() -> None:
        path.unlink()
        if is_replaced:
            path.write_bytes(content_of(WHEEL))

    adder.reporter = Meddling(meddle)
    [added] = adder(path).added
    assert added.sha256 == sha256(large) == staged(adder)


class Sweeping(Remembering):
    """A reporter under whose eyes another command sweeps, before anything is referred to.

    It is told of an attestation that is left out when all files were taken.
    """

    def __init__(self, store: Store, then: Callable[[], object]) -> None:
        super().__init__()
        self.store = store
        self.then = then

    def warn(self, message: str) -> None:
        with self.store.referencing():
            assert self.store.sweep() > 0
        self.then()


def test_content_that_was_swept_meanwhile_is_put_again(adder: Adder) -> None:
    """The file, its metadata and its attestation."""
    paths = [adder.write(WHEEL), adder.write(f"{WHEEL}.publish.attestation", attestation())]
    late = adder.write("spam-1.0.zip.publish.attestation", attestation())
    adder.reporter = Sweeping(adder.store, lambda: None)
    adder(*paths, late)
    assert attested(adder) == [PUBLISH]


def test_a_file_that_is_another_one_by_then_is_refused(adder: Adder) -> None:
    """What was judged is what is staged, or nothing is."""
    path = adder.write(WHEEL)
    late = adder.write("spam-1.0.zip.publish.attestation", attestation())
    other = wheel(members={"x": b""})
    adder.reporter = Sweeping(adder.store, lambda: path.write_bytes(other))
    assert "has changed" in adder.fails(path, late).message


def test_an_attestation_of_content_that_was_lost_is_refused(adder: Adder) -> None:
    """The stage no longer has what it is about; the file itself heals it."""
    path, note = adder.write(WHEEL), adder.write(f"{WHEEL}.publish.attestation", attestation())
    adder(path)
    for lost in adder.store.root.glob("files/??/*/*"):
        lost.unlink()
    assert "is gone" in adder.fails(note).message
    adder(path, note)
    assert attested(adder) == [PUBLISH]


# A stage that is damaged


def test_a_damaged_entry_is_named(adder: Adder) -> None:
    """Nothing is staged beside it."""
    adder(adder.write(SDIST))
    [entry] = adder.store.root.glob("releases/*/draft/*")
    entry.write_bytes(b"{")
    before = entry.read_bytes()
    with pytest.raises(Damaged, match=entry.name):
        adder(adder.write(WHEEL))
    assert entry.read_bytes() == before
    assert list(entry.parent.iterdir()) == [entry]


def test_a_damaged_manifest_is_named(adder: Adder) -> None:
    """Nothing is staged beside it, and no content of anybody's is swept."""
    adder(adder.write(SDIST))
    freeze(adder.store, [])
    [path] = adder.store.root.glob("releases/*/manifests/*.json")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"fileCount":1', b'"fileCount":2'))
    with pytest.raises(Damaged, match=r"1\.json: predicate\.stageRelease\.fileCount"):
        adder(adder.write(WHEEL))
    assert adder.store.has(sha256(content_of(SDIST)))


def test_damage_elsewhere_does_not_hide_what_is_wrong(adder: Adder) -> None:
    """The sentence is about the file that was to be added."""
    adder(adder.write("eggs-1.0.tar.gz"))
    [entry] = adder.store.root.glob("releases/*/draft/*")
    entry.write_bytes(b"{")
    with pytest.raises(InvalidDistribution, match="found an HTML page"):
        adder(adder.write(WHEEL, b"<html></html>"))


def test_all_are_written_or_none(adder: Adder) -> None:
    """Something is in the way of one entry: the other is not there either."""
    adder(adder.write("eggs-1.0.tar.gz"))
    (adder.store.root / "releases" / "spam-1.0").write_text("in the way")
    before = adder.files()
    with pytest.raises(LocalError):
        adder(adder.write("eggs-1.0-py3-none-any.whl"), adder.write(WHEEL))
    assert adder.files() == before
