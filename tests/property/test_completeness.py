from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twine_stage.completeness import raised, regressions
from twine_stage.distributions import Filename, Kind
from twine_stage.reach import reaches

PYTHONS = [
    *("cp39-cp39", "cp310-cp310", "cp313-cp313", "cp313-cp313t", "cp314-cp314", "cp314-cp314t"),
    *("cp27-cp27mu", "cp37-cp37m", "cp39-abi3", "cp311-abi3", "cp315-abi3t", "cp312-none"),
    *("pp310-pypy310_pp73", "pp3-none", "py3-none", "py310-none", "py2.py3-none"),
]
PLATFORMS = [
    *("win32", "win_amd64", "win_arm64", "linux_armv6l", "pyodide_2025_0_wasm32"),
    *("manylinux_2_17_x86_64.manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux1_i686"),
    *("musllinux_1_2_aarch64", "macosx_10_9_x86_64", "macosx_11_0_arm64", "macosx_10_9_universal2"),
]
NAMES = [
    *(f"{python}-{platform}.whl" for python in PYTHONS for platform in PLATFORMS),
    *(f"{python}-any.whl" for python in PYTHONS if "none" in python),
    "",
]
releases = st.sets(st.sampled_from(NAMES), max_size=12)


def release(names: set[str], version: str = "1.0", project: str = "spam") -> list[Filename]:
    """The files of a release in order; the empty name is that of its sdist."""
    start = f"{project}-{version}"
    return [
        Filename.parse(f"{start}-{name}" if name else f"{start}.tar.gz") for name in sorted(names)
    ]


class TestAReleaseLacksNothingThatIsInIt:
    """A release lacks nothing beside itself, or beside what is a part of it."""

    @given(releases, releases)
    def test_it(self, names: set[str], more: set[str]) -> None:
        assert regressions(release(names | more), release(names)) == ()
        assert raised(release(names | more), release(names)) == ()


class TestAPlatformNeverGoesUnseen:
    """If all wheels of a platform go, and no portable one comes, something is told of it."""

    @given(releases, st.data())
    def test_it(self, names: set[str], data: st.DataObject) -> None:
        platforms = {one.platform for one in reaches(release(names))}
        if not platforms:
            return
        gone = data.draw(st.sampled_from(sorted(platforms)))
        before = release(names)
        own = [one for one in before if all(t.platform != gone for t in reaches([one]))]
        left = {one.platform for one in reaches(own)}
        missing = [one for one in regressions(own, before) if one.kind is Kind.WHEEL]
        told = {platform for one in missing for platform in one.platforms}
        assert gone not in left
        assert gone in told or any(not one.platforms for one in missing)


class TestNamesDoNotMatter:
    """What a release lacks does not depend on the version and the project in the filenames."""

    @given(releases, releases)
    def test_it(self, own: set[str], before: set[str]) -> None:
        expected = regressions(release(own), release(before))
        assert regressions(release(own, "2.1rc1"), release(before, "1.9.post1")) == expected
        assert regressions(release(own, "2!1", "eggs"), release(before, "0", "eggs")) == expected


class TestWhatIsToldIsTrue:
    """Each platform and Python that is named had a wheel, and has none that is as good."""

    @given(releases, releases)
    def test_it(self, own: set[str], before: set[str]) -> None:
        new, old = reaches(release(own)), reaches(release(before))
        for missing in regressions(release(own), release(before)):
            for platform in missing.platforms:
                assert platform in {reach.platform for reach in old}
                same = [reach.pythons for reach in new if reach.platform == platform]
                assert not any(one in same for one in missing.pythons)
                assert missing.pythons or not same or missing.kind is Kind.SDIST
