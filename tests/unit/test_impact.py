from __future__ import annotations

from collections.abc import Sequence

import pytest

from samples import distribution
from twine_stage.distributions import Distribution, Filename
from twine_stage.environments import environments, environments_for
from twine_stage.impact import Change, Effect, Offered, impact, unknown, useless
from twine_stage.resolution import Environment, Installer

PIP, UV = Installer
SDIST = "spam-1.0.tar.gz"
PURE = "spam-1.0-py3-none-any.whl"
LINUX = "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
BASE = [SDIST, PURE, LINUX]
ALL = len(environments())
OF_LINUX = 3
"""The table has CPython 3.11 on three versions of glibc for x86_64."""


def made(*names: str) -> list[Distribution]:
    return [distribution(name) for name in names]


def added(
    before: Sequence[str], *names: str, within: Sequence[Environment] | None = None
) -> tuple[Change, ...]:
    """What adding files to a release changes."""
    after = made(*before, *names)
    return impact(made(*before), after, within or environments_for(after))


def told(change: Change) -> tuple[Effect, str | None, tuple[Installer, ...], int]:
    return change.effect, change.instead_of, change.installers, len(change.environments)


class TestImpact:
    @pytest.mark.parametrize(
        ("before", "new", "expected"),
        [
            ([SDIST], "spam-1.0-cp39-abi3-win32.whl", (Effect.REPLACES_SDIST, SDIST, (PIP, UV), 7)),
            ([LINUX], "spam-1.0-cp39-abi3-win32.whl", (Effect.FILLS, None, (PIP, UV), 7)),
            (BASE, "spam-1.0-cp39-abi3-win32.whl", (Effect.SHADOWS, PURE, (PIP, UV), 7)),
            (
                BASE,
                "spam-1.0-1-py3-none-any.whl",
                (Effect.SHADOWS, PURE, (PIP, UV), ALL - OF_LINUX),
            ),
            (BASE, "spam-1.0-py2.py3-none-any.whl", (Effect.TIE, PURE, (UV,), ALL - OF_LINUX)),
            (
                BASE,
                "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
                (Effect.TIE, LINUX, (PIP,), OF_LINUX),
            ),
            ([SDIST], "spam-1.0.zip", (Effect.TIE, "spam-1.0.tar.gz", (PIP,), ALL)),
            (["spam-1.0.zip"], SDIST, (Effect.TIE, "spam-1.0.zip", (UV,), ALL)),
        ],
    )
    def test_one_file_has_one_effect(
        self,
        before: list[str],
        new: str,
        expected: tuple[Effect, str | None, tuple[Installer, ...], int],
    ) -> None:
        """Of a file for one kind of environment it is told what was chosen there, and by whom."""
        [change] = added(before, new)
        assert change.file == new
        assert told(change) == expected

    @pytest.mark.parametrize(
        "new",
        ["spam-1.0-py2-none-any.whl", "spam-1.0-zz9-qq-any.whl", "spam-1.0-py30-none-any.whl"],
    )
    def test_a_file_that_nobody_chooses_changes_nothing(self, new: str) -> None:
        """Nor does a release change by itself."""
        assert added(BASE, new) == ()
        assert added(BASE) == ()

    def test_a_file_may_do_several_things(self) -> None:
        """The most serious stands first; each has environments of its own, in their order."""
        changes = added([SDIST, "spam-1.0-cp311-cp311-win32.whl"], "spam-1.0-cp39-abi3-win32.whl")
        assert [told(change)[:2] for change in changes] == [(Effect.REPLACES_SDIST, SDIST)]

        changes = added([SDIST, "spam-1.0-cp310-abi3-win32.whl"], "spam-1.0-cp311-abi3-win32.whl")
        assert [told(change) for change in changes] == [
            (Effect.SHADOWS, "spam-1.0-cp310-abi3-win32.whl", (PIP, UV), 5)
        ]

        changes = added([SDIST, "spam-1.0-cp310-abi3-win32.whl"], "spam-1.0-1-py3-none-win32.whl")
        assert [told(change) for change in changes] == [
            (Effect.REPLACES_SDIST, SDIST, (PIP, UV), 4)
        ]
        assert changes[0].environments == (
            "cp39 win32",
            "cp313t win32",
            "cp314t win32",
            "cp315t win32",
        )

    def test_installers_that_differ_are_told_apart(self) -> None:
        """Where they chose differently before, each has its own change, and no tie is new."""
        before = [PURE, "spam-1.0-py2.py3-none-any.whl"]
        changes = added(before, "spam-1.0-1-py3-none-any.whl")
        assert [told(change) for change in changes] == [
            (Effect.SHADOWS, before[1], (UV,), ALL),
            (Effect.SHADOWS, before[0], (PIP,), ALL),
        ]

    def test_one_change_for_both_and_one_for_one(self) -> None:
        """A native tag is pip's first choice and uv's last; elsewhere both choose alike."""
        here = {one.name: one for one in environments()}
        within = [here["cp311 manylinux_2_28_x86_64"], here["cp311 musllinux_1_2_x86_64"]]
        new = "spam-1.0-cp311-cp311-linux_x86_64.whl"
        changes = added([PURE, LINUX], new, within=within)
        assert [told(change) for change in changes] == [
            (Effect.TIE, LINUX, (PIP,), 1),
            (Effect.SHADOWS, PURE, (PIP, UV), 1),
        ]

    def test_a_tie_of_two_that_are_added(self) -> None:
        """Each of them is told, with the other."""
        one, two = PURE, "spam-1.0-py2.py3-none-any.whl"
        assert [(change.file, *told(change)[:3]) for change in added([], one, two)] == [
            (two, Effect.TIE, one, (UV,)),
            (one, Effect.TIE, two, (PIP,)),
        ]

    def test_what_is_required_of_python_counts(self) -> None:
        """A file changes nothing for a Python that it does not admit."""
        new = Offered(Filename.parse(PURE), ">=3.14")
        [change] = impact([], [new], environments())
        pythons = {name.split()[0] for name in change.environments}
        assert pythons == {"cp314", "cp314t", "cp315", "cp315t"}

    def test_a_file_that_spoils_the_release_for_uv(self) -> None:
        """It takes the place of what was chosen, though uv then gives up the version."""
        old, new = Offered(Filename.parse(SDIST)), Offered(Filename.parse(PURE), ">=3.15")
        pythons = [one for one in environments() if one.name.startswith("cp314 win_amd64")]

        assert [told(change) for change in impact([old], [old, new], pythons)] == [
            (Effect.TIE, SDIST, (UV,), 1)
        ]
        both = [Offered(Filename.parse("spam-1.0-py2.py3-none-any.whl"), "<3.14"), old]
        assert [told(change) for change in impact(both, [*both, new], pythons)] == []
        assert [told(change) for change in impact([], [old, new], pythons)] == [
            (Effect.TIE, None, (PIP,), 1)
        ]

    def test_what_spoils_an_sdist_is_a_shadow(self) -> None:
        """Where the installers differed before, uv gets nothing instead of the sdist."""
        old = [Offered(Filename.parse(name)) for name in (SDIST, "spam-1.0.zip")]
        new = Offered(Filename.parse(PURE), ">=3.15")
        pythons = [one for one in environments() if one.name.startswith("cp314 win_amd64")]

        assert [told(change) for change in impact(old, [*old, new], pythons)] == [
            (Effect.SHADOWS, SDIST, (UV,), 1)
        ]


