from __future__ import annotations

import pytest

from samples import sdist, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Finding
from twine_stage.contents import Contents, Flaw, FlawKind
from twine_stage.digests import Digests
from twine_stage.errors import InvalidDistribution


def findings_of(contents: Contents) -> tuple[Finding, ...]:
    return checks.run([contents], select=["A"])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FlawKind.CORRUPT, "A302"),
        (FlawKind.TRUNCATED, "A303"),
        (FlawKind.ENCRYPTED, "A304"),
        (FlawKind.BOMB, "A305"),
        (FlawKind.UNSUPPORTED, "A306"),
    ],
)
def test_each_kind_of_flaw_has_its_code(kind: FlawKind, code: str) -> None:
    """Every flaw becomes one finding, with its detail and a way out."""
    contents = Contents(
        name=WHEEL,
        filename=None,
        digests=Digests("", "", 1),
        core_metadata=None,
        flaws=(Flaw(kind, "a is wrong"),),
    )

    [finding] = findings_of(contents)

    assert finding.code == code
    assert finding.message.endswith(", found: a is wrong")
    assert finding.hint


def test_every_kind_of_flaw_has_a_rule() -> None:
    """No flaw goes unreported."""
    flaws = tuple(Flaw(kind, "") for kind in FlawKind)
    contents = Contents(
        name=WHEEL, filename=None, digests=Digests("", "", 1), core_metadata=None, flaws=flaws
    )

    assert len(findings_of(contents)) == len(FlawKind)


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
    [finding] = findings_of(scanned(WHEEL, zipped({f"{folder}.dist-info/METADATA": b""})))

    assert finding.code == "A311"
    assert finding.message.endswith(f"found {folder}.dist-info")


@pytest.mark.parametrize("folder", ["spam-1.0", "Spam-1.0.0", "SPAM-1"])
def test_a311_compares_by_meaning(folder: str) -> None:
    """Spelling makes no difference."""
    assert findings_of(scanned(WHEEL, zipped({f"{folder}.dist-info/METADATA": b""}))) == ()


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
