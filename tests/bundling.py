"""Bundles to test with: an honest one in memory, and the means to make others of its members."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from raw_zips import Part, raw_zip
from samples import attestation, content_of, distribution
from staging import SDIST, WHEEL
from twine_stage import bundles
from twine_stage.archives import bundling
from twine_stage.attestations import read
from twine_stage.distributions import Distribution
from twine_stage.operations.taking import merged

ATTESTATION = f"{WHEEL}.1.attestation"


def attested() -> Distribution:
    """The wheel with an attestation."""
    said = read(attestation(), name=f"{WHEEL}.publish.attestation").attestation
    return merged(distribution(WHEEL, content_of(WHEEL)), said)


def members(*distributions: Distribution, **contents: bytes) -> dict[str, bytes]:
    """What a bundle of some files holds; by default of an attested wheel and an sdist."""
    own = distributions or (attested(), distribution(SDIST, content_of(SDIST)))
    found = {"bundle.json": bundles.dumps(own)}
    for part in bundles.parts(own).values():
        found[part.member] = attestation() if part.is_attestation else content_of(part.name)
    return found | contents


def archive(held: Mapping[str, bytes]) -> bytes:
    """The archive of a bundle, as it is written."""
    target = io.BytesIO()
    bundling.write(target, [(name, len(held[name]), [held[name]]) for name in held])
    return target.getvalue()


def packed(held: Mapping[str, bytes]) -> bytes:
    """The same, but packed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in held.items():
            written.writestr(name, content)
    return target.getvalue()


def raw(held: Mapping[str, bytes], *more: Part) -> bytes:
    """The same, field by field, with members that lie."""
    own = [Part(name=name.encode(), content=content) for name, content in held.items()]
    return raw_zip([*own, *more])


def write(folder: Path, name: str = "one.bundle", content: bytes | None = None) -> Path:
    """A bundle in a folder; the honest one unless something else is said."""
    path = folder / name
    path.write_bytes(archive(members()) if content is None else content)
    return path
