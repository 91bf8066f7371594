"""Credentials: which ones, and from where; the source is told, the value never."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from twine_stage.errors import CredentialsMissing
from twine_stage.reporting import Reporter
from twine_stage.settings import Given, IndexSettings, Secret
from twine_stage.settings.addresses import is_private
from twine_stage.trusted_publishing import NotOffered, Tokens, begin

T = TypeVar("T")

TOKEN_USERNAME = "__token__"  # noqa: S105 - the name that stands for any token of PyPI

_KEYRING = "the keyring"


class Login(Protocol):
    """Who we are to an index, for one run; may be asked from any thread."""

    def for_request(self) -> Credentials:
        """What to send with one request; such as end are renewed.

        Raises:
            StageError: there is nothing to send any more.
        """
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: all that was ever used, and what headers make of it."""
        ...

    @property
    def is_trusted_publisher(self) -> bool:
        """Whether the index knows which job we are; PyPI takes attestations then."""
        ...

    def close(self) -> None:
        """Give up what was for this run only; raises nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password; neither is ever shown. The same for each request."""

    username: Secret
    password: Secret

    is_trusted_publisher = False

    def for_request(self) -> Credentials:
        """These."""
        return self

    @property
    def encoded(self) -> tuple[bytes, bytes]:
        """As they were given: what is not UTF-8 in the environment stands for its bytes."""
        username, password = (
            secret.value.encode(errors="surrogateescape")
            for secret in (self.username, self.password)
        )
        return username, password

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, and what stands in the header."""
        return self.password.value, base64.b64encode(b":".join(self.encoded)).decode()

    def close(self) -> None:
        """Nothing to do: they were there before."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A job that the index trusts: upload tokens that live for minutes."""

    tokens: Tokens

    is_trusted_publisher = True

    def for_request(self) -> Credentials:
        """The token of the moment."""
        return _of_token(self.tokens.take())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Of every token."""
        tokens = self.tokens.secrets
        return tuple(part for token in tokens for part in _of_token(Secret(token)).secrets)

    def close(self) -> None:
        """Have the index burn them."""
        self.tokens.close()


def _of_token(token: Secret) -> Credentials:
    return Credentials(Secret(TOKEN_USERNAME), token)


class Kept(Protocol):
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

    def get_credential(self, service_name: str, username: str | None) -> Kept | None:
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
    begin: Callable[[IndexSettings, Reporter], Tokens | NotOffered] = begin,
) -> Login | None:
    """The credentials for an index; None where it wants none.

    They come from command line, environment, URL or ``.pypirc`` (as ``settings`` holds them), else
    from the keyring, else from the index itself by trusted publishing, else from a person.

    Args:
        settings: the index.
        ask: puts a question to a person and returns the answer; None where nobody is there.
        reporter: hears where they came from.
        keyring: where to look them up; None for that of this machine.
        begin: begins trusted publishing.

    Raises:
        CredentialsMissing: there are none, and nobody can be asked.
        Refused: trusted publishing is there, and does not trust this job.
        Unreachable: the index does not tell whether it has trusted publishing.
    """
    found = _Obtaining(settings, ask, reporter, keyring, begin).login()
    if not isinstance(found, Credentials):
        return found
    if not is_private(settings.url):
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
    begin: Callable[[IndexSettings, Reporter], Tokens | NotOffered]
    is_keyring_broken: bool = False
    places: tuple[str, ...] = ()

    def login(self) -> Login | None:
        if self.settings.trusted_publishing == "always":
            return self._trusted()
        username, password = self.settings.username, self.settings.password
        if username is None and password is None and self.settings.client_cert:
            self.reporter.note("credentials: the client certificate")
            return None
        if self.settings.is_pypi and not (username and username.value):
            username = Given(Secret(TOKEN_USERNAME), "the default of PyPI")
        self.places = (*self.settings.looked_at, _KEYRING)
        if username is None:
            username, password = self._from_keyring(password)
        if username is not None and password is None:
            password = self._password_from_keyring(username.value)
        if password is None and (publisher := self._publisher(username)):
            return publisher
        return self._given(*self._completed(username, password))

    def _completed(self, username: Given | None, password: Given | None) -> tuple[Given, Given]:
        """What is missing is asked for."""
        if username is None:
            username = self._asked("user name", None)
            password = password or self._password_from_keyring(username.value)
        return username, password or self._asked("password", username.value)

    def _given(self, username: Given, password: Given) -> Credentials | None:
        if not username.value and not password.value:
            self.reporter.note("credentials: none, as asked for")
            return None
        if not password.value:
            raise self._missing(f"the password from {password.source} is empty")
        self.reporter.note(
            f"credentials: user name from {username.source}, password from {password.source}"
        )
        return Credentials(username.secret, password.secret)

    def _trusted(self) -> Publisher:
        """Trusted publishing, and nothing else."""
        begun = self.begin(self.settings, self.reporter)
        if isinstance(begun, NotOffered):
            raise CredentialsMissing(
                f"{self.settings.url}: trusted publishing cannot be used: {begun.why}",
                hint="With --trusted-publishing automatic a token or password will do.",
            )
        return Publisher(begun)

    def _publisher(self, username: Given | None) -> Publisher | None:
        """Trusted publishing, if nobody asked for another user and there is any chance."""
        is_meant = username is None or username.value in ("", TOKEN_USERNAME)
        if self.settings.trusted_publishing == "never" or not is_meant:
            return None
        if not self.settings.has_identity:
            return None
        begun = self.begin(self.settings, self.reporter)
        if isinstance(begun, NotOffered):
            self.places += (f"trusted publishing ({begun.why})",)
            return None
        return Publisher(begun)

    def _from_keyring(self, password: Given | None) -> tuple[Given | None, Given | None]:
        """The user name, and with it the password if the keyring keeps both."""
        kept = self._try(lambda keyring: keyring.get_credential(self.settings.url, None))
        if kept is None or not kept.username:
            return None, password
        username = Given(Secret(kept.username), _KEYRING)
        if password is None and kept.password:
            password = Given(Secret(kept.password), _KEYRING)
        return username, password

    def _password_from_keyring(self, username: str) -> Given | None:
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
        return CredentialsMissing(
            f"{self.settings.url}: {problem}; looked at {', '.join(self.places)}, and nobody can "
            "be asked"
            if self.ask is None
            else f"{self.settings.url}: {problem}",
            hint=f"Set {needed}; for an index that wants no credentials give -u '' -p ''.",
        )


def _installed_keyring() -> Keyring:
    import keyring  # noqa: PLC0415 - it looks for its backends when it is imported

    return keyring
