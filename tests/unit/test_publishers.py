from __future__ import annotations

import json
from typing import Any

import pytest

from proving import GITHUB, STRANGER, provenance
from twine_stage.errors import Damaged
from twine_stage.publishers import read, strangers

ONE, OTHER = "1" * 64, "2" * 64


def test_the_publisher_in_a_line() -> None:
    """What tells publishers apart, in the same order always, and nothing else."""
    found = read(provenance(ONE), name="p")
    assert str(found) == "GitHub repository=example/spam workflow=release.yml environment=pypi"
    assert found.digests == {ONE}
    assert str(read(provenance(ONE, publisher=STRANGER), name="p")) == (
        "GitHub repository=mallory/spam workflow=release.yml"
    )


def test_several_publishers() -> None:
    """Each bundle has its own; the same is told once."""
    bundles = [
        json.loads(provenance(digest, publisher=publisher))["attestation_bundles"][0]
        for digest, publisher in ((ONE, STRANGER), (OTHER, GITHUB), (OTHER, STRANGER))
    ]
    found = read(json.dumps({"attestation_bundles": bundles}).encode(), name="p")
    assert len(found.publishers) == 2
    assert str(found).startswith("GitHub repository=example/spam ")
    assert " and GitHub repository=mallory/spam " in str(found)
    assert found.digests == {ONE, OTHER}


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ((), [], "expected an object"),
        (("attestation_bundles",), [], "attestation_bundles: expected at least one, found none"),
        (("attestation_bundles", 0, "publisher"), {}, "publisher.kind: missing"),
        (
            ("attestation_bundles", 0, "attestations", 0, "envelope", "statement"),
            "????",
            "envelope.statement: expected a statement in base64",
        ),
        (
            ("attestation_bundles", 0, "attestations", 0, "envelope", "statement"),
            "c3BhbQ==",
            "envelope.statement: expected a statement in base64",
        ),
    ],
)
def test_what_is_no_provenance(path: tuple[Any, ...], value: object, problem: str) -> None:
    """The place that is wrong is named."""
    document: Any = {"": json.loads(provenance(ONE))}
    place, last = document, ""
    for key in path:
        place, last = place[last], key
    place[last] = value
    with pytest.raises(Damaged) as caught:
        read(json.dumps(document[""]).encode(), name="p")
    assert problem in caught.value.problem


class TestStrangers:
    @pytest.mark.parametrize("publishers", [{}, {"a": "A"}, {"a": "A", "b": "A"}])
    def test_one_publisher(self, publishers: dict[str, str]) -> None:
        """Where all are of one, nobody is a stranger."""
        assert strangers(publishers) == {}

    def test_odd_one_out(self) -> None:
        """The file whose publisher is not that of most is told, with that of most."""
        assert strangers({"a": "A", "b": "B", "c": "A"}) == {"b": "A"}

    def test_no_majority(self) -> None:
        """Where nobody has most, each is told beside the others."""
        assert strangers({"a": "A", "b": "B", "c": "C"}) == {"a": "B, C", "b": "A, C", "c": "A, B"}
