"""Fetching: the sdist of a release, from its preview, where no wheel fits an interpreter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from twine_stage.errors import Damaged
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.listings import ListedFile, Listing
from twine_stage.operations import isolation
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent


class _Reader(Protocol):
    """The reading side of an index."""

    def listing(self, release: ReleaseId) -> Listing:
        """What it shows of a release."""
        ...

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that it shows."""
        ...


def sdist(release: ReleaseId, url: str, folder: Path) -> Path | None:
    """Download the sdist that a simple index shows, compared with its digest; None without one.

    Raises:
        Damaged: it is not what the page says.
        Unreachable: the preview did not answer; the message may tell its URL.
    """
    reader = _reader(url)
    for file in reader.listing(release).files:
        if file.filename.endswith((".tar.gz", ".zip")):
            path = folder / file.filename
            _download(reader, file, path)
            return path
    return None


def _download(reader: _Reader, file: ListedFile, path: Path) -> None:
    hashing = hashlib.sha256()
    with path.open("wb") as target:
        for chunk in reader.fetch(file):
            hashing.update(chunk)
            target.write(chunk)
    if file.sha256 not in {None, hashing.hexdigest()}:
        problem = f"expected sha256 {file.sha256}, found {hashing.hexdigest()}"
        raise Damaged(file.filename, problem, hint="The preview does not serve what it shows.")


def _reader(url: str) -> _Reader:
    if not isolation.is_secret(url):
        simple = Path(url2pathname(urlsplit(url).path))
        return DirectoryIndex(simple.parent, id="preview")
    from twine_stage.indexes.authority import Authority  # noqa: PLC0415 - costs 0.1 s
    from twine_stage.indexes.simple import SimpleReader  # noqa: PLC0415 - as above
    from twine_stage.transport import Transport  # noqa: PLC0415 - as above

    return SimpleReader(
        url=url,
        upload_url=url,
        transport=Transport(),
        authority=Authority("", lambda: None),
        reporter=Silent(),
    )
