"""Bundles: distributions and their attestations in one archive, to be staged on another machine.

The archive holds ``bundle.json``, which says what else is in it, and everything else in ``dist/``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twine_stage.distributions import ATTESTATION_SUFFIX, Distribution
from twine_stage.documents import Node
from twine_stage.errors import Damaged
from twine_stage.manifest import distribution, subject

SCHEMA = 1
FORMAT = "twine-stage bundle"
DOCUMENT = "bundle.json"
FOLDER = "dist/"

LARGEST = 16 << 20
"""Bytes of ``bundle.json``; that of ten thousand files has a fourth of it."""

_HINT = "Make it again: stage bundle export."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file in a bundle: ``name`` has no folder; ``size`` is None where nobody says it."""

    name: str
    sha256: str
    size: int | None = None
    is_attestation: bool = False

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return FOLDER + self.name


def dumps(distributions: Iterable[Distribution]) -> bytes:
    """The document of a bundle; the same for the same files."""
    subjects = sorted((subject(one) for one in distributions), key=lambda one: str(one["name"]))
    document = {"format": FORMAT, "schema": SCHEMA, "subject": subjects}
    return json.dumps(document, sort_keys=True, indent=1).encode() + b"\n"


def loads(content: bytes, *, name: str) -> tuple[Distribution, ...]:
    """The distributions that a bundle says it holds.

    Raises:
        Damaged: it is no such document, or names a file twice.
    """
    node = Node.loads(content, name=name, hint=_HINT)
    node.get("format").expect(FORMAT)
    node.get("schema").expect(SCHEMA)
    found: dict[str, Distribution] = {}
    for item in node.get("subject").items():
        try:
            one = distribution(item.value, name=item.path)
        except Damaged as error:
            raise Damaged(name, error.message, hint=_HINT) from error
        if one.filename.text in found:
            raise item.fail(f"{one.filename} stands there twice")
        found[one.filename.text] = one
    if not found:
        raise node.get("subject").fail("expected at least one file")
    return tuple(found.values())


def parts(distributions: Iterable[Distribution]) -> Mapping[str, Part]:
    """All files of a bundle by their names in the archive, as they lie in it.

    An attestation has the name of its file and a number: the stage knows it by digest alone.
    """
    found: dict[str, Part] = {}
    for one in sorted(distributions, key=lambda dist: dist.filename.text):
        name = one.filename.text
        own = [Part(name=name, sha256=one.sha256, size=one.size)]
        own += [
            Part(
                name=f"{name}.{number}{ATTESTATION_SUFFIX}",
                sha256=attestation.sha256,
                is_attestation=True,
            )
            for number, attestation in enumerate(one.attestations, start=1)
        ]
        found |= {part.member: part for part in own}
    return found
