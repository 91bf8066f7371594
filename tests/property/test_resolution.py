from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from samples import distribution
from twine_stage.resolution import Environment, Installer, environments, pick, ranking

NAMES = [
    "spam-1.0.tar.gz",
    "spam-1.0.zip",
    "spam-1.0-py3-none-any.whl",
    "spam-1.0-py2.py3-none-any.whl",
    "spam-1.0-1-py3-none-any.whl",
    "spam-1.0-cp39-abi3-win32.macosx_11_0_arm64.whl",
    "spam-1.0-cp311-cp311-win32.whl",
    "spam-1.0-cp311-cp311-macosx_10_9_universal2.whl",
    "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
    "spam-1.0-cp311-cp311-linux_x86_64.whl",
    "spam-1.0-cp311-none-any.whl",
]
FILES = [distribution(name) for name in sorted(NAMES)]


class TestAFileThatIsNotThereChangesNothingElse:
    """The ranking of some files is that of more files, without those that are not there."""

    @settings(deadline=None)
    @given(
        st.sets(st.sampled_from(range(len(FILES)))),
        st.sampled_from(environments()),
        st.sampled_from(list(Installer)),
    )
    def test_it(self, places: set[int], environment: Environment, installer: Installer) -> None:
        some = [FILES[place] for place in sorted(places)]
        ranked = ranking(some, environment, installer)
        assert ranked == tuple(one for one in ranking(FILES, environment, installer) if one in some)
        assert pick(some, environment, installer) == (ranked[0] if ranked else None)
