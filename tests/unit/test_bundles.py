"""Bundles: the document that says what is in one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bundling import attested
from samples import content_of, distribution
from staging import SDIST, WHEEL
from twine_stage.bundles import Part, dumps, loads, parts
from twine_stage.errors import Damaged

FILES = (attested(), distribution(SDIST, content_of(SDIST)))


def changed(change: Any) -> bytes:
    document = json.loads(dumps(FILES))
    change(document)
    return json.dumps(document).encode()


def test_what_is_written_is_read() -> None:
    """With everything that a draft knows of a file, in the order of the names."""
    assert loads(dumps(reversed(FILES)), name="bundle.json") == FILES
    assert dumps(reversed(FILES)) == dumps(FILES)


def test_an_attestation_has_the_name_of_its_file() -> None:
    """And a number, since what it was called is not kept."""
    found = parts(FILES)
    assert list(found) == [f"dist/{WHEEL}", f"dist/{WHEEL}.1.attestation", f"dist/{SDIST}"]
    assert found[f"dist/{WHEEL}.1.attestation"] == Part(
        name=f"{WHEEL}.1.attestation",
        sha256=FILES[0].attestations[0].sha256,
        is_attestation=True,
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda it: it.update(format="tar"), "format: expected 'twine-stage bundle', found 'tar'"),
        (lambda it: it.update(schema=2), "schema: expected 1, found 2"),
        (lambda it: it.update(subject=[]), "subject: expected at least one file"),
        (
            lambda it: it["subject"].append(it["subject"][0]),
            f"subject[2]: {WHEEL} stands there twice",
        ),
        (
            lambda it: it["subject"][1].update(name="../x"),
            "subject[1]: name: ../x: expected a name",
        ),
        (lambda it: it["subject"][0].pop("digest"), "subject[0]: digest: missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: Any, problem: str) -> None:
    """And the way out."""
    with pytest.raises(Damaged) as caught:
        loads(changed(change), name="one.bundle: bundle.json")
    assert caught.value.message.startswith(f"one.bundle: bundle.json: {problem}")
    assert "stage bundle export" in caught.value.hint
