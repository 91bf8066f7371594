from __future__ import annotations

from collections.abc import Mapping

import pytest

from samples import metadata, sdist, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination
from twine_stage.contents import Contents
from twine_stage.profiles import PYPI

INFO = "spam-1.0.dist-info"
TEXTS = {
    "METADATA": metadata(),
    "WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
    "RECORD": b"",
}


def messages(contents: Contents, code: str, *, only: bool = True) -> list[str]:
    """What one rule finds; ``only`` it finds something."""
    found = checks.run(
        [contents], select=["A"], ignore=["A315"], destination=Destination(profile=PYPI)
    )
    if only:
        assert {finding.code for finding in found} <= {code}
    assert all(finding.hint for finding in found)
    return [finding.message for finding in found if finding.code == code]


def texted(texts: Mapping[str, bytes | None], *, name: str = WHEEL, folder: str = INFO) -> Contents:
    """A wheel with these files in its .dist-info folder and the usual ones; None leaves one out."""
    files = {
        f"{folder}/{it}": text for it, text in (TEXTS | dict(texts)).items() if text is not None
    }
    return scanned(name, zipped(files))


def test_a_sound_wheel_and_sdist() -> None:
    """Nothing is found."""
    for name in (WHEEL, SDIST, "spam-1.0-1-py3-none-any.whl"):
        assert (
            checks.run([scanned(name)], select=["A"], destination=Destination(profile=PYPI)) == ()
        )


@pytest.mark.parametrize("folder", ["Spam-1.0.dist-info", "spam-1.dist-info"])
def test_a312_another_spelling(folder: str) -> None:
    """The folder is spelled as in the filename; what is in it is judged all the same."""
    assert messages(texted({}, folder=folder), "A312") == [
        f"expected {INFO}, spelled as in the filename, found {folder}"
    ]


def test_a312_the_spelling_of_the_filename() -> None:
    """It is the filename's own, whatever that is."""
    contents = texted({}, name="Spam-1.0.0-py3-none-any.whl", folder="Spam-1.0.0.dist-info")

    assert messages(contents, "A312") == []


def test_a313_no_record() -> None:
    """RECORD must be there."""
    assert messages(texted({"RECORD": None}), "A313") == [f"expected {INFO}/RECORD, found none"]


@pytest.mark.parametrize(
    ("record", "found"),
    [(b"\xff", "a byte that is no UTF-8, at 0"), (b"a,,\n\n", "a blank row, 2")],
)
def test_a313_a_record_that_cannot_be_read(record: bytes, found: str) -> None:
    """What is wrong with it is named."""
    assert messages(texted({"RECORD": record}), "A313") == [
        f"expected a RECORD of CSV, found {found}"
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff", "a byte that is no UTF-8, at 0"),
        (b"a = b\n", "what is no INI file (File contains no section headers. file: "),
        (b"[a]\nb\n", "what is no INI file (Source contains parsing errors"),
        (b"[a]\nb: c\n", "what is no INI file (Source contains parsing errors"),
        (b"[a]\n[a]\n", "what is no INI file (While reading from"),
        (b"[a]\nb=1\nb=2\n", "what is no INI file (While reading from"),
        (b"[console_scripts]\na b = c:d\n", "a script named 'a b'"),
        (b"[console_scripts]\n../a = c:d\n", "a script named '../a'"),
        (b"[gui_scripts]\na/b = c:d\n", "a script named 'a/b'"),
        (b"[a]\nb = c" + b" " * 64 + b"d\n", "a gap of more than 64 spaces or blank lines"),
        (b"[a]\n" + b"b\n" * 10_001, "more than 10,000 lines"),
    ],
)
def test_a314_entry_points_that_cannot_be_read(content: bytes, found: str) -> None:
    """What is wrong is named."""
    [message] = messages(texted({"entry_points.txt": content}), "A314")

    assert message.startswith(f"expected entry points that can be read, found {found}")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[console_scripts]\nA-b.c_1 = a.b:c\na-b.c_1 = a.b:c [extra]\n",
        b"; comment\n[any group]\nany name = a:b\n%(x)s = c\n",
        "[gui_scripts]\nä = a:b\n".encode(),
    ],
)
def test_a314_entry_points(content: bytes) -> None:
    """Names keep their case, and only those of scripts are judged."""
    assert messages(texted({"entry_points.txt": content}), "A314") == []


