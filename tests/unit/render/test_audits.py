"""What there is to say of audited releases, in words."""

from __future__ import annotations

import pytest

from auditing import DAY, NEXT, PURE, SDIST, at, audited
from showing import shown
from twine_stage.histories import Terms
from twine_stage.listings import ListedFile
from twine_stage.operations.audit import AuditedRelease
from twine_stage.policy import Policy
from twine_stage.render.audits import changes, kinds, remarks, span

LINUX = "spam-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
TIE = "spam-1.0-py2.py3-none-any.whl"


def only(*files: ListedFile | str) -> AuditedRelease:
    return audited(*files).releases[-1]


def told(*files: ListedFile | str) -> list[tuple[str, str, str]]:
    """What is said of the last release."""
    return [(one.kind, one.word, one.text) for one in remarks(only(*files))]


class TestRemarks:
    def test_of_a_release_as_it_should_be_there_is_none(self) -> None:
        """It came at once, and is closed."""
        assert told(at(SDIST, 90), at(PURE, 90)) == []

    def test_appends_are_told_with_their_times(self) -> None:
        """The late ones first, each kind together."""
        first = f"1 file came 4 days after the first, on 2025-10-07 12:00 UTC: {LINUX}"
        second = f"1 file came 10 days after the first, on 2025-10-13 12:00 UTC: {PURE}"
        late, appended = told(at(SDIST, 90), at(PURE, 80), at(LINUX, 86), at(TIE, 40))
        assert appended == (
            "appended",
            "2 appended",
            f"{first}; {second}",
        )
        assert late[:2] == ("late", "1 late")

    @pytest.mark.parametrize(
        ("files", "word", "text"),
        [
            (("", ""), "yanked", "the whole release is yanked, without a reason"),
            (("bad", "bad"), "yanked", "the whole release is yanked: bad"),
            (("bad", "worse"), "yanked", "the whole release is yanked: bad; worse"),
            ((None, "bad"), "1 yanked", f"{SDIST} is yanked: bad"),
        ],
    )
    def test_what_is_yanked_is_told_with_its_reason(
        self, files: tuple[str | None, str], word: str, text: str
    ) -> None:
        """Each reason once."""
        pure, sdist = files
        found = told(shown(SDIST, yanked=sdist), shown(PURE, yanked=pure))
        assert found == [("yanked", word, text)]

    def test_several_that_are_yanked_are_named(self) -> None:
        """Where not all are."""
        [(_, word, text)] = told(shown(SDIST, yanked=""), shown(PURE, yanked=""), LINUX)
        assert (word, text) == ("2 yanked", f"{PURE}, {SDIST} are yanked, without a reason")

    def test_provenance_that_is_missing_is_told(self) -> None:
        """Beside files that have it, or after a release that had it."""
        assert told(shown(SDIST, provenance="p"), PURE) == [
            (
                "provenance",
                "mixed provenance",
                f"1 of 2 files have no provenance, and the others do: {PURE}",
            )
        ]
        assert told(shown(SDIST, provenance="p"), NEXT) == [
            (
                "provenance",
                "no provenance",
                "no file has provenance, and the release before had it",
            )
        ]

    def test_publishers_that_differ_are_told(self) -> None:
        """Within a release, and from one to the next."""
        files = [shown(name, provenance=name) for name in (SDIST, PURE, NEXT)]
        by = {SDIST: "ci.yml", PURE: "b.yml", NEXT: "evil.yml"}
        first, second = (remarks(one) for one in audited(*files, publishers=by).releases)
        ours, other = "GitHub workflow=ci.yml", "GitHub workflow=b.yml"
        of_other = f"published by {other}, and others by {ours}"
        of_ours = f"published by {ours}, and others by {other}"
        assert [(one.word, one.text) for one in first] == [
            (
                "mixed publishers",
                f"{PURE} was {of_other}; {SDIST} was {of_ours}",
            )
        ]
        assert [(one.word, one.text) for one in second] == [
            (
                "other publisher",
                f"published by GitHub workflow=evil.yml, and the release before by {other}, {ours}",
            )
        ]

    def test_spellings_are_told(self) -> None:
        """Of the name and of the version."""
        assert told(SDIST, "Spam-1.0.0-py3-none-any.whl") == [
            ("spelling", "2 spellings of the name", "the name is spelled in 2 ways: Spam, spam"),
            (
                "spelling",
                "2 spellings of the version",
                "the version is spelled in 2 ways: 1.0, 1.0.0",
            ),
        ]

    def test_what_is_open_is_told_until_when(self) -> None:
        """Where some rule closes it."""
        assert told(at(SDIST, 1)) == [("open", "open", "takes files until 2026-01-14 12:00 UTC")]
        [for_ever] = audited(at(SDIST, 1), terms=Terms(Policy(), None)).releases
        assert remarks(for_ever) == ()

    def test_kinds_are_told_once(self) -> None:
        """The most serious first."""
        found = remarks(only(at(SDIST, 2), at("Spam-1.0.0-py3-none-any.whl", 0.5)))
        assert kinds(found) == ("appended", "spelling", "open")


class TestChanges:
    @pytest.mark.parametrize(
        ("before", "file", "text"),
        [
            (LINUX, SDIST, f"{SDIST} is chosen where nothing was, by pip and uv on "),
            (SDIST, PURE, f"{PURE} is chosen instead of the sdist, by pip and uv on "),
            (PURE, LINUX, f"{LINUX} is chosen instead of {PURE}, by pip and uv on "),
            (
                PURE,
                TIE,
                f"{TIE} is chosen by one installer, where the other chooses {PURE}, by uv on ",
            ),
        ],
    )
    def test_they_say_for_whom(self, before: str, file: str, text: str) -> None:
        """And in how many environments, with one of them."""
        [append] = only(at(before, 20), at(file, 15)).appends
        [sentence] = changes(append)
        assert sentence.startswith(text)
        assert ", such as cp3" in sentence

    def test_uv_may_be_left_with_nothing(self) -> None:
        """By what a wheel requires of Python: the installers part."""
        before = at(PURE, 20, requires_python=">=3.9")
        [append] = only(before, at(LINUX, 15, requires_python=">=3.14")).appends
        assert all("instead of" in one or "where the other" in one for one in changes(append))


class TestSpans:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (None, "not told"),
            (0.0, "0 s"),
            (59.4, "59 s"),
            (90061.0, "1 day 1 hour"),
            (DAY.total_seconds(), "1 day"),
        ],
    )
    def test_they_are_told_in_two_units(self, seconds: float | None, words: str) -> None:
        """In seconds below a minute."""
        assert span(seconds) == words
