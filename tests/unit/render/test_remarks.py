from __future__ import annotations

from explaining import LINUX, PURE, SDIST, TIES, here, release
from showing import shown
from twine_stage.operations.explain import ExplainedRelease
from twine_stage.render.remarks import remarks


def told(release: ExplainedRelease) -> dict[str, str]:
    return {remark.label: remark.text for remark in remarks(release)}


def test_where_all_is_well_nothing_is_said() -> None:
    """A wheel that all can use."""
    assert remarks(release(PURE, SDIST)) == ()


class TestChanges:
    def test_none(self) -> None:
        """A file that nobody gets."""
        assert told(release(SDIST, index=[PURE]))["changes"].startswith("none")

    def test_what_environments_got_before(self) -> None:
        """Nothing, the sdist, or another wheel."""
        wheels, total = 16, len(release(LINUX, PURE).environments)
        linux = sum(one.chosen["pip"] == LINUX for one in release(LINUX, PURE).environments)
        share = f"{linux} of {total} environments (before→after)"
        assert linux < wheels
        assert (
            told(release(LINUX, index=[SDIST]))["changes"]
            == f"{share}: {linux} got the sdist before"
        )
        assert told(release(LINUX, index=[PURE]))["changes"] == (
            f"{share}: {linux} got another wheel before"
        )
        windows = "spam-1.0-cp312-cp312-win_amd64.whl"
        assert f": {linux} got nothing before" in told(release(LINUX, index=[windows]))["changes"]


def test_differences() -> None:
    """Installers that choose otherwise, in the order in which cells have them."""
    total = len(release(*TIES).environments)
    assert told(release(*TIES))["differ"] == (
        f"pip and uv choose different files in {total} of {total} environments (pip/uv)"
    )


def test_nothing() -> None:
    """Environments that are left out."""
    found = release(LINUX)
    count = sum(one.chosen["pip"] is None for one in found.environments)
    assert f"in {count} of" in told(found)["·"]


def test_wheels_that_nobody_gets() -> None:
    """They are named; an sdist behind a wheel for all is not."""
    unused = "spam-1.0-py2-none-any.whl"
    assert told(release(unused, PURE, SDIST)) == {
        "unused": f"no environment of the table gets {unused}"
    }


def test_yanked_files() -> None:
    """Counted if there are others; that nobody gets them is no wonder."""
    yanked = shown(PURE, yanked="")
    assert told(release(index=[yanked, SDIST])) == {"yanked": "1 file, which installers pass over"}
    assert "yanked" not in told(release(index=[yanked]))


def test_the_local_environment() -> None:
    """What it gets, from each installer if they differ."""
    assert told(release(PURE, local=here()))["here"] == (
        f"cp312 on Linux x86_64 (glibc 2.36) gets {PURE}"
    )
    assert told(release(LINUX, local=here("3.9.1")))["here"].endswith("gets nothing")
    assert told(release(*TIES, local=here()))["here"].endswith(f"gets {TIES[1]} or {TIES[0]}")
