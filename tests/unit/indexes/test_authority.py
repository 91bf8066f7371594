"""Who we are to an index."""

from __future__ import annotations

import pytest
import requests

from twine_stage.credentials import Credentials
from twine_stage.errors import CredentialsMissing
from twine_stage.indexes.authority import Authority, origin
from twine_stage.settings import Secret

URL = "https://example.org/legacy/"
PASSWORD = "recognisable-pässword"


def authority() -> Authority:
    return Authority(URL, lambda: Credentials(Secret("me"), Secret(PASSWORD)))


def test_credentials_are_sent_to_the_origin_only() -> None:
    """Another scheme, host or port is a stranger's; the default port is the same."""
    known = authority()
    for url in ("http://example.org/", "https://example.net/", "https://example.org:8443/"):
        assert known.auth(url) is None
    assert known.auth("https://example.org:443/simple/")
    assert known.auth("https://[::1/what-is-no-url") is None
    assert known.auth("https://example.org:99999/") is None
    assert origin("http://[::1]:80/") == ("http", "::1", 80)


def test_any_character_is_sent() -> None:
    """Credentials are encoded as UTF-8."""
    auth = authority().auth(URL)
    assert auth
    request = auth(requests.Request("GET", URL).prepare())
    assert request.headers["Authorization"] == "Basic bWU6cmVjb2duaXNhYmxlLXDDpHNzd29yZA=="


def test_bytes_are_sent_as_they_were_given() -> None:
    """An environment may hold what is not UTF-8; Python keeps it as lone surrogates."""
    known = Authority(URL, lambda: Credentials(Secret("me"), Secret("\udcff")))
    auth = known.auth(URL)
    assert auth
    request = auth(requests.Request("GET", URL).prepare())
    assert request.headers["Authorization"] == "Basic bWU6/w=="
    assert known.secrets == ("\udcff", "bWU6/w==")


def test_there_may_be_none() -> None:
    """Where no credentials are wanted, none are added, and there is nothing to hide."""
    none = Authority(URL, lambda: None)
    auth = none.auth(URL)
    assert auth
    request = auth(requests.Request("GET", URL).prepare())
    assert "Authorization" not in request.headers
    assert none.secrets == ()


class Changing:
    """A login whose password is another at each request."""

    is_trusted_publisher = True

    def __init__(self) -> None:
        self.count = 0
        self.is_closed = False

    def for_request(self) -> Credentials:
        self.count += 1
        return Credentials(Secret("me"), Secret(str(self.count)))

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(str(number + 1) for number in range(self.count))

    def close(self) -> None:
        self.is_closed = True


def test_each_request_has_the_credentials_of_its_moment() -> None:
    """Some end, some serve but once; what was used is hidden for good, and given up at the end."""
    login = Changing()
    known = Authority(URL, lambda: login)
    auth = known.lend()
    headers = [auth(requests.Request("GET", URL).prepare()).headers for _ in range(2)]
    assert [found["Authorization"] for found in headers] == ["Basic bWU6MQ==", "Basic bWU6Mg=="]
    assert known.secrets == ("1", "2")
    known.close()
    assert login.is_closed
    assert known.secrets == ("1", "2")


def test_links_may_lead_anywhere() -> None:
    """What an index hands out is for its caller to judge; where it wants none, none are lent."""
    elsewhere = requests.Request("GET", "https://example.net/").prepare()
    assert "Authorization" in authority().lend()(elsewhere).headers
    strange = requests.Request("GET", "https://example.net/").prepare()
    assert "Authorization" not in Authority(URL, lambda: None).lend()(strange).headers


def test_what_was_never_obtained_is_not_given_up() -> None:
    """A run that needed no credentials asks for none at its end."""
    never = Authority(URL, Changing)
    never.close()
    assert never.secrets == ()


def test_they_are_obtained_once() -> None:
    """One question a run, unless it fails."""
    outcomes: list[Credentials | None] = [None]

    def obtain() -> Credentials | None:
        if not outcomes:
            raise CredentialsMissing("none")
        return outcomes.pop()

    once = Authority(URL, obtain)
    assert once.credentials() is None
    assert once.credentials() is None
    with pytest.raises(CredentialsMissing):
        Authority(URL, obtain).credentials()


def test_what_must_be_hidden_is_known_once_it_is_used() -> None:
    """The password, and what the header holds; neither is in a representation."""
    known = authority()
    before = known.secrets
    known.credentials()
    assert before == ()
    assert known.secrets == (PASSWORD, "bWU6cmVjb2duaXNhYmxlLXDDpHNzd29yZA==")
    assert "recognisable" not in f"{known!r} {vars(known)!r}"
