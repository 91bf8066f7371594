from __future__ import annotations

from collections.abc import Iterator

import pytest

from findings import described
from samples import distribution, metadata, wheel
from scanned import WHEEL, scanned
from twine_stage import twine_bridge
from twine_stage.checks.parsing import Fault, Parsed, of_metadata, parsed
from twine_stage.contents import Contents

SENT_ALONE = {"filetype", "pyversion", "sha256_digest", "blake2_256_digest"}


def contents(core_metadata: bytes) -> Contents:
    return scanned(WHEEL, wheel(core_metadata=core_metadata))


def found(core_metadata: bytes) -> Parsed:
    result = parsed(contents(core_metadata))
    assert result is not None
    return result


class TestWhatIsSent:
    def test_is_what_the_form_has(self) -> None:
        """The fields that are judged are those of the upload form, but for UNKNOWN."""
        content = described(
            "Summary: UNKNOWN",
            "Home-page: https://example.org/",
            "License-File: LICENSE",
            "Keywords: a, b",
            "Classifier: A",
            "Classifier: B",
            "Project-URL: Source, https://example.org/",
            "Requires-Dist: eggs",
            "Dynamic: Author",
            "Platform: any",
        )
        form = twine_bridge.form_fields(distribution(WHEEL), content)
        values = sorted(value for key, value in form if key not in SENT_ALONE)

        sent = found(content).sent

        assert sorted([*_values(sent), "UNKNOWN"]) == values

    @pytest.mark.parametrize(
        ("lines", "is_sent"),
        [
            (["Summary: UNKNOWN"], False),
            (["Summary:  UNKNOWN"], False),
            (["Summary: unknown"], True),
            (["Summary:"], True),
        ],
    )
    def test_unknown_is_dropped(self, lines: list[str], *, is_sent: bool) -> None:
        """As PyPI does; an empty field is one."""
        assert ("summary" in found(described(*lines)).sent) is is_sent

    def test_of_several_the_last_counts(self) -> None:
        """If that is UNKNOWN, all of them are dropped."""
        last = found(described("Classifier: A", "Classifier: UNKNOWN")).sent
        first = found(described("Classifier: UNKNOWN", "Classifier: A")).sent

        assert "classifiers" not in last
        assert first["classifiers"] == ["UNKNOWN", "A"]
        assert found(metadata() + b"Import-Name:\n").sent["import_names"] == []


def _values(sent: object) -> Iterator[str]:
    assert isinstance(sent, dict)
    for key, value in sent.items():
        if key == "keywords":
            yield ", ".join(value)
        elif isinstance(value, dict):
            yield from (f"{label}, {url}" for label, url in value.items())
        elif isinstance(value, list):
            yield from value
        else:
            yield value


class TestWhatIsTooMuch:
    @pytest.mark.parametrize(
        ("more", "failure"),
        [
            (b"X: y\n" * 19_997, ""),
            (b"X: y\n" * 19_998, "at most 20,000 fields, found 20,001"),
            (b"X: y\r" * 19_998, "at most 20,000 fields, found 20,001"),
            (b"".join(b"X%d: y\n" % i for i in range(197)), ""),
            (b"".join(b"X%d: y\n" % i for i in range(198)), "200 different fields, found 201"),
            (b"\n" + b"".join(b"X%d: y\n" % i for i in range(999)), ""),
            (b"\n" + b"\n" * 499_996, ""),
            (b"\n" + b"\n" * 499_997, "at most 500,000 lines, found 500,001"),
            (b"Content-Type: text/plain\n\n" + b"x" * 90_000, ""),
            (b"content-type: text/plain\n\n" + b"x" * 100_000, "an e-mail with attachments"),
            (b"Summary: " + b"x" * 50_000, ""),
            (b"Summary: " + b"x" * 50_001, "50,000 characters in 'summary', found 50,001"),
            (b"License: " + b"x" * 600_000, ""),
            ((b"Requires-Dist: " + b"x" * 5_000 + b"\n") * 104, ""),
            ((b"Requires-Dist: " + b"x" * 5_000 + b"\n") * 105, "of at most 524,288 characters"),
            ((b"Project-URL: %s, b\n" % (b"x" * 600_000)), "of at most 524,288 characters"),
        ],
    )
    def test_each_bound(self, more: bytes, failure: str) -> None:
        """Core metadata are judged up to the bound, and refused above it."""
        said = found(metadata() + more).failure

        assert failure in said
        assert bool(said) == bool(failure)


class TestJudgingOnce:
    def test_files_that_share_their_metadata(self) -> None:
        """The judge is asked once, and each file has the findings under its own name."""
        asked = []

        def judge(metadata: Parsed) -> Iterator[Fault]:
            asked.append(metadata)
            yield Fault("wrong", "mend it")

        of_file = of_metadata(judge)
        other = "spam-1.0-py2-none-any.whl"
        files = [contents(metadata()), scanned(other, wheel(core_metadata=metadata()))]

        problems = [problem for file in files for problem in of_file(file)]

        assert len(asked) == 1
        assert [problem.file for problem in problems] == [WHEEL, other]

    def test_no_end_of_faults(self) -> None:
        """Only the first fifty are asked for."""
        of_file = of_metadata(lambda _: iter(lambda: Fault("wrong", "mend it"), None))

        assert len(list(of_file(contents(metadata())))) == 50

    def test_without_metadata(self) -> None:
        """Nothing is asked."""
        nothing = scanned("spam-1.0.zip", wheel())

        assert nothing.core_metadata is None
        assert list(of_metadata(lambda _: [Fault("wrong", "")])(nothing)) == []
