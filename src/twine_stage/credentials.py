"""Credentials: which ones, and from where; the source is told, the value never."""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from twine_stage.errors import CredentialsMissing
from twine_stage.reporting import Reporter
from twine_stage.settings import Given, IndexSettings, Secret

T = TypeVar("T")

TOKEN_USERNAME = "__token__"  # noqa: S105 - the name that stands for any token of PyPI

_KEYRING = "the keyring"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password; neither is ever shown."""

    username: Secret
    password: Secret


class Login(Protocol):
    """What a keyring keeps."""

    @property
    def username(self) -> str:
        """Whose it is."""
        ...

    @property
    def password(self) -> str:
        """The secret."""
        ...


class Keyring(Protocol):
    """What is used of the keyring library; any of it may fail in any way."""

    def get_credential(self, service_name: str, username: str | None) -> Login | None:
        """Some login for a service."""
        ...

    def get_password(self, service_name: str, username: str) -> str | None:
        """The password of a user of a service."""
        ...


def obtain(
    settings: IndexSettings,
    *,
    ask: Callable[[str], str] | None,
    reporter: Reporter,
    keyring: Keyring | None = None,
) -> Credentials | None:
    """The credentials for an index; None where it wants none.

    They come from command line, environment, URL or ``.pypirc`` (as ``settings`` holds them), else
    from the keyring, else from a person.

    Args:
        settings: the index.
        ask: puts a question to a person and returns the answer; None where nobody is there.
        reporter: hears where they came from.
        keyring: where to look them up; None for that of this machine.

    Raises:
        CredentialsMissing: there are none, and nobody can be asked.
    """
    found = _Obtaining(settings, ask, reporter, keyring).credentials()
    if found is None:
        return None
    if not _is_private(settings.url):
        reporter.warn(f"the password travels to {settings.url} in clear text: it is not https")
    if any(unicodedata.category(character) == "Cc" for character in found.password.value):
        reporter.warn("the password holds control characters; was it pasted as it should be?")
    return found


@dataclass(slots=True)
class _Obtaining:
    settings: IndexSettings
    ask: Callable[[str], str] | None
    reporter: Reporter
    keyring: Keyring | None
    is_keyring_broken: bool = False

    def credentials(self) -> Credentials | None:
        username, password = self.settings.username, self.settings.password
        if username is None and password is None and self.settings.client_cert:
            self.reporter.note("credentials: the client certificate")
            return None
        if self.settings.is_pypi and not (username and username.value):
            username = Given(Secret(TOKEN_USERNAME), "the default of PyPI")
        if username is None:
            username, password = self._login(password)
        if password is None:
            password = self._from_keyring(username.value) or self._asked("password", username.value)
        if not username.value and not password.value:
            self.reporter.note("credentials: none, as asked for")
            return None
        if not password.value:
            raise self._missing(f"the password from {password.source} is empty")
        self.reporter.note(
            f"credentials: user name from {username.source}, password from {password.source}"
        )
        return Credentials(username.secret, password.secret)

    def _login(self, password: Given | None) -> tuple[Given, Given | None]:
        """The user name, and with it the password if the keyring keeps both."""
        login = self._try(lambda keyring: keyring.get_credential(self.settings.url, None))
        if login is None or not login.username:
            return self._asked("user name", None), password
        username = Given(Secret(login.username), _KEYRING)
        if password is None and login.password:
            password = Given(Secret(login.password), _KEYRING)
        return username, password

    def _from_keyring(self, username: str) -> Given | None:
        found = self._try(lambda keyring: keyring.get_password(self.settings.url, username))
        return Given(Secret(found), _KEYRING) if found else None

    def _try(self, look: Callable[[Keyring], T | None]) -> T | None:
        """What the keyring knows; nothing where it is broken, which is told once."""
        if self.is_keyring_broken:
            return None
        try:
            return look(self.keyring or _installed_keyring())
        except Exception as error:  # noqa: BLE001 - backends raise whatever they like
            self.is_keyring_broken = True
            if type(error).__name__ != "NoKeyringError":
                self.reporter.warn(
                    f"the keyring fails ({type(error).__name__}); going on without it"
                )
        return None

    def _asked(self, what: str, username: str | None) -> Given:
        if self.ask is None:
            raise self._missing(f"no {what} was found")
        thing = "API token" if username == TOKEN_USERNAME else what
        answer = self.ask(f"{thing[0].upper()}{thing[1:]} for {self.settings.url}: ")
        return Given(Secret(answer), "the terminal")

    def _missing(self, problem: str) -> CredentialsMissing:
        needed = "TWINE_PASSWORD" if self.settings.is_pypi else "TWINE_USERNAME and TWINE_PASSWORD"
        places = ", ".join((*self.settings.looked_at, _KEYRING))
        return CredentialsMissing(
            f"{self.settings.url}: {problem}; looked at {places}, and nobody can be asked"
            if self.ask is None
            else f"{self.settings.url}: {problem}",
            hint=f"Set {needed}; for an index that wants no credentials give -u '' -p ''.",
        )


def _installed_keyring() -> Keyring:
    import keyring  # noqa: PLC0415 - it looks for its backends when it is imported

    return keyring


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
