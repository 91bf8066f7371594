"""The reading side of an index: the simple API, asked past caches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from packaging.utils import NormalizedName

from twine_stage.errors import Unavailable, Unreachable
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.entries import Page
from twine_stage.indexes.media import ACCEPT, INTEGRITY, NotAPage
from twine_stage.indexes.parsing import page
from twine_stage.indexes.roots import is_root, names
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.transport import Answered, Transport, clean, without_query

T = TypeVar("T")

_HEADERS = {"Accept": ACCEPT, "Cache-Control": "no-cache"}
_FIRST_BYTE = {"Range": "bytes=0-0", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
_DOCUMENT = {"Accept": f"{INTEGRITY}, */*;q=0.1", "Cache-Control": "no-cache"}
_LARGEST = 32 << 20
"""Bytes of a document about a file; attestations have ten thousand each."""
_SERVED = (200, 206, 416)  # the last is what an empty file has to say to that
_LATER_STATUSES = (408, 425, 429)
_NOTHING = (403, 404, 410)
_PROBE = 1 << 16
_NAME_IT = "Name where the index is read with --simple-url, or as simple-url in [tool.stage.index]."
_LATER = "Run the same command again later."
_TROUBLE = "Run the same command again later; if it stays so, check the simple URL (--simple-url)."
_CHECK = "Check the simple URL; it is the one that pip is given as --index-url."


@dataclass(kw_only=True)
class SimpleReader:
    """Reads what an index shows.

    Args:
        url: the simple URL; None where it is to be found.
        upload_url: below it the simple URL is looked for.
        transport: how requests are made.
        authority: who we are; asked only if the index shows nothing to strangers.
        reporter: hears of what a person may want to know.
    """

    url: str | None
    upload_url: str
    transport: Transport
    authority: Authority
    reporter: Reporter
    _is_private: bool = field(default=False, repr=False)

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now.

        Raises:
            Unreachable: no answer, or none that is a listing.
        """
        shown = self._page(release.project)
        try:
            return shown.listing(release)
        except NotAPage as error:
            raise self._refused(shown.url, error) from None

    def project(self, name: NormalizedName) -> Project:
        """What the index shows of a project now; raises as ``listing`` does."""
        return self._page(name).project()

    def project_since(self, name: NormalizedName, etag: str) -> Project | None:
        """The same; None if its page still has the ETag."""
        shown = self._page(name, etag)
        return None if shown.is_unchanged else shown.project()

    def project_names(self) -> tuple[str, ...]:
        """The names of all projects, as the index spells them.

        Raises:
            Unreachable: no answer, or none that is a list of projects.
        """
        base = self.url or self._found(lambda url: url if self._is_root(url) else None)
        url = f"{base.rstrip('/')}/"
        answered = self._get(url)
        self._expect_here(answered, "a list of projects")
        self._expect_fine(answered, url)
        try:
            return names(answered)
        except NotAPage as error:
            raise self._refused(url, error) from None

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file, in chunks.

        Raises:
            Unreachable: no answer.
        """
        auth = self.authority.auth(file.url) if self._is_private else None
        try:
            yield from self.transport.stream(file.url, auth=auth)
        except Unreachable as error:
            said = clean(error.message, secrets=self.authority.secrets)
            raise Unreachable(said, hint=error.hint) from None

    def serves(self, file: ListedFile) -> bool:
        """Whether the address of a file answers.

        Raises:
            Unreachable: no answer, or none that says so or not.
        """
        return self._first_byte(file).status in _SERVED

    def modified_at(self, file: ListedFile) -> datetime | None:
        """When what the address of a file serves was put there; raises as ``serves`` does."""
        answered = self._first_byte(file)
        return answered.modified_at if answered.status in _SERVED else None

    def _first_byte(self, file: ListedFile) -> Answered:
        auth = self.authority.auth(file.url) if self._is_private else None
        try:
            answered = self.transport.get(file.url, headers=_FIRST_BYTE, auth=auth, limit=1)
        except Unreachable as error:
            said = clean(error.message, secrets=self.authority.secrets)
            raise Unreachable(said, hint=error.hint) from None
        self._expect_able(answered, without_query(file.url), hint=_LATER)
        return answered

    def document(self, file: ListedFile, url: str) -> bytes | None:
        """A small document about a file; None without one, and where the index keeps it to itself.

        Raises:
            Unreachable: no answer, or none that says so or not.
        """
        auth = self.authority.auth(url) if self._is_private else None
        try:
            answered = self.transport.get(url, headers=_DOCUMENT, auth=auth, limit=_LARGEST)
            if answered.status in _NOTHING:
                return None
            self._expect_fine(answered, without_query(url))
        except Unreachable as error:
            said = clean(error.message, secrets=self.authority.secrets)
            raise Unreachable(f"{file.filename}: {said}", hint=error.hint) from None
        return answered.body

    def _page(self, name: NormalizedName, etag: str = "") -> Page:
        """The page of a project; where the simple API is, is found out by it, for all that follow.

        Raises as ``listing`` does.
        """
        if self.url is not None:
            return self._read(self.url, name, etag)

        def shown(url: str) -> Page | None:
            found = self._read(url, name, etag)
            return found if found.is_known or self._is_root(url) else None

        return self._found(shown)

    def _candidates(self) -> tuple[str, ...]:
        """Where the simple API may be."""
        base = f"{self.upload_url.rstrip('/')}/"
        return (f"{base}simple/", f"{base}+simple/")

    def _found(self, look: Callable[[str], T | None]) -> T:
        """What is found at the first place where it is; that is the simple URL from now on."""
        problems: list[Unreachable] = []
        for url in self._candidates():
            try:
                found = look(url)
            except Unreachable as error:
                problems.append(error)
                continue
            if found is not None:
                self.url = url
                return found
        raise self._nowhere(problems)

    def _nowhere(self, problems: list[Unreachable]) -> Unreachable:
        """Why no index was found; an address that does not answer now may be the right one."""
        if down := next((one for one in problems if isinstance(one, Unavailable)), None):
            return down
        places = " nor at ".join(self._candidates())
        why = f" ({problems[0].message})" if problems else ""
        return Unreachable(f"found no simple index at {places}{why}", hint=_NAME_IT)

    def _is_root(self, url: str) -> bool:
        answered = self._get(url, limit=_PROBE)
        self._expect_able(answered, url, hint=_TROUBLE)
        return answered.status == 200 and is_root(answered)  # noqa: PLR2004 - OK

    def _read(self, base: str, name: NormalizedName, etag: str) -> Page:
        url = f"{base.rstrip('/')}/{name}/"
        answered = self._get(url, etag=etag)
        if etag and answered.status == 304:  # noqa: PLR2004 - not modified
            return Page(url=url, name=name, is_unchanged=True)
        if answered.location is not None:
            return self._elsewhere(answered, base, name)
        if answered.status == 404:  # noqa: PLR2004 - not found
            return Page(url=url, name=name, is_known=False)
        self._expect_fine(answered, url)
        try:
            return page(answered, name)
        except NotAPage as error:
            raise self._refused(url, error) from None

    def _expect_able(self, answered: Answered, url: str, *, hint: str) -> None:
        if answered.status in _LATER_STATUSES or answered.status >= 500:  # noqa: PLR2004 - its fault
            said = answered.sentence_and_status(secrets=self.authority.secrets)
            raise Unavailable(f"{url}: {said}", hint=hint)

    def _expect_fine(self, answered: Answered, url: str) -> None:
        self._expect_able(answered, url, hint=_TROUBLE)
        if answered.status != 200:  # noqa: PLR2004 - OK
            said = answered.sentence_and_status(secrets=self.authority.secrets)
            raise Unreachable(f"{url}: {said}", hint=_CHECK)

    def _refused(self, url: str, error: NotAPage) -> Unreachable:
        said = clean(str(error), secrets=self.authority.secrets)
        return Unreachable(f"{url}: {said}", hint=_CHECK)

    def _get(self, url: str, *, limit: int | None = None, etag: str = "") -> Answered:
        headers = {**_HEADERS, "If-None-Match": etag} if etag else _HEADERS
        read = partial(self.transport.get, url, headers=headers, stays=True, limit=limit)
        answered = read(auth=self.authority.auth(url) if self._is_private else None)
        if answered.status == 401 and not self._is_private:  # noqa: PLR2004 - unauthorized
            auth = self.authority.auth(url)
            self._is_private = auth is not None
            answered = read(auth=auth) if auth else answered
        return answered

    def _elsewhere(self, answered: Answered, base: str, name: NormalizedName) -> Page:
        """A redirect to another host, whose files are not this index's.

        pypiserver sends those who ask for a project that it does not have to PyPI. If the page of
        all projects is elsewhere too, the index has moved, and what it shows is not known.
        """
        place = self._place(answered)
        is_referral = place.rstrip("/").endswith(f"/{name}")
        if not is_referral or self._get(f"{base.rstrip('/')}/", limit=_PROBE).location:
            self._expect_here(answered, "a list of files")
        self.reporter.note(f"the index does not have {name} and refers to {place}")
        return Page(url=answered.url, name=name, is_known=False)

    def _expect_here(self, answered: Answered, what: str) -> None:
        if answered.location is not None:
            place = self._place(answered)
            problem = f"{answered.url}: expected {what}, found a redirect to {place}"
            raise Unreachable(problem, hint=_CHECK)

    def _place(self, answered: Answered) -> str:
        return clean(without_query(answered.location or ""), secrets=self.authority.secrets)
