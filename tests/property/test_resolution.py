from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.tags import (
    Tag,
    android_platforms,
    compatible_tags,
    cpython_tags,
    create_compatible_tags_selector,
    generic_tags,
    ios_platforms,
    mac_platforms,
)
from packaging.version import Version

from samples import distribution
from twine_stage.distributions import Distribution, Kind
from twine_stage.environments import environments, environments_for
from twine_stage.resolution import Environment, Installer, Python, pick, ranking

PIP, UV = Installer
PLATFORMS = {one.platform.name: one.platform for one in environments()}
BUILDS = ("", "", "", "1-", "2-", "10-", "2a-")
TAGS = (
    "py3-none-any",
    "py2.py3-none-any",
    "cp311-none-any",
    "cp39-abi3-win32.macosx_11_0_arm64",
    "cp311-abi3-win32",
    "cp313-abi3t-win32",
    "cp311-cp311-win32",
    "cp311-cp311-macosx_10_9_universal2",
    "cp311-cp311-manylinux_2_17_x86_64",
    "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
    "cp311-cp311-manylinux_2_28_x86_64.musllinux_1_2_x86_64",
    "cp311-cp311-linux_x86_64",
    "cp313.cp314-none-any",
    "cp313-cp313t-win_amd64",
    "pp311-pypy311_pp73-win_amd64",
    "py3-none-any.win32",
    "py3-none-linux_armv6l.linux_armv7l",
    "cp313-cp313-pyemscripten_2025_0_wasm32",
    "cp37-cp37m-manylinux2010_x86_64",
    "zz9-qq-any",
)


@st.composite
def files(draw: st.DrawFn) -> list[Distribution]:
    """Files of a release, in the order of the index's page, whatever it is."""
    wheels = st.builds("spam-1.0-{}{}.whl".format, st.sampled_from(BUILDS), st.sampled_from(TAGS))
    sdists = st.sampled_from(["spam-1.0.tar.gz", "spam-1.0.zip"])
    names = draw(st.lists(st.one_of(wheels, wheels, wheels, sdists), max_size=8, unique=True))
    pythons = st.sampled_from([None, None, "", ">=3.13", "<3.13", "three"])
    return [replace(distribution(name), requires_python=draw(pythons)) for name in names]


def own_tags(python: Python, platforms: Sequence[str], installer: Installer) -> list[Tag]:
    """The tags of a Python, as packaging lists them; uv takes none of PyPy's own for any ABI."""
    version = python.version.release[:2]
    if python.name.startswith("pp"):
        abi = f"pypy{python.name[2:]}_pp73"
        own = generic_tags(python.name, [abi], platforms)
        tags = [*own, *compatible_tags(version, python.name, platforms)]
        of_any_abi = (python.name, "none") if installer is UV else ()
        return [tag for tag in tags if (tag.interpreter, tag.abi) != of_any_abi]
    own = cpython_tags(version, [python.name], platforms)
    return [*own, *compatible_tags(version, python.name.removesuffix("t"), platforms)]


@pytest.mark.parametrize("python", sorted({one.python.name for one in environments()}))
def test_the_tags_are_those_of_packaging(python: str) -> None:
    """The list of every environment is what packaging lists for it, tag by tag."""
    for environment in environments():
        if environment.python.name == python:
            for installer in Installer:
                platforms = list(environment.platform.tags[installer])
                own = own_tags(environment.python, platforms, installer)
                assert list(environment.tags(installer)) == own
            assert set(environment.platform.tags[PIP]) == set(environment.platform.tags[UV])


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_the_platforms_are_those_of_packaging(name: str) -> None:
    """Where packaging tells them without a machine; the rest has its newest tag in front."""
    tags = list(PLATFORMS[name].tags[UV])
    system, _, rest = name.partition("_")
    match system:
        case "macosx" | "ios":
            major, minor, arch = rest.split("_", 2)
            make = {"macosx": mac_platforms, "ios": ios_platforms}[system]
            assert tags == list(make((int(major), int(minor)), arch))
        case "android":
            level, abi = rest.split("_", 1)
            assert tags == list(android_platforms(int(level), abi))
        case _:
            assert tags[0] == name


