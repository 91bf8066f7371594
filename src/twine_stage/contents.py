"""Contents: what an archive holds, as a value that rules can judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from packaging.metadata import RawMetadata, parse_email

from twine_stage.digests import Digests, sha256
from twine_stage.distributions import Distribution, Filename

_FOLDS = (" " * 8, " " * 7 + "|")


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
    AMBIGUOUS = "ambiguous"
    """Two readers would unpack different things: names twice, headers that disagree, two formats
    in one file, bytes before or after the archive."""
    UNUSUAL = "unusual"
    """It is clear what is meant, but an index that is strict about archives refuses it."""
    OUTSIDE = "outside"
    """A member would be unpacked outside of the folder: an absolute name, or one with ``..``."""
    LINK = "link"
    """A member is a symbolic or hard link, or a device."""
    DUPLICATE = "duplicate"
    """A tar archive has a name twice; the last one wins."""
    SCATTERED = "scattered"
    """The members of an sdist are not all in one folder at its top."""
    RECORD = "record"
    """A member of a wheel is not as its RECORD says, or not in it."""
    SCRAMBLED = "scrambled"
    """A module is encrypted or obfuscated in a way that PyPI refuses."""

    @property
    def is_fatal(self) -> bool:
        """Whether the rest of the archive cannot be judged: it was not, or not fully, read."""
        return self in _FATAL


_FATAL = frozenset(
    (
        FlawKind.CORRUPT,
        FlawKind.TRUNCATED,
        FlawKind.ENCRYPTED,
        FlawKind.BOMB,
        FlawKind.UNSUPPORTED,
    )
)


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
    ``texts`` are the contents of the members in a wheel's ``.dist-info`` folder that rules look
    at, by name: ``WHEEL``, ``RECORD`` and ``entry_points.txt``, where they are there.
    """

    name: str
    filename: Filename | None
    digests: Digests
    core_metadata: bytes | None
    dist_infos: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether all of the archive could be read, so that what is not in it is missing."""
        return not any(flaw.kind.is_fatal for flaw in self.flaws)

    @property
    def dist_info(self) -> str | None:
        """The .dist-info folder that is the wheel's own; None for an sdist, or if it has none."""
        return own_dist_info(self.name, self.dist_infos)

    @property
    def raw_metadata(self) -> RawMetadata:
        """The core metadata as packaging reads it, field by field; empty without metadata."""
        raw, _unparsed = parse_email(self.core_metadata or b"")
        return raw


def own_dist_info(name: str, folders: tuple[str, ...]) -> str | None:
    """The .dist-info folder that belongs to a wheel: the one of its name, else the only one."""
    named = named_dist_info(name)
    if named in folders:
        return named
    return folders[0] if len(folders) == 1 else None


def named_dist_info(name: str) -> str:
    """The .dist-info folder of a wheel as its filename spells it."""
    return "-".join(name.split("-")[:2]) + ".dist-info"


def shown(text: str, *, most: int = 120) -> str:
    """A text from inside an archive as a message may hold it: on one line, and not too long.

    Whatever could steer a terminal is escaped.
    """
    line = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text[:most]
    )
    return line if len(text) <= most else f"{line}…"


def unfolded(description: str) -> str:
    """The text of a description that was a header, as before metadata 2.1, and so is folded.

    Each line after the first then begins with eight spaces (setuptools), or with seven and a bar
    (the specification); `packaging` leaves them in.
    """
    first, *rest = description.split("\n")
    if all(line.startswith(_FOLDS) or not line.strip() for line in rest):
        return "\n".join([first, *(line[8:] for line in rest)])
    return description


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
