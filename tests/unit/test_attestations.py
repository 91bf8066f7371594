"""What an attestation object says, and of which file."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from samples import PUBLISH, SLSA, attestation, attesting, content_of, statement
from twine_stage import attestations
from twine_stage.attestations import Statement
from twine_stage.digests import sha256
from twine_stage.distributions import Attestation, Filename
from twine_stage.errors import InvalidDistribution

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
NAME = f"{WHEEL}.publish.attestation"
DIGEST = sha256(content_of(WHEEL))


def refusal(content: bytes) -> InvalidDistribution:
    """Why it is no attestation object."""
    with pytest.raises(InvalidDistribution) as caught:
        attestations.read(content, name=NAME)
    assert caught.value.filename == NAME
    assert caught.value.exit_status == 3
    return caught.value


def changed(place: str, value: object) -> bytes:
    """An attestation with something else at a place; ``...`` removes what stands there."""
    document: Any = json.loads(attestation())
    *path, last = place.split(".")
    parent = document
    for key in path:
        parent = parent[key]
    if value is ...:
        del parent[last]
    else:
        parent[last] = value
    return json.dumps(document).encode()


def stated(**change: object) -> bytes:
    """An attestation with a statement in which something is different, or missing (``...``)."""
    whole = {**statement(), **change}
    return attesting({key: value for key, value in whole.items() if value is not ...})


class TestRead:
    def test_a_statement_is_read(self) -> None:
        """Its subject, the subject's digest, and what a manifest keeps of it."""
        content = attestation()
        assert attestations.read(content, name=NAME) == Statement(
            name=NAME,
            subject=WHEEL,
            digest=DIGEST,
            attestation=Attestation(predicate_type=PUBLISH, sha256=sha256(content)),
        )

    def test_what_is_not_known_is_let_be(self) -> None:
        """Signers may add keys."""
        document = {**json.loads(attestation()), "more": [1.5]}
        document["verification_material"]["timestamps"] = ["AA=="]
        read = attestations.read(json.dumps(document).encode(), name=NAME)
        assert read.subject == WHEEL

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"", "expected JSON"),
            (b"\xff", "expected JSON"),
            (b"[" * 100_000, "expected JSON, found more levels"),
            (b"[]", "expected an object, found a list"),
            (b"{}", "version: missing"),
            (changed("version", 2), "version: expected 1, found 2"),
            (changed("version", value=True), "version: expected 1, found True"),
            (changed("verification_material", ...), "verification_material: missing"),
            (
                changed("verification_material.certificate", "!"),
                "verification_material.certificate: expected base64, found '!'",
            ),
            (
                changed("verification_material.certificate", "é"),
                "verification_material.certificate: expected base64",
            ),
            (
                changed("verification_material.transparency_entries", []),
                "verification_material.transparency_entries: expected at least one",
            ),
            (
                changed("verification_material.transparency_entries", [{}, 1]),
                "verification_material.transparency_entries[1]: expected an object, found 1",
            ),
            (changed("envelope", ...), "envelope: missing"),
            (changed("envelope.signature", ""), "envelope.signature: expected base64 of something"),
            (changed("envelope.signature", "AA\n=="), "envelope.signature: expected base64"),
            (changed("envelope.statement", ...), "envelope.statement: missing"),
            (changed("envelope.statement", 7), "envelope.statement: expected a string, found 7"),
            (
                changed("envelope.statement", base64.b64encode(b"spam").decode()),
                "envelope.statement: expected JSON, found",
            ),
            (attesting([]), "envelope.statement: expected an object, found a list"),
            (stated(_type="x"), "envelope.statement._type: expected 'https://in-toto.io/"),
            (stated(subject=...), "envelope.statement.subject: missing"),
            (stated(subject=[]), "envelope.statement.subject: expected one subject, found 0"),
            (
                stated(subject=statement()["subject"] * 2),
                "envelope.statement.subject: expected one subject, found 2",
            ),
            (
                stated(subject=[{"digest": {"sha256": DIGEST}}]),
                "envelope.statement.subject[0].name: missing",
            ),
            (
                stated(subject=[{"name": WHEEL, "digest": {}}]),
                "envelope.statement.subject[0].digest.sha256: missing",
            ),
            (
                stated(subject=[{"name": WHEEL, "digest": {"sha256": DIGEST.upper()}}]),
                "envelope.statement.subject[0].digest.sha256: expected 64 lower-case",
            ),
            (stated(predicateType=None), "envelope.statement.predicateType: expected a string"),
            (stated(predicateType="\ud800"), "envelope.statement.predicateType: expected a"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, content: bytes, problem: str) -> None:
        """In the object, or in the statement within it."""
        error = refusal(content)
        assert error.problem.startswith(f"expected an attestation object (PEP 740): {problem}")
        assert error.hint

    def test_what_is_too_large_is_not_read(self) -> None:
        """It cannot be an attestation."""
        error = refusal(b" " * (attestations.LARGEST + 1))
        assert "expected at most 1 MiB" in error.problem