def wanted(
    candidates: Sequence[Distribution], environment: Environment, installer: Installer
) -> list[Distribution]:
    """What an installer can use, best first, by the letter of its own code: tag by tag."""
    places = {tag: place for place, tag in enumerate(environment.tags(installer))}
    found = []
    for place, file in enumerate(candidates):
        name = file.filename
        tags = [places[tag] for tag in name.tags if tag in places]
        if (tags or name.kind is Kind.SDIST) and is_seen(file, environment.python, installer):
            key = (-min(tags, default=len(places) + 1), name.build if tags else ())
            found.append((key, place if installer is PIP else 0, file))
    found.sort(key=lambda one: one[2].filename.text)
    found.sort(key=lambda one: (one[0], one[1]), reverse=True)
    files = [file for *_, file in found]
    too_new = [place for place, file in enumerate(files) if is_too_new(file, environment.python)]
    return files[: min(too_new, default=None)] if installer is UV else files


def is_seen(file: Distribution, python: Python, installer: Installer) -> bool:
    """Whether an installer considers a file, by what it requires of Python."""
    requires = file.requires_python or ""
    if installer is UV:
        return requires != "three"
    return requires == "three" or SpecifierSet(requires).contains(python.version)


def is_too_new(file: Distribution, python: Python) -> bool:
    """Whether a file is for newer versions of Python alone."""
    return file.requires_python == ">=3.13" and python.version < Version("3.13")


class TestFilesStandByTheirBestTag:
    """A ranking follows the whole list of tags, then builds, then the installer's habit."""

    @settings(deadline=None, max_examples=300)
    @given(files(), st.data(), st.sampled_from(list(Installer)))
    def test_it(self, some: list[Distribution], data: st.DataObject, installer: Installer) -> None:
        environment = data.draw(st.sampled_from(environments_for(some)))
        assert list(ranking(some, environment, installer)) == wanted(some, environment, installer)


class TestWheelsStandAsPackagingSelectsThem:
    """Of wheels that differ in their best tag packaging's own selector has the same order."""

    @settings(deadline=None)
    @given(files(), st.sampled_from(environments()))
    def test_it(self, some: list[Distribution], environment: Environment) -> None:
        plain = [replace(one, requires_python=None) for one in some if one.filename.tags]
        select = create_compatible_tags_selector(list(environment.tags(PIP)))
        # The selector is stable, and pip prefers the later of equals, then the higher build.
        plain.sort(key=lambda one: one.filename.build)
        ordered = select((one, one.filename.tags) for one in plain[::-1])
        assert ranking(plain, environment, PIP) == tuple(ordered)


class TestAFileThatIsNotThereChangesNothingElse:
    """The ranking of some files is that of more files, without those that are not there.

    For uv only if all require the same of Python.
    """

    @settings(deadline=None)
    @given(
        files(),
        st.sets(st.integers(0, 7)),
        st.sampled_from(environments()),
        st.sampled_from(list(Installer)),
    )
    def test_it(
        self,
        more: list[Distribution],
        places: set[int],
        environment: Environment,
        installer: Installer,
    ) -> None:
        if installer is UV:
            more = [replace(file, requires_python=more[0].requires_python) for file in more]
        some = [file for place, file in enumerate(more) if place in places]
        ranked = ranking(some, environment, installer)
        assert ranked == tuple(one for one in ranking(more, environment, installer) if one in some)
        assert pick(some, environment, installer) == (ranked[0] if ranked else None)


class TestWhatLiesBetweenChoosesAsTheOlderDoes:
    """A glibc that is no environment chooses as the newest environment that is not newer."""

    @settings(deadline=None)
    @given(files(), st.integers(17, 45), st.sampled_from(list(Installer)))
    def test_it(self, some: list[Distribution], minor: int, installer: Installer) -> None:
        between = distribution(f"spam-1.0-cp311-cp311-manylinux_2_{minor}_x86_64.whl")
        known = {
            int(one.platform.name.split("_")[2]): one
            for one in environments_for(some)
            if one.name.startswith("cp311 manylinux_2_") and one.name.endswith("_x86_64")
        }
        older = known[max(version for version in known if version <= minor)]
        name = f"cp311 manylinux_2_{minor}_x86_64"
        (there,) = (one for one in environments_for([*some, between]) if one.name == name)
        assert ranking(some, there, installer) == ranking(some, older, installer)
