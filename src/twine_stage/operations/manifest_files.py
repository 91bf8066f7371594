"""Manifests as files: read from anywhere, and taken into a stage that did not freeze them."""

from __future__ import annotations

from pathlib import Path

from twine_stage.errors import Damaged, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.store import Store

_LARGEST = 64 << 20
"""Bytes; a manifest of a hundred thousand files is half as large."""


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        UsageError: the file cannot be read.
        Damaged: it is not a manifest.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"expected a manifest at {path}, found: {error.strerror}",
            hint="stage freeze --output DIR writes one there.",
        ) from error
    if len(content) > _LARGEST:
        raise Damaged(str(path), f"expected a manifest, found more than {_LARGEST >> 20} MiB")
    return Manifest.loads(content, name=str(path))


def take_manifest(store: Store, manifest: Manifest) -> None:
    """Put a manifest into a stage, so that its release can be published from there.

    The content of its files need not be in the stage, as long as the index has it.

    Raises:
        WrongState: the stage holds something else of that release.
    """
    with store.lock(manifest.id, command="taking a manifest"):
        record = store.record(manifest.id)
        staged = {one.revision: one.digest for one in record.manifests}
        if staged.get(manifest.revision) == manifest.digest:
            return
        if record.draft is not None or staged.get(manifest.revision):
            raise WrongState(
                f"{manifest.id} is staged here, and is not what the manifest says",
                hint=f"Use another stage (--stage-dir), or drop it here: stage drop {manifest.id}",
            )
        store.write_manifest(manifest)
