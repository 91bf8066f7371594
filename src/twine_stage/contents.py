"""Contents: what an archive holds, as a value that rules can judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from packaging.metadata import RawMetadata, parse_email

from twine_stage.digests import Digests, sha256
from twine_stage.distributions import Distribution, Filename


class FlawKind(Enum):
    """What can be wrong with the bytes of an archive that still opens."""

    CORRUPT = "corrupt"
    """A member does not decompress, or its checksum does not match."""
    TRUNCATED = "truncated"
    """The archive ends early."""
    ENCRYPTED = "encrypted"
    """A member is encrypted."""
    BOMB = "bomb"
    """It unpacks to far more than a distribution can be."""
    UNSUPPORTED = "unsupported"
    """A member is packed in a way (its compression, or sparse) that not every installer reads."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with the bytes of an archive; ``detail`` names the member and the fact."""

    kind: FlawKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the archive under ``name`` holds.

    ``name`` is the filename as given; ``filename`` is None where it follows no grammar.
    ``core_metadata`` are the bytes of METADATA or PKG-INFO, None where there is none or more than
    one candidate. ``dist_infos`` are the names of the ``.dist-info`` folders at the top of a
    wheel, sorted; empty for an sdist. ``members`` are the names of all members, in order.
    """

    name: str
    filename: Filename | None
    digests: Digests
    core_metadata: bytes | None
    dist_infos: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def raw_metadata(self) -> RawMetadata:
        """The core metadata as packaging reads it, field by field; empty without metadata."""
        raw, _unparsed = parse_email(self.core_metadata or b"")
        return raw


def shown(text: str, *, most: int = 120) -> str:
    """A text from inside an archive as a message may hold it: on one line, and not too long.

    Whatever could steer a terminal is escaped.
    """
    line = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text[:most]
    )
    return line if len(text) <= most else f"{line}…"


def distribution(contents: Contents) -> Distribution:
    """The distribution that sound contents are; the constructor trusts, the checks judge."""
    assert contents.filename is not None  # noqa: S101 - the checks refuse these
    assert contents.core_metadata is not None  # noqa: S101 - as above
    raw = contents.raw_metadata
    return Distribution(
        filename=contents.filename,
        sha256=contents.digests.sha256,
        size=contents.digests.size,
        blake2b256=contents.digests.blake2b256,
        core_metadata=sha256(contents.core_metadata),
        metadata_version=raw.get("metadata_version"),
        requires_python=raw.get("requires_python"),
    )
