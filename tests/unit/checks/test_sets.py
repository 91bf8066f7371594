from __future__ import annotations

from samples import content_of, metadata, sdist, wheel
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Finding
from twine_stage.contents import Contents


def findings_of(*contents: Contents, code: str = "S40") -> tuple[Finding, ...]:
    return checks.run(contents, select=[code])


def pinned(name: str, requires_python: str) -> Contents:
    make = wheel if name.endswith(".whl") else sdist
    core_metadata = metadata(Requires_Python=requires_python) if requires_python else metadata()
    return scanned(name, make(members={name: b""}, core_metadata=core_metadata))


def test_a_sound_set() -> None:
    """A wheel and an sdist of one release, and other projects, go together."""
    assert findings_of(scanned(WHEEL), scanned(SDIST), scanned("eggs-2.0.tar.gz")) == ()


def test_s401_two_versions() -> None:
    """Both versions of the project are named; it is a warning."""
    [finding] = findings_of(scanned(WHEEL), scanned("spam-1.10.tar.gz"), scanned("spam-1.9.tar.gz"))

    assert (finding.code, finding.severity.value, finding.file) == ("S401", "warning", "spam")
    assert finding.message == "expected one version of spam, found 1.0 and 1.9 and 1.10"


def test_s402_two_sdists() -> None:
    """Two sdists of one release, however its version is spelled, are too many."""
    other = scanned("spam-1.0.0.tar.gz", sdist(version="1.0.0"))

    [finding] = findings_of(scanned(SDIST), other, code="S402")

    assert (finding.code, finding.file) == ("S402", "spam==1.0")
    assert finding.message.endswith("found spam-1.0.0.tar.gz and spam-1.0.tar.gz")


def test_s403_the_same_bytes() -> None:
    """Bytes that stand under two names are told under the second."""
    other = "spam-1.0-py2-none-any.whl"

    [finding] = findings_of(scanned(WHEEL), scanned(other, content_of(WHEEL)), scanned(WHEEL))

    assert (finding.code, finding.file) == ("S403", WHEEL)
    assert finding.message == f"expected a content of its own, found the same bytes as {other}"


def test_s404_several_requires_python() -> None:
    """Each value is told with a file that has it."""
    names = ["spam-1.0-cp311-none-any.whl", "spam-1.0-cp312-none-any.whl", SDIST]

    [finding] = findings_of(*map(pinned, names, [">=3.8", ">= 3.8", ""]))

    assert (finding.code, finding.file) == ("S404", "spam==1.0")
    assert finding.message.endswith(
        "found nothing in spam-1.0.tar.gz; >=3.8 in spam-1.0-cp311-none-any.whl and 1 more"
    )


def test_s404_compares_by_meaning() -> None:
    """Spaces and order make no difference; what is no specifier is compared as text."""
    assert findings_of(pinned(WHEEL, ">=3.8,<4"), pinned(SDIST, "<4, >=3.8")) == ()
    assert findings_of(pinned(WHEEL, "three"), pinned(SDIST, "three")) == ()


def test_s405_two_spellings() -> None:
    """Each spelling is told with a file that has it; the files are one release all the same."""
    others = [f"spam-1.0.0-{tag}-none-any.whl" for tag in ("py2", "cp313")]

    [finding] = findings_of(scanned(SDIST), *map(scanned, others))

    assert (finding.code, finding.severity.value, finding.file) == ("S405", "warning", "spam==1.0")
    assert finding.message.endswith(
        "found 1.0 in spam-1.0.tar.gz; 1.0.0 in spam-1.0.0-py2-none-any.whl and 1 more"
    )


def test_s405_one_spelling() -> None:
    """What an index shows alike is spelled alike; releases are judged one by one."""
    assert (
        findings_of(scanned("spam-1.0rc1.tar.gz"), scanned("spam-1.0.RC1-py3-none-any.whl")) == ()
    )
    assert findings_of(scanned("spam-1.0.tar.gz"), scanned("eggs-1.0.0.tar.gz")) == ()


def test_what_has_no_name_or_metadata_belongs_to_no_release() -> None:
    """Such files are judged by other checks."""
    nameless = scanned("spam.whl", wheel(members={"x": b""}))
    empty = scanned("spam-1.0.zip", wheel(members={"y": b""}))

    assert findings_of(nameless, empty, scanned(WHEEL)) == ()
