from __future__ import annotations

import pytest

from samples import metadata, sdist, tarred, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding, Severity
from twine_stage.contents import Contents, Flaw, FlawKind
from twine_stage.digests import Digests
from twine_stage.errors import InvalidDistribution
from twine_stage.profiles import PYPI


def findings_of(contents: Contents) -> tuple[Finding, ...]:
    return checks.run([contents], select=["A"], destination=Destination(profile=PYPI))


def flawed(*flaws: Flaw) -> Contents:
    return Contents(
        name=SDIST,
        filename=None,
        digests=Digests("", "", 1),
        core_metadata=None,
        flaws=flaws,
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FlawKind.CORRUPT, "A302"),
        (FlawKind.TRUNCATED, "A303"),
        (FlawKind.ENCRYPTED, "A304"),
        (FlawKind.BOMB, "A305"),
        (FlawKind.UNSUPPORTED, "A306"),
        (FlawKind.AMBIGUOUS, "A330"),
        (FlawKind.UNUSUAL, "A331"),
        (FlawKind.SCRAMBLED, "A332"),
        (FlawKind.SCATTERED, "A333"),
        (FlawKind.OUTSIDE, "A340"),
        (FlawKind.LINK, "A341"),
        (FlawKind.DUPLICATE, "A342"),
        (FlawKind.RECORD, "A315"),
    ],
)
def test_each_kind_of_flaw_has_its_code(kind: FlawKind, code: str) -> None:
    """Every flaw becomes one finding, with its detail and a way out."""
    contents = flawed(Flaw(kind, "a is wrong"))

    [finding] = findings_of(contents)

    assert finding.code == code
    assert finding.message.endswith(", found: a is wrong")
    assert finding.hint


def test_every_kind_of_flaw_has_a_rule() -> None:
    """No flaw goes unreported."""
    contents = flawed(*(Flaw(kind, "") for kind in FlawKind))

    assert len(findings_of(contents)) == len(FlawKind)


@pytest.mark.parametrize("kind", [FlawKind.UNUSUAL, FlawKind.SCATTERED, FlawKind.SCRAMBLED])
def test_other_indexes_take_what_only_pypi_refuses(kind: FlawKind) -> None:
    """These rules are PyPI's own."""
    contents = flawed(Flaw(kind, ""))

    assert checks.run([contents], select=["A"]) == ()


@pytest.mark.parametrize(
    "kind", [FlawKind.OUTSIDE, FlawKind.LINK, FlawKind.DUPLICATE, FlawKind.RECORD]
)
def test_what_pypi_takes_is_a_warning(kind: FlawKind) -> None:
    """It is harmful, but it would not be refused."""
    contents = flawed(Flaw(kind, ""))

    assert [it.severity for it in findings_of(contents)] == [Severity.WARNING]


def test_a301_a_file_that_cannot_be_read() -> None:
    """It is reported whatever is selected or ignored: nothing else could look at it."""
    error = InvalidDistribution("spam.whl", "expected a zip archive, found text", hint="Look.")

    findings = checks.run([], unreadable=[error], select=["M"], ignore=["A"])

    assert [(finding.code, finding.message) for finding in findings] == [
        ("A301", "expected a zip archive, found text")
    ]


@pytest.mark.parametrize(
    ("folders", "found"),
    [([], "none"), (["eggs-1.dist-info", "spam-1.0.dist-info"], "eggs-1.dist-info and spam-1.0")],
)
def test_a310_exactly_one_dist_info(folders: list[str], found: str) -> None:
    """None and two are told apart, and named."""
    contents = scanned(WHEEL, zipped({f"{folder}/METADATA": b"" for folder in [*folders, "spam"]}))

    [finding] = findings_of(contents)

    assert finding.code == "A310"
    assert f"found {found}" in finding.message


@pytest.mark.parametrize("folder", ["eggs-1.0", "spam-1.1", "spam", "spam-x"])
def test_a311_a_dist_info_of_another_name(folder: str) -> None:
    """The folder's project and version must be the filename's."""
    contents = scanned(WHEEL, zipped({f"{folder}.dist-info/METADATA": b""}))

    [finding] = [it for it in findings_of(contents) if it.code == "A311"]

    assert finding.message.endswith(f"found {folder}.dist-info")


@pytest.mark.parametrize("folder", ["spam-1.0", "Spam-1.0.0", "SPAM-1"])
def test_a311_compares_by_meaning(folder: str) -> None:
    """Spelling makes no difference."""
    contents = scanned(WHEEL, zipped({f"{folder}.dist-info/METADATA": b""}))

    assert "A311" not in {finding.code for finding in findings_of(contents)}


def test_a320_a_stage_within() -> None:
    """A packed .stage folder is found at any depth, in sdists and wheels."""
    held = {".stage/format": b"1"}

    assert [finding.code for finding in findings_of(scanned(WHEEL, wheel(members=held)))] == [
        "A320"
    ]
    [finding] = findings_of(scanned(SDIST, sdist(members={"spam-1.0/.stage/format": b"1"})))
    assert finding.message == "expected no .stage folder in it, found spam-1.0/.stage/format"


def test_a320_a_file_of_that_name_is_no_stage() -> None:
    """Only a folder is one."""
    assert findings_of(scanned(SDIST, sdist(members={"spam-1.0/a/.stage": b""}))) == ()


@pytest.mark.parametrize("name", [SDIST, "spam-1.0.zip"])
def test_a334_nothing_but_metadata(name: str) -> None:
    """An archive of PKG-INFO alone is refused, one with another member is not."""
    alone = {"spam-1.0/PKG-INFO": metadata()}
    pack = tarred if name == SDIST else zipped

    [finding] = findings_of(scanned(name, pack(alone)))

    assert finding.code == "A334"
    assert finding.message == "expected a project, found nothing but spam-1.0/PKG-INFO"
    assert findings_of(scanned(name, pack(alone | {"spam-1.0/a": b""}))) == ()


@pytest.mark.parametrize(("before", "is_found"), [("./", False), (".", True), ("", True)])
def test_a334_the_name_of_pkg_info(before: str, *, is_found: bool) -> None:
    """PyPI looks for it by a name that does not begin with ./, whatever those of others do."""
    files = {f"{before}spam-1.0/PKG-INFO": metadata(), f"{before}spam-1.0/a": b""}

    found = [finding.message for finding in findings_of(scanned(SDIST, tarred(files)))]

    expected = "expected PKG-INFO in the folder at the top, found its name to begin with ./"
    assert found == ([] if is_found else [expected])
