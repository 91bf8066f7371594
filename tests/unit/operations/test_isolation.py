from __future__ import annotations

import os

import pytest

from twine_stage.operations import isolation

FOLDER = "file:///somewhere/simple/"
SECRET = "https://me:password1@example.org/preview/0123456789abcdef%3D/simple/?key=12345678"
INSTALLERS = ("PIP_", "UV_")


def _set(environ: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in environ.items() if key.startswith(INSTALLERS)}


@pytest.mark.parametrize(
    "name",
    [
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_NO_INDEX",
        "PIP_CONSTRAINT",
        "pip_extra_index_url",
        "PIP_extra_index_url",
        "PIP_PYPI_URL",
        "UV_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_NO_INDEX",
        "UV_CONFIG_FILE",
        "UV_EXCLUDE_NEWER",
        "UV_TORCH_BACKEND",
        "UV_OF_A_LATER_YEAR",
    ],
)
def test_nothing_that_could_add_an_index_is_left(name: str) -> None:
    """Also what nobody knows today."""
    assert name not in isolation.alone({name: "https://example.org/other/"}, FOLDER)


def test_what_is_set_leads_to_the_preview_alone() -> None:
    """No configuration is read, and nothing comes from a cache."""
    before = {"PIP_INDEX_URL": "https://example.org/other/", "UV_INDEX_URL": "x", "HOME": "/home"}
    ours = isolation.alone(before, FOLDER)
    assert ours == {
        "HOME": "/home",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": FOLDER,
        "PIP_NO_CACHE_DIR": "1",
        "UV_DEFAULT_INDEX": FOLDER,
        "UV_INDEX_URL": FOLDER,
        "UV_NO_CACHE": "1",
        "UV_NO_CONFIG": "1",
    }


def test_how_an_index_is_reached_stays() -> None:
    """A certificate and a proxy are needed for a preview, too."""
    reaching = {"PIP_CERT": "/bundle.pem", "PIP_PROXY": "https://example.org", "UV_NATIVE_TLS": "1"}
    assert reaching.items() <= isolation.alone(reaching, FOLDER).items()


def test_where_the_url_is_secret_no_sdist_is_built() -> None:
    """To get what it takes, pip would hand the URL to a child, in an argument list."""
    assert isolation.alone({}, SECRET)["PIP_ONLY_BINARY"] == ":all:"
    assert "PIP_ONLY_BINARY" not in isolation.alone({}, FOLDER)


def test_code_that_was_never_run_gets_no_credentials() -> None:
    """Nor what Python would import from elsewhere."""
    foreign = {
        "TWINE_PASSWORD": "secret",
        "STAGE_PREVIEW_URL": SECRET,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret",
        "INDEX_ID_TOKEN": "secret",
        "UV_PUBLISH_TOKEN": "secret",
        "UV_PUBLISH_PASSWORD": "secret",
        "PYTHONPATH": "src",
        "PYTHONHOME": "/",
    }
    assert isolation.clean({**foreign, "PATH": "/bin"}) == {"PATH": "/bin"}


def test_a_folder_is_no_secret() -> None:
    """Who can read it needs no URL."""
    assert isolation.secrets(FOLDER) == ()


def test_all_that_could_tell_a_secret_url_is_known() -> None:
    """As a whole, and in parts; also decoded."""
    found = set(isolation.secrets(SECRET))
    assert found >= {
        SECRET,
        "/preview/0123456789abcdef%3D",
        "/preview/0123456789abcdef=",
        "0123456789abcdef%3D",
        "password1",
        "key=12345678",
    }
    assert "me" not in found


def test_what_everybody_knows_is_no_secret() -> None:
    """Only the URL itself, where there is nothing more to it."""
    assert isolation.secrets("https://example.org/simple/") == ("https://example.org/simple",)
