"""What PyPI would say of every file is said before the first."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import urlsplit

import pytest
from packaging.utils import canonicalize_name
from twine import repository, utils

from api_tokens import HOST, token
from fakes import Remembering
from releasing import WHEEL, built, manifest_of
from twine_stage.credentials import Credentials
from twine_stage.errors import Refused
from twine_stage.indexes.discovery import connect
from twine_stage.indexes.tokens import TokenGate
from twine_stage.settings import Given, IndexSettings, Secret

SPAM = canonicalize_name("spam")
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
GATE = TokenGate("https://example.org/legacy/", HOST, lambda: NOON)


def login(password: str, username: str = "__token__") -> Credentials:
    return Credentials(Secret(username), Secret(password))


@pytest.mark.parametrize(
    "usable",
    [
        None,
        login(token()),
        login(token([1, ["spam"]])),
        login("pypi-unheard-of"),
    ],
)
def test_what_may_be_taken(usable: Credentials | None) -> None:
    """What we cannot read, and what is no login of ours to judge, is left to the index."""
    GATE.expect_usable(usable, ["spam"])


@pytest.mark.parametrize(
    ("refused", "problem"),
    [
        (login("secret", "me"), "the user name is not __token__"),
        (login("secret"), "the password is none"),
        (login(token(location="other.example.org")), "it was made by 'other.example.org'"),
        (login(token([1, ["eggs"]])), "it is limited to eggs, not for spam"),
        (login(token([0, 1, 0])), "it ended at 1970-01-01 00:00 UTC"),
    ],
)
def test_what_is_refused(refused: Credentials, problem: str) -> None:
    """With the reason and the way out, and without the secret."""
    with pytest.raises(Refused, match=problem) as caught:
        GATE.expect_usable(refused, ["spam"])

    assert caught.value.exit_status == 4
    assert "API token" in (caught.value.hint or "")
    assert refused.password.value not in str(caught.value)


def pypi(password: str, url: str = utils.DEFAULT_REPOSITORY) -> IndexSettings:
    given = Given(Secret(password), "the test")
    return IndexSettings(id="pypi", url=url, is_pypi=True, password=given)


def test_it_stands_before_pypi() -> None:
    """A token of the test index is refused, one of the site itself is not; nothing is sent."""
    site = urlsplit(repository.WAREHOUSE_WEB).hostname or ""
    index = connect(pypi(token(location=site)), ask=None, reporter=Remembering())
    index.authorize([SPAM])
    test_site = urlsplit(repository.TEST_WAREHOUSE).hostname or ""
    index = connect(pypi(token(location=test_site)), ask=None, reporter=Remembering())
    with pytest.raises(Refused, match="it was made by"):
        index.authorize([SPAM])


def test_attestations_stay_behind_without_trusted_publishing() -> None:
    """PyPI refuses files that come with them and a token."""
    site = urlsplit(repository.WAREHOUSE_WEB).hostname or ""
    settings = pypi(token(location=site))
    index = connect(
        IndexSettings(
            id="pypi", url=settings.url, api="legacy", is_pypi=True, password=settings.password
        ),
        ask=None,
        reporter=Remembering(),
    )
    with index.session(manifest_of(built(WHEEL))) as session:
        assert not session.capabilities.takes_attestations
