"""Releases to publish in tests: real files in memory, their manifest, and the way to an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import samples
from twine_stage.digests import sha256
from twine_stage.distributions import Distribution, Filename
from twine_stage.indexes.base import Index
from twine_stage.indexes.uploads import Answer, Upload
from twine_stage.manifest import Manifest, freeze
from twine_stage.releases import group

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"


@dataclass(frozen=True, slots=True)
class Built:
    """One distribution with its content and its core metadata."""

    distribution: Distribution
    content: bytes
    core_metadata: bytes

    @property
    def name(self) -> str:
        return self.distribution.filename.text

    @property
    def upload(self) -> Upload:
        half = len(self.content) // 2
        return Upload(
            distribution=self.distribution,
            core_metadata=self.core_metadata,
            chunks=lambda: iter((self.content[:half], self.content[half:])),
        )


def built(filename: str, *, members: Mapping[str, bytes] | None = None, **extra: str) -> Built:
    """A well-formed distribution; ``members`` make its bytes differ, ``extra`` is known of it."""
    content = samples.content_of(filename, members=members)
    parsed = Filename.parse(filename)
    if filename.endswith(".whl"):
        core_metadata = samples.metadata(*filename.split("-")[:2])
    else:
        core_metadata = samples.metadata(parsed.project.replace("-", "_"), str(parsed.version))
    distribution = samples.distribution(
        filename, content, core_metadata=sha256(core_metadata), **extra
    )
    return Built(distribution, content, core_metadata)


def manifest_of(*files: Built) -> Manifest:
    """The manifest of some files, which are of one release."""
    (release,) = group(file.distribution for file in files)
    return freeze(release)


def send(index: Index, *files: Built) -> list[Answer]:
    """Upload files of one release, without making them public."""
    with index.session(manifest_of(*files)) as session:
        return [session.upload(file.upload, lambda _count: None) for file in files]


def publish(index: Index, *files: Built) -> list[Answer]:
    """Upload files of one release, and make them public."""
    with index.session(manifest_of(*files)) as session:
        answers = [session.upload(file.upload, lambda _count: None) for file in files]
        session.publish()
    return answers
