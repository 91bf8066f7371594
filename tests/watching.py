"""An index whose releases change under one's eyes, and manifests of what was frozen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from packaging.utils import NormalizedName

from fakes import NOON, MemoryIndex
from samples import distribution
from twine_stage.digests import sha256
from twine_stage.distributions import Distribution
from twine_stage.errors import Unreachable
from twine_stage.listings import ListedFile, Project
from twine_stage.manifest import Manifest, freeze
from twine_stage.operations.watched import Watched
from twine_stage.receipts import Receipt, receipt
from twine_stage.releases import group


@dataclass
class ChangingIndex(MemoryIndex):
    """Shows ``files`` by project; what is ``dead`` does not answer, ``gone`` files have no content.

    A page has a new ETag whenever anything of it changes.
    """

    files: dict[NormalizedName, dict[str, ListedFile]] = field(default_factory=dict)
    states: dict[NormalizedName, str] = field(default_factory=dict)
    """How projects stand: of those that are ``gone`` or ``quarantined`` no file is shown."""
    has_etags: bool = True
    serial: int | None = None
    dead: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)

    def show(self, filename: str, at: datetime = NOON, **facts: Any) -> ListedFile:
        """Put a file there, in place of the one of that name."""
        name = distribution(filename).filename.project
        known = {"sha256": sha256(filename.encode()), "size": len(filename), "uploaded_at": at}
        file = ListedFile(
            filename=filename, url=f"https://example.org/{filename}", **{**known, **facts}
        )
        self.files.setdefault(name, {})[filename] = file
        return file

    def change(self, filename: str, **facts: Any) -> None:
        """Change what is shown of a file."""
        name = distribution(filename).filename.project
        self.files[name][filename] = replace(self.files[name][filename], **facts)

    def remove(self, *filenames: str) -> None:
        """Take files away."""
        for filename in filenames:
            del self.files[distribution(filename).filename.project][filename]

    def project(self, name: NormalizedName) -> Project:
        status = self.states.get(name, "active")
        own = () if status in ("gone", "quarantined") else self.files.get(name, {}).values()
        page = Project(
            name=name,
            files=tuple(sorted(own, key=lambda file: file.filename)),
            is_known=status != "gone",
            status="active" if status == "gone" else status,
        )
        page = replace(page, serial=self.serial)
        return replace(page, etag=f'"{hash(page)}"' if self.has_etags else "")

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        self.asked[name] += 1
        if name in self.dead:
            raise Unreachable(f"{name} does not answer")
        page = self.project(name)
        if etag and page.etag == etag:
            return None
        self.sent[name] += 1
        return page

    def modified_at(self, file: ListedFile) -> datetime | None:
        if file.filename in self.dead:
            raise Unreachable(f"{file.filename} does not answer")
        return NOON

    def serves(self, file: ListedFile) -> bool:
        self.asked[file.filename] += 1
        if file.filename in self.dead:
            raise Unreachable(f"{file.filename} does not answer")
        return file.filename not in self.gone


def frozen(*filenames: str, reason: str | None = None) -> Manifest:
    """The manifest of files of one release."""
    (release,) = group(map(frozen_file, filenames))
    return freeze(release, reason=reason)


def frozen_file(filename: str) -> Distribution:
    """A file as ``ChangingIndex.show`` shows it."""
    return distribution(filename)


def watch(manifest: Manifest, kept: Receipt | None = None) -> Watched:
    """A manifest as the operation takes it."""
    document = manifest.dumps()
    return Watched(
        release=manifest.id,
        revision=manifest.revision,
        digest=sha256(document),
        name="a test",
        document=document,
        receipt=kept,
    )


def receipt_of(index: ChangingIndex, manifest: Manifest) -> Receipt:
    """What an index shows now, kept."""
    listing = index.project(manifest.id.project).listing(manifest.id)
    return receipt(
        listing, index=index.id, url=index.url, manifest=manifest.digest, at=NOON.isoformat()
    )
