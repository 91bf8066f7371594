"""Distributions: one wheel or sdist file each, identified by its SHA-256."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from packaging.tags import Tag
from packaging.utils import (
    BuildTag,
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    is_normalized_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from twine_stage.errors import InvalidDistribution

ATTESTATION_SUFFIX = ".attestation"

_CHARACTERS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+!-]{0,254}")
"""What a name may be made of. It becomes a path of the stage and part of a URL, and packaging lets
separators, control characters and names that no disk takes pass."""

_REBUILD = "Build it again with a current build backend."


class Kind(Enum):
    """The two kinds of distribution; the value is the word people use."""

    WHEEL = "wheel"
    SDIST = "sdist"

    @property
    def packagetype(self) -> str:
        """The word of the legacy upload API: ``bdist_wheel`` or ``sdist``."""
        return {Kind.WHEEL: "bdist_wheel", Kind.SDIST: "sdist"}[self]

    @property
    def media_type(self) -> str:
        """``application/zip`` or ``application/gzip``, as the manifest names them."""
        return {Kind.WHEEL: "application/zip", Kind.SDIST: "application/gzip"}[self]


def kind_of(text: str) -> Kind | None:
    """The kind that a filename's ending tells, or None for a file that is no distribution."""
    if text.endswith(".whl"):
        return Kind.WHEEL
    if text.endswith((".tar.gz", ".zip")):
        return Kind.SDIST
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filename:
    """A distribution's filename and what it says.

    ``tags`` and ``build`` are empty for an sdist.
    """

    text: str
    kind: Kind
    project: NormalizedName
    version: Version
    build: BuildTag = ()
    tags: frozenset[Tag] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, text: str) -> Filename:
        """Judge a filename by the grammar of the binary and source distribution formats.

        Raises:
            InvalidDistribution: the name follows neither grammar.
        """
        kind = kind_of(text)
        if kind is None:
            raise InvalidDistribution(text, "expected a name ending in .whl or .tar.gz")
        if _CHARACTERS.fullmatch(text) is None:
            raise InvalidDistribution(
                ascii(text)[1:-1][:300], "expected at most 255 ASCII letters, digits, and . _ + ! -"
            )
        try:
            parsed = cls._of_wheel(text) if kind is Kind.WHEEL else cls._of_sdist(text)
        except (InvalidWheelFilename, InvalidSdistFilename) as error:
            raise InvalidDistribution(text, str(error), hint=_REBUILD) from error
        if not is_normalized_name(parsed.project):
            raise InvalidDistribution(
                text, f"expected the name of a project, found {parsed.project!r}", hint=_REBUILD
            )
        return parsed

    @classmethod
    def _of_sdist(cls, text: str) -> Filename:
        project, version = parse_sdist_filename(text)
        return cls(text=text, kind=Kind.SDIST, project=project, version=version)

    @classmethod
    def _of_wheel(cls, text: str) -> Filename:
        project, version, build, tags = parse_wheel_filename(text)
        return cls(
            text=text, kind=Kind.WHEEL, project=project, version=version, build=build, tags=tags
        )

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A PEP 740 attestation that accompanies a distribution; its content is addressed by digest."""

    predicate_type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One wheel or sdist: a filename, and the content that stands under it.

    ``size`` is in bytes. What follows ``size`` is None where it is not known: of a file that only
    the index has (it was carried over into a revision) we know what the index shows.
    ``core_metadata`` is the SHA-256 of METADATA or PKG-INFO; the stage keeps that content too.
    """

    filename: Filename
    sha256: str
    size: int
    blake2b256: str | None = None
    core_metadata: str | None = None
    metadata_version: str | None = None
    requires_python: str | None = None
    attestations: tuple[Attestation, ...] = ()

    @property
    def contents(self) -> tuple[str, ...]:
        """The digests of all that the stage keeps for it: the file, metadata, attestations."""
        return tuple(
            digest
            for digest in (self.sha256, self.core_metadata, *(a.sha256 for a in self.attestations))
            if digest is not None
        )
