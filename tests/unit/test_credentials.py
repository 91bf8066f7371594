"""Credentials: the order of the places, what is said of them, and what never is."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes import Remembering
from twine_stage.credentials import Credentials, Login, obtain
from twine_stage.errors import CredentialsMissing
from twine_stage.reporting import Reporter
from twine_stage.settings import Given, IndexSettings, Secret
from twine_stage.trusted_publishing import NotOffered, Tokens

TOKEN = "pypi-AgEIcHlwaS5vcmcCJDNhNzM"
URL = "https://example.org/legacy/"


@dataclass(frozen=True, slots=True)
class KeyringLogin:
    username: str
    password: str


@dataclass
class FakeKeyring:
    """A keyring with one login, or one that fails."""

    login: KeyringLogin | None = None
    error: Exception | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def get_credential(self, service_name: str, username: str | None) -> KeyringLogin | None:
        self.asked.append((service_name, username))
        if self.error:
            raise self.error
        return self.login

    def get_password(self, service_name: str, username: str) -> str | None:
        found = self.get_credential(service_name, username)
        return found.password if found and found.username == username else None


class NoKeyringError(Exception):
    """As the library calls it where there is no backend."""


def given(text: str, source: str = "--password") -> Given:
    return Given(Secret(text), source)


@dataclass
class Case:
    """One call of ``obtain``, and all that was said."""

    keyring: FakeKeyring = field(default_factory=FakeKeyring)
    reporter: Remembering = field(default_factory=Remembering)
    questions: list[str] = field(default_factory=list)
    tokens: Tokens | None = None
    begun: int = 0

    def answering(self, *answers: str) -> Callable[[str], str]:
        left = list(answers)

        def ask(question: str) -> str:
            self.questions.append(question)
            return left.pop(0)

        return ask

    def obtain(
        self, ask: Callable[[str], str] | None = None, *, url: str = URL, **known: object
    ) -> Login | None:
        settings = IndexSettings(id="i", url=url, looked_at=("-u and -p",), **known)  # type: ignore[arg-type]
        return obtain(
            settings, ask=ask, reporter=self.reporter, keyring=self.keyring, begin=self.begin
        )

    def begin(self, settings: IndexSettings, reporter: Reporter) -> Tokens | NotOffered:
        self.begun += 1
        return NotOffered("the index knows nothing of it") if self.tokens is None else self.tokens

    @property
    def said(self) -> str:
        return " ".join((*self.reporter.notes, *self.reporter.warnings, *self.questions))


def shown(found: Login | None) -> tuple[str, str]:
    assert found is not None
    credentials = found.for_request()
    return credentials.username.value, credentials.password.value


class FakeTokens(Tokens):
    """Tokens that are there already."""

    def __init__(self) -> None:
        self.given = 0
        self.is_burned = False

    def take(self) -> Secret:
        self.given += 1
        return Secret(f"{TOKEN}-{self.given}")

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(f"{TOKEN}-{number + 1}" for number in range(self.given))

    def close(self) -> None:
        self.is_burned = True


class TestOrder:
    def test_given(self) -> None:
        """What is given is used, its source is told, and nobody else is asked."""
        case = Case()
        found = case.obtain(username=given("me", "STAGE_USERNAME"), password=given(TOKEN))
        assert shown(found) == ("me", TOKEN)
        assert "user name from STAGE_USERNAME, password from --password" in case.said
        assert not case.keyring.asked

    def test_pypi(self) -> None:
        """PyPI takes nothing but tokens, so its user name is known."""
        found = Case().obtain(is_pypi=True, password=given(TOKEN))
        assert shown(found) == ("__token__", TOKEN)

    def test_pypi_without_a_user(self) -> None:
        """An empty user name, such as a variable that CI did not fill, means the same."""
        found = Case().obtain(is_pypi=True, username=given(""), password=given(TOKEN))
        assert shown(found) == ("__token__", TOKEN)

    def test_keyring_login(self) -> None:
        """The keyring may know both, under the upload URL."""
        case = Case(FakeKeyring(KeyringLogin("me", TOKEN)))
        assert shown(case.obtain()) == ("me", TOKEN)
        assert case.keyring.asked == [(URL, None)]

    def test_keyring_password(self) -> None:
        """The keyring may know the password of a user who was named."""
        case = Case(FakeKeyring(KeyringLogin("me", TOKEN)))
        assert shown(case.obtain(username=given("me"))) == ("me", TOKEN)
        assert case.keyring.asked == [(URL, "me")]

    def test_keyring_user(self) -> None:
        """A password that was given is kept, even if the keyring has another."""
        case = Case(FakeKeyring(KeyringLogin("me", "other")))
        assert shown(case.obtain(password=given(TOKEN))) == ("me", TOKEN)

    def test_keyring_without_password(self) -> None:
        """A keyring that knows the user only leaves the password to be asked for."""
        case = Case(FakeKeyring(KeyringLogin("me", "")))
        assert shown(case.obtain(case.answering(TOKEN))) == ("me", TOKEN)

    def test_prompt(self) -> None:
        """A person is asked last, for both."""
        case = Case()
        assert shown(case.obtain(case.answering("me", TOKEN))) == ("me", TOKEN)
        assert case.questions == [f"User name for {URL}: ", f"Password for {URL}: "]

    def test_prompt_for_token(self) -> None:
        """Of PyPI's token the question speaks by its name."""
        case = Case()
        case.obtain(case.answering(TOKEN), is_pypi=True)
        assert case.questions == [f"API token for {URL}: "]


