from __future__ import annotations

from dataclasses import replace

from exporting import BASE, release, renamed
from twine_stage.exports import Exported, redirects


def of(version: str, **facts: str) -> Exported:
    return release(f"spam-{version}-py3-none-any.whl", f"spam-{version}.tar.gz", **facts)


def rules(*releases: Exported) -> dict[str, str]:
    """Where each link leads; every rule is of three words, the last being the status."""
    found = {}
    for line in redirects.write(releases).splitlines():
        link, goal, status = line.split(" ")
        assert status == "302"
        assert link not in found
        found[link] = goal.removeprefix(BASE)
    return found


def test_latest_leads_to_the_newest_stable_release() -> None:
    """And ``X.Y-latest`` to the newest of that line."""
    assert rules(of("1.2.3"), of("1.2.4"), of("1.3.0"), of("1.4rc1")) == {
        "/spam/spam-latest-py3-none-any.whl": "spam-1.3.0-py3-none-any.whl",
        "/spam/spam-latest.tar.gz": "spam-1.3.0.tar.gz",
        "/spam/spam-1.3-latest-py3-none-any.whl": "spam-1.3.0-py3-none-any.whl",
        "/spam/spam-1.3-latest.tar.gz": "spam-1.3.0.tar.gz",
        "/spam/spam-1.2-latest-py3-none-any.whl": "spam-1.2.4-py3-none-any.whl",
        "/spam/spam-1.2-latest.tar.gz": "spam-1.2.4.tar.gz",
    }


def test_lines_of_an_epoch_are_their_own() -> None:
    """1!1.2 is not of the line 1.2."""
    found = rules(of("1.2"), of("1!1.2"))
    assert found["/spam/spam-1-1.2-latest.tar.gz"] == "spam-1!1.2.tar.gz"
    assert found["/spam/spam-1.2-latest.tar.gz"] == "spam-1.2.tar.gz"


def test_what_was_yanked_is_linked_nowhere() -> None:
    """Neither a release nor a single file."""
    assert rules(of("1.0", yanked="broken")) == {}
    one = of("1.0")
    wheel, sdist = one.files
    part = Exported(one.manifest, (wheel, replace(sdist, yanked="")))
    assert set(rules(part)) == {
        "/spam/spam-latest-py3-none-any.whl",
        "/spam/spam-1.0-latest-py3-none-any.whl",
    }


def test_a_zip_stays_a_zip() -> None:
    """An sdist of the old kind keeps its ending."""
    one = of("1.0")
    zipped = Exported(one.manifest, (renamed(one.files[1], "spam-1.0.zip"),))
    assert "/spam/spam-latest.zip" in rules(zipped)
