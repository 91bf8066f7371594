from __future__ import annotations

from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter, Silent


def test_silence_is_a_reporter() -> None:
    """``Silent`` takes whatever is reported, and nothing comes of it."""
    reporter: Reporter = Silent()
    reporter.note("a fact")
    reporter.warn("a fact to act upon")
    reporter.conceal("a secret")
    reporter.planned(ReleaseId.parse("spam==1.0"), "https://example.org/", Plan())
    reporter.began("spam-1.0.tar.gz", 3)
    reporter.advanced("spam-1.0.tar.gz", 3)
    reporter.ended("spam-1.0.tar.gz", "uploaded", "at once")
    assert vars(reporter) == {}
