"""What added files change, over generated releases, everywhere and for both installers."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from twine_stage.distributions import Filename, Kind
from twine_stage.environments import environments_for
from twine_stage.impact import Change, Effect, Offered, impact, unknown, useless
from twine_stage.resolution import Environment, Installer, pick

UNHURRIED = settings(deadline=None, max_examples=60)

TAGS = (
    "py3-none-any",
    "py2.py3-none-any",
    "py2-none-any",
    "cp39-abi3-win32",
    "cp311-cp311-win32",
    "cp311-none-any",
    "cp313-abi3t-win_amd64",
    "cp311-cp311-manylinux_2_17_x86_64",
    "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
    "cp311-cp311-manylinux_2_31_x86_64",
    "cp311-cp311-linux_x86_64",
    "cp38-cp38-macosx_10_9_universal2",
    "zz9-qq-any",
)
NAMES = [
    "spam-1.0.tar.gz",
    "spam-1.0.zip",
    *(f"spam-1.0-{build}{tag}.whl" for tag in TAGS for build in ("", "1-")),
]
RELEASES = st.lists(
    st.builds(
        Offered,
        st.sampled_from(NAMES).map(Filename.parse),
        st.sampled_from([None, None, ">=3.11", "<3.11", "<3"]),
    ),
    max_size=6,
    unique_by=lambda file: file.filename.text,
)

Picks = dict[tuple[str, Installer], str | None]


def in_order(files: Sequence[Offered]) -> list[Offered]:
    return sorted(files, key=lambda file: file.filename.text)


def picks(files: Sequence[Offered], environments: Sequence[Environment]) -> Picks:
    """What is chosen from a page that is sorted by filename."""
    found: Picks = {}
    for environment in environments:
        for installer in Installer:
            picked = pick(in_order(files), environment, installer)
            found[environment.name, installer] = picked.filename.text if picked else None
    return found


def told(changes: Sequence[Change]) -> dict[tuple[str, Installer], Change]:
    """The changes by environment and installer; there is one at most."""
    found: dict[tuple[str, Installer], Change] = {}
    for change in changes:
        for environment in change.environments:
            for installer in change.installers:
                assert (environment, installer) not in found
                found[environment, installer] = change
    return found


class TestEveryChangeOfAChoiceIsTold:
    """Nothing is told exactly where the choices are the same before and after."""

    @UNHURRIED
    @given(RELEASES, st.integers(0, 6))
    def test_it(self, after: list[Offered], count: int) -> None:
        environments = environments_for(after)
        before = after[:count]
        old, new = picks(before, environments), picks(after, environments)
        changes = told(impact(before, after, environments))
        assert changes.keys() == {key for key, name in new.items() if name != old[key]}
        assert all(change.file == new[key] for key, change in changes.items() if new[key])


class TestEachEffectIsWhatItSays:
    """Effects follow from the two choices before and the two after."""

    @UNHURRIED
    @given(RELEASES, st.integers(0, 6))
    def test_it(self, after: list[Offered], count: int) -> None:
        environments = environments_for(after)
        before = after[:count]
        old, new = picks(before, environments), picks(after, environments)
        for (name, installer), change in told(impact(before, after, environments)).items():
            (other,) = (one for one in Installer if one is not installer)
            are_parted = new[name, installer] != new[name, other]
            were_parted = old[name, installer] != old[name, other]
            past = old[name, installer]
            match change.effect:
                case Effect.TIE:
                    assert are_parted
                    assert not were_parted
                    assert new[name, other] in (change.instead_of, None)
                    continue
                case Effect.FILLS:
                    assert past is None
                case Effect.REPLACES_SDIST:
                    assert past is not None
                    assert Filename.parse(past).kind is Kind.SDIST
                    assert Filename.parse(change.file).kind is Kind.WHEEL
                case Effect.SHADOWS:
                    assert past is not None
                    kinds = Filename.parse(past).kind, Filename.parse(change.file).kind
                    is_spoiled = new[name, installer] is None
                    assert kinds[0] is Kind.WHEEL or kinds[1] is Kind.SDIST or is_spoiled
            assert not are_parted or were_parted
            assert change.instead_of == past


class TestAUselessFileChangesNothing:
    """A wheel that is useless, or that nobody knows, has no part in any change.

    That is, where all files require the same of Python: to uv, one that it cannot use may spoil
    the others.
    """

    @UNHURRIED
    @given(RELEASES, st.integers(0, 6))
    def test_it(self, mixed: list[Offered], count: int) -> None:
        after = [Offered(file.filename, mixed[0].requires_python) for file in mixed]
        environments = environments_for(after)
        idle = {file.filename.text for file, _ in useless(after, environments)}
        idle |= {file.filename.text for file in unknown(after, environments)}
        changes = impact(after[:count], after, environments)
        assert idle.isdisjoint(change.file for change in changes)
        without = [file for file in after if file.filename.text not in idle]
        assert picks(without, environments) == picks(after, environments)


class TestEveryOtherWheelIsOfUse:
    """A wheel is useless or unknown, or an installer chooses it somewhere."""

    @UNHURRIED
    @given(RELEASES)
    def test_it(self, files: list[Offered]) -> None:
        environments = environments_for(files)
        chosen = set(picks(files, environments).values())
        strays = {file.filename.text for file in unknown(files, environments)}
        idle = {file.filename.text for file, _ in useless(files, environments)}
        wheels = {one.filename.text for one in files if one.filename.kind is Kind.WHEEL}
        assert idle.isdisjoint(strays)
        assert wheels == idle | strays | (chosen & wheels)
        assert chosen.isdisjoint(idle | strays)


class TestTheOrderDoesNotMatter:
    """All that is told is a function of the sets of files."""

    @UNHURRIED
    @given(RELEASES, st.integers(0, 6), st.permutations(range(6)))
    def test_it(self, after: list[Offered], count: int, order: list[int]) -> None:
        environments = environments_for(after)
        shuffled = [after[place] for place in order if place < len(after)]
        before = after[:count]
        mixed = [file for file in shuffled if file in before]
        one = impact(before, after, environments)
        assert one == impact(mixed, shuffled, environments_for(shuffled))
        assert useless(after, environments) == useless(shuffled, environments)
        assert unknown(after, environments) == unknown(shuffled, environments)
