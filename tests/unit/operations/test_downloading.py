from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from fakes import MemoryIndex, Remembering
from twine_stage.digests import sha256
from twine_stage.errors import CredentialsMissing, Unreachable
from twine_stage.listings import ListedFile
from twine_stage.operations.downloading import DOWNLOADS, Downloading


def _file(name: str) -> ListedFile:
    return ListedFile(filename=name, url=f"https://example.org/files/{name}")


def test_digests_and_sizes() -> None:
    """What is served is told by its SHA-256 and its size, and every byte is reported."""
    index, reporter = MemoryIndex(), Remembering()
    index.put("spam-1.0.tar.gz", b"content")
    downloading = Downloading(index, reporter)
    file = _file("spam-1.0.tar.gz")
    downloading.hash([file])
    done = downloading.done[file.url]
    assert (done.sha256, done.size) == (sha256(b"content"), 7)
    assert reporter.moved["spam-1.0.tar.gz"] == 7
    assert reporter.outcomes == [("spam-1.0.tar.gz", "present")]


def test_each_once() -> None:
    """What was downloaded before is not downloaded again."""
    index, reporter = MemoryIndex(), Remembering()
    index.put("spam-1.0.tar.gz", b"content")
    downloading = Downloading(index, reporter)
    downloading.hash([_file("spam-1.0.tar.gz")])
    downloading.hash([_file("spam-1.0.tar.gz")])
    assert len(reporter.outcomes) == 1


@dataclass
class Failing(MemoryIndex):
    """Serves one file that fails once the others have begun, and others that never end."""

    begun: threading.Barrier = field(
        default_factory=lambda: threading.Barrier(DOWNLOADS, timeout=30)
    )

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        yield b"first"
        self.begun.wait()
        if file.filename == "spam-1.0.tar.gz":
            raise Unreachable("the index went away")
        while True:
            yield b"more"


def test_failure() -> None:
    """The first failure breaks off what else is being downloaded."""
    reporter = Remembering()
    names = ["spam-1.0.tar.gz", *(f"spam-1.{number}.tar.gz" for number in range(1, DOWNLOADS))]
    with pytest.raises(Unreachable, match="went away"):
        Downloading(Failing(), reporter).hash(map(_file, names))
    assert reporter.outcomes == [("spam-1.0.tar.gz", "failed")]


def test_a_failure_is_told_at_once() -> None:
    """Also where the first file of all would take for ever."""
    names = [*(f"spam-1.{number}.tar.gz" for number in range(1, DOWNLOADS)), "spam-1.0.tar.gz"]
    with pytest.raises(Unreachable, match="went away"):
        Downloading(Failing(), Remembering()).hash(map(_file, names))


@dataclass
class Gone(MemoryIndex):
    """Serves one file; another is gone, or only not reachable now."""

    is_gone: bool = True

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        if file.filename not in self.stored:
            raise Unreachable("404 Not Found")
        return super().fetch(file)

    def serves(self, file: ListedFile) -> bool:
        return not self.is_gone


def test_what_is_gone_may_be_passed_over() -> None:
    """Its address is remembered, and the others are downloaded."""
    index = Gone()
    index.put("spam-1.0.tar.gz", b"content")
    downloading = Downloading(index, Remembering())
    here, gone = _file("spam-1.0.tar.gz"), _file("spam-1.1.tar.gz")
    downloading.hash([gone, here], skips_gone=True)
    assert downloading.done.keys() == {here.url}
    assert downloading.gone == {gone.url}


def test_what_does_not_answer_is_not_gone() -> None:
    """An address that is there in principle is an error still."""
    downloading = Downloading(Gone(is_gone=False), Remembering())
    with pytest.raises(Unreachable):
        downloading.hash([_file("spam-1.1.tar.gz")], skips_gone=True)
    assert not downloading.gone


def test_what_cannot_be_had_need_not_end_the_others() -> None:
    """It is told by its address, with the reason; what was had before is not fetched again."""
    index, reporter = Gone(), Remembering()
    index.put("spam-1.0.tar.gz", b"content")
    downloading = Downloading(index, reporter)
    here, gone = _file("spam-1.0.tar.gz"), _file("spam-1.1.tar.gz")
    assert downloading.attempt([gone, here]) == {gone.url: "nothing is at its address"}
    assert downloading.done.keys() == {here.url}
    index.is_gone = False
    assert downloading.attempt([gone, here]).keys() == {gone.url}
    assert reporter.outcomes.count(("spam-1.0.tar.gz", "present")) == 1


def test_what_nobody_may_read_ends_the_attempt() -> None:
    """An index that wants credentials wants them for every file."""

    @dataclass
    class Closed(MemoryIndex):
        def fetch(self, file: ListedFile) -> Iterator[bytes]:
            raise CredentialsMissing(f"{file.filename} is not for everybody")

    with pytest.raises(CredentialsMissing):
        Downloading(Closed(), Remembering()).attempt([_file("spam-1.0.tar.gz")])
