"""All formats, in one explicit table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from twine_stage.exports import (
    cyclonedx,
    listing,
    nix,
    pylock,
    redirects,
    snippets,
    texts,
    versions,
)
from twine_stage.exports.values import Exported

Write = Callable[[Sequence[Exported]], str]


class Addresses(Enum):
    """Whether a format holds the addresses of files."""

    NONE = "none"
    OPTIONAL = "where they are known"
    REQUIRED = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    ``write`` makes the document: of one release, or of all releases of a project where
    ``is_of_project``. ``gathers`` says that it takes what is in the wheels.
    """

    name: str
    write: Write
    addresses: Addresses = Addresses.REQUIRED
    is_of_project: bool = False
    gathers: bool = False


def _one(write: Callable[[Exported], str]) -> Write:
    """A format of one release."""
    return lambda releases: write(releases[0])


ALL = (
    Format(name="sha256sums", write=_one(texts.sha256sums), addresses=Addresses.NONE),
    Format(name="requirements", write=_one(texts.requirements), addresses=Addresses.NONE),
    Format(name="pylock", write=_one(pylock.write)),
    Format(name="urls", write=_one(texts.urls)),
    Format(name="json", write=_one(listing.write)),
    Format(name="versions", write=versions.write, is_of_project=True),
    Format(name="redirects", write=redirects.write, is_of_project=True),
    Format(
        name="cyclonedx",
        write=_one(cyclonedx.write),
        addresses=Addresses.OPTIONAL,
        gathers=True,
    ),
    Format(name="snippets", write=_one(snippets.write)),
    Format(name="nix", write=_one(nix.write)),
)
"""The formats, in the order in which the reference has them."""

FORMATS = {one.name: one for one in ALL}
"""The formats by name."""