def licensed(**fields: str) -> bytes:
    return metadata(**{"License_File": "LICENSE", **fields})


@pytest.mark.parametrize(
    ("name", "path"), [(WHEEL, f"{INFO}/licenses/LICENSE"), (SDIST, "spam-1.0/LICENSE")]
)
def test_a316_a_licence_file_that_is_missing(name: str, path: str) -> None:
    """It must be where the metadata say."""
    make = wheel if name == WHEEL else sdist
    elsewhere = path.replace("LICENSE", "other/LICENSE")

    assert (
        messages(scanned(name, make(core_metadata=licensed(), members={path: b""})), "A316") == []
    )
    for members in ({}, {elsewhere: b""}):
        contents = scanned(name, make(core_metadata=licensed(), members=members))
        assert messages(contents, "A316") == [
            f"expected the License-File LICENSE at {path}, found none there"
        ]


def test_a316_several_licence_files_that_are_missing() -> None:
    """One is named, the others are counted."""
    core_metadata = licensed().replace(b"LICENSE", b"LICENSE\nLicense-File: NOTICE", 1)

    [message] = messages(scanned(WHEEL, wheel(core_metadata=core_metadata)), "A316")
    assert message.endswith("/LICENSE, found none there, nor 1 more of them")


def test_a316_older_metadata_name_no_licence_files() -> None:
    """Before 2.4 the field is not sent."""
    core_metadata = licensed().replace(b"2.4", b"2.1")

    assert messages(scanned(WHEEL, wheel(core_metadata=core_metadata)), "A316") == []


def test_a316_without_a_place_to_look_in() -> None:
    """Without metadata, or without their folder, other rules speak."""
    for content in (zipped({"a": b""}), zipped({"a.dist-info/x": b"", "b.dist-info/x": b""})):
        assert messages(scanned(WHEEL, content), "A316", only=False) == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (b"Tag: cp311-cp311-win32\n", "found cp311-cp311-win32, and no py3-none-any"),
        (b"Tag: py2.py3-none-any\n", "found py2-none-any"),
        (b"", "found no py3-none-any"),
        (b"Tag: nonsense\n", "found 'nonsense'"),
        (b"Tag: " + b"a." * 100 + b"a-" + b"b." * 100 + b"b-c\n", f"found '{('a.' * 60)}…'"),
    ],
)
def test_a317_other_tags(told: bytes, found: str) -> None:
    """WHEEL names the filename's tags and no others, nor what is no tag, or too many."""
    contents = texted({"WHEEL": b"Wheel-Version: 1.0\n" + told})

    assert messages(contents, "A317") == [f"expected the filename's tags in WHEEL, {found}"]


@pytest.mark.parametrize(
    "told",
    [
        b"Tag: py2-none-any\nTAG: py3-none-any\n",
        b"Tag: py2.py3-none-any\r\n",
    ],
)
def test_a317_the_same_tags(told: bytes) -> None:
    """They may stand together, and in any order."""
    name = "spam-1.0-py2.py3-none-any.whl"
    contents = texted({"WHEEL": b"Wheel-Version: 1.0\n" + told}, name=name)

    assert messages(contents, "A317") == []


def test_a317_a_name_without_tags() -> None:
    """A filename that follows no grammar is for other rules."""
    contents = texted({}, name="spam-1.0.whl", folder="spam-1.0.whl.dist-info")

    assert messages(contents, "A317", only=False) == []


def test_a318_no_wheel_file() -> None:
    """WHEEL must be there."""
    assert messages(texted({"WHEEL": None}), "A318") == [f"expected {INFO}/WHEEL, found none"]


@pytest.mark.parametrize(
    ("line", "found"), [(b"", "none"), (b"Wheel-Version: 2.0\n", "2.0"), (b"Wheel-Version:\n", "")]
)
def test_a318_another_version(line: bytes, found: str) -> None:
    """Its version must be 1."""
    contents = texted({"WHEEL": line + b"Tag: py3-none-any\n"})

    assert messages(contents, "A318") == [f"expected a Wheel-Version of 1, found {found}"]


def test_what_was_not_read_is_not_missing() -> None:
    """In an archive that is broken nothing is said to be missing."""
    content = wheel(compression=0).replace(b"Wheel-Version", b"wheel-version")

    found = checks.run(
        [scanned(WHEEL, content)], select=["A"], destination=Destination(profile=PYPI)
    )

    assert [finding.code for finding in found] == ["A302"]
