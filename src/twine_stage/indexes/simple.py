"""The reading side of an index: the simple API, asked past caches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from twine_stage.errors import StageError, Unreachable
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.parsing import ACCEPT, NotAPage, files, is_root
from twine_stage.listings import ListedFile, Listing
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.transport import Answered, Transport, clean, without_query

_HEADERS = {"Accept": ACCEPT, "Cache-Control": "no-cache"}
_PROBE = 1 << 16
_NAME_IT = "Name where the index is read with --simple-url, or as simple-url in [tool.stage.index]."
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
        if self.url is not None:
            return self._read(self.url, release)
        base = f"{self.upload_url.rstrip('/')}/"
        candidates = (f"{base}simple/", f"{base}+simple/")
        return self._among(candidates, release)

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

    def _among(self, candidates: tuple[str, ...], release: ReleaseId) -> Listing:
        """Try where the simple API may be; what is found holds for the rest of the run."""
        problems: list[StageError] = []
        for url in candidates:
            try:
                listing = self._read(url, release)
            except Unreachable as error:
                problems.append(error)
                continue
            if listing.is_project_known or self._is_root(url):
                self.url = url
                return listing
        raise self._unknown(candidates, problems)

    def _unknown(self, candidates: tuple[str, ...], problems: list[StageError]) -> Unreachable:
        places = " nor at ".join(candidates)
        why = f" ({problems[0].message})" if problems else ""
        return Unreachable(f"found no simple index at {places}{why}", hint=_NAME_IT)

    def _is_root(self, url: str) -> bool:
        try:
            answered = self._get(url, limit=_PROBE)
        except Unreachable:
            return False
        return answered.status == 200 and is_root(answered)  # noqa: PLR2004 - OK

    def _read(self, base: str, release: ReleaseId) -> Listing:
        url = f"{base.rstrip('/')}/{release.project}/"
        answered = self._get(url)
        if answered.location is not None:
            return self._elsewhere(answered, base, release)
        if answered.status == 404:  # noqa: PLR2004 - not found
            return Listing(release=release, is_project_known=False)
        if answered.status != 200:  # noqa: PLR2004 - OK
            said = answered.sentence(secrets=self.authority.secrets)
            raise Unreachable(f"{url}: {said} (status {answered.status})", hint=_CHECK)
        try:
            return Listing(release=release, files=files(answered, release))
        except NotAPage as error:
            said = clean(str(error), secrets=self.authority.secrets)
            raise Unreachable(f"{url}: {said}", hint=_CHECK) from None

    def _get(self, url: str, *, limit: int | None = None) -> Answered:
        read = partial(self.transport.get, url, headers=_HEADERS, stays=True, limit=limit)
        answered = read(auth=self.authority.auth(url) if self._is_private else None)
        if answered.status == 401 and not self._is_private:  # noqa: PLR2004 - unauthorized
            auth = self.authority.auth(url)
            self._is_private = auth is not None
            answered = read(auth=auth) if auth else answered
        return answered

    def _elsewhere(self, answered: Answered, base: str, release: ReleaseId) -> Listing:
        """A redirect to another host, whose files are not this index's.

        pypiserver sends those who ask for a project that it does not have to PyPI. If the page of
        all projects is elsewhere too, the index has moved, and what it shows is not known.
        """
        place = clean(without_query(answered.location or ""), secrets=self.authority.secrets)
        is_referral = place.rstrip("/").endswith(f"/{release.project}")
        if not is_referral or self._get(f"{base.rstrip('/')}/", limit=_PROBE).location:
            raise Unreachable(
                f"{answered.url}: expected a list of files, found a redirect to {place}",
                hint=_CHECK,
            )
        self.reporter.note(f"the index does not have {release.project} and refers to {place}")
        return Listing(release=release, is_project_known=False)
