"""Drafts on disk: a folder with an entry for each distribution.

A folder appears and disappears as a whole, so that a freeze or a thaw that is killed leaves the
whole draft or none of it; a part of one would be taken for all there is.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from twine_stage.distributions import Distribution
from twine_stage.manifest import subject
from twine_stage.store.writing import TEMPORARY, storing, sync_folder, write_together


def entry(folder: Path, distribution: Distribution) -> Path:
    """Where the entry of a distribution is."""
    return folder / f"{distribution.filename.text}.json"


def dumps(distribution: Distribution) -> bytes:
    """An entry as it is written."""
    return json.dumps(subject(distribution), indent=1).encode()


def fill(folder: Path, distributions: Iterable[Distribution]) -> None:
    """Make the draft of a release that has none.

    Raises:
        StorageFailed: the disk refused; there is no draft.
    """
    new = _left(folder)
    write_together({entry(new, dist): dumps(dist) for dist in distributions})
    with storing(f"{folder.parent.name}/{folder.name}"):
        shutil.rmtree(folder, ignore_errors=True)  # empty, but for what killed commands left
        new.rename(folder)
        sync_folder(folder.parent)


def clear(folder: Path) -> None:
    """Remove the draft of a release, if it has one.

    Raises:
        StorageFailed: the disk refused; the draft is still there.
    """
    old = _left(folder)
    with storing(f"{folder.parent.name}/{folder.name}"):
        if folder.is_dir():
            folder.rename(old)
            sync_folder(folder.parent)
            shutil.rmtree(old)


def _left(folder: Path) -> Path:
    """Where a draft is while it comes or goes; what a killed command left there is removed."""
    path = folder.with_name(f"{TEMPORARY}{folder.name}")
    shutil.rmtree(path, ignore_errors=True)
    return path
