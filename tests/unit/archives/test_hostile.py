from __future__ import annotations

import tracemalloc

import pytest

from hostile import LABELS, hostile
from scanned import scanned
from twine_stage import checks
from twine_stage.checks import Destination
from twine_stage.profiles import PYPI

MIB = 1024 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
def test_a_small_file_takes_little_memory(label: str) -> None:
    """Reading and judging it takes less than 100 MiB, however it is made."""
    name, content = hostile(label)
    destination = Destination(profile=PYPI)

    tracemalloc.start()
    try:
        checks.run([scanned(name, content)], select=["A"], destination=destination)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(content) < 6 * MIB
    assert peak < 100 * MIB
