from __future__ import annotations

import pytest
from packaging.version import Version

from samples import distribution
from twine_stage.distributions import Distribution
from twine_stage.environments import environments, environments_for, local
from twine_stage.resolution import Environment, Installer, pick

PIP, UV = Installer
BASE = {one.name: one for one in environments()}


def spam(*tags: str) -> list[Distribution]:
    """Wheels of spam 1.0, by their tags; ``tar.gz`` is an sdist."""
    return [
        distribution("spam-1.0.tar.gz" if tag == "tar.gz" else f"spam-1.0-{tag}.whl")
        for tag in sorted(tags)
    ]


def added(*tags: str) -> set[str]:
    """The names of the environments that files add to the table."""
    return {one.name for one in environments_for(spam(*tags))} - BASE.keys()


class TestTheTable:
    @pytest.mark.parametrize(
        "name",
        [
            *(
                f"{python} {platform}"
                for python in ("cp39", "cp315", "cp313t", "cp315t")
                for platform in (
                    "manylinux_2_17_x86_64",
                    "manylinux_2_28_aarch64",
                    "manylinux_2_39_x86_64",
                    "manylinux_2_39_armv7l",
                    "musllinux_1_2_x86_64",
                    "musllinux_1_2_aarch64",
                    "macosx_12_0_x86_64",
                    "macosx_15_0_arm64",
                    "macosx_26_0_arm64",
                    "linux_armv6l",
                    "win32",
                    "win_amd64",
                    "win_arm64",
                )
            ),
            "pp39 manylinux_2_17_x86_64",
            "pp311 manylinux_2_28_aarch64",
            "pp310 macosx_12_0_arm64",
            "pp311 win_amd64",
            "cp313 pyemscripten_2025_0_wasm32",
            "cp313 ios_17_0_arm64_iphoneos",
            "cp315 android_34_arm64_v8a",
        ],
    )
    def test_it_covers_what_releases_are_built_for(self, name: str) -> None:
        """Every living CPython and PyPy on every platform that there is for it."""
        assert name in BASE

    @pytest.mark.parametrize(
        "name",
        [
            "cp312t win_amd64",
            "pp311 win32",
            "pp311 win_arm64",
            "pp311 musllinux_1_2_x86_64",
            "cp312 pyemscripten_2025_0_wasm32",
            "cp313t pyemscripten_2025_0_wasm32",
            "cp312 ios_17_0_arm64_iphoneos",
            "cp314t android_34_arm64_v8a",
        ],
    )
    def test_it_has_nothing_that_does_not_exist(self, name: str) -> None:
        """Not every Python is made for every platform."""
        assert name not in BASE
        python, _, platform = name.partition(" ")
        assert any(platform == one.platform.name for one in BASE.values())
        assert python == "cp312t" or any(python == one.python.name for one in BASE.values())

    def test_it_is_made_once(self) -> None:
        """The table is cached, and no name stands for two environments."""
        assert environments() is environments()
        assert len(BASE) == len(environments())

    def test_free_threads_have_a_stable_abi_of_their_own(self) -> None:
        """A wheel with abi3t is for the free-threaded build, one with abi3 for the other."""
        one, two = spam("cp313-abi3-win_amd64", "cp313-abi3t-win_amd64")
        assert pick([one, two], BASE["cp315 win_amd64"], PIP) is one
        assert pick([one, two], BASE["cp315t win_amd64"], PIP) is two


