"""Policy: how open a release is, why, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from twine_stage.listings import ListedFile, Project
from twine_stage.policy import Deadline, Openness, Policy, Verdict, in_words, judge
from twine_stage.profiles import PYPI
from twine_stage.releases import ReleaseId

NOW = datetime(2026, 3, 20, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
WHEEL = "spam-1.1.2-py3-none-any.whl"


def listed(filename: str, age: timedelta | None = None, *, yanked: str | None = None) -> ListedFile:
    """A file as an index shows it that it took ``age`` ago."""
    return ListedFile(
        filename=filename,
        url=f"https://example.org/{filename}",
        uploaded_at=None if age is None else NOW - age,
        yanked=yanked,
    )


def project(*files: ListedFile | str) -> Project:
    found = tuple(listed(file) if isinstance(file, str) else file for file in files)
    return Project(name=ReleaseId.parse("spam==1").project, files=found)


def verdict(
    *files: ListedFile | str,
    version: str = "1.1.2",
    policy: Policy | None = None,
    window: timedelta | None = None,
    now: datetime = NOW,
) -> Verdict:
    """How open ``spam`` is at a version, when an index shows these files."""
    release = ReleaseId.parse(f"spam=={version}")
    return judge(project(*files), release, policy or Policy(), window=window, now=now)


def test_what_is_not_shown_is_new() -> None:
    """Whatever the rules say: nothing of it is public, so nothing is appended to."""
    strict = Policy(close_after_first=timedelta(), close_on_newer="any")
    found = verdict("spam-2.0.tar.gz", policy=strict, window=timedelta())
    assert found == Verdict(openness=Openness.NEW, reason="the index shows no file of it")


def test_a_recent_release_is_young() -> None:
    """Until its first file is older than ``prompt-after``; that moment is told."""
    assert verdict(listed(WHEEL, timedelta(hours=3))) == Verdict(
        openness=Openness.YOUNG,
        reason="its first file is no older than 1 day (prompt-after)",
        changes_at=NOW + timedelta(hours=21),
        is_recent=True,
    )


def test_the_oldest_file_tells_the_age() -> None:
    """A file that came later makes nothing young again."""
    found = verdict(listed(WHEEL, SECOND), listed("spam-1.1.2.tar.gz", 3 * DAY))
    assert found == Verdict(
        openness=Openness.OLD, reason="its first file is older than 1 day (prompt-after)"
    )


def test_files_of_other_releases_do_not_count() -> None:
    """Each release has its own age."""
    assert verdict(listed(WHEEL, SECOND), listed("spam-1.1.1.tar.gz", 30 * DAY)).openness is (
        Openness.YOUNG
    )


def test_pypi_closes_after_fourteen_days() -> None:
    """That is final; when it happened is told, and nothing changes it."""
    assert verdict(listed(WHEEL, 20 * DAY), window=PYPI.window) == Verdict(
        openness=Openness.CLOSED,
        reason="the index closed it on 2026-03-14 12:00 UTC, 14 days after its first file",
        is_final=True,
    )


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (
            Policy(close_after_first=2 * DAY),
            "it closed on 2026-03-12 12:00 UTC, 2 days after its first file (close-after-first)",
        ),
        (
            Policy(close_after_last=DAY),
            "it closed on 2026-03-18 12:00 UTC, 1 day after its last file (close-after-last)",
        ),
    ],
)
def test_a_project_closes_its_releases(policy: Policy, reason: str) -> None:
    """Some time after the first file, or after the last; not for good: a setting can be changed."""
    files = (listed(WHEEL, 10 * DAY), listed("spam-1.1.2.tar.gz", 3 * DAY))
    found = verdict(*files, policy=policy)
    assert found == Verdict(openness=Openness.CLOSED, reason=reason)
    assert not found.is_recent


def test_the_index_has_the_last_word() -> None:
    """Where both closed it, the reason is the one that no setting changes."""
    policy = Policy(close_after_first=DAY, close_on_newer="any")
    found = verdict(listed(WHEEL, 20 * DAY), "spam-2.0.tar.gz", policy=policy, window=PYPI.window)
    assert found.is_final
    assert found.reason.startswith("the index closed it")


def test_a_release_closed_by_the_project_has_a_deadline_still() -> None:
    """What completes our own publication is taken by the index up to then."""
    policy = Policy(close_after_first=DAY)
    found = verdict(listed(WHEEL, 3 * DAY), policy=policy, window=PYPI.window)
    assert found.openness is Openness.CLOSED
    assert found.deadline == Deadline(NOW + 11 * DAY, 11 * DAY)


@pytest.mark.parametrize("age", [14 * DAY, 13 * DAY])
def test_the_last_moment_is_an_open_one(age: timedelta) -> None:
    """PyPI refuses what comes later than 14 days after the first file, not what comes then."""
    found = verdict(listed(WHEEL, age), window=PYPI.window)
    assert found.openness is Openness.OLD
    assert found.changes_at == NOW - age + 14 * DAY


def test_the_first_of_the_moments_is_told() -> None:
    """A release changes when the strictest rule says so."""
    policy = Policy(close_after_first=3 * DAY, close_after_last=timedelta(hours=2))
    found = verdict(listed(WHEEL, timedelta(hours=1)), policy=policy, window=PYPI.window)
    assert found.changes_at == NOW + timedelta(hours=1)
    assert found.deadline == Deadline(NOW - timedelta(hours=1) + 14 * DAY, timedelta(13, 82800))


def test_without_times_nothing_is_closed_by_time() -> None:
    """An index that does not tell them is not thought to be old."""
    policy = Policy(close_after_first=timedelta(), close_after_last=timedelta())
    assert verdict(WHEEL, policy=policy, window=PYPI.window) == Verdict(
        openness=Openness.YOUNG,
        reason="the index does not tell when its files came",
        is_recent=True,
    )


def test_spans_beyond_all_calendars_are_for_ever() -> None:
    """Whoever means never may write a very long time."""
    policy = Policy(
        prompt_after=timedelta(weeks=999_999),
        close_after_first=timedelta(weeks=999_999),
        close_after_last=timedelta(weeks=999_999),
    )
    found = verdict(listed(WHEEL, 30 * DAY), policy=policy)
    assert (found.openness, found.changes_at) == (Openness.YOUNG, None)


@pytest.mark.parametrize(
    ("version", "others", "same_series", "closes_any"),
    [
        ("1.1.2", ["1.2.3"], False, True),
        ("1.1.2", ["1.1.3"], True, True),
        ("1.1.2", ["1.1.1", "0.9"], False, False),
        ("1.1.2", ["1.1.3rc1", "1.1.3.dev1", "1.1.2.post1", "2.0b1"], False, False),
        ("1.1.3rc1", ["1.1.3"], True, True),
        ("1.1.2", ["1.1.2+local"], False, False),
        ("1.1.2+one", ["1.1.2+two", "1.1.2"], False, False),
        ("1.1.2", ["1.1.3+local"], True, True),
        ("1.1.2", ["1!1.1.3"], False, True),
        # with two numbers in all versions, a series is the first
        ("1.2", ["1.3"], True, True),
        ("1.2", ["2.0"], False, True),
        # with three in any, it is the first two, and what is missing is 0
        ("1.2", ["1.3", "1.3.1"], False, True),
        ("1.2", ["1.2.1"], True, True),
        ("1", ["1.0.1"], True, True),
        ("1", ["1.1.1"], False, True),
        ("1", ["2"], False, True),
        ("1.2.0.1", ["1.2.0.2"], True, True),
    ],
)
def test_a_newer_release_closes(
    version: str,
    others: list[str],
    same_series: bool,  # noqa: FBT001 - a parameter
    closes_any: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Of its series or any, as the project wants; only what is final does so."""
    names = [f"spam-{text}.tar.gz" for text in (version, *others)]
    for closing, is_closed in (("never", False), ("same-series", same_series), ("any", closes_any)):
        policy = Policy(close_on_newer=closing)  # type: ignore[arg-type]
        found = verdict(*names, "nonsense.txt", version=version, policy=policy)
        assert (found.openness is Openness.CLOSED) is is_closed


