"""Releases: a project at a version, with one or more distributions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from twine_stage.digests import sha256
from twine_stage.distributions import Distribution
from twine_stage.errors import UsageError


@dataclass(frozen=True, slots=True)
class ReleaseId:
    """A project (normalized name) at a version; equal versions spelled differently are equal."""

    project: NormalizedName
    version: Version

    @classmethod
    def parse(cls, text: str) -> ReleaseId:
        """Read ``NAME==VERSION``.

        Raises:
            UsageError: the text is not of that form.
        """
        name, separator, version = text.partition("==")
        try:
            if separator:
                return cls(canonicalize_name(name.strip(), validate=True), Version(version))
        except (ValueError, InvalidVersion):
            pass
        raise UsageError(
            f"expected a release as NAME==VERSION, found {text!r}",
            hint="For example: spam==1.2.3",
        )

    @property
    def folder(self) -> str:
        """The name of its folder in the stage: ``spam-1.2.3``."""
        return f"{self.project}-{self.version}"

    @property
    def sort_key(self) -> tuple[str, Version]:
        """Projects by name, versions by age."""
        return (self.project, self.version)

    def __str__(self) -> str:
        return f"{self.project}=={self.version}"


@dataclass(frozen=True, slots=True)
class Release:
    """A release as a value: its distributions, sorted by filename, each name once."""

    id: ReleaseId
    distributions: tuple[Distribution, ...]

    @property
    def sha256sums(self) -> str:
        """The text of ``SHA256SUMS``: ``<digest>  <filename>`` lines, sorted, LF."""
        return sha256sums((dist.filename.text, dist.sha256) for dist in self.distributions)

    @property
    def digest(self) -> str:
        """The release digest: one short name for the whole set of files."""
        return sha256(self.sha256sums.encode())

    @property
    def size(self) -> int:
        """The size of all distributions together, in bytes."""
        return sum(dist.size for dist in self.distributions)


def sha256sums(files: Iterable[tuple[str, str]]) -> str:
    """The text of ``SHA256SUMS`` for (filename, digest) pairs, as ``sha256sum -c`` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files))


def release_id(distribution: Distribution) -> ReleaseId:
    """The release that a distribution belongs to, by its filename."""
    return ReleaseId(distribution.filename.project, distribution.filename.version)


def group(distributions: Iterable[Distribution]) -> tuple[Release, ...]:
    """The releases that some distributions make up, sorted by project and version.

    Where files spell their version differently, the first by filename names the release.
    """
    by_id: dict[ReleaseId, list[Distribution]] = {}
    for distribution in sorted(distributions, key=lambda dist: dist.filename.text):
        by_id.setdefault(release_id(distribution), []).append(distribution)
    return tuple(
        Release(name, tuple(members))
        for name, members in sorted(by_id.items(), key=lambda item: item[0].sort_key)
    )
