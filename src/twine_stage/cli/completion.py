"""Completion of release names, for shells."""

from __future__ import annotations

import os
from pathlib import Path

from twine_stage.errors import StageError
from twine_stage.store import Store


def releases(incomplete: str) -> list[str]:
    """The staged releases that begin so; none where the stage cannot be read."""
    named = os.environ.get("STAGE_DIR")
    try:
        store = Store.find(Path.cwd(), explicit=Path(named) if named else None)
        names = [str(release) for release in store.releases()] if store else []
    except StageError:
        return []
    return [name for name in names if name.startswith(incomplete)]
