"""Values of settings keep their secrets."""

from __future__ import annotations

from twine_stage.settings import Flags, Given, IndexSettings, Secret

TOKEN = "pypi-recognisable-token-in-the-tests"


def test_a_secret_hides_its_value() -> None:
    """It shows itself to nobody who does not ask."""
    secret = Secret(TOKEN)
    assert secret.value == TOKEN
    for shown in (str(secret), repr(secret), f"{secret}", f"{secret!r}", f"{[secret]}"):
        assert TOKEN not in shown
        assert "********" in shown


def test_what_holds_a_secret_hides_it_too() -> None:
    """A log or a traceback may show the whole value."""
    given = Given(Secret(TOKEN), "TWINE_PASSWORD")
    assert given.value == TOKEN
    settings = IndexSettings(id="i", url="https://example.org/", username=given, password=given)
    flags = Flags(username=TOKEN, password=TOKEN, repository_url=f"https://{TOKEN}@example.org/")
    for value in (given, settings, flags):
        assert TOKEN not in f"{value} {value!r}"


def test_a_secret_compares_by_value() -> None:
    """Tests and reports can tell two apart without seeing them."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