class TestTrustedPublishing:
    def test_automatic(self) -> None:
        """It is tried where no password was found, in a job of CI, before anybody is asked."""
        case = Case(tokens=FakeTokens())
        found = case.obtain(has_identity=True)
        assert shown(found) == ("__token__", f"{TOKEN}-1")
        assert case.keyring.asked == [(URL, None)]

    @pytest.mark.parametrize("is_pypi", [True, False])
    def test_the_user_of_tokens(self, is_pypi: bool) -> None:  # noqa: FBT001 - both ways
        """Whoever names the user that tokens have means a token."""
        case = Case(tokens=FakeTokens())
        user = None if is_pypi else given("__token__")
        found = case.obtain(has_identity=True, is_pypi=is_pypi, username=user)
        assert shown(found)[0] == "__token__"
        assert case.keyring.asked == [(URL, "__token__")]

    @pytest.mark.parametrize(
        "known",
        [
            {"username": given("me"), "password": given("x"), "has_identity": True},
            {"password": given("x"), "username": given("__token__"), "has_identity": True},
            {"username": given("me"), "has_identity": True},
            {"trusted_publishing": "never", "has_identity": True},
            {"has_identity": False},
        ],
    )
    def test_not_tried(self, known: dict[str, Any]) -> None:
        """Not where there is a password, another user, a no, or nobody to prove who it is."""
        case = Case(tokens=FakeTokens())
        case.obtain(lambda _: "x", **known)
        assert case.begun == 0

    def test_keyring_first(self) -> None:
        """What a keyring keeps was put there on purpose."""
        case = Case(FakeKeyring(KeyringLogin("me", TOKEN)), tokens=FakeTokens())
        assert shown(case.obtain(has_identity=True)) == ("me", TOKEN)
        assert case.begun == 0

    def test_client_certificate_first(self) -> None:
        """A client certificate says who we are."""
        case = Case(tokens=FakeTokens())
        assert case.obtain(has_identity=True, client_cert="me.pem") is None

    def test_not_offered(self) -> None:
        """Then a person is asked, and where there is none the reason is told."""
        case = Case()
        found = case.obtain(case.answering("me", TOKEN), has_identity=True)
        assert shown(found) == ("me", TOKEN)
        with pytest.raises(CredentialsMissing) as caught:
            case.obtain(has_identity=True)
        assert (
            "looked at -u and -p, the keyring, trusted publishing (the index knows nothing of it), "
            "and nobody can be asked"
        ) in caught.value.message

    def test_always(self) -> None:
        """Nothing else is looked at, whatever there is."""
        case = Case(FakeKeyring(KeyringLogin("me", "x")), tokens=FakeTokens())
        known: dict[str, Any] = {
            "username": given("me"),
            "password": given("x"),
            "client_cert": "me.pem",
        }
        found = case.obtain(trusted_publishing="always", **known)
        assert shown(found) == ("__token__", f"{TOKEN}-1")
        assert not case.keyring.asked

    def test_always_and_not_offered(self) -> None:
        """It is an error then, which tells why."""
        case = Case()
        with pytest.raises(CredentialsMissing) as caught:
            case.obtain(lambda _: "x", trusted_publishing="always", password=given("x"))
        assert caught.value.message == (
            f"{URL}: trusted publishing cannot be used: the index knows nothing of it"
        )
        assert "--trusted-publishing automatic" in caught.value.hint
        assert caught.value.exit_status == 4

    def test_a_token_a_request(self) -> None:
        """Each request asks anew; all that was used is secret; the end burns."""
        tokens = FakeTokens()
        found = Case(tokens=tokens).obtain(has_identity=True)
        assert found is not None
        assert [shown(found)[1] for _ in range(2)] == [f"{TOKEN}-1", f"{TOKEN}-2"]
        assert found.secrets[::2] == (f"{TOKEN}-1", f"{TOKEN}-2")
        assert found.secrets[1] == base64.b64encode(f"__token__:{TOKEN}-1".encode()).decode()
        found.close()
        assert tokens.is_burned

    def test_installed(self) -> None:
        """Without a stand-in, trusted publishing begins by itself."""
        settings = IndexSettings(id="i", url=URL, trusted_publishing="always")
        with pytest.raises(CredentialsMissing, match="no job of GitHub Actions"):
            obtain(settings, ask=None, reporter=Remembering())


