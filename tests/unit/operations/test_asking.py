"""Asking: many questions at once, over few connections, and not for ever."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from packaging.utils import NormalizedName

from twine_stage.errors import CredentialsMissing, Unreadable
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.asking import CONNECTIONS, addresses, pages
from watching import ChangingIndex

NAMES = [NormalizedName(f"spam{number}") for number in range(100)]


@dataclass
class Meeting(ChangingIndex):
    """Counts how many questions are open at once; answers wait until as many are."""

    open: int = 0
    most: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)
    full: threading.Event = field(default_factory=threading.Event)

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        with self.guard:
            self.open += 1
            self.most = max(self.most, self.open)
            if self.most == CONNECTIONS:
                self.full.set()
        self.full.wait(0 if name == NAMES[0] else 5)
        with self.guard:
            self.open -= 1
        return super().project_since(name, etag)


class TestPages:
    def test_each_is_asked_once(self) -> None:
        """With the ETag that is known; None is told of what did not change."""
        index = ChangingIndex()
        index.show("spam0-1.0.tar.gz")
        etag = index.project(NAMES[0]).etag
        answers = pages(index, {NAMES[0]: etag, NAMES[1]: ""})
        assert answers.known == {NAMES[0]: None, NAMES[1]: index.project(NAMES[1])}
        assert not answers.unknown
        assert index.asked == {"spam0": 1, "spam1": 1}

    def test_no_more_than_so_many_are_open(self) -> None:
        """The index is asked by so many, and the first question is put alone."""
        index = Meeting()
        answers = pages(index, dict.fromkeys(NAMES, ""))
        assert len(answers.known) == len(NAMES)
        assert index.most == CONNECTIONS == 16

    def test_nothing_is_asked_for_nothing(self) -> None:
        """No project, no question."""
        assert not pages(ChangingIndex(), {}).known

    def test_what_does_not_answer_is_told(self) -> None:
        """The others are asked all the same."""
        index = ChangingIndex(dead={"spam0", "spam50"})
        answers = pages(index, dict.fromkeys(NAMES, ""))
        assert sorted(answers.unknown) == ["spam0", "spam50"]
        assert len(answers.known) == 98

    def test_an_index_that_is_down_is_not_asked_for_ever(self) -> None:
        """Three questions are enough to see it; all others are told to be open."""
        index = ChangingIndex(dead=set(NAMES))
        answers = pages(index, dict.fromkeys(NAMES, ""))
        assert len(answers.unknown) == len(NAMES)
        assert index.asked.total() == 3

    def test_an_index_that_goes_down_meanwhile_is_not_either(self) -> None:
        """After as many failures in a row as there are connections."""
        index = ChangingIndex(dead=set(NAMES[1:]))
        answers = pages(index, dict.fromkeys(NAMES, ""))
        assert list(answers.known) == [NAMES[0]]
        assert len(answers.unknown) == 99
        assert index.asked.total() < 3 * CONNECTIONS

    def test_pages_that_cannot_be_read_are_answers(self) -> None:
        """However many there are, the index is there, and the others are asked."""

        class Tampered(ChangingIndex):
            def project_since(self, name: NormalizedName, etag: str) -> Project | None:
                if name in NAMES[:50]:
                    raise Unreadable(f"{name} cannot be believed")
                return super().project_since(name, etag)

        answers = pages(Tampered(), dict.fromkeys(NAMES, ""))
        assert set(answers.unknown) == set(NAMES[:50])
        assert set(answers.known) == set(NAMES[50:])

    def test_what_no_question_can_mend_is_raised(self) -> None:
        """Credentials that are not there, say."""

        class Closed(ChangingIndex):
            def project_since(self, name: NormalizedName, etag: str) -> Project | None:
                raise CredentialsMissing("who are you?")

        with pytest.raises(CredentialsMissing):
            pages(Closed(), dict.fromkeys(NAMES, ""))


def test_addresses_answer_or_not() -> None:
    """Each by its file."""
    files = [
        ListedFile(filename=name, url=f"https://example.org/{name}") for name in ("a", "b", "c")
    ]
    answers = addresses(ChangingIndex(gone={"b"}, dead={"c"}), files)
    assert answers.known == {files[0]: True, files[1]: False}
    assert list(answers.unknown) == [files[2]]
