"""Taking: what is told of a file, and what an attestation must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import Remembering
from samples import PUBLISH, attestation, content_of, distribution, write
from staging import SDIST, WHEEL
from twine_stage.digests import sha256
from twine_stage.distributions import Attestation
from twine_stage.errors import InvalidDistribution
from twine_stage.operations.sources import OnDisk
from twine_stage.operations.taking import take, take_attestation
from twine_stage.store import Store

NOTE = f"{WHEEL}.publish.attestation"


def test_the_end_of_each_file_is_told(tmp_path: Path) -> None:
    """Else the bars of a large release would pile up."""
    reporter = Remembering()
    (path,) = write(tmp_path / "dist", SDIST)
    take(Store.create(tmp_path), OnDisk(path), reporter)
    assert reporter.outcomes == [(SDIST, "added")]


def taken(folder: Path, name: str, content: bytes, reporter: Remembering) -> Attestation:
    """What is taken of an attestation of the wheel."""
    path = folder / name
    path.write_bytes(content)
    of = distribution(WHEEL, content_of(WHEEL))
    return take_attestation(Store.create(folder), OnDisk(path), of, reporter)


@pytest.mark.parametrize("predicate", [7, None, ["x"], "\ud800"])
def test_a_predicate_type_that_a_manifest_cannot_hold_is_refused(
    tmp_path: Path, predicate: str
) -> None:
    """It would be found out at freeze, which is late."""
    with pytest.raises(InvalidDistribution, match="PEP 740"):
        taken(tmp_path, NOTE, attestation(predicate), Remembering())


def test_an_attestation_is_kept_by_its_digest(tmp_path: Path) -> None:
    """With its predicate type, which the manifest tells."""
    content = attestation()
    reporter = Remembering()
    kept = taken(tmp_path, NOTE, content, reporter)
    assert kept == Attestation(predicate_type=PUBLISH, sha256=sha256(content))
    assert Store.create(tmp_path).read(kept.sha256) == content
    assert reporter.notes == []


def test_an_unusual_kind_is_told(tmp_path: Path) -> None:
    """An index of one's own may take it."""
    reporter = Remembering()
    kept = taken(tmp_path, NOTE, attestation("https://example.org/\x1b"), reporter)
    assert kept.predicate_type == "https://example.org/\x1b"
    assert reporter.notes == [f"{NOTE} is of a kind that PyPI refuses: https://example.org/\\x1b"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (attestation(content=b"other"), "about SHA-256"),
        (attestation(filename=SDIST), f"found one about '{SDIST}'"),
        (b" " * 2_000_000, "expected at most"),
    ],
)
def test_an_attestation_of_something_else_is_not_kept(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """It would be refused by the index, or mislead who reads it."""
    with pytest.raises(InvalidDistribution, match=problem):
        taken(tmp_path, NOTE, content, Remembering())
    assert not Store.create(tmp_path).has(sha256(content))
