"""Taking: what is told of a file, and what an attestation must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import Remembering
from samples import attestation, write
from staging import SDIST
from twine_stage.errors import InvalidDistribution
from twine_stage.operations.taking import take, take_attestation
from twine_stage.store import Store


def test_the_end_of_each_file_is_told(tmp_path: Path) -> None:
    """Else the bars of a large release would pile up."""
    reporter = Remembering()
    (path,) = write(tmp_path / "dist", SDIST)
    take(Store.create(tmp_path), path, reporter)
    assert reporter.outcomes == [(SDIST, "added")]


@pytest.mark.parametrize("predicate", [7, None, ["x"], "\ud800"])
def test_a_predicate_type_that_a_manifest_cannot_hold_is_refused(
    tmp_path: Path, predicate: str
) -> None:
    """It would be found out at freeze, which is late."""
    path = tmp_path / f"{SDIST}.publish.attestation"
    path.write_bytes(attestation(predicate))
    with pytest.raises(InvalidDistribution, match="PEP 740"):
        take_attestation(Store.create(tmp_path), path)
