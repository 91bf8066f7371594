from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.tags import compatible_tags, cpython_tags, generic_tags

from samples import distribution
from twine_stage.distributions import Distribution
from twine_stage.resolution import (
    Environment,
    Installer,
    environments,
    environments_for,
    pick,
    ranking,
)

PIP, UV = Installer
BASE = {one.name: one for one in environments()}
LINUX = BASE["cp311 manylinux_2_28_x86_64"]


def spam(*tags: str, requires_python: str | None = None) -> list[Distribution]:
    """Wheels of spam 1.0, by what follows the version; ``tar.gz`` and ``zip`` are sdists."""
    names = [
        f"spam-1.0.{tag}" if tag in ("tar.gz", "zip") else f"spam-1.0-{tag}.whl" for tag in tags
    ]
    return sorted(
        (replace(distribution(name), requires_python=requires_python) for name in names),
        key=lambda one: str(one.filename),
    )


def picked(
    *tags: str, env: Environment = LINUX, by: Installer = PIP, python: str | None = None
) -> str | None:
    """What is picked of some files, by what follows the version in its name."""
    found = pick(spam(*tags, requires_python=python), env, by)
    if found is None:
        return None
    return found.filename.text.removesuffix(".whl").removeprefix("spam-1.0")[1:]


class TestTheTable:
    def test_it_covers_what_releases_are_built_for(self) -> None:
        """Every living CPython and PyPy on every platform that most wheels are built for."""
        for python in ("cp39", "cp315", "cp313t", "cp315t", "pp311"):
            for platform in (
                "manylinux_2_17_x86_64",
                "manylinux_2_28_aarch64",
                "manylinux_2_39_x86_64",
                "manylinux_2_39_armv7l",
                "musllinux_1_2_x86_64",
                "macosx_12_0_x86_64",
                "macosx_15_0_arm64",
                "win32",
                "win_amd64",
                "win_arm64",
            ):
                assert f"{python} {platform}" in BASE
        assert "cp312t win_amd64" not in BASE

    def test_it_is_made_once(self) -> None:
        """The table is cached."""
        assert environments() is environments()

    @pytest.mark.parametrize("name", ["cp39", "cp311", "cp313t", "pp311"])
    @pytest.mark.parametrize("platform", ["manylinux_2_28_x86_64", "macosx_15_0_arm64", "win32"])
    def test_the_tags_are_those_of_packaging(self, name: str, platform: str) -> None:
        """The list of an environment is what packaging lists for it, tag by tag."""
        environment = BASE[f"{name} {platform}"]
        platforms = list(environment.platform.tags[PIP])
        minor = environment.python.version.minor
        if name == "pp311":
            own = generic_tags(name, ["pypy311_pp73"], platforms)
        else:
            own = cpython_tags((3, minor), [name], platforms)
        interpreter = "pp3" if name == "pp311" else name.removesuffix("t")
        expected = [*own, *compatible_tags((3, minor), interpreter, platforms)]
        assert list(environment.tags(PIP)) == expected

    def test_a_rank_grows_along_the_list(self) -> None:
        """Whatever the environment and the installer, a tag further down has a greater rank."""
        for environment in environments()[::7]:
            for installer in Installer:
                ranks = [environment.rank(tag, installer) for tag in environment.tags(installer)]
                known = [rank for rank in ranks if rank is not None]
                assert known == sorted(set(known))
                assert len(known) == len(ranks)

    def test_platform_tags_stand_newest_first_and_before_their_alias(self) -> None:
        """A PEP 600 tag stands before its legacy alias; pip takes the native tag first, uv last."""
        tags = list(BASE["cp39 manylinux_2_17_x86_64"].platform.tags[PIP])
        assert tags[:4] == [
            "linux_x86_64",
            "manylinux_2_17_x86_64",
            "manylinux2014_x86_64",
            "manylinux_2_16_x86_64",
        ]
        assert tags[-2:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64"]
        assert list(BASE["cp39 manylinux_2_17_x86_64"].platform.tags[UV])[-1] == tags[0]

    def test_arm_has_no_glibc_older_than_2_17(self) -> None:
        """Only x86 has tags for older ones."""
        tags = list(BASE["cp39 manylinux_2_17_aarch64"].platform.tags[PIP])
        assert tags == ["linux_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]


class TestBeyondTheTable:
    @pytest.mark.parametrize(
        ("tag", "name"),
        [
            ("cp38-cp38-win_amd64", "cp38 win_amd64"),
            ("cp37-cp37m-win_amd64", "cp37 win_amd64"),
            ("cp316-cp316t-win_amd64", "cp316t win_amd64"),
            ("pp310-pypy310_pp73-win_amd64", "pp310 win_amd64"),
            ("cp311-cp311-manylinux_2_41_x86_64", "cp311 manylinux_2_41_x86_64"),
            ("cp311-cp311-manylinux_2_38_loongarch64", "cp311 manylinux_2_38_loongarch64"),
            ("cp311-cp311-musllinux_1_3_x86_64", "cp311 musllinux_1_3_x86_64"),
            ("cp311-cp311-macosx_26_0_arm64", "cp311 macosx_26_0_arm64"),
            ("cp311-cp311-macosx_26_0_universal2", "cp311 macosx_26_0_arm64"),
            ("cp311-cp311-manylinux_2_31_x86_64", "cp311 manylinux_2_31_x86_64"),
            ("cp311-cp311-manylinux2010_x86_64", "cp311 manylinux_2_12_x86_64"),
            ("cp311-cp311-macosx_10_9_x86_64", "cp311 macosx_10_9_x86_64"),
            ("cp311-cp311-macosx_10_9_universal2", "cp311 macosx_10_9_x86_64"),
            ("cp313-cp313-ios_13_0_arm64_iphoneos", "cp313 ios_13_0_arm64_iphoneos"),
        ],
    )
    def test_what_a_tag_names_is_an_environment(self, tag: str, name: str) -> None:
        """An environment that only the files name is added, and takes the file."""
        files = spam(tag, "py3-none-any")
        found = {one.name: one for one in environments_for(files)}
        assert found.keys() > BASE.keys()
        assert pick(files, found[name], PIP) is next(
            one for one in files if tag in str(one.filename)
        )

    def test_nothing_is_added_that_is_there(self) -> None:
        """Files for what the table holds add no environment, and none stands there twice."""
        files = spam(
            "cp311-cp311-manylinux2014_x86_64", "cp39-abi3-win32", "py3-none-any", "tar.gz"
        )
        assert environments_for(files) == environments()

    def test_each_is_added_once(self) -> None:
        """Two tags may name one platform."""
        files = spam("cp311-cp311-macosx_26_0_arm64", "cp311-cp311-macosx_26_0_universal2")
        names = [one.name for one in environments_for(files)]
        assert len(names) == len(set(names))


class TestPicking:
    @pytest.mark.parametrize("by", list(Installer))
    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            (("tar.gz",), "tar.gz"),
            (("tar.gz", "py3-none-any"), "py3-none-any"),
            (("py3-none-any", "cp311-cp311-manylinux_2_17_x86_64"), "cp311-cp311-manyl"),
            (("cp39-abi3-manylinux_2_28_x86_64", "cp311-cp311-manylinux_2_5_x86_64"), "cp311-cp31"),
            (("cp311-none-any", "py3-none-manylinux_2_17_x86_64"), "py3-none-manylinux"),
            (("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_28_x86_64"), "cp311-"),
            (("py3-none-any", "1-py3-none-any"), "1-py3-none-any"),
            (("9-py3-none-any", "10-py3-none-any"), "10-py3-none-any"),
            (("1-py3-none-any", "1b-py3-none-any"), "1b-py3-none-any"),
            (("cp312-cp312-manylinux_2_17_x86_64", "cp311-cp311-win_amd64", "tar.gz"), "tar.gz"),
            (("cp312-none-any",), None),
            ((), None),
        ],
    )
    def test_both_installers_agree(
        self, files: tuple[str, ...], expected: str | None, by: Installer
    ) -> None:
        """The best tag wins, then the build number; an sdist loses to any wheel."""
        found = picked(*files, by=by)
        assert (found is None and expected is None) or (found or "").startswith(str(expected))

    def test_newer_glibc_wins(self) -> None:
        """Of two wheels that differ in glibc, the newer that runs is taken."""
        files = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_28_x86_64")
        assert picked(*files) == files[1]
        assert picked(*files, env=BASE["cp311 manylinux_2_17_x86_64"]) == files[0]

    def test_ties_part_the_installers(self) -> None:
        """Of equals pip takes the last on the page, uv the smallest filename."""
        files = ("py3-none-any", "py2.py3-none-any")
        assert picked(*files) == "py3-none-any"
        assert picked(*files, by=UV) == "py2.py3-none-any"
        one, two = spam(*files)
        assert pick([two, one], LINUX, PIP) is one
        assert pick([two, one], LINUX, UV) is one

    def test_a_native_tag_parts_the_installers(self) -> None:
        """A ``linux_*`` wheel is pip's first choice, and uv's last."""
        files = ("cp311-cp311-linux_x86_64", "cp311-cp311-manylinux_2_17_x86_64")
        assert picked(*files) == files[0]
        assert picked(*files, by=UV) == files[1]

    @pytest.mark.parametrize(
        ("python", "is_admitted"),
        [
            (">=3.9", True),
            (">=3.11.4", True),
            (">=3.12", False),
            ("<3.11", False),
            ("", True),
            ("three", True),
        ],
    )
    def test_requires_python_is_heeded(self, python: str, is_admitted: bool) -> None:  # noqa: FBT001
        """A file for other versions is left out; what cannot be understood is ignored."""
        assert (picked("py3-none-any", python=python) is not None) is is_admitted

    def test_a_ranking_begins_with_the_pick(self) -> None:
        """All usable files are ranked, the pick first."""
        files = spam("tar.gz", "py3-none-any", "cp311-cp311-win32", "cp39-abi3-linux_x86_64")
        assert [str(one.filename) for one in ranking(files, LINUX, PIP)] == [
            "spam-1.0-cp39-abi3-linux_x86_64.whl",
            "spam-1.0-py3-none-any.whl",
            "spam-1.0.tar.gz",
        ]