class TestBeyondTheTable:
    @pytest.mark.parametrize(
        ("tag", "name"),
        [
            ("cp38-cp38-win_amd64", "cp38 win_amd64"),
            ("cp37-cp37m-win_amd64", "cp37 win_amd64"),
            ("cp316-cp316t-win_amd64", "cp316t win_amd64"),
            ("pp38-pypy38_pp73-win_amd64", "pp38 win_amd64"),
            ("pp311-pypy311_pp73-musllinux_1_2_x86_64", "pp311 musllinux_1_2_x86_64"),
            ("pp311-pypy311_pp80-win_amd64", "pp311_pp80 win_amd64"),
            ("pp312-pypy312_pp80-macosx_11_0_arm64", "pp312_pp80 macosx_11_0_arm64"),
            ("pp312-none-win_amd64", "pp312 win_amd64"),
            ("cp311-cp311-manylinux_2_31_x86_64", "cp311 manylinux_2_31_x86_64"),
            ("cp311-cp311-macosx_14_0_universal2", "cp311 macosx_14_0_arm64"),
            ("cp313-cp313-ios_13_0_arm64_iphoneos", "cp313 ios_13_0_arm64_iphoneos"),
            ("cp315-cp315-pyemscripten_2026_5_wasm32", "cp315 pyemscripten_2026_5_wasm32"),
            ("py3-none-pyemscripten_2030_0_wasm32", "cp314 pyemscripten_2030_0_wasm32"),
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

    @pytest.mark.parametrize(
        "tags",
        [
            ("cp311-cp311-manylinux2014_x86_64", "cp39-abi3-win32", "py3-none-any", "tar.gz"),
            ("cp313-cp313-pyodide_2025_0_wasm32",),
            ("zz9-qq-any",),
            (),
        ],
    )
    def test_nothing_is_added_that_is_there(self, tags: tuple[str, ...]) -> None:
        """Files for what the table holds add no environment, and none stands there twice."""
        assert environments_for(spam(*tags)) == environments()

    def test_what_nobody_takes_is_added_for_nobody(self) -> None:
        """Since macOS 11 there are no tags of minor versions, so nobody takes a wheel for one."""
        files = spam("cp311-cp311-macosx_14_2_arm64")
        assert not any(pick(files, one, by) for one in environments_for(files) for by in Installer)

    def test_a_platform_is_added_for_the_pythons_that_it_has(self) -> None:
        """A version of Pyodide is not for each build of Python, nor for PyPy."""
        assert added("py3-none-pyemscripten_2030_0_wasm32") == {
            f"cp3{minor} pyemscripten_2030_0_wasm32" for minor in range(9, 16)
        }

    def test_each_is_added_once(self) -> None:
        """Two tags may name one platform."""
        files = spam("cp311-cp311-macosx_14_0_arm64", "cp311-cp311-macosx_14_0_universal2")
        names = [one.name for one in environments_for(files)]
        assert len(names) == len(set(names))


def tags_of(environment: Environment, count: int) -> list[str]:
    return [str(tag) for _, tag in zip(range(count), environment.tags(PIP), strict=False)]


class TestTheLocalOne:
    def test_it_is_made_of_facts(self) -> None:
        """It has the very version, and the tags that were told; it is named by the newest."""
        found = local(
            implementation="cpython",
            version="3.14.2",
            flags="t",
            platform_tags=["linux_x86_64", "manylinux_2_36_x86_64", "manylinux_2_35_x86_64"],
        )
        assert found.name == "cp314t manylinux_2_36_x86_64"
        assert found.python.version == Version("3.14.2")
        assert tags_of(found, 4) == [
            "cp314-cp314t-linux_x86_64",
            "cp314-cp314t-manylinux_2_36_x86_64",
            "cp314-cp314t-manylinux_2_35_x86_64",
            "cp314-abi3t-linux_x86_64",
        ]
        assert list(found.platform.tags[UV])[-1] == "linux_x86_64"

    def test_a_debug_build_takes_usual_modules_too(self) -> None:
        """Its own come first."""
        found = local(
            implementation="cpython", version="3.13.1", flags="td", platform_tags=["win_amd64"]
        )
        assert found.name == "cp313td win_amd64"
        assert tags_of(found, 3) == [
            "cp313-cp313td-win_amd64",
            "cp313-cp313t-win_amd64",
            "cp313-abi3t-win_amd64",
        ]

    def test_pypy_has_its_own(self) -> None:
        """Its tags are those of PyPy in the table."""
        found = local(
            implementation="pypy", version="3.11.13", flags="", platform_tags=["win_amd64"]
        )
        assert list(found.tags(PIP)) == list(BASE["pp311 win_amd64"].tags(PIP))
        assert tags_of(found, 2) == ["pp311-pypy311_pp73-win_amd64", "pp311-none-win_amd64"]
        by_uv = [str(tag) for tag in found.tags(UV)]
        assert by_uv[:2] == ["pp311-pypy311_pp73-win_amd64", "py311-none-win_amd64"]
        assert not any(tag.startswith("pp311-none") for tag in by_uv)
        newer = local(
            implementation="pypy", version="3.12.8", flags="_pp80", platform_tags=["win_amd64"]
        )
        assert newer.name == "pp312_pp80 win_amd64"
        assert tags_of(newer, 1) == ["pp312-pypy312_pp80-win_amd64"]

    def test_another_implementation_takes_what_is_for_all(self) -> None:
        """We do not know the ABI of others; a Linux without a known libc has its native tag."""
        found = local(
            implementation="graalpy", version="3.12.8", flags="", platform_tags=["linux_x86_64"]
        )
        assert found.name == "graalpy312 linux_x86_64"
        assert tags_of(found, 2) == ["graalpy312-none-linux_x86_64", "py312-none-linux_x86_64"]
