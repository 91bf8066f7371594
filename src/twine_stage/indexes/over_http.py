"""What all indexes that are reached by HTTP have in common: how they are read, and who we are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twine_stage.indexes.authority import Authority
from twine_stage.indexes.simple import SimpleReader
from twine_stage.listings import ListedFile, Listing
from twine_stage.releases import ReleaseId
from twine_stage.transport import Transport


@dataclass(frozen=True, kw_only=True)
class HttpIndex:
    """The part of ``base.Index`` that does not depend on the API of uploads.

    Args:
        id: its short name.
        url: where uploads go, as it is configured.
        transport: how requests are made.
        authority: who we are to it.
        reader: the reading side.
    """

    id: str
    url: str
    transport: Transport
    authority: Authority
    reader: SimpleReader

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now; see ``base.Index``."""
        return self.reader.listing(release)

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows; see ``base.Index``."""
        return self.reader.fetch(file)

    def authorize(self) -> None:
        """Obtain credentials, once; see ``base.Index``."""
        self.authority.credentials()

    def close(self) -> None:
        """Give up the credentials that were for this run; see ``base.Index``."""
        self.authority.close()