def judge(subject: str = WHEEL, *, filename: str = WHEEL, digest: str = DIGEST) -> None:
    """Judge an attestation of a subject, for a file."""
    content = attestation(filename=subject, content=content_of(WHEEL))
    read = attestations.read(content, name=NAME)
    attestations.judge(read, filename=Filename.parse(filename), digest=digest)


class TestJudge:
    def test_an_attestation_of_the_file_holds(self) -> None:
        """Its name and its digest are those of the file."""
        judge()

    def test_other_bytes_are_named_by_both_digests(self) -> None:
        """The file was built once more after it was attested, say."""
        with pytest.raises(InvalidDistribution) as caught:
            judge(digest="0" * 64)
        assert caught.value.filename == NAME
        assert "Attest the file once more" in caught.value.hint
        assert caught.value.problem == (
            f"expected a statement about SHA-256 {'0' * 12}, which {WHEEL} has, found {DIGEST[:12]}"
        )

    @pytest.mark.parametrize(
        "subject", [SDIST, "spam-1.0-py2-none-any.whl", "spam-1.0-1-py3-none-any.whl", "spam", ""]
    )
    def test_another_file_is_named(self, subject: str) -> None:
        """Although its bytes are the same."""
        with pytest.raises(InvalidDistribution) as caught:
            judge(subject)
        assert caught.value.problem == (
            f"expected a statement about {WHEEL}, found one about {subject!r}"
        )

    @pytest.mark.parametrize(
        ("subject", "filename"),
        [
            ("Spam-1.0.0-py3-none-any.whl", WHEEL),
            ("spam-1.0-py3.py2-none-any.whl", "spam-1.0-py2.py3-none-any.whl"),
            ("spam-1.0.0.tar.gz", SDIST),
        ],
    )
    def test_names_are_compared_by_what_they_say(self, subject: str, filename: str) -> None:
        """As the index compares them."""
        judge(subject, filename=filename)


@pytest.mark.parametrize(
    ("predicate_type", "is_familiar"),
    [
        (PUBLISH, True),
        (SLSA, True),
        (f"{SLSA}.1", False),
        ("https://slsa.dev/provenance/v0.2", False),
        ("https://example.org/publish/v1", False),
    ],
)
def test_two_kinds_are_familiar(predicate_type: str, *, is_familiar: bool) -> None:
    """Publish attestations and SLSA provenance; PyPI takes no others."""
    read = attestations.read(attestation(predicate_type), name=NAME)
    assert read.is_familiar is is_familiar


@pytest.mark.parametrize("name", [WHEEL, SDIST, "spam-1.0.zip"])
def test_an_attestation_is_named_after_its_file(name: str) -> None:
    """The word between the two is the signer's."""
    assert attestations.subject_of(f"{name}.publish.attestation") == name
    assert attestations.subject_of(f"{name}.a.b.attestation") == name


@pytest.mark.parametrize(
    "name",
    ["spam.attestation", f"{WHEEL}.attestation", f"{WHEEL}.publish", "a.publish.attestation"],
)
def test_an_attestation_of_no_filename_is_refused(name: str) -> None:
    """Nobody can tell which file it is about."""
    with pytest.raises(InvalidDistribution, match="expected a name like") as caught:
        attestations.subject_of(name)
    assert caught.value.filename == name
