from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api_tokens import HOST, token
from twine_stage import api_tokens as tokens
from twine_stage.api_tokens import ApiToken

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
SECONDS = int(NOON.timestamp())


LONG = [f"project-{number}" for number in range(40)]


@pytest.mark.parametrize(
    ("caveats", "expected"),
    [
        ([], ApiToken(location=HOST)),
        ([[3, "user-id"]], ApiToken(location=HOST)),
        ([[1, ["spam"]]], ApiToken(location=HOST, projects=frozenset({"spam"}))),
        ([[1, LONG]], ApiToken(location=HOST, projects=frozenset(LONG))),
        (
            [[1, ["spam", "eggs"]], [1, ["eggs"]]],
            ApiToken(location=HOST, projects=frozenset({"eggs"})),
        ),
        ([[2, ["id"]]], ApiToken(location=HOST)),
        (
            [[0, SECONDS, SECONDS - 60]],
            ApiToken(location=HOST, not_before=NOON - timedelta(minutes=1), expires_at=NOON),
        ),
        (
            [{"nbf": SECONDS - 60, "exp": SECONDS}],
            ApiToken(location=HOST, not_before=NOON - timedelta(minutes=1), expires_at=NOON),
        ),
        ([{"version": 1, "permissions": "user"}], ApiToken(location=HOST)),
        (
            [{"version": 1, "permissions": {"projects": ["spam"]}}],
            ApiToken(location=HOST, projects=frozenset({"spam"})),
        ),
    ],
)  # fmt: skip
def test_what_a_token_says(caveats: list[object], expected: ApiToken) -> None:
    """Of several caveats the strictest counts; what only the index can judge is left to it."""
    assert tokens.read(token(*caveats)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "secret", "pypi-", "pypi-ä", "pypi-AQ", "pypi-AgEF", token([0, 10**30, 1]), token()[:-60]],
)
def test_what_is_no_token(text: str) -> None:
    """Nothing is known of it; the index will judge."""
    assert tokens.read(text) is None


def test_the_form_of_a_token() -> None:
    """PyPI takes only what begins so."""
    assert tokens.is_token(token())
    assert not tokens.is_token("hunter2")


@example(b"\x00")
@given(st.binary())
def test_any_bytes_can_be_read(content: bytes) -> None:
    """Whatever stands behind the prefix, nothing is raised."""
    tokens.read("pypi-" + urlsafe_b64encode(b"\2" + content).decode())


@pytest.mark.parametrize(
    ("told", "objection"),
    [
        (ApiToken(location=HOST), None),
        (ApiToken(location="other"), "it was made by 'other', and this is 'index.example.org'"),
        (ApiToken(location=HOST, expires_at=NOON), "it ended at 2026-01-01 12:00 UTC"),
        (ApiToken(location=HOST, expires_at=NOON + timedelta(seconds=1)), None),
        (ApiToken(location=HOST, not_before=NOON), None),
        (
            ApiToken(location=HOST, not_before=NOON + timedelta(minutes=1)),
            "it begins at 2026-01-01 12:01 UTC",
        ),
        (ApiToken(location=HOST, projects=frozenset({"spam", "eggs"})), None),
        (
            ApiToken(location=HOST, projects=frozenset({"eggs"})),
            "it is limited to eggs, not for spam",
        ),
        (
            ApiToken(location=HOST, projects=frozenset()),
            "it is limited to no project at all, not for spam",
        ),
    ],
)
def test_objections(told: ApiToken, objection: str | None) -> None:
    """What the index would refuse is known before it is asked."""
    assert told.objection(location=HOST, projects=["spam"], now=NOON) == objection