def test_the_newer_release_is_named() -> None:
    """The nearest of them where the index gives no times; no time changes it."""
    policy = Policy(close_on_newer="same-series")
    files = ("spam-1.1.2.tar.gz", "spam-1.1.4.tar.gz", "spam-1.1.3.tar.gz", "spam-1.2.tar.gz")
    assert verdict(*files, policy=policy) == Verdict(
        openness=Openness.CLOSED,
        reason="it closed when 1.1.3 came out (close-on-newer)",
        is_recent=True,
    )


def test_the_first_newer_release_that_came_out_is_named() -> None:
    """It closed this one, although a lower one, or a file of it, came later."""
    policy = Policy(close_on_newer="any")
    files = (
        listed("spam-1.1.2.tar.gz", 9 * DAY),
        listed("spam-1.2+local.tar.gz", 5 * DAY),
        listed("spam-1.2-py3-none-any.whl", DAY),
        listed("spam-1.1.3.tar.gz", 2 * DAY),
        "spam-1.1.4.tar.gz",
    )
    assert verdict(*files, policy=policy).reason == "it closed when 1.2 came out (close-on-newer)"


def test_what_was_yanked_is_not_out() -> None:
    """As long as one of its files is offered, the newer release is."""
    policy = Policy(close_on_newer="any")
    sdist = listed("spam-1.1.3.tar.gz", yanked="broken")
    assert verdict(WHEEL, sdist, policy=policy).openness is Openness.YOUNG
    other = "spam-1.1.3-py3-none-any.whl"
    assert verdict(WHEEL, sdist, other, policy=policy).openness is Openness.CLOSED


def test_a_newer_release_of_another_project_closes_nothing() -> None:
    """A page may name files of others."""
    policy = Policy(close_on_newer="any")
    assert verdict(WHEEL, "ham-2.0.tar.gz", policy=policy).openness is Openness.YOUNG


def test_a_deadline_is_said_with_what_is_uncertain() -> None:
    """The moment, how long that is, and why it may be sooner."""
    deadline = Deadline(NOW, timedelta(days=3, hours=2, minutes=40))
    assert deadline.clause == (
        "until 2026-03-20 12:00 UTC (3 days 2 hours left), at most: the index counts from its own "
        "first record of the release, which may be older than the oldest file that it shows"
    )


def test_less_than_an_hour_is_near() -> None:
    """Then it is a warning."""
    assert Deadline(NOW, timedelta(minutes=59)).is_near
    assert not Deadline(NOW, timedelta(hours=1)).is_near


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(), "0 minutes"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=1, seconds=59), "5 hours 1 minute"),
        (timedelta(days=14), "14 days"),
        (timedelta(days=1, hours=1, minutes=1), "1 day 1 hour"),
        (timedelta(days=1, minutes=2), "1 day 2 minutes"),
    ],
)
def test_spans_are_said_in_words(span: timedelta, expected: str) -> None:
    """The two largest units; what is smaller is not told."""
    assert in_words(span) == expected
