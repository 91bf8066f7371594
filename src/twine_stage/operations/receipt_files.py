"""Receipts as files, wherever they were put."""

from __future__ import annotations

from pathlib import Path

from twine_stage.errors import UsageError
from twine_stage.receipts import Receipt

_LARGEST = 64 << 20
"""Bytes; as much as is read of a manifest."""


def read_receipt(path: Path) -> Receipt:
    """Read a receipt.

    Raises:
        UsageError: the file cannot be read.
        Damaged: it is not a receipt.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"expected a receipt at {path}, found: {error.strerror}",
            hint="They stand in .stage/releases/NAME-VERSION/receipts/ of who published.",
        ) from error
    return Receipt.loads(content, name=str(path))
