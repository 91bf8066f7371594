from __future__ import annotations

from dataclasses import replace

import pytest

from findings import described, found_on_pypi, named
from samples import sdist, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination
from twine_stage.profiles import GENERIC, PYPI, Profile
from twine_stage.sizes import MIB


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("F104", "Spam-1.0-py3-none-any.whl", "to be spelled spam in the filename, found Spam"),
        ("F104", "Spam-1.0.tar.gz", "found Spam"),
        ("F106", "spam-1.0.0.tar.gz", "to be spelled 1.0 in the filename, found 1.0.0"),
        ("F106", "spam-1.tar.gz", "found 1"),
        ("F107", "spam-1.0-py3-none-linux_x86_64.whl", "found linux_x86_64"),
        ("F107", "spam-1.0-py3-none-win32.emscripten_4_0_9_wasm32.whl", "found emscripten_4"),
    ],
)
def test_a_name_that_pypi_refuses(code: str, name: str, found: str) -> None:
    """Only the one rule finds it, in a file that is sound in all else."""
    [finding] = found_on_pypi(named(name))

    assert (finding.code, finding.file) == (code, name)
    assert found in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    "name",
    [
        WHEEL,
        SDIST,
        "spam-1.0.0-py3-none-any.whl",
        "spam-1.0-1-zz9-none-win32.win_amd64.whl",
    ],
)
def test_a_name_that_just_passes(name: str) -> None:
    """The version of a wheel is compared as a version, and the interpreter is not judged."""
    assert not [one for one in found_on_pypi(named(name)) if one.code != "S422"]


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("ruamel_yaml", True), ("ruamel.yaml", False), ("Ruamel_yaml", False)],
)
def test_f104_separators_are_underscores(name: str, *, is_taken: bool) -> None:
    """Whatever the project calls itself."""
    content = sdist(name, core_metadata=described(name="Ruamel.YAML"))

    found = found_on_pypi(scanned(f"{name}-1.0.tar.gz", content))

    assert [finding.code for finding in found] == ([] if is_taken else ["F104"])


def test_f105_a_zipped_sdist() -> None:
    """PyPI takes none, though it is a kind of sdist."""
    content = zipped({"spam-1.0/PKG-INFO": described(), "spam-1.0/pyproject.toml": b""})

    [finding] = found_on_pypi(scanned("spam-1.0.zip", content))

    assert finding.code == "F105"


def test_f106_is_spelled_as_the_core_metadata_say() -> None:
    """A version is not shortened, and what is another version is told by F103 alone."""
    long = named("spam-1.0.0.tar.gz", described(version="1.0.0"))
    cut = named("spam-1.0.tar.gz", described(version="1.0.0"))
    other = named("spam-1.0.tar.gz", described(version="2.0"))
    spoken = named("spam-1.0.tar.gz", described(version="v1.0"))

    assert not found_on_pypi(long)
    assert [finding.code for finding in found_on_pypi(cut)] == ["F106"]
    assert [finding.code for finding in found_on_pypi(other)] == ["F103"]
    assert not found_on_pypi(spoken)


@pytest.mark.parametrize(
    ("length", "codes"), [(246, []), (247, ["F108"]), (255, ["F108"]), (256, ["F101"])]
)
def test_f108_a_long_name(length: int, codes: list[str]) -> None:
    """A file with .metadata behind the name must fit on a disk; more than 255 fit nowhere."""
    name = "spam-1.0-1{}-py3-none-any.whl".format("x" * (length - 27))
    assert len(name) == length

    assert [finding.code for finding in found_on_pypi(named(name))] == codes


def sized(size: int, profile: Profile) -> list[tuple[str, str, str]]:
    contents = scanned(WHEEL)
    large = replace(contents, digests=replace(contents.digests, size=size))
    found = checks.run([large], select=["F"], destination=Destination(profile=profile))
    return [(finding.code, finding.message, finding.hint) for finding in found]


class TestF109TheSize:
    def test_the_limit_itself_passes(self) -> None:
        """And where none is known, anything does."""
        assert sized(100 * MIB, PYPI) == []
        assert sized(9_000 * MIB, GENERIC) == []

    def test_what_may_have_been_granted(self) -> None:
        """Up to 1 GiB the way out is to say that it was; the size said is large enough."""
        [(code, message, hint)] = sized(100 * MIB + 1, PYPI)

        assert code == "F109"
        assert "at most 100 MiB (104,857,600 bytes), found 100 MiB (104,857,601 bytes)" in message
        assert '`max-file-size = "101 MiB"` in [tool.stage.index.NAME]' in hint
        assert "granted" in sized(1024 * MIB, PYPI)[0][2]

    def test_what_nobody_grants(self) -> None:
        """Above that, the file must become smaller."""
        assert "granted" not in sized(1024 * MIB + 1, PYPI)[0][2]

    def test_a_limit_that_the_project_says(self) -> None:
        """It counts on any index, and granting is PyPI's."""
        granted = replace(PYPI, max_file_size=300 * MIB)
        mine = Profile(name="generic", max_file_size=10)

        assert sized(200 * MIB, granted) == []
        [(code, message, hint)] = sized(11, mine)
        assert code == "F109"
        assert message == "expected a file of at most 10 bytes, found 11 bytes"
        assert "granted" not in hint


def test_elsewhere_only_the_size_is_judged() -> None:
    """Other indexes take other spellings."""
    assert checks.run([named("Spam-1.0.0-py3-none-linux_x86_64.whl")], select=["F"]) == ()
