"""Isolation: the environment in which pip and uv see one preview, and no other index.

Two indexes that are merged are a danger: if a name is on both, an installer takes the higher
version, wherever it comes from. So every variable of theirs goes but those that are known to say
only how something is reached, and no configuration file is read; what they may learn one day is
kept out, too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

_KEPT = frozenset(
    {
        "PIP_CERT",
        "PIP_CLIENT_CERT",
        "PIP_DEFAULT_TIMEOUT",
        "PIP_DISABLE_PIP_VERSION_CHECK",
        "PIP_NO_COLOR",
        "PIP_NO_INPUT",
        "PIP_PROGRESS_BAR",
        "PIP_PROXY",
        "PIP_QUIET",
        "PIP_RETRIES",
        "PIP_ROOT_USER_ACTION",
        "PIP_TIMEOUT",
        "PIP_TRUSTED_HOST",
        "UV_CACHE_DIR",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INSECURE_HOST",
        "UV_LINK_MODE",
        "UV_NATIVE_TLS",
        "UV_NO_PROGRESS",
        "UV_PYTHON",
        "UV_PYTHON_DOWNLOADS",
        "UV_PYTHON_INSTALL_DIR",
        "UV_PYTHON_PREFERENCE",
        "UV_SYSTEM_CERTS",
        "UV_SYSTEM_PYTHON",
    }
)
"""What says how an index, or an interpreter, is reached; nothing of it adds an index."""

_UPLOADING = ("TWINE_", "STAGE_", "UV_PUBLISH_", "ACTIONS_ID_TOKEN_REQUEST_")
_TOKEN = "_ID_TOKEN"  # noqa: S105 - how the names of such variables end, on GitLab
_FOREIGN = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
_TELLING = 8
"""Characters from which on a part of a URL is secret by itself."""
_TOKEN_LIKE = 16


def alone(environ: Mapping[str, str], url: str) -> dict[str, str]:
    """An environment in which pip and uv see the simple index at a URL, and nothing else.

    A secret URL reaches them by this alone. To build an sdist, pip would hand it on to a child in
    an argument list, so it is not asked to.
    """
    ours = {name: value for name, value in environ.items() if _is_kept(name.upper())}
    ours |= {
        "PIP_CONFIG_FILE": os.devnull,  # pip reads none at all then, not even the machine's
        "PIP_INDEX_URL": url,
        "PIP_NO_CACHE_DIR": "1",
        "UV_DEFAULT_INDEX": url,
        "UV_INDEX_URL": url,  # before uv 0.4.23
        "UV_NO_CACHE": "1",
        "UV_NO_CONFIG": "1",
    }
    return ours | ({"PIP_ONLY_BINARY": ":all:"} if is_secret(url) else {})


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment for code that was never run before: without what it takes to upload."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(_UPLOADING) and not name.endswith(_TOKEN) and name not in _FOREIGN
    }


def is_secret(url: str) -> bool:
    """Whether the URL of a preview is a secret; that of a folder on this machine is none."""
    return urlsplit(url).scheme != "file"


def secrets(url: str) -> tuple[str, ...]:
    """The texts by which an installer might tell the URL of a preview."""
    if not is_secret(url):
        return ()
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/simple")
    words = [word for word in path.split("/") if len(word) >= _TOKEN_LIKE]
    texts = [url.rstrip("/"), path, parts.query, parts.username, parts.password, *words]
    whole = {text for text in texts if text and len(text) >= _TELLING}
    return tuple(whole | {unquote(text) for text in whole})


def _is_kept(name: str) -> bool:
    return name in _KEPT or not name.startswith(("PIP_", "UV_"))
