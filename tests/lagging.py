"""An index in memory whose page lags behind, and that counts what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from packaging.utils import NormalizedName

from fakes import MemoryIndex
from releasing import SDIST, WHEEL, Built, built, manifest_of
from twine_stage.listings import ListedFile, Project

FILES = (built(WHEEL), built(SDIST))
MANIFEST = manifest_of(*FILES)
OTHER = "spam-1.0-1-py3-none-any.whl"


@dataclass
class Lagging(MemoryIndex):
    """An index that shows its files some looks late, and counts looks and downloads.

    Its page has an ETag and a serial as long as ``serials`` are left, one a look; the ETag is that
    of the serial.
    """

    hidden: int = 0
    looks: int = 0
    unchanged: int = 0
    downloads: list[str] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)

    def project(self, name: NormalizedName) -> Project:
        self.looks += 1
        told = super().project(name)
        files = () if self.looks <= self.hidden else told.files
        if not self.serials:
            return replace(told, files=files)
        serial = self.serials.pop(0)
        return replace(told, files=files, serial=serial, etag=str(serial))

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        if etag and self.serials and str(self.serials[0]) == etag:
            self.serials.pop(0)
            self.unchanged += 1
            return None
        return self.project(name)

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        self.downloads.append(file.filename)
        return super().fetch(file)


def lagging(*files: Built, hidden: int = 0, has_digests: bool = True) -> Lagging:
    """An index with the files of ``FILES``, or some."""
    index = Lagging(hidden=hidden, has_digests=has_digests)
    for file in files or FILES:
        index.put(file.name, file.content)
    return index
