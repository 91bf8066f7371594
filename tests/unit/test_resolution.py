from __future__ import annotations

from dataclasses import replace

import pytest

from samples import distribution
from twine_stage.distributions import Distribution
from twine_stage.environments import environments
from twine_stage.resolution import Candidates, Environment, Installer, pick, ranking

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
        ("python", "by_pip", "by_uv"),
        [
            (">=3.9", True, True),
            (">=3.11.4", True, True),
            (">=3.12", False, False),
            (">3.11.99", False, False),
            (">3.11", True, True),
            ("<3.11", False, True),
            ("!=3.11.*", False, True),
            ("==3.10.*", False, True),
            ("==3.12.*", False, False),
            ("~=3.11.0", True, True),
            (">=3.9,<3.11", False, True),
            ("", True, True),
            ("three", True, False),
            pytest.param(f">={'9' * 5000}", True, False, id="digits"),
        ],
    )
    def test_requires_python_is_heeded(self, python: str, *, by_pip: bool, by_uv: bool) -> None:
        """For uv lower bounds count alone; pip ignores what it cannot understand, uv the file."""
        assert (picked("py3-none-any", python=python) is not None) is by_pip
        assert (picked("py3-none-any", python=python, by=UV) is not None) is by_uv

    def test_uv_chooses_first_and_gives_up_then(self) -> None:
        """While pip passes over a file that is not for its Python, it spoils the version to uv."""
        new, old = spam("cp311-cp311-manylinux_2_17_x86_64", "py3-none-any")
        new = replace(new, requires_python=">=3.12")
        assert pick([new, old], LINUX, PIP) is old
        assert pick([new, old], LINUX, UV) is None
        assert pick([new, old], BASE["cp311 win_amd64"], UV) is old
        assert ranking([new, old], LINUX, UV) == ()
        assert Candidates([new, old]).spoiler(LINUX, UV) is new
        assert Candidates([new, old]).spoiler(LINUX, PIP) is None

        new, old = replace(new, requires_python=None), replace(old, requires_python=">=3.12")
        assert ranking([new, old], LINUX, UV) == (new,)
        assert Candidates([new, old]).spoiler(LINUX, UV) is None

    def test_uv_does_not_see_what_it_cannot_understand(self) -> None:
        """It chooses among the others; pip ignores such a requirement."""
        odd, plain = spam("cp311-cp311-manylinux_2_17_x86_64", "py3-none-any")
        odd = replace(odd, requires_python="three")
        assert pick([odd, plain], LINUX, PIP) is odd
        assert pick([odd, plain], LINUX, UV) is plain

    def test_a_wheel_may_be_for_any_platform_and_for_one(self) -> None:
        """Of several tags the best counts; one that a platform does not take counts nothing."""
        files = ("py3-none-any.win32", "py3-none-any.win_amd64", "py3-none-any")
        assert picked(*files, env=BASE["cp311 win32"]) == files[0]
        assert picked(*files, env=BASE["cp311 win_amd64"]) == files[1]
        assert picked(*files) == files[1]
        assert picked(*files, by=UV) == files[2]

    def test_a_ranking_begins_with_the_pick(self) -> None:
        """All usable files are ranked, the pick first."""
        files = spam("tar.gz", "py3-none-any", "cp311-cp311-win32", "cp39-abi3-linux_x86_64")
        assert [str(one.filename) for one in ranking(files, LINUX, PIP)] == [
            "spam-1.0-cp39-abi3-linux_x86_64.whl",
            "spam-1.0-py3-none-any.whl",
            "spam-1.0.tar.gz",
        ]
