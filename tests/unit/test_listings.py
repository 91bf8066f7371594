from __future__ import annotations

from datetime import datetime, timezone

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from twine_stage.listings import ListedFile, Listing, Project, belongs, filename_of
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


class TestProject:
    NAME = canonicalize_name("spam")

    def test_versions(self) -> None:
        """Each version that has a file is told once, the lowest first; other names have none."""
        own = ("spam-1.10.tar.gz", "spam-1.9.tar.gz", "spam-1.9-py3-none-any.whl")
        names = (*own, "spam-2.0.exe", "spam_eggs-3.0.tar.gz")
        project = Project(name=self.NAME, files=tuple(map(file, names)))
        assert project.versions == (Version("1.9"), Version("1.10"))

    def test_size(self) -> None:
        """The sizes add up, as far as they are known."""
        sized = ListedFile(filename="a", url="https://example.org/a", size=3)
        assert Project(name=self.NAME, files=(sized, file("b"), sized)).size == 6

    def test_listing(self) -> None:
        """A release has its own files, and is of a project that is known or not."""
        own, other = file("spam-1.0.tar.gz"), file("spam-2.0.tar.gz")
        project = Project(name=self.NAME, files=(own, other))
        assert project.listing(SPAM) == Listing(release=SPAM, files=(own,))
        eggs = ReleaseId.parse("eggs==1.0")
        assert project.listing(eggs) == Listing(release=eggs)
        unknown = Project(name=self.NAME, is_known=False)
        assert unknown.listing(SPAM) == Listing(release=SPAM, is_project_known=False)


def test_a_name_that_follows_no_grammar_is_none() -> None:
    """A page may have files of any age."""
    assert filename_of("spam-1.0.exe") is None
    name = filename_of("spam-1.0.tar.gz")
    assert name is not None
    assert name.version == Version("1.0")
