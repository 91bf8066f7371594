from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from samples import distribution
from twine_stage.impact import Effect
from twine_stage.listings import ListedFile, Listing
from twine_stage.releases import ReleaseId
from twine_stage.standings import (
    Append,
    Clash,
    Completion,
    New,
    Settled,
    Standing,
    conflicts,
    stand,
)

NOW = datetime(2025, 1, 10, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
WHEEL = distribution("spam-1.0-py3-none-any.whl")
SDIST = distribution("spam-1.0.tar.gz")
OTHER = distribution("spam-1.0-cp311-cp311-win32.whl")


def shown(dist: object = WHEEL, *, age: timedelta | None = None) -> ListedFile:
    """A file as an index shows it that it took ``age`` ago."""
    assert isinstance(dist, type(WHEEL))
    name = dist.filename.text
    return ListedFile(
        filename=name,
        url=f"https://example.org/{name}",
        sha256=dist.sha256,
        uploaded_at=None if age is None else NOW - age,
    )


def listing(*files: ListedFile) -> Listing:
    return Listing(release=ReleaseId.parse("spam==1.0"), files=files)


def standing(*files: ListedFile, has_journal: bool = False) -> Standing:
    """How the wheel and the sdist stand to a listing."""
    return stand(
        (WHEEL, SDIST), listing(*files), has_journal=has_journal, now=NOW, prompt_after=DAY
    )


def test_a_release_without_files_is_new() -> None:
    """Where the index shows nothing, anything may go."""
    assert standing() == New()
    assert standing(has_journal=True) == New()


def test_a_release_with_all_files_is_settled() -> None:
    """Where every file of ours is shown there is nothing to add, whatever its age."""
    assert standing(shown(WHEEL, age=9 * DAY), shown(SDIST)) == Settled()


def test_files_that_are_not_ours_do_not_unsettle() -> None:
    """Other files beside all of ours are named."""
    other = shown(OTHER)
    assert standing(shown(WHEEL), other, shown(SDIST)) == Settled((other,))


@pytest.mark.parametrize(
    ("age", "has_journal"),
    [(None, False), (timedelta(0), False), (DAY, False), (-DAY, False), (9 * DAY, True)],
)
def test_the_rest_of_our_own_publication_is_a_completion(
    age: timedelta | None,
    has_journal: bool,  # noqa: FBT001
) -> None:
    """What is ours alone is completed if it is young, or without times, or in our journal."""
    assert standing(shown(WHEEL, age=age), has_journal=has_journal) == Completion((SDIST,))


def test_an_old_release_is_appended_to() -> None:
    """Beyond the age a person is asked, and sees what is there, what would come, and since when."""
    old = shown(WHEEL, age=2 * DAY)
    assert standing(old) == Append(
        release=ReleaseId.parse("spam==1.0"),
        shown=(old,),
        others=(),
        additions=(SDIST,),
        first_upload=NOW - 2 * DAY,
        last_upload=NOW - 2 * DAY,
        age=2 * DAY,
    )


def test_an_index_may_keep_what_the_first_file_requires() -> None:
    """There a wheel is for all whom the first file is for, whatever it says itself."""
    old = replace(shown(SDIST, age=2 * DAY), requires_python=">=3.9")
    wheel = replace(WHEEL, requires_python=">=3.15")
    own = (wheel, SDIST)
    found = stand(own, listing(old), has_journal=False, now=NOW, prompt_after=DAY, keeps_first=True)
    assert isinstance(found, Append)
    (kept,) = found.changes
    assert kept.effect is Effect.REPLACES_SDIST
    assert "cp39 manylinux_2_28_x86_64" in kept.environments
    replaced = [
        change.environments
        for change in replace(found, keeps_first=False).changes
        if change.effect is Effect.REPLACES_SDIST
    ]
    assert all("cp39 manylinux_2_28_x86_64" not in environments for environments in replaced)


@pytest.mark.parametrize("has_journal", [False, True])
def test_a_file_of_somebody_else_makes_it_an_append(has_journal: bool) -> None:  # noqa: FBT001
    """Where something is shown that is not ours, even a journal does not make it ours."""
    found = standing(shown(WHEEL), shown(OTHER), has_journal=has_journal)
    assert isinstance(found, Append)
    assert found.others == (shown(OTHER),)


def test_the_oldest_file_tells_the_age() -> None:
    """One old file is enough; files without a time do not count."""
    three = stand(
        (WHEEL, SDIST, OTHER),
        listing(shown(WHEEL, age=DAY / 2), shown(OTHER, age=3 * DAY)),
        has_journal=False,
        now=NOW,
        prompt_after=DAY,
    )
    assert isinstance(three, Append)
    assert (three.age, three.last_upload) == (3 * DAY, NOW - DAY / 2)
    mixed = stand(
        (WHEEL, SDIST, OTHER),
        listing(shown(WHEEL), shown(OTHER, age=DAY / 2)),
        has_journal=False,
        now=NOW,
        prompt_after=DAY,
    )
    assert mixed == Completion((SDIST,))


@pytest.mark.parametrize("digest", ["0" * 64, None])
def test_other_content_under_our_name_is_not_ours(digest: str | None) -> None:
    """A name alone proves nothing."""
    found = standing(replace(shown(WHEEL), sha256=digest))
    assert isinstance(found, Append)
    assert [file.filename for file in found.others] == [WHEEL.filename.text]
    assert found.additions == (WHEEL, SDIST)


@pytest.mark.parametrize(
    ("age", "since"),
    [
        (None, ""),
        (timedelta(minutes=5), " since 2025-01-10 11:55 UTC (less than an hour ago)"),
        (timedelta(hours=1), " since 2025-01-10 11:00 UTC (1 hour ago)"),
        (timedelta(hours=47), " since 2025-01-08 13:00 UTC (47 hours ago)"),
        (timedelta(days=2), " since 2025-01-08 12:00 UTC (2 days ago)"),
    ],
)
def test_an_append_is_said_in_a_sentence(age: timedelta | None, since: str) -> None:
    """The sentence names the release, its files, its age, and what would be added."""
    found = standing(shown(OTHER, age=age))
    assert isinstance(found, Append)
    assert found.sentence == (
        f"spam==1.0 is public{since} with spam-1.0-cp311-cp311-win32.whl; "
        "this would add spam-1.0-py3-none-any.whl, spam-1.0.tar.gz"
    )


def test_a_moment_is_said_in_utc() -> None:
    """An index may give its times with any offset."""
    east = timezone(timedelta(hours=5))
    file = replace(shown(OTHER), uploaded_at=datetime(2025, 1, 1, 3, tzinfo=east))
    found = standing(file)
    assert isinstance(found, Append)
    assert "since 2024-12-31 22:00 UTC (9 days ago)" in found.sentence


def test_conflicts_are_our_names_with_other_content() -> None:
    """A conflict has both digests; equal, absent and undigested files are none."""
    other = replace(shown(WHEEL), sha256="0" * 64)
    assert conflicts((SDIST, WHEEL), listing(other, shown(SDIST), shown(OTHER))) == (
        Clash("spam-1.0-py3-none-any.whl", WHEEL.sha256, "0" * 64),
    )
    assert conflicts((SDIST, WHEEL), listing(replace(shown(WHEEL), sha256=None))) == ()


@pytest.mark.parametrize("has_journal", [False, True])
def test_more_than_what_was_published_is_an_append_at_any_age(has_journal: bool) -> None:  # noqa: FBT001
    """However young it is, and although all that is shown is ours."""
    found = stand(
        (WHEEL, SDIST),
        listing(shown(age=timedelta(hours=1))),
        has_journal=has_journal,
        now=NOW,
        prompt_after=DAY,
        extends=True,
    )
    assert isinstance(found, Append)
    assert found.additions == (SDIST,)


def test_an_index_that_shows_nothing_of_what_was_published_lacks_all_of_it() -> None:
    """What was published elsewhere is not said to be added by this revision."""
    found = stand(
        (WHEEL, SDIST), listing(), has_journal=False, now=NOW, prompt_after=DAY, extends=True
    )
    assert isinstance(found, Append)
    assert found.sentence == (
        "spam==1.0 was published before, and this index shows nothing of it; this would freeze "
        "another revision of it, with spam-1.0-py3-none-any.whl, spam-1.0.tar.gz"
    )
