from __future__ import annotations

import pytest

from findings import described, found_on_pypi, named, on_pypi
from samples import metadata, wheel
from scanned import WHEEL, scanned
from twine_stage import checks


def test_what_pypi_takes() -> None:
    """Metadata with every one of these fields pass."""
    assert not on_pypi(
        described(
            "Summary: Spam.",
            "Author-email: Jane Doe <jane@example.org>",
            "Maintainer-email: jane@example.org, joe@example.org",
            "License-Expression: MIT",
            "Classifier: Programming Language :: Python :: 3",
        )
    )


@pytest.mark.parametrize(
    ("code", "line", "found"),
    [
        ("M222", f"Summary: {'x' * 513}", "found 513: 'xxx"),
        ("M223", "Author-email: nobody", "in Author-email, found 'nobody': An email"),
        ("M223", "Maintainer-email: Joe <joe@localhost>", "'joe@localhost': The part after"),
        ("M223", f"Author-email: joe@{'x' * 300}.org", "is too long"),
        ("M223", "Author-email: joe@spam.invalid", "reserved"),
        ("M223", f"Author-email: {'(' * 9000}{')' * 9000}", "found '((("),
        ("M224", "Classifier: Spam :: Eggs", "found 'Spam :: Eggs'"),
        ("M224", "Classifier: Private :: Do Not Upload", "found 'Private :: Do Not Upload'"),
        ("M225", "Classifier: Natural Language :: Ukranian", "found 'Natural Language :: Ukr"),
        ("M226", "License: MIT\nLicense-Expression: MIT", "found License beside it: 'MIT'"),
    ],
)
def test_a_field_that_pypi_refuses(code: str, line: str, found: str) -> None:
    """Only the one rule finds it, and shows the value."""
    [finding] = on_pypi(described(line))

    assert finding.code == code
    assert found in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    "line",
    [
        f"Summary: {'x' * 512}",
        "Author-email: a@b@c",
        "Author-email: user@[127.0.0.1]",
        f"Author-email: {'x' * 65}@example.org",
        "Author-email: nobody, joe@localhost",
        "Author-email: nobody (nowhere",
        "Author-email:",
        "Author-email: UNKNOWN",
        "Maintainer-email: x@@y",
        'Author-email: "Doe, Jane" <jane@example.org>',
        "Author-email: Jané <jane@exämple.org>",
        "License: MIT",
        "License: UNKNOWN\nLicense-Expression: MIT",
        "Classifier: UNKNOWN",
        "Classifier: Spam\nClassifier: UNKNOWN",
    ],
)
def test_a_field_that_just_passes(line: str) -> None:
    """PyPI was seen to take it: what it drops, or cannot read, it does not judge."""
    assert not on_pypi(described(line))


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("Classifier: Programming language :: Python", "'Programming Language :: Python' is meant"),
        (f"Classifier: {'x' * 101}", "If it is new"),
        ("Classifier: Private :: Spam", "keeps the project away from PyPI"),
        ("Classifier: Natural Language :: Ukranian", "Use 'Natural Language :: Ukrainian'"),
        ("Classifier: License :: OSI Approved :: BSD", "If it is new"),
        ("Classifier: Topic :: Communications :: Chat :: AOL Instant Messenger", "Remove it"),
    ],
)
def test_the_way_out_of_a_classifier(line: str, hint: str) -> None:
    """What is meant is told where something is near, what takes its place where that is known."""
    [finding] = on_pypi(described(line))

    assert hint in finding.hint


def test_m220_the_name_unknown() -> None:
    """PyPI drops it, and so gets no name; a name that holds the word is one."""
    name = "unknown-1.0-py3-none-any.whl"

    [finding] = found_on_pypi(named(name, described(name="UNKNOWN")))

    assert finding.code == "M220"
    assert not found_on_pypi(named(name, described(name="Unknown")))


def test_m221_a_local_version() -> None:
    """The local part is named; a release for developers has none."""
    local = named("spam-1.0+dirty-py3-none-any.whl", described(version="1.0+dirty"))
    public = named("spam-1.0.dev1-py3-none-any.whl", described(version="1.0.dev1"))

    [finding] = found_on_pypi(local)

    assert finding.code == "M221"
    assert finding.message.endswith("found 1.0+dirty with the local part 'dirty'")
    assert not found_on_pypi(public)


@pytest.mark.parametrize(("charset", "is_taken"), [("utf-8", False), ("UTF-8", True), ("", True)])
def test_m227_the_case_of_the_charset(charset: str, *, is_taken: bool) -> None:
    """PyPI takes only the one in capitals; none means the same."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    found = on_pypi(metadata(Description_Content_Type=kind) + b"\nSpam.\n")

    assert [finding.code for finding in found] == ([] if is_taken else ["M227"])


def test_elsewhere_these_are_not_judged() -> None:
    """Only PyPI is known to have these rules."""
    lines = ("Summary: " + "x" * 600, "Author-email: nobody", "Classifier: Spam", "Home-page: x")
    content = wheel(core_metadata=described(*lines))

    assert checks.run([scanned(WHEEL, content)]) == ()
