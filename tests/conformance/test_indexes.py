"""What every index does alike; where kinds differ, their capabilities say so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from releasing import SDIST, WHEEL, built, manifest_of, publish, send
from twine_stage.comparison import compare
from twine_stage.errors import Damaged, Unreachable
from twine_stage.indexes.base import Index
from twine_stage.indexes.uploads import Accepted, Taken, Unclear
from twine_stage.listings import ListedFile
from twine_stage.releases import ReleaseId

SPAM = ReleaseId.parse("spam==1.0")
FILES = (built(WHEEL, requires_python=">=3.9"), built(SDIST, requires_python=">=3.9"))
MANIFEST = manifest_of(*FILES)
LOCAL = "spam-1.0+cpu-py3-none-any.whl"


def _ignore(count: int) -> None:
    """Nobody counts."""


class TestIdentity:
    def test_identity(self, index: Index) -> None:
        """An index has a short name, an address, and the name of what it speaks."""
        assert index.id == "here"
        assert "://" in index.url
        assert index.api in {"legacy", "2.0", "directory", "auto"}

    def test_api(self, index: Index) -> None:
        """What it speaks is known at the latest with a session, and can be found out before."""
        rehearsed, capabilities = index.rehearse()
        with index.session(MANIFEST) as session:
            assert (session.api, session.capabilities) == (rehearsed, capabilities)
        assert index.api == rehearsed != "auto"

    def test_credentials(self, index: Index) -> None:
        """Credentials can be asked for at any time, and again."""
        index.authorize()
        index.authorize()


class TestListing:
    def test_unknown_project(self, index: Index) -> None:
        """Of a project that the index does not have it shows nothing, without an error."""
        listing = index.listing(SPAM)
        assert listing.release == SPAM
        assert listing.files == ()
        assert not listing.is_project_known

    def test_published(self, index: Index) -> None:
        """A published release is shown exactly, sorted by filename."""
        publish(index, *FILES)
        listing = index.listing(SPAM)
        assert listing.is_project_known
        assert [file.filename for file in listing.files] == [WHEEL, SDIST]
        assert compare(MANIFEST, listing).is_exact

    def test_other_releases_are_not_shown(self, index: Index) -> None:
        """A listing is of one release, whatever else the project has."""
        publish(index, built("spam-1.1.tar.gz"))
        publish(index, built(LOCAL))
        listing = index.listing(SPAM)
        assert listing.files == ()
        assert listing.is_project_known

    def test_versions_compare_as_versions(self, index: Index) -> None:
        """A version spelled in another way is the same release."""
        publish(index, *FILES)
        assert len(index.listing(ReleaseId.parse("Spam==1.0.0")).files) == 2

    def test_local_version(self, index: Index) -> None:
        """A filename with a plus sign is shown, and fetched, like any other."""
        local = built(LOCAL)
        publish(index, local)
        (file,) = index.listing(ReleaseId.parse("spam==1.0+cpu")).files
        assert file.filename == LOCAL
        assert b"".join(index.fetch(file)) == local.content


class TestProject:
    def test_unknown(self, index: Index) -> None:
        """A project that the index does not have is not known, and has no name there."""
        project = index.project(SPAM.project)
        assert (project.name, project.files, project.is_known) == ("spam", (), False)
        assert "spam" not in index.project_names()

    def test_all_releases(self, index: Index) -> None:
        """Of each release it shows what its listing shows, and of nothing else."""
        publish(index, *FILES)
        publish(index, built("spam-1.1.tar.gz"))
        publish(index, built("spam_eggs-1.0.tar.gz"))
        project = index.project(SPAM.project)
        assert project.is_known
        assert project.status == "active"
        assert len(project.files) == 3
        for name in ("spam==1.0", "spam==1.0.0", "spam==1.1", "spam==2.0"):
            release = ReleaseId.parse(name)
            assert project.listing(release) == index.listing(release)

    def test_changes(self, index: Index) -> None:
        """Asked with the ETag of the last look it tells what changed since; without one, all."""
        publish(index, *FILES)
        before = index.project(SPAM.project)
        assert index.project_since(SPAM.project, before.etag) in (before, None)
        assert index.project_since(SPAM.project, "") == before
        publish(index, built("spam-1.1.tar.gz"))
        after = index.project_since(SPAM.project, before.etag)
        assert after == index.project(SPAM.project) != before

    def test_names(self, index: Index) -> None:
        """Each project of which there is a file is among the names."""
        publish(index, *FILES)
        publish(index, built("spam_eggs-1.0.tar.gz"))
        assert sorted(index.project_names()) == ["spam", "spam-eggs"]


class TestAddresses:
    def test_an_address_answers_as_long_as_the_file_is_there(self, index: Index) -> None:
        """What is listed is served; what never was there is not."""
        publish(index, *FILES)
        file = index.listing(SPAM).files[0]
        assert index.serves(file)
        index.modified_at(file)  # told or not
        other = ListedFile(filename="spam-7.0.tar.gz", url=f"{file.url}.gone", sha256="0" * 64)
        assert not index.serves(other)


class TestFetch:
    def test_content(self, index: Index) -> None:
        """What is fetched is what was uploaded, byte for byte, as often as wanted."""
        publish(index, *FILES)
        for file, uploaded in zip(index.listing(SPAM).files, FILES, strict=True):
            assert b"".join(index.fetch(file)) == uploaded.content
            assert b"".join(index.fetch(file)) == uploaded.content

    def test_documents(self, index: Index) -> None:
        """Core metadata is that of the wheel, where the index has it; a URL of nothing is none."""
        publish(index, *FILES)
        for file, uploaded in zip(index.listing(SPAM).files, FILES, strict=True):
            shown = index.document(file, f"{file.url}.metadata")
            assert shown in (None, uploaded.core_metadata)
            assert (shown is not None) == (file.core_metadata is not None)
            assert index.document(file, f"{file.url}.nothing") is None

    def test_nothing_there(self, index: Index) -> None:
        """A file that is not there is unreachable."""
        publish(index, *FILES)
        shown = index.listing(SPAM).by_name[SDIST]
        gone = replace(shown, filename="spam-9.tar.gz", url=shown.url.replace("spam-1.0", "spam-9"))
        with pytest.raises(Unreachable):
            list(index.fetch(gone))


class TestUpload:
    def test_public_when_the_capabilities_say(self, index: Index) -> None:
        """An uploaded file is public at once, or not before ``publish``: as capable."""
        assert send(index, *FILES) == [Accepted(), Accepted()]
        _, capabilities = index.rehearse()
        assert bool(index.listing(SPAM).files) == capabilities.shows_each_file

    def test_another_session_publishes(self, index: Index) -> None:
        """What one session uploaded, a later one makes public, with what it sends itself.

        Where the index keeps the session, what was sent has to be proven.
        """
        send(index, FILES[0])
        with index.session(MANIFEST) as session:
            if session.url is not None and FILES[0].name not in session.has:
                assert session.upload(FILES[0].upload, _ignore) == Accepted()
            session.upload(FILES[1].upload, _ignore)
            session.publish()
        assert compare(MANIFEST, index.listing(SPAM)).is_exact

    def test_progress(self, index: Index) -> None:
        """Every byte of a file is counted as it leaves."""
        counts: list[int] = []
        with index.session(MANIFEST) as session:
            session.upload(FILES[0].upload, counts.append)
        assert sum(counts) == len(FILES[0].content)

    def test_any_thread(self, index: Index) -> None:
        """Files of one release are sent from several threads."""
        files = [built(f"spam-1.0-{number}-py3-none-any.whl") for number in range(1, 9)]
        manifest = manifest_of(*files)
        with index.session(manifest) as session:
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda one: session.upload(one.upload, _ignore), files))
            for file, answer in zip(files, answers, strict=True):
                if answer != Accepted():  # where they have to come one by one
                    assert isinstance(answer, Unclear)
                    assert answer.slow_down
                    assert session.upload(file.upload, _ignore) == Accepted()
            session.publish()
        assert compare(manifest, index.listing(SPAM)).is_exact

    def test_the_same_again(self, index: Index) -> None:
        """A file that the index has may come again, and changes nothing."""
        publish(index, *FILES)
        before = index.listing(SPAM)
        for answer in publish(index, *FILES):
            assert answer == Accepted() or isinstance(answer, Taken)
        assert index.listing(SPAM) == before

    def test_other_content_under_a_name(self, index: Index) -> None:
        """Other content under a public name is answered as taken, and changes nothing."""
        publish(index, *FILES)
        before = index.listing(SPAM)
        (answer,) = send(index, built(SDIST, members={"spam-1.0/more": b""}))
        assert isinstance(answer, Taken)
        assert answer.message
        assert index.listing(SPAM) == before
        assert b"".join(index.fetch(before.by_name[SDIST])) == FILES[1].content

    def test_damaged_content(self, index: Index) -> None:
        """Content that is not the frozen one never arrives, and the right one still can."""
        damaged = replace(FILES[1], content=b"x" * len(FILES[1].content))
        with index.session(MANIFEST) as session:
            with pytest.raises(Damaged, match=SDIST):
                session.upload(damaged.upload, _ignore)
            assert index.listing(SPAM).files == ()
            for file in FILES:
                assert session.upload(file.upload, _ignore) == Accepted()
            session.publish()
        assert compare(MANIFEST, index.listing(SPAM)).is_exact

    @pytest.mark.parametrize("stored", [b"", b"short"])
    def test_content_of_another_length(self, index: Index, stored: bytes) -> None:
        """So does content that is too short."""
        damaged = replace(FILES[1], content=stored)
        with index.session(MANIFEST) as session, pytest.raises(Damaged, match=SDIST):
            session.upload(damaged.upload, _ignore)
        assert index.listing(SPAM).files == ()
