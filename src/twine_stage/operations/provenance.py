"""Provenance: what an index says of who published its files, read side by side."""

from __future__ import annotations

from collections.abc import Iterable

from twine_stage.errors import Damaged
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile
from twine_stage.operations.downloading import DOWNLOADS
from twine_stage.operations.workers import Workers
from twine_stage.publishers import Provenance, read

Read = Provenance | Damaged | None
"""What a provenance object says, what is wrong with it, or None where none is served."""


def provenance_of(files: Iterable[ListedFile], index: Index) -> dict[str, Read]:
    """The provenance of the files that are shown with some, by filename.

    Raises:
        Unreachable: the index did not answer.
    """
    with Workers(DOWNLOADS, name="provenance") as workers:
        asked = [
            (file.filename, workers.submit(_read, file, file.provenance, index))
            for file in files
            if file.provenance
        ]
        return {name: future.result() for name, future in asked}


def _read(file: ListedFile, url: str, index: Index) -> Read:
    content = index.document(file, url)
    if content is None:
        return None
    try:
        return read(content, name=f"the provenance of {file.filename}")
    except Damaged as error:
        return error
