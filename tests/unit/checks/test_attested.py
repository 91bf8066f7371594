from __future__ import annotations

from dataclasses import replace

import pytest

from samples import PUBLISH, SLSA, attestation, wheel
from scanned import SDIST, WHEEL, scanned
from twine_stage import attestations, checks
from twine_stage.attestations import Statement
from twine_stage.checks import Destination, Finding, Severity
from twine_stage.errors import InvalidDistribution
from twine_stage.profiles import PYPI

NOTE = f"{WHEEL}.publish.attestation"


def stating(content: bytes | None = None, *, name: str = NOTE) -> Statement:
    return attestations.read(attestation() if content is None else content, name=name)


def judged(
    *found: Statement | InvalidDistribution,
    files: tuple[str, ...] = (WHEEL, SDIST),
    unreadable: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    return checks.run(
        [scanned(name) for name in files],
        attestations=found,
        unreadable=[InvalidDistribution(name, "broken") for name in unreadable],
        select=["P"],
    )


def test_a_sound_attestation_has_no_finding() -> None:
    """Nor have two of different kinds, nor the same in two places."""
    slsa = stating(attestation(SLSA), name=f"{WHEEL}.slsa.attestation")
    of_sdist = stating(attestation(filename=SDIST), name=f"{SDIST}.publish.attestation")

    assert judged(stating(), stating(), slsa, of_sdist) == ()


def test_p601_what_is_no_attestation() -> None:
    """The place in it that is wrong is passed on."""
    with pytest.raises(InvalidDistribution) as caught:
        stating(b"{}")

    [finding] = judged(caught.value)

    assert (finding.code, finding.file) == ("P601", NOTE)
    assert finding.severity is Severity.ERROR
    assert finding.message == "expected an attestation object (PEP 740): version: missing"
    assert finding.hint


def test_p601_an_attestation_of_other_bytes() -> None:
    """And of another file, under whose name it does not lie."""
    other = attestation(content=wheel(members={"x": b""}))

    [finding] = judged(stating(other))
    [misnamed] = judged(stating(name=f"{SDIST}.publish.attestation"))

    assert (finding.code, misnamed.code) == ("P601", "P601")
    assert "about SHA-256" in finding.message
    assert f"found one about '{WHEEL}'" in misnamed.message


def test_p601_of_a_file_whose_name_says_nothing() -> None:
    """The file has its own finding; there is nothing to compare with."""
    name = "spam.whl.publish.attestation"
    found = checks.run(
        [scanned("spam.whl", wheel())], attestations=[stating(name=name)], select=["P"]
    )

    assert found == ()


def test_p602_two_of_a_kind() -> None:
    """The second by name is told, with the first."""
    others = (f"{WHEEL}.a.attestation", f"{WHEEL}.z.attestation")
    [first, second] = (
        stating(attestation() + b" " * place, name=name) for place, name in enumerate(others)
    )

    [finding] = judged(second, first)

    assert (finding.code, finding.file) == ("P602", others[1])
    assert f"found {others[0]} to be of the same kind" in finding.message


def test_p603_its_file_is_not_there() -> None:
    """A warning; a file that cannot be read is there."""
    [finding] = judged(stating(), files=(SDIST,))

    assert (finding.code, finding.file) == ("P603", NOTE)
    assert finding.severity is Severity.WARNING
    assert WHEEL in finding.message
    assert [one.code for one in judged(stating(), files=(), unreadable=(WHEEL,))] == ["A301"]


def test_p604_a_kind_that_is_not_familiar() -> None:
    """A notice: an index of one's own may take it."""
    [finding] = judged(stating(attestation("https://example.org/tested/\x1b")))

    assert (finding.code, finding.file) == ("P604", NOTE)
    assert finding.severity is Severity.NOTICE
    assert finding.message.endswith(r"found https://example.org/tested/\x1b")


class TestOnPypi:
    def test_p605_three_attestations(self) -> None:
        """Of three kinds, all of which it might take; two are fine."""
        kinds = (PUBLISH, SLSA, PUBLISH.replace("example.org", "example.net"))
        found = [
            stating(attestation(kind), name=f"{WHEEL}.{place}.attestation")
            for place, kind in enumerate(kinds)
        ]

        [finding] = found_on_pypi(*found)

        assert (finding.code, finding.file) == ("P605", WHEEL)
        assert finding.message == "expected at most 2 attestations of it, found 3"
        assert found_on_pypi(*found[:2]) == ()
        assert found_on_pypi(*found[:2], replace(found[0], name=found[2].name)) == ()
        assert judged(*found) == ()

    def test_p606_a_kind_that_it_refuses(self) -> None:
        """An error, which P604 then leaves alone."""
        [finding] = found_on_pypi(stating(attestation("https://example.org/tested")))

        assert (finding.code, finding.file) == ("P606", NOTE)
        assert finding.severity is Severity.ERROR
        assert finding.message.endswith("found https://example.org/tested")

    def test_what_is_no_attestation(self) -> None:
        """An empty set, say, is told by P601 alone."""
        with pytest.raises(InvalidDistribution) as caught:
            stating(b"[]")

        assert [finding.code for finding in found_on_pypi(caught.value)] == ["P601"]


def found_on_pypi(*found: Statement | InvalidDistribution) -> tuple[Finding, ...]:
    return checks.run(
        [scanned(WHEEL)],
        attestations=found,
        destination=Destination(profile=PYPI),
        select=["P"],
    )
