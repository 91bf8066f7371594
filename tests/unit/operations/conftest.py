"""Whatever operations write to a stage fits the published schemas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas import stage_problems


@pytest.fixture(autouse=True)
def _stages_fit_their_schemas(tmp_path: Path) -> Iterator[None]:
    """Looked at after each test, in all stages that it left."""
    yield
    for root in tmp_path.rglob(".stage"):
        assert stage_problems(root) == []