class TestNone:
    def test_anonymous(self) -> None:
        """An empty user name with an empty password means that the index wants none."""
        assert Case().obtain(username=given(""), password=given("")) is None

    def test_client_certificate(self) -> None:
        """A client certificate is enough where nothing else is given."""
        assert Case().obtain(client_cert="me.pem") is None

    def test_missing(self) -> None:
        """Without a person, every place that was looked at is named."""
        with pytest.raises(CredentialsMissing) as caught:
            Case().obtain()
        assert "no user name was found" in caught.value.message
        assert "looked at -u and -p, the keyring" in caught.value.message
        assert caught.value.exit_status == 4

    def test_missing_password(self) -> None:
        """The user name alone is not enough."""
        with pytest.raises(CredentialsMissing, match="no password was found"):
            Case().obtain(username=given("me"))

    def test_empty(self) -> None:
        """An empty password, such as a variable that CI did not fill, is said to be empty."""
        with pytest.raises(CredentialsMissing, match="the password from TWINE_PASSWORD is empty"):
            Case().obtain(is_pypi=True, password=given("", "TWINE_PASSWORD"))

    def test_empty_answer(self) -> None:
        """An empty answer is none."""
        case = Case()
        with pytest.raises(CredentialsMissing, match=r"the password from the terminal is empty$"):
            case.obtain(case.answering("me", ""))


class TestKeyring:
    def test_broken(self) -> None:
        """A keyring that fails is named once, without what it said, and work goes on."""
        case = Case(FakeKeyring(error=RuntimeError(TOKEN)))
        assert shown(case.obtain(case.answering("me", TOKEN))) == ("me", TOKEN)
        assert case.reporter.warnings == ["the keyring fails (RuntimeError); going on without it"]

    def test_absent(self) -> None:
        """To have no keyring is no failure."""
        case = Case(FakeKeyring(error=NoKeyringError()))
        case.obtain(case.answering("me", TOKEN))
        assert not case.reporter.warnings

    def test_installed(self) -> None:
        """Without one at hand, that of this machine is asked."""
        settings = IndexSettings(id="i", url="https://example.invalid/")
        found = obtain(settings, ask=lambda _: "x", reporter=Remembering())
        assert shown(found) == ("x", "x")


class TestWarnings:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("http://example.org/", True),
            ("http://192.0.2.1/", True),
            ("http://127.0.0.1:8080/", False),
            ("http://[::1]/", False),
            ("http://localhost/", False),
            ("https://example.org/", False),
        ],
    )
    def test_clear_text(self, url: str, expected: bool) -> None:  # noqa: FBT001 - a table
        """A password in clear text through a network is worth a warning."""
        case = Case()
        case.obtain(url=url, username=given("me"), password=given(TOKEN))
        assert any("clear text" in warning for warning in case.reporter.warnings) is expected

    def test_control_characters(self) -> None:
        """A password that was pasted badly is worth a warning."""
        case = Case()
        case.obtain(username=given("me"), password=given(f"{TOKEN}\x16"))
        assert "control characters" in case.said


def test_what_was_there_before_stays() -> None:
    """A password is the same for each request, and nothing becomes of it at the end."""
    found = Credentials(Secret("me"), Secret("p"))
    found.close()
    assert found.for_request() is found
    assert found.secrets == ("p", "bWU6cA==")


def test_never_shown() -> None:
    """The password is in no note, warning, question, or representation."""
    case = Case(FakeKeyring(error=RuntimeError(TOKEN)))
    found = case.obtain(
        url="http://example.org/", username=given(TOKEN), password=given(f"{TOKEN}\n")
    )
    settings = IndexSettings(id="i", url=URL, password=given(TOKEN), username=given(TOKEN))
    assert TOKEN not in f"{case.said} {found!r} {found} {settings!r} {settings}"
    assert TOKEN not in f"{Secret(TOKEN)} {Secret(TOKEN)!r} {given(TOKEN)!r}"
