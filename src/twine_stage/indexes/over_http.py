"""What all indexes that are reached by HTTP have in common: how they are read, and who we are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from packaging.utils import NormalizedName

from twine_stage.indexes.authority import Authority
from twine_stage.indexes.simple import SimpleReader
from twine_stage.indexes.tokens import TokenGate
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.releases import ReleaseId
from twine_stage.transport import Transport


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True, kw_only=True)
class HttpIndex:
    """The part of ``base.Index`` that does not depend on the API of uploads.

    Args:
        id: its short name.
        url: where uploads go, as it is configured.
        transport: how requests are made.
        authority: who we are to it.
        reader: the reading side.
        gate: knows which credentials it would refuse; None where that is not known.
    """

    id: str
    url: str
    transport: Transport
    authority: Authority
    reader: SimpleReader
    gate: TokenGate | None = None

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now; see ``base.Index``."""
        return self.reader.listing(release)

    def project(self, name: NormalizedName) -> Project:
        """What the index shows of a project now; see ``base.Index``."""
        return self.reader.project(name)

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        """What the index shows of a project, if that changed; see ``base.Index``."""
        return self.reader.project_since(name, etag)

    def project_names(self) -> tuple[str, ...]:
        """The names of all projects; see ``base.Index``."""
        return self.reader.project_names()

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows; see ``base.Index``."""
        return self.reader.fetch(file)

    def serves(self, file: ListedFile) -> bool:
        """Whether the address of a file answers; see ``base.Index``."""
        return self.reader.serves(file)

    def document(self, file: ListedFile, url: str) -> bytes | None:
        """A small document about a file; see ``base.Index``."""
        return self.reader.document(file, url)

    def modified_at(self, file: ListedFile) -> datetime | None:
        """When a file was put there; see ``base.Index``."""
        return self.reader.modified_at(file)

    def authorize(self, projects: Collection[NormalizedName] = ()) -> None:
        """Obtain credentials, once; see ``base.Index``."""
        login = self.authority.credentials()
        if self.gate:
            self.gate.expect_usable(login, projects)

    def close(self) -> None:
        """Give up the credentials that were for this run; see ``base.Index``."""
        self.authority.close()
