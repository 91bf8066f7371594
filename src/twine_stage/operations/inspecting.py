"""Inspecting: what no page tells; bytes, metadata files, provenance, and addresses of what is gone.

Everything is read side by side, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from twine_stage.addresses import predicted
from twine_stage.comparison import compare
from twine_stage.differences import Difference, Kind, differences, sort
from twine_stage.digests import sha256
from twine_stage.distributions import Distribution
from twine_stage.errors import Unreachable
from twine_stage.listings import ListedFile
from twine_stage.manifest import Manifest
from twine_stage.operations.downloading import DOWNLOADS, Downloading
from twine_stage.operations.provenance import Read, provenance_of
from twine_stage.operations.settling import Look, Looking
from twine_stage.operations.workers import Workers
from twine_stage.publishers import Provenance, strangers
from twine_stage.receipts import Receipt
from twine_stage.transport import without_query


@dataclass(frozen=True, slots=True)
class Inspecting:
    """A deep comparison of one manifest; the other values are as for ``differences``."""

    looking: Looking
    manifest: Manifest
    receipt: Receipt | None = None
    published_at: datetime | None = None
    window: timedelta | None = None

    def told(self, look: Look) -> tuple[Difference, ...]:
        """The differences by the page, and by what has been downloaded by now."""
        done = self.looking.downloading.done
        served = {one.filename: done[one.url] for one in look.listing.files if one.url in done}
        found = differences(
            self.manifest,
            look.project,
            receipt=self.receipt,
            published_at=self.published_at,
            window=self.window,
            served=served,
        )
        gone = {one.file: one for one in self._gone(look)}
        others = (one for one in found if one.kind is not Kind.DIFFERENT or one.file not in gone)
        return sort((*others, *gone.values()))

    def inspect(self, look: Look) -> tuple[Look, tuple[Difference, ...]]:
        """The look with the digests of what is really served, and all differences by then.

        A stale page is stale no more where something is wrong that it did not tell.

        Raises:
            Unreachable: the index did not answer.
        """
        page = {(one.file, one.kind) for one in self.told(look)}
        served = self._served(look)
        found = {(one.file, one.kind): one for one in self._located(self.told(look), look)}
        for one in (*self._metadata(look), *self._provenance(look)):
            found.setdefault((one.file, one.kind), one)
        more = {kind for _, kind in found.keys() - page} - {Kind.UNLISTED}
        return replace(served, is_stale=look.is_stale and not more), sort(tuple(found.values()))

    @property
    def _frozen(self) -> Mapping[str, Distribution]:
        return {dist.filename.text: dist for dist in self.manifest.release.distributions}

    @property
    def _before(self) -> Mapping[str, ListedFile]:
        return self.receipt.by_name if self.receipt else {}

    def _served(self, look: Look) -> Look:
        frozen = {dist.sha256 for dist in self.manifest.release.distributions}
        files = [file for file in look.listing.files if file.sha256 in frozen]
        self.looking.downloading.hash(files, skips_gone=True)
        listing = self.looking.served(look.listing, [file.filename for file in files])
        return replace(look, listing=listing, comparison=compare(self.manifest, listing))

    def _gone(self, look: Look) -> Iterator[Difference]:
        for file in look.listing.files:
            if file.url in self.looking.downloading.gone:
                message = f"shown, and nothing is served at {without_query(file.url)}"
                yield Difference(kind=Kind.UNREACHABLE, file=file.filename, message=message)

    def _located(self, told: tuple[Difference, ...], look: Look) -> Iterator[Difference]:
        """The differences; of what is missing, with what its address says."""
        missing = [one for one in told if one.kind is Kind.MISSING]
        with Workers(DOWNLOADS, name="addresses") as workers:
            asked = [workers.submit(self._address, one.file, look) for one in missing]
            found = dict(zip(missing, (future.result() for future in asked), strict=True))
        for one in told:
            url = found.get(one)
            yield self._unlisted(one, url) if url else one

    def _address(self, name: str, look: Look) -> str | None:
        """Where a file is served that no page shows, with the content that was frozen."""
        before, dist = self._before.get(name), self._frozen[name]
        url = before.url if before else predicted(dist, look.project)
        if not url:
            return None
        file = ListedFile(filename=name, url=url, sha256=dist.sha256)
        downloading = Downloading(self.looking.index, self.looking.reporter)
        with suppress(Unreachable):
            if self.looking.index.serves(file):
                downloading.hash([file])
        served = downloading.done.get(url)
        return url if served and served.sha256 == dist.sha256 else None

    def _unlisted(self, one: Difference, url: str) -> Difference:
        message = f"frozen, not shown, and served all the same at {without_query(url)}"
        cause = one.cause or "not propagated yet, or taken off the page"
        return replace(one, kind=Kind.UNLISTED, message=message, cause=cause)

    def _metadata(self, look: Look) -> Iterator[Difference]:
        """Metadata files that are not those of the wheels."""
        frozen, document = self._frozen, self.looking.index.document
        with Workers(DOWNLOADS, name="metadata") as workers:
            asked = [
                (dist, workers.submit(partial(document, file, f"{file.url}.metadata")))
                for file in look.listing.files
                if file.core_metadata and (dist := frozen.get(file.filename)) and dist.core_metadata
            ]
            served = [(dist, future.result()) for dist, future in asked]
        for dist, content in served:
            found = "nothing is" if content is None else f"sha256 {sha256(content)} is"
            if content is None or sha256(content) != dist.core_metadata:
                message = (
                    f"frozen with core metadata of sha256 {dist.core_metadata}, and {found} served"
                )
                yield Difference(kind=Kind.METADATA, file=dist.filename.text, message=message)

    def _provenance(self, look: Look) -> Iterator[Difference]:
        """Provenance that is missing, of other bytes, or of another publisher."""
        read = provenance_of(look.listing.files, self.looking.index)
        for name, found in read.items():
            if message := _flaw(found, look.listing.by_name[name]):
                yield Difference(kind=Kind.UNPROVEN, file=name, message=message)
        yield from self._unproven(look, read)
        publishers = {name: str(one) for name, one in read.items() if isinstance(one, Provenance)}
        yield from self._publishers(publishers)

    def _unproven(self, look: Look, read: Mapping[str, Read]) -> Iterator[Difference]:
        """Frozen files that nobody vouches for, in a release whose other files are vouched for."""
        for file in look.listing.files:
            name = file.filename
            is_known = name in self._before or name in self.manifest.carried
            if read and name in self._frozen and not file.provenance and not is_known:
                message = f"shown without provenance, which {len(read)} others have"
                yield Difference(kind=Kind.UNPROVEN, file=name, message=message)

    def _publishers(self, publishers: Mapping[str, str]) -> Iterator[Difference]:
        before = self.receipt.publishers if self.receipt else {}
        others = strangers(publishers)
        for name, own in publishers.items():
            message = ""
            if name in before:
                if before[name] != own:
                    message = f"published by {before[name]} before, and by {own} now"
            elif name in others:
                message = f"published by {own}, and other files by {others[name]}"
            if message:
                yield Difference(kind=Kind.PUBLISHER, file=name, message=message)


def _flaw(found: Read, file: ListedFile) -> str:
    """What is wrong with the provenance of a file by itself."""
    match found:
        case None:
            return "its provenance is shown, and not served"
        case Provenance(digests=digests):
            is_other = file.sha256 is not None and file.sha256 not in digests
            return "its provenance is of other content" if is_other else ""
        case _:
            return f"its provenance cannot be read: {found.problem}"
