"""No false alarm: files of many backends and ages, as they are on the index, and what is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from twine.package import PackageFile
from twine.repository import Repository

import real_files
from pypi_rules import RULES
from real_files import RealFile
from twine_stage import checks, twine_bridge
from twine_stage.checks import Destination, Severity
from twine_stage.contents import Contents, distribution
from twine_stage.operations.check import check
from twine_stage.operations.reading import read_path
from twine_stage.profiles import GENERIC, PYPI, Profile

pytestmark = pytest.mark.integration

FILES = real_files.listed()
ACCEPTED = [file for file in FILES if file.accepted]
REFUSED = [file for file in FILES if not file.accepted]

# Rules that GENERIC has too: an index may refuse what packaging refuses.
EVERYWHERE = frozenset(rule.code for rule in checks.ALL if not rule.is_of_pypi)


@pytest.fixture(scope="module")
def missing() -> Mapping[str, str]:
    """Why files are missing, after what can be fetched was fetched."""
    return real_files.fetch(FILES)


def named(file: RealFile) -> str:
    return file.filename


def expect(file: RealFile, missing: Mapping[str, str]) -> None:
    """Skip the test where the file is not to be had."""
    if file.filename in missing:
        reason = missing[file.filename]
        pytest.skip(f"PyPI cannot be reached, or has the file no more: {reason}")


def text_of(form: Iterable[tuple[str, str]]) -> str:
    """The README in a form, without what stands before and behind its lines."""
    lines = dict(form).get("description", "").splitlines()
    return "\n".join(line.strip().lstrip("|") for line in lines).strip()


def errors_of(file: RealFile, missing: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """The errors of a file, by code."""
    expect(file, missing)
    report = check([file.path], destination=Destination(profile=profile))
    errors = [it for it in report.findings if it.severity is Severity.ERROR]
    return {error.code: error.message for error in errors}


@pytest.mark.parametrize("file", ACCEPTED, ids=named)
def test_what_pypi_accepts_has_no_errors(file: RealFile, missing: Mapping[str, str]) -> None:
    """Whatever built it, and however long ago."""
    assert errors_of(file, missing, PYPI) == {}


@pytest.mark.parametrize("file", ACCEPTED, ids=named)
def test_the_form_is_the_one_that_twine_sends(file: RealFile, missing: Mapping[str, str]) -> None:
    """But for what twine does not know yet, and the folds of old descriptions."""
    expect(file, missing)
    contents = read_path(file.path)
    assert isinstance(contents, Contents)
    fields = twine_bridge.form_fields(distribution(contents), contents.core_metadata or b"")
    package = PackageFile.from_filename(str(file.path), None)
    expected = Repository._convert_metadata_to_list_of_tuples(package.metadata_dictionary())  # noqa: SLF001 - as in the bridge
    own = ("description", "import_name", "import_namespace")

    def sorted_out(form: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(key, value) for key, value in form if key not in own}

    assert sorted_out(fields) == sorted_out(expected)
    assert text_of(fields) == text_of(expected)


@pytest.mark.parametrize("file", REFUSED, ids=named)
def test_what_pypi_refuses_is_told(file: RealFile, missing: Mapping[str, str]) -> None:
    """Each reason that PyPI has today, and no other."""
    assert set(errors_of(file, missing, PYPI)) == set(file.codes)


@pytest.mark.parametrize("file", REFUSED, ids=named)
def test_other_indexes_are_stricter_in_nothing(file: RealFile, missing: Mapping[str, str]) -> None:
    """Where PyPI's own rules do not hold, those of the specifications are all that is left."""
    assert set(errors_of(file, missing, GENERIC)) == set(file.codes) & EVERYWHERE


def test_the_list_is_long_and_mixed() -> None:
    """There are enough files of every kind for the above to mean something."""
    platforms = {
        tag.split("_")[0].rstrip("0123456789")
        for file in ACCEPTED
        if file.filename.endswith(".whl")
        for tag in file.filename.removesuffix(".whl").rpartition("-")[2].split(".")
    }
    assert len(ACCEPTED) >= 150
    assert len(REFUSED) >= 40
    assert Counter(file.filename.endswith(".whl") for file in ACCEPTED)[False] >= 50
    assert len({file.project for file in FILES}) >= 35
    assert platforms >= {"any", "manylinux", "musllinux", "macosx", "win", "android", "ios"}


def test_each_refusal_is_one_of_the_rules() -> None:
    """The list names rules that there are, and codes that there are."""
    rules = {rule.number for rule in RULES}
    codes = {rule.code for rule in checks.ALL}
    for file in REFUSED:
        assert file.rule in rules
        assert file.codes
        assert set(file.codes) <= codes
