from __future__ import annotations

from datetime import datetime, timezone

import pytest

from twine_stage.listings import ListedFile, Listing, belongs
from twine_stage.releases import ReleaseId

SPAM = ReleaseId.parse("spam==1.0")


def file(name: str, day: int | None = None) -> ListedFile:
    moment = None if day is None else datetime(2025, 1, day, tzinfo=timezone.utc)
    return ListedFile(filename=name, url=f"https://example.org/{name}", uploaded_at=moment)


def test_files_are_found_by_name() -> None:
    """A listing is a mapping from filename to file."""
    one, two = file("a"), file("b")
    assert Listing(release=SPAM, files=(one, two)).by_name == {"a": one, "b": two}


def test_the_first_and_last_upload_are_known_as_far_as_the_index_says() -> None:
    """Files without a time do not count."""
    listing = Listing(release=SPAM, files=(file("a", 3), file("b"), file("c", 1)))
    assert listing.first_upload == datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert listing.last_upload == datetime(2025, 1, 3, tzinfo=timezone.utc)


@pytest.mark.parametrize("files", [(), (file("a"),)])
def test_without_times_no_upload_is_known(files: tuple[ListedFile, ...]) -> None:
    """An index that gives no times leaves both unknown."""
    listing = Listing(release=SPAM, files=files)
    assert (listing.first_upload, listing.last_upload) == (None, None)


@pytest.mark.parametrize(
    ("name", "is_of_it"),
    [
        ("spam-1.0.tar.gz", True),
        ("spam-1.0.0-py3-none-any.whl", True),
        ("Spam-1.tar.gz", True),
        ("spam-1.0.post1.tar.gz", False),
        ("spam_eggs-1.0.tar.gz", False),
        ("spam-1.0.exe", False),
    ],
)
def test_a_file_belongs_by_project_and_version(name: str, is_of_it: bool) -> None:  # noqa: FBT001
    """Names are normalized, versions compare as versions, and other names belong nowhere."""
    assert belongs(name, SPAM) is is_of_it
