from __future__ import annotations

import pytest

from twine_stage.sizes import exact, shown


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (2**20 - 1, "1 MiB"),
        (100 * 2**20, "100 MiB"),
        (2**30, "1 GiB"),
        (5000 * 2**30, "5,000 GiB"),
    ],
)
def test_a_size_has_the_unit_that_fits(size: int, text: str) -> None:
    """Never nothing of a larger one; a decimal only where there is one."""
    assert shown(size) == text


def test_sizes_that_differ_look_different() -> None:
    """The bytes are told as well."""
    assert exact(100 * 2**20 + 1) == "100 MiB (104,857,601 bytes)"
    assert exact(300) == "300 bytes"
