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
from urllib.parse import urljoin

from requests import PreparedRequest, RequestException, Response, Session
from requests_toolbelt.utils.user_agent import UserAgentBuilder
from urllib3.exceptions import HTTPError

from twine_stage.errors import LocalError, StageError, Unreachable
from twine_stage.transport.failures import host, is_about_trust, is_timeout, unreachable
from twine_stage.transport.sentences import sentence

Auth = Callable[[PreparedRequest], PreparedRequest]

T = TypeVar("T")

ATTEMPTS = 4
"""How often a read is tried; a time limit that ran out counts twice."""

LONGEST_PAUSE = 60.0
"""Seconds; what a server asks for in ``Retry-After`` counts up to this."""

PAGE_LIMIT = 1 << 28
"""Bytes of a page; the greatest project of PyPI has a tenth of it."""

ANSWER_LIMIT = 1 << 16
"""Bytes that are read of the answer to an upload."""

_BLOCK = 1 << 20
_HOPS = 10
_NO_END = "one redirect leads to the next without an end"
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds.

    ``send`` is for a connection and for each block of a body; ``answer`` is for what an index
    thinks about an upload: PyPI gives up its own statements after minutes only.
    """

    connect: float = 15.0
    read: float = 30.0
    send: float = 60.0
    answer: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a server answered; ``body`` may be cut off where the caller set a limit."""

    url: str
    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """The media type, in lower case, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as an absolute URL."""
        target = self.headers.get("Location")
        is_redirect = 300 <= self.status < 400  # noqa: PLR2004 - the class of HTTP statuses
        return urljoin(self.url, target) if target and is_redirect else None

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks us to wait."""
        text = self.headers.get("Retry-After", "").strip()
        return float(text) if text.isascii() and text.isdigit() else None

    def sentence(self, *, secrets: tuple[str, ...] = ()) -> str:
        """What the server says, in one line; see ``sentences``."""
        return sentence(
            status=self.status,
            reason=self.reason,
            content_type=self.content_type,
            body=self.body,
            secrets=secrets,
        )


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
    _sessions: threading.local = field(default_factory=threading.local, repr=False)

    def session(self) -> Session:
        """A session for one thread; requests does not promise that one serves several."""
        session = Session()
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
        limit: int | None = None,
    ) -> Answered:
        """Read a page, again if need be, and follow redirects; ``auth`` is for the first URL only.

        Args:
            url: where it is.
            headers: to send with it.
            auth: credentials; they follow no redirect.
            stays: do not leave the host; a redirect elsewhere is the answer.
            limit: how many bytes are wanted; more are not read.

        Raises:
            Unreachable: no answer, none that ends, or one too many redirects.
            LocalError: the certificates cannot be read.
        """
        for _ in range(_HOPS):
            read = partial(self._page, url, headers, auth, limit)
            answered = self._repeat(url, read, lambda page: page)
            target = answered.location
            if target is None or (stays and host(target) != host(url)):
                return answered
            url, auth = target, None
        raise Unreachable(f"{host(url)}: {_NO_END}", hint="Check the URL.")

    def stream(self, url: str, *, auth: Auth | None = None) -> Iterator[bytes]:
        """The bytes of a file as they are stored, in blocks; begun again only before the first.

        Raises:
            Unreachable: no answer, or one that breaks off.
        """
        # Some servers would declare a .tar.gz to be text that they compressed.
        headers = {"Accept-Encoding": "identity"}
        for _ in range(_HOPS):
            begin = partial(self._open, url, headers, auth)
            response = self._repeat(url, begin, _answered)
            with closing(response):
                answered = _answered(response)
                if answered.location is None:
                    yield from _blocks(response, answered)
                    return
                url, auth = answered.location, None
        raise Unreachable(f"{host(url)}: {_NO_END}", hint="Check the URL.")

    def post(
        self,
        session: Session,
        url: str,
        *,
        body: Iterable[bytes | memoryview],
        headers: Mapping[str, str],
        auth: Auth,
    ) -> Answered:
        """Send a body, once, and follow no redirect.

        Raises:
            requests.RequestException: there was no answer; the index may have the body or not.
            StageError: the certificates cannot be read, or the answer is a redirect to nonsense.
        """
        try:
            response = session.post(
                url,
                data=cast("Iterable[bytes]", body),
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
            return _answered(response, _beginning(response))

    def _page(
        self, url: str, headers: Mapping[str, str], auth: Auth | None, limit: int | None
    ) -> Answered:
        with closing(self._open(url, headers, auth)) as response:
            body = bytearray()
            for block in response.iter_content(_BLOCK):
                body += block
                if limit is not None and len(body) >= limit:
                    return _answered(response, bytes(body[:limit]))
                if len(body) > self.page_limit:
                    raise Unreachable(
                        f"{host(url)}: the page has more than {self.page_limit} bytes"
                    )
            return _answered(response, bytes(body))

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

    def _repeat(self, url: str, read: Callable[[], T], answered: Callable[[T], Answered]) -> T:
        """What a read yields, tried again while that may help."""
        left = ATTEMPTS
        while True:
            pause = random.uniform(0.25, 0.5) * 2 ** (ATTEMPTS - left)  # noqa: S311 - jitter
            try:
                result = read()
                answer = answered(result)
                left -= 1
                if answer.status not in _TRY_AGAIN or not left:
                    return result
                pause = max(pause, answer.retry_after or 0.0)
            except RequestException as error:
                left -= 2 if is_timeout(error) else 1
                if left <= 0 or is_about_trust(error):
                    raise unreachable(error, url) from error
            except (OSError, ValueError) as error:
                raise _other(error, url) from error
            self.sleep(min(pause, LONGEST_PAUSE))


def anonymous(request: PreparedRequest) -> PreparedRequest:
    """No credentials: without any, requests would look into ``.netrc``."""
    return request


def _other(error: OSError | ValueError, url: str) -> StageError:
    """For the two errors that requests does not make its own."""
    if isinstance(error, OSError):
        return LocalError(f"cannot read the certificates: {error}")
    return Unreachable(f"{host(url)}: the answer leads to a URL that cannot be understood")


def _answered(response: Response, body: bytes = b"") -> Answered:
    return Answered(
        url=response.url,
        status=response.status_code,
        reason=response.reason or "",
        headers=response.headers,
        body=body,
    )


def _beginning(response: Response) -> bytes:
    """The first part of an answer's body; an answer counts although its body breaks off."""
    body = bytearray()
    try:
        for block in response.iter_content(ANSWER_LIMIT):
            body += block
            if len(body) >= ANSWER_LIMIT:
                break
    except RequestException:
        pass
    return bytes(body[:ANSWER_LIMIT])


def _blocks(response: Response, answered: Answered) -> Iterator[bytes]:
    if not response.ok:
        raise Unreachable(f"{host(response.url)}: {answered.sentence()}: {response.url}")
    try:
        yield from response.raw.stream(_BLOCK, decode_content=False)
    except (HTTPError, OSError) as error:
        raise unreachable(error, response.url) from error