class TestUseless:
    def names(self, *names: str) -> dict[str, frozenset[str]]:
        files = made(*names)
        found = useless(files, environments_for(files))
        return {file.filename.text: better for file, better in found}

    def test_every_wheel_is_of_use(self) -> None:
        """One tie partner is chosen by pip, the other by uv; an sdist is left out."""
        assert self.names(*BASE, "spam-1.0-py2.py3-none-any.whl") == {}

    def test_what_is_chosen_instead_is_told(self) -> None:
        """Wherever a useless file could be used."""
        new = "spam-1.0-1-py3-none-any.whl"
        assert self.names(*BASE, new) == {PURE: {new, LINUX}}

    def test_what_its_python_rules_out(self) -> None:
        """A wheel for a Python that it does not admit is chosen nowhere, and nothing instead."""
        old = Offered(Filename.parse("spam-1.0-cp38-cp38-win32.whl"), ">=3.9")
        files = [old, Offered(Filename.parse(PURE), ">=3.9")]
        assert useless(files, environments_for(files)) == ((old, frozenset()),)

    def test_what_nobody_knows_is_not_among_them(self) -> None:
        """We cannot say what is chosen there."""
        assert self.names(*BASE, "spam-1.0-zz9-qq-any.whl") == {}


def test_unknown() -> None:
    """Files whose tags no environment takes, sorted by name; an sdist is for all."""
    strays = ["spam-1.0-cp27-cp27mu-manylinux1_x86_64.whl", "spam-1.0-zz9-qq-any.whl"]
    files = made(*strays[::-1], *BASE)
    assert [file.filename.text for file in unknown(files, environments_for(files))] == strays


def test_unknown_asks_for_no_python() -> None:
    """What a file requires of Python is another matter."""
    files = [Offered(Filename.parse(PURE), "<3")]
    assert unknown(files, environments()) == ()
