"""Authority: the credentials of an index, obtained once, and sent to its own origin only."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from requests.auth import HTTPBasicAuth

from twine_stage.credentials import Credentials
from twine_stage.settings import Secret
from twine_stage.transport import Auth, anonymous

_PORTS = {"http": 80, "https": 443}


class Authority:
    """Who we are to an index; may be asked from any thread.

    Args:
        url: where uploads go.
        obtain: finds the credentials; called once at most, unless it fails.
    """

    def __init__(self, url: str, obtain: Callable[[], Credentials | None]) -> None:
        self._origin = origin(url)
        self._obtain = obtain
        self._lock = threading.Lock()
        self._is_known = False
        self._credentials: Credentials | None = None

    def credentials(self) -> Credentials | None:
        """The credentials, or None where the index wants none.

        Raises:
            CredentialsMissing: there are none, and nobody can be asked.
        """
        with self._lock:
            if not self._is_known:
                self._credentials = self._obtain()
                self._is_known = True
            return self._credentials

    def auth(self, url: str) -> Auth | None:
        """How to authenticate a request; None where the URL is not the index's own."""
        try:
            is_own = origin(url) == self._origin
        except ValueError:  # an index may show links that are none
            is_own = False
        if not is_own:
            return None
        found = self.credentials()
        if found is None:
            return anonymous
        return HTTPBasicAuth(_bytes(found.username), _bytes(found.password))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown, should a server repeat it."""
        found = self._credentials
        if found is None:
            return ()
        login = b":".join((_bytes(found.username), _bytes(found.password)))
        return (found.password.value, base64.b64encode(login).decode())


def _bytes(secret: Secret) -> bytes:
    """As it was given: what is not UTF-8 in the environment stands for its bytes."""
    return secret.value.encode(errors="surrogateescape")


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
