"""``stage audit`` on a served index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from samples import content_of
from servers.legacy import LegacyServer

Stage = Any
LONG_AGO = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)
SDIST, PURE = "spam-1.0.tar.gz", "spam-1.0-py3-none-any.whl"


@pytest.fixture
def index() -> Iterator[LegacyServer]:
    """An index with a release to which a wheel was appended after three days."""
    with LegacyServer(simple_path="/legacy/simple/") as server:
        server.put(SDIST, content_of(SDIST), uploaded=LONG_AGO)
        server.put(PURE, content_of(PURE), uploaded=LONG_AGO + timedelta(days=3))
        yield server


def test_the_past_is_shown_and_not_judged(stage: Stage, index: LegacyServer) -> None:
    """The exit status is 0, whatever there is to see."""
    result = stage("audit", "spam", "--repository-url", index.url)
    assert result.status == 0
    assert "    1.0      2024-01-01 12:00 UTC  0 s           2  1 appended\n" in result.stdout
    assert f"{PURE} is chosen instead of the sdist, by pip and uv on " in result.stdout
    assert not Path(".stage").exists()


def test_the_projects_own_rules_count(stage: Stage, index: LegacyServer, tmp_path: Path) -> None:
    """Those of ``[tool.stage]``; the index itself has no window that is known."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.stage]\nprompt-after = "4 days"\nclose-after-first = "5 days"\n'
    )
    [release] = stage("audit", "spam", "--repository-url", index.url, "--json").report["releases"]
    assert (release["appends"], release["exposure_seconds"]) == ([], 3 * 86400)
    assert release["openness"] == "closed"
    assert "close-after-first" in release["closed_by"]


def test_an_index_that_has_only_html_is_told_as_far_as_it_goes(
    stage: Stage, index: LegacyServer
) -> None:
    """And what cannot be known is said."""
    index.is_html_only = True
    result = stage("audit", "spam", "--repository-url", index.url)
    assert result.status == 0
    assert "    1.0      not told      not told      2\n" in result.stdout
    assert "note: the index does not tell when files were uploaded, so nobody" in result.stdout


def test_a_page_shows_the_same(stage: Stage, index: LegacyServer, tmp_path: Path) -> None:
    """It stands where it was asked for."""
    result = stage("audit", "spam", "--repository-url", index.url, "--html", "audit.html")
    assert result.status == 0
    page = (tmp_path / "audit.html").read_text("utf-8")
    assert "<h1>spam</h1>" in page
    assert page.endswith("</html>\n")


def test_a_name_is_that_of_a_project(stage: Stage, index: LegacyServer) -> None:
    """A release is a usage error; so is nothing."""
    assert stage("audit", "spam==1.0", "--repository-url", index.url).status == 2
    assert stage("audit").status == 2
