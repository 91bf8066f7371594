"""Requests with time limits; reads are repeated, and no credential follows a redirect."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from typing import TypeVar, cast

from requests import PreparedRequest, RequestException, Response, Session
from requests_toolbelt.utils.user_agent import UserAgentBuilder
from urllib3.exceptions import HTTPError

from twine_stage import sizes
from twine_stage.errors import LocalError, StageError, Unreachable
from twine_stage.transport.answered import Answered
from twine_stage.transport.failures import host, is_about_trust, is_timeout, unreachable
from twine_stage.transport.reading import answered, beginning, pieces
from twine_stage.transport.resuming import whole
from twine_stage.transport.sentences import LARGEST

Auth = Callable[[PreparedRequest], PreparedRequest]

Content = bytes | Iterable[bytes | memoryview]
"""A body to send: bytes, or pieces with a ``len``."""

T = TypeVar("T")

ATTEMPTS = 4
"""How often a read is tried; a time limit that ran out counts twice."""

LONGEST_PAUSE = 60.0
"""Seconds; what a server asks for in ``Retry-After`` counts up to this."""

PAGE_LIMIT = 1 << 28
"""Bytes of a page; the greatest project of PyPI has a tenth of it."""

_HOPS = 10
_NO_END = "one redirect leads to the next without an end"
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds.

    ``send`` is for a connection and for each block of a body; ``answer`` is for what an index
    thinks about an upload: PyPI gives up its own statements after minutes only. ``page`` is for a
    whole page, however steadily it comes in.
    """

    connect: float = 15.0
    read: float = 30.0
    send: float = 60.0
    answer: float = 300.0
    page: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Transport:
    """How requests are made; may be used from any thread.

    ``ca_bundle`` and ``client_cert`` are paths of PEM files; ``page_limit`` are the bytes of the
    greatest page that is read; ``sleep`` takes seconds.
    """

    ca_bundle: str | None = None
    client_cert: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    page_limit: int = PAGE_LIMIT
    sleep: Callable[[float], None] = time.sleep
    # Not handed on by ``replace``: connections know the certificate that they were made with.
    _sessions: threading.local = field(default_factory=threading.local, init=False, repr=False)

    def session(self) -> Session:
        """A session for one thread; requests does not promise that one serves several."""
        session = _Session()
        agent = UserAgentBuilder("twine-stage", metadata.version("twine-stage"))
        session.headers["User-Agent"] = agent.include_implementation().build()
        session.cert = self.client_cert
        session.stream = True
        return session

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        auth: Auth | None = None,
        stays: bool = False,
        follows: bool = True,
        limit: int | None = None,
    ) -> Answered:
        """Read a page, again if need be, and follow redirects; ``auth`` is for the first URL only.

        Args:
            url: where it is.
            headers: to send with it.
            auth: credentials; they follow no redirect.
            stays: do not leave the host; a redirect elsewhere is the answer.
            follows: follow redirects at all; if not, any is the answer.
            limit: how many bytes are wanted; more are not read.

        Raises:
            Unreachable: no answer, none that ends, or one too many redirects.
            LocalError: the certificates cannot be read.
        """
        for _ in range(_HOPS):
            read = partial(self._page, url, headers, auth, limit)
            page = self._repeat(url, read, lambda page: page)
            target = page.location
            if target is None or not follows or (stays and host(target) != host(url)):
                return page
            url, auth = target, None
        raise Unreachable(f"{host(url)}: {_NO_END}", hint="Check the URL.")

    def stream(self, url: str, *, auth: Auth | None = None) -> Iterator[bytes]:
        """The bytes of a file as they are stored, in blocks; resumed where they break off.

        Raises:
            Unreachable: no answer, or one that breaks off and cannot be resumed.
        """
        # Some servers would declare a .tar.gz to be text that they compressed.
        headers = {"Accept-Encoding": "identity"}
        for _ in range(_HOPS):
            begin = partial(self._open, url, headers, auth)
            response = self._repeat(url, begin, answered)
            with closing(response):
                target = answered(response).location
                if target is None:
                    yield from whole(response, partial(self._reopen, url, headers, auth))
                    return
                url, auth = target, None
        raise Unreachable(f"{host(url)}: {_NO_END}", hint="Check the URL.")

    def send(
        self,
        session: Session,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        auth: Auth,
        body: Content = b"",
        limit: int = LARGEST,
    ) -> Answered:
        """Make a request that may change something, once, and follow no redirect.

        Args:
            session: the connection of this thread.
            method: ``POST``, say.
            url: where to.
            headers: to send with it.
            auth: credentials, or ``anonymous``.
            body: what to send.
            limit: how many bytes of the answer's body are wanted.

        Raises:
            requests.RequestException: there was no answer; the index may have the body or not.
            StageError: the certificates cannot be read, or the URL cannot be understood.
        """
        try:
            response = session.request(
                method,
                url,
                data=cast("bytes", body),
                headers=dict(headers),
                auth=auth,
                timeout=(self.timeouts.send, self.timeouts.answer),
                verify=self.ca_bundle,
                allow_redirects=False,
            )
        except (OSError, ValueError) as error:
            if isinstance(error, RequestException):
                raise
            raise _other(error, url) from error
        with closing(response):
            read = beginning(response, seconds=self.timeouts.read, limit=limit)
            return answered(response, read)

    def _page(
        self, url: str, headers: Mapping[str, str], auth: Auth | None, limit: int | None
    ) -> Answered:
        with closing(self._open(url, headers, auth)) as response:
            body = bytearray()
            for piece in pieces(response, seconds=self.timeouts.page):
                body += piece
                if limit is not None and len(body) >= limit:
                    return answered(response, bytes(body[:limit]))
                if len(body) > self.page_limit:
                    raise Unreachable(
                        f"{host(url)}: the page has more than {sizes.shown(self.page_limit)}"
                    )
            return answered(response, bytes(body))

    def _reopen(
        self, url: str, headers: Mapping[str, str], auth: Auth | None, more: Mapping[str, str]
    ) -> Response:
        return self._repeat(url, partial(self._open, url, {**headers, **more}, auth), answered)

    def _open(self, url: str, headers: Mapping[str, str], auth: Auth | None) -> Response:
        if not hasattr(self._sessions, "session"):
            self._sessions.session = self.session()
        session: Session = self._sessions.session
        return session.get(
            url,
            headers=dict(headers),
            auth=auth or anonymous,
            timeout=(self.timeouts.connect, self.timeouts.read),
            verify=self.ca_bundle,
            allow_redirects=False,
        )

    def _repeat(self, url: str, read: Callable[[], T], judged: Callable[[T], Answered]) -> T:
        """What a read yields, tried again while that may help."""
        left = ATTEMPTS
        while True:
            pause = random.uniform(0.25, 0.5) * 2 ** (ATTEMPTS - left)  # noqa: S311 - jitter
            try:
                result = read()
                answer = judged(result)
                left -= 1
                if answer.status not in _TRY_AGAIN or not left:
                    return result
                pause = max(pause, answer.retry_after or 0.0)
            except (RequestException, HTTPError) as error:
                left -= 2 if is_timeout(error) else 1
                # A ValueError is about the URL, and mends itself no more than distrust does.
                if left <= 0 or is_about_trust(error) or isinstance(error, ValueError):
                    raise unreachable(error, url) from error
            except (OSError, ValueError) as error:
                raise _other(error, url) from error
            self.sleep(min(pause, LONGEST_PAUSE))


class _Session(Session):
    """A session that leaves redirects alone.

    Else requests would look where one leads although it is told not to follow it, and would read
    the whole body that comes with it, however large.
    """

    def get_redirect_target(self, resp: Response) -> None:
        """Nowhere: ``Answered.location`` tells."""


def anonymous(request: PreparedRequest) -> PreparedRequest:
    """No credentials: without any, requests would look into ``.netrc``."""
    return request


def _other(error: OSError | ValueError, url: str) -> StageError:
    """For the two errors that requests does not make its own."""
    if isinstance(error, OSError):
        return LocalError(f"cannot read the certificates: {error}")
    return Unreachable(f"{host(url)}: the URL cannot be understood", hint="Check the URL.")
