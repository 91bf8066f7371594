"""What a project says in its ``pyproject.toml``, in ``[tool.stage]``: never a secret."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from twine_stage.errors import LocalError, UsageError
from twine_stage.settings.addresses import folder, split_user_info

APIS = ("auto", "2.0", "legacy", "directory")
TRUSTED_PUBLISHING = ("automatic", "always", "never")

_FILE = "pyproject.toml"
_TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"
_KEYS = ("index", "prompt-after", "repository")
_INDEX_KEYS = ("api", "simple-url", "trusted-publishing", "upload-url")
_SECRETS = re.compile(r"pass|token|secret|user|credential|auth|key", re.IGNORECASE)
_DURATION = re.compile(r"(\d{1,6}) ?(minute|hour|day|week)s?", re.ASCII)
_SAFE = "Keep credentials in the environment, in ~/.pypirc or in the keyring."


@dataclass(frozen=True, slots=True)
class ProjectIndex:
    """An index that a project configures; None is what it does not say."""

    upload_url: str | None = None
    simple_url: str | None = None
    api: str | None = None
    trusted_publishing: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """A project's policy and indexes.

    ``prompt_after`` is the age from which a release is not added to without being asked;
    ``repository`` names the index that is meant where nothing else is said.
    """

    prompt_after: timedelta = timedelta(days=1)
    repository: str | None = None
    indexes: Mapping[str, ProjectIndex] = field(default_factory=dict)


def load_project(start: Path) -> ProjectSettings:
    """Read the ``pyproject.toml`` that is nearest to a folder, upwards; nothing if there is none.

    Raises:
        LocalError: it cannot be read.
        UsageError: a key of ``[tool.stage]`` is not as it must be; the message names file and key.
    """
    folders = (start, *start.absolute().parents)
    path = next((found for one in folders if (found := one / _FILE).is_file()), None)
    if path is None:
        return ProjectSettings()
    document = _read(path)
    try:
        tool = _table(document.get("tool", {}), "tool")
        return _settings(_table(tool.get("stage", {}), "tool.stage"), path.absolute().parent)
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", hint=error.hint) from None


def _read(path: Path) -> dict[str, Any]:
    toml = import_module(_TOML)
    try:
        document: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LocalError(f"{path} cannot be read as TOML: {reason}") from None
    return document


def _settings(table: dict[str, Any], base: Path) -> ProjectSettings:
    _know(table, _KEYS, "tool.stage")
    indexes = _table(table.get("index", {}), "tool.stage.index")
    return ProjectSettings(
        prompt_after=_duration(table.get("prompt-after", "1 day"), "[tool.stage] prompt-after"),
        repository=_text(table, "repository", "tool.stage"),
        indexes={name: _index(name, value, base) for name, value in indexes.items()},
    )


def _index(name: str, value: object, base: Path) -> ProjectIndex:
    """Judge an index; a folder is one in the project's, wherever the command is called."""
    place = f"tool.stage.index.{name}"
    table = _table(value, place)
    _know(table, _INDEX_KEYS, place)
    upload_url = _text(table, "upload-url", place)
    if upload_url is not None:
        directory = folder(upload_url, place=f"[{place}] upload-url", base=base)
        if directory is None:
            without_secret(upload_url, f"[{place}] upload-url")
        else:
            upload_url = str(directory)
    simple_url = _text(table, "simple-url", place)
    if simple_url is not None:
        without_secret(simple_url, f"[{place}] simple-url")
    api = _text(table, "api", place)
    if api is not None:
        one_of(APIS, api, place=f"[{place}] api")
    trusted = _text(table, "trusted-publishing", place)
    if trusted is not None:
        one_of(TRUSTED_PUBLISHING, trusted, place=f"[{place}] trusted-publishing")
    return ProjectIndex(upload_url, simple_url, api, trusted)


def one_of(words: Sequence[str], text: str, *, place: str) -> str:
    """A word, judged.

    Raises:
        UsageError: it is none of those that there are.
    """
    if text not in words:
        raise UsageError(f"{place}: expected one of {', '.join(words)}, found {text!r}")
    return text


def without_secret(url: str, place: str) -> None:
    """Judge a URL of HTTP that everybody may read.

    Raises:
        UsageError: it is none, or it holds a user name or password.
    """
    _, username, password = split_user_info(url, place=place)
    if username is not None or password is not None:
        raise UsageError(f"{place}: expected a URL without user name and password", hint=_SAFE)


def _duration(value: object, place: str) -> timedelta:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise UsageError(
            f"{place}: expected a number and minutes, hours, days or weeks, found {value!r}",
            hint='For example: prompt-after = "12 hours"',
        )
    return timedelta(**{f"{found.group(2)}s": int(found.group(1))})


def _know(table: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys and _SECRETS.search(key):
            raise UsageError(f"[{place}] {key}: a credential does not belong here", hint=_SAFE)
        if key not in keys:
            raise UsageError(f"[{place}] {key}: unknown; expected one of {', '.join(keys)}")


def _table(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"[{place}]: expected a table")
    return value


def _text(table: Mapping[str, Any], key: str, place: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"[{place}] {key}: expected a text")
    return value
