"""Authority: who we are to an index; credentials go where they belong, and nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import HTTPBasicAuth

from twine_stage.credentials import Login
from twine_stage.errors import CredentialsMissing
from twine_stage.transport import Auth, anonymous

_PORTS = {"http": 80, "https": 443}


class Authority:
    """Who we are to an index; may be asked from any thread.

    Args:
        url: where uploads go.
        obtain: finds the login; called once at most, unless it fails.
    """

    def __init__(self, url: str, obtain: Callable[[], Login | None]) -> None:
        self._origin = origin(url)
        self._obtain = obtain
        self._lock = threading.Lock()
        self._is_known = False
        self._login: Login | None = None

    def credentials(self) -> Login | None:
        """The login, or None where the index wants none.

        Raises:
            CredentialsMissing: there are no credentials, and nobody can be asked.
            StageError: the index was to give us some, and did not.
        """
        with self._lock:
            if not self._is_known:
                self._login = self._obtain()
                self._is_known = True
            return self._login

    def auth(self, url: str) -> Auth | None:
        """How to authenticate a request; None where the URL is not the index's own."""
        try:
            is_own = origin(url) == self._origin
        except ValueError:  # an index may show links that are none
            is_own = False
        return self.lend() if is_own else None

    def lend(self, *, is_needed: bool = True) -> Auth:
        """How to authenticate a request to a link that the index handed out, wherever it leads.

        Whether credentials may go there is for the caller to judge. They are those of the moment
        at which a request is made, and again at each attempt: tokens end, and some serve but once.
        Requests raise what ``base.Index.authorize`` raises, should there be none any more. Where
        they are not ``is_needed``, a stranger asks if there are none.
        """
        try:
            login = self.credentials()
        except CredentialsMissing:
            if is_needed:
                raise
            return anonymous
        return anonymous if login is None else partial(_sign, login)

    @property
    def is_trusted_publisher(self) -> bool:
        """Whether the index knows which job we are."""
        login = self.credentials()
        return login is not None and login.is_trusted_publisher

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown, should a server repeat it: all that was ever used."""
        return self._login.secrets if self._login else ()

    def close(self) -> None:
        """Give up what was for this run only; raises nothing."""
        if self._login:
            self._login.close()


def _sign(login: Login, request: PreparedRequest) -> PreparedRequest:
    signed: PreparedRequest = HTTPBasicAuth(*login.for_request().encoded)(request)
    return signed


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
