"""What a project says in its ``pyproject.toml``, in ``[tool.stage]``: never a secret."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from twine_stage.errors import LocalError, UsageError
from twine_stage.policy import APPENDING, NEWER, Policy
from twine_stage.settings.project_indexes import ProjectIndex, project_index
from twine_stage.settings.quantities import duration
from twine_stage.settings.tables import flag, know, table, text, texts, word
from twine_stage.signers import Signer

_FILE = "pyproject.toml"
_TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"
_TABLE = "tool.stage"
KEYS = (
    "append",
    "check",
    "close-after-first",
    "close-after-last",
    "close-on-newer",
    "expect",
    "index",
    "prompt-after",
    "repository",
    "signature",
)
CHECK_KEYS = ("ignore", "strict")
SIGNATURE_KEYS = ("identity", "issuer")
_CODE = re.compile(r"[A-Z]\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """A project's policy, its expectations and its indexes.

    ``repository`` names the index that is meant where nothing else is said. ``expected`` are the
    filename patterns that a release must have, by version specifier. ``ignore`` are beginnings of
    the codes of checks that do not count; where ``is_strict``, their warnings are errors.
    ``signer`` is by whom manifests must be signed that are.
    """

    policy: Policy = field(default_factory=Policy)
    repository: str | None = None
    indexes: Mapping[str, ProjectIndex] = field(default_factory=dict)
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    is_strict: bool = False
    signer: Signer | None = None


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
        tool = table(document.get("tool", {}), "tool")
        return _settings(table(tool.get("stage", {}), _TABLE), path.absolute().parent)
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


def _settings(stage: dict[str, Any], base: Path) -> ProjectSettings:
    know(stage, KEYS, _TABLE)
    check = table(stage.get("check", {}), f"{_TABLE}.check")
    know(check, CHECK_KEYS, f"{_TABLE}.check")
    indexes = table(stage.get("index", {}), f"{_TABLE}.index")
    return ProjectSettings(
        policy=_policy(stage),
        repository=text(stage, "repository", _TABLE),
        indexes={name: project_index(name, value, base) for name, value in indexes.items()},
        expected=_expected(table(stage.get("expect", {}), f"{_TABLE}.expect")),
        ignore=_codes(check),
        is_strict=flag(check, "strict", f"{_TABLE}.check"),
        signer=_signer(stage),
    )


def _policy(stage: dict[str, Any]) -> Policy:
    def span(key: str) -> timedelta | None:
        return duration(stage[key], f"[{_TABLE}] {key}") if key in stage else None

    usual, prompt_after = Policy(), span("prompt-after")
    return Policy(
        prompt_after=usual.prompt_after if prompt_after is None else prompt_after,
        close_after_first=span("close-after-first"),
        close_after_last=span("close-after-last"),
        close_on_newer=word(stage, "close-on-newer", _TABLE, NEWER) or usual.close_on_newer,
        append=word(stage, "append", _TABLE, APPENDING) or usual.append,
    )


def _signer(stage: dict[str, Any]) -> Signer | None:
    place = f"{_TABLE}.signature"
    if "signature" not in stage:
        return None
    signature = table(stage["signature"], place)
    know(signature, SIGNATURE_KEYS, place)
    identity, issuer = (text(signature, key, place) for key in SIGNATURE_KEYS)
    if not identity or not issuer:
        raise UsageError(
            f"[{place}]: expected identity and issuer, found one alone or none",
            hint="Anybody can sign; what counts is who did, and who vouches for them.",
        )
    return Signer(identity, issuer)


def _expected(expect: dict[str, Any]) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for specifier, patterns in expect.items():
        place = f'[{_TABLE}.expect] "{specifier}"'
        try:
            SpecifierSet(specifier)
        except InvalidSpecifier:
            raise UsageError(
                f"{place}: expected a version specifier", hint='For example: ">=2.0,<3"'
            ) from None
        found[specifier] = texts(patterns, place, what="a pattern of filenames")
    return found


def _codes(check: dict[str, Any]) -> tuple[str, ...]:
    if "ignore" not in check or check["ignore"] == []:
        return ()
    place = f"[{_TABLE}.check] ignore"
    codes = texts(check["ignore"], place, what="the code of a check")
    for code in codes:
        if _CODE.fullmatch(code) is None:
            raise UsageError(
                f"{place}: expected the code of a check or its beginning, found {code!r}",
                hint='For example: ignore = ["M211"]',
            )
    return codes
