"""Stages to test with: a folder, a store in it, and releases in a known state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from samples import write
from twine_stage.operations.add import add
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.store import Store

SPAM = ReleaseId.parse("spam==1.0")
WHEEL = "spam-1.0-py3-none-any.whl"
WINDOWS = "spam-1.0-cp313-cp313-win_amd64.whl"
LINUX = "spam-1.0-cp313-cp313-manylinux_2_17_x86_64.whl"
SDIST = "spam-1.0.tar.gz"
FILENAMES = (WINDOWS, LINUX, WHEEL, SDIST)


def stage(folder: Path, filenames: Sequence[str] = FILENAMES) -> Store:
    """A stage in ``folder`` with well-formed distributions in a draft."""
    store = Store.create(folder)
    add(store, [str(path) for path in write(folder / "dist", *filenames)], reporter=Silent())
    return store
