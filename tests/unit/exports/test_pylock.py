from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone

import pytest
from packaging.pylock import Pylock

from exporting import BASE, release, renamed
from releasing import SDIST, WHEEL, built
from twine_stage.exports import Exported, pylock, toml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ZIP = "spam-1.0.zip"


def read(exported: Exported) -> Pylock:
    """The lock file, as the reference library judges it."""
    return Pylock.from_dict(tomllib.loads(pylock.write(exported)))


def test_the_lock_is_valid_and_names_every_file() -> None:
    """With address, size, digest and the moment of the upload."""
    (package,) = read(release(WHEEL, SDIST)).packages
    assert (package.name, str(package.version)) == ("spam", "1.0")
    assert package.wheels is not None
    (wheel,) = package.wheels
    dist = release(WHEEL).files[0].distribution
    assert (wheel.name, wheel.url, wheel.size) == (WHEEL, BASE + WHEEL, dist.size)
    assert wheel.hashes == {"sha256": dist.sha256}
    assert wheel.upload_time == datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    assert package.sdist is not None
    assert package.sdist.filename == SDIST


def test_a_moment_is_written_in_utc() -> None:
    """As PEP 751 wants it, wherever the index keeps its clock."""
    there = timezone(timedelta(hours=2))
    text = pylock.write(release(WHEEL, at=datetime(2026, 1, 1, 14, tzinfo=there)))
    assert "upload-time = 2026-01-01T12:00:00Z\n" in text


def test_what_is_not_there_is_left_out() -> None:
    """No sdist, no wheels, no time, no required Python."""
    (package,) = read(release(WHEEL, at=None)).packages
    assert package.sdist is None
    assert package.requires_python is None
    assert package.wheels is not None
    assert package.wheels[0].upload_time is None
    (package,) = read(release(SDIST)).packages
    assert package.wheels is None


def test_of_two_sdists_the_usual_one_is_locked() -> None:
    """The format has room for one."""
    (package,) = read(_with_zip()).packages
    assert package.sdist is not None
    assert package.sdist.name == SDIST


def _with_zip() -> Exported:
    """A release with an old kind of sdist beside the usual one."""
    usual = release(SDIST)
    old = release(SDIST, base="https://example.org/old/")
    return Exported(usual.manifest, (renamed(old.files[0], ZIP), usual.files[0]))


@pytest.mark.parametrize(
    ("of_wheel", "of_sdist", "expected"),
    [
        (">=3.9", ">=3.9", ">=3.9"),
        (">=3.9", ">=3.10", None),
        ("no specifier", "no specifier", None),
    ],
)
def test_the_required_python_is_that_of_all_files(
    of_wheel: str, of_sdist: str, expected: str | None
) -> None:
    """What files disagree on, or nobody can read, is left to the installer."""
    files = (built(WHEEL, requires_python=of_wheel), built(SDIST, requires_python=of_sdist))
    (package,) = read(release(*files)).packages
    found = package.requires_python
    assert (None if found is None else str(found)) == expected


def test_any_text_is_read_back_as_it_was() -> None:
    """Quotes, backslashes, control characters, what is beyond the first plane."""
    hostile = 'a"b\\c\n[x]\x7f\x00\u2028\U0001f600\r\t'
    document = {"key": hostile, "number": 1, "one": {"a": hostile}, "two": {"a": 1, "b": hostile}}
    assert tomllib.loads(toml.dumps(document)) == document
