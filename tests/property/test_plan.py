"""The order of uploads, over generated releases, for every environment and both installers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from samples import distribution
from twine_stage.distributions import Distribution
from twine_stage.environments import environments_for
from twine_stage.plan import Plan, plan
from twine_stage.resolution import Installer, ranking

UNHURRIED = settings(deadline=None, max_examples=40)

INTERPRETERS = (
    "cp311-cp311",
    "cp312-cp312",
    "cp311.cp312-none",
    "cp39-abi3",
    "cp313-cp313t",
    "pp311-pypy311_pp73",
    "py3-none",
    "py2.py3-none",
    "py2-none",
)
PLATFORMS = (
    "any",
    "win32",
    "win_amd64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64.manylinux_2_17_x86_64",
    "manylinux_2_28_x86_64",
    "manylinux_2_41_x86_64",
    "linux_x86_64",
    "musllinux_1_2_aarch64",
    "macosx_10_9_x86_64",
    "macosx_11_0_arm64",
    "macosx_11_0_universal2",
    "macosx_10_9_x86_64.macosx_11_0_arm64",
    "ios_13_0_arm64_iphoneos",
)


def _names(*, builds: Sequence[str], sdists: Sequence[str]) -> st.SearchStrategy[str]:
    wheels = st.builds(
        "spam-1.0-{}{}-{}.whl".format,
        st.sampled_from(builds),
        st.sampled_from(INTERPRETERS),
        st.sampled_from(PLATFORMS),
    )
    return st.one_of(wheels, wheels, wheels, wheels, st.sampled_from(sdists))


@st.composite
def releases(draw: st.DrawFn, *, most: int) -> tuple[list[Distribution], frozenset[str]]:
    """A release of a few files, and the names of those that are public already."""
    names = draw(
        st.lists(
            _names(builds=["", "", "", "1-"], sdists=["spam-1.0.tar.gz", "spam-1.0.zip"]),
            min_size=1,
            max_size=most,
            unique=True,
        )
    )
    pythons = st.sampled_from([None, None, None, ">=3.12", "<3.12"])
    files = [
        replace(distribution(name), size=draw(st.integers(1, 9)), requires_python=draw(pythons))
        for name in names
    ]
    proven = draw(st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(names))))
    return files, proven


def _rankings(files: Sequence[Distribution]) -> dict[tuple[str, ...], set[str]]:
    """What can be used, best first, and the environments in which that is so."""
    by_name = sorted(files, key=lambda dist: dist.filename.text)
    found: dict[tuple[str, ...], set[str]] = {}
    for environment in environments_for(files):
        for installer in Installer:
            ranked = ranking(by_name, environment, installer)
            names = tuple(dist.filename.text for dist in ranked)
            found.setdefault(names, set()).add(environment.name)
    return found


def _pick(ranked: Sequence[str], visible: Collection[str]) -> str | None:
    return next((name for name in ranked if name in visible), None)


def _is_never_worse(
    ranked: Sequence[str], before: Collection[str], visible: Collection[str]
) -> bool:
    """Whether the pick is that from before, or that of the whole release."""
    return _pick(ranked, visible) in (_pick(ranked, before), _pick(ranked, ranked))


def _moments(made: Plan, proven: Collection[str]) -> Iterator[set[str]]:
    """All sets of files that can be public at a moment: of a running wave, any of its files."""
    public = set(proven)
    for wave in made.waves:
        names = [dist.filename.text for dist in wave.distributions]
        subsets = chain.from_iterable(combinations(names, count) for count in range(len(names) + 1))
        yield from (public | set(subset) for subset in subsets)
        public |= set(names)


def _wave_names(made: Plan) -> list[set[str]]:
    return [{dist.filename.text for dist in wave.distributions} for wave in made.waves]


class TestNeverWorseOffHalfWay:
    """Half-way through, every pick is the one from before or the one from the whole release.

    That is: at every moment, for every environment that no knot names, and both installers.
    """

    @UNHURRIED
    @given(releases(most=7))
    def test_it(self, given_release: tuple[list[Distribution], frozenset[str]]) -> None:
        files, proven = given_release
        made = plan(files, proven=proven, shows_each_file=True)
        knotted = set(chain.from_iterable(knot.environments for knot in made.knots))
        rankings = [ranked for ranked, names in _rankings(files).items() if names - knotted]
        for visible in _moments(made, proven):
            for ranked in rankings:
                assert _is_never_worse(ranked, proven, visible), (made, ranked, visible)


class TestNeverWorseOffWithoutKnots:
    """A release without knots is never worse off half-way for anybody."""

    @UNHURRIED
    @given(releases(most=8))
    def test_it(self, given_release: tuple[list[Distribution], frozenset[str]]) -> None:
        files, proven = given_release
        made = plan(files, proven=proven, shows_each_file=True)
        assume(not made.knots)
        rankings = list(_rankings(files))
        for visible in _moments(made, proven):
            assert all(_is_never_worse(ranked, proven, visible) for ranked in rankings)


class TestKnotsAreReal:
    """There are knots exactly where no order of single uploads would do."""

    @UNHURRIED
    @given(releases(most=5))
    def test_it(self, given_release: tuple[list[Distribution], frozenset[str]]) -> None:
        files, proven = given_release
        made = plan(files, proven=proven, shows_each_file=True)
        rankings = list(_rankings(files))
        missing = [dist.filename.text for dist in files if dist.filename.text not in proven]
        has_order = any(
            all(
                _is_never_worse(ranked, proven, {*proven, *order[:count]})
                for count in range(len(order))
                for ranked in rankings
            )
            for order in permutations(missing)
        )
        assert has_order is (made.knots == ())
        for knot in made.knots:
            assert len(knot.filenames) > 1
            assert knot.environments


class TestEveryFileOnce:
    """A plan sends each file that is not proven exactly once, and keeps the others as present."""

    @UNHURRIED
    @given(releases(most=8), st.booleans())
    def test_it(
        self,
        given_release: tuple[list[Distribution], frozenset[str]],
        shows_each_file: bool,  # noqa: FBT001
    ) -> None:
        files, proven = given_release
        made = plan(files, proven=proven, shows_each_file=shows_each_file)
        sent = [dist for wave in made.waves for dist in wave.distributions]
        assert sorted(map(str, (*sent, *made.present))) == sorted(map(str, files))
        assert {dist.filename.text for dist in made.present} == proven
        assert all(wave.distributions for wave in made.waves)


class TestThePilot:
    """The first file of a release goes alone; a release that is there already needs no pilot."""

    @UNHURRIED
    @given(releases(most=8))
    def test_it(self, given_release: tuple[list[Distribution], frozenset[str]]) -> None:
        files, _ = given_release
        made = plan(files, proven=(), shows_each_file=True)
        assert len(made.waves[0].distributions) == 1
        (pilot,) = _wave_names(made)[0]
        rest = plan(files, proven={pilot}, shows_each_file=True)
        assert len(rest.waves) <= len(made.waves) - 1


class TestKnotsStayTogether:
    """The files of a knot are sent in one wave, unless one of them has to be the pilot."""

    @UNHURRIED
    @given(releases(most=8))
    def test_it(self, given_release: tuple[list[Distribution], frozenset[str]]) -> None:
        files, proven = given_release
        made = plan(files, proven=proven, shows_each_file=True)
        names = _wave_names(made)
        for knot in made.knots:
            touched = [place for place, wave in enumerate(names) if wave & set(knot.filenames)]
            assert len(touched) == 1 or (not proven and touched == [0, 1])


class TestTheOrderOfFilesDoesNotMatter:
    """A plan is a function of the set of files."""

    @UNHURRIED
    @given(releases(most=8), st.randoms(use_true_random=False))
    def test_it(
        self,
        given_release: tuple[list[Distribution], frozenset[str]],
        random: object,
    ) -> None:
        files, proven = given_release
        shuffled = files[::-1]
        getattr(random, "shuffle")(shuffled)  # noqa: B009 - typed as an object by Hypothesis
        one, other = (
            plan(order, proven=proven, shows_each_file=True) for order in (files, shuffled)
        )
        assert one == other
