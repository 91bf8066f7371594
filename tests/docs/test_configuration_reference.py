"""The page on configuration has every key of ``[tool.stage]``, and its example is a valid one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from twine_stage.policy import Policy
from twine_stage.settings import ProjectSettings, load_project
from twine_stage.settings.project import CHECK_KEYS, KEYS, SIGNATURE_KEYS
from twine_stage.settings.project_indexes import KEYS as INDEX_KEYS

PAGE = Path(__file__).parents[2] / "docs/reference/configuration.md"
SECTION = (
    PAGE.read_text(encoding="utf-8").partition("\n## pyproject.toml\n")[2].partition("\n## ")[0]
)


def test_the_example_says_something_of_everything(tmp_path: Path) -> None:
    """Whoever copies it can use it as it stands."""
    [example] = re.findall(r"^```toml\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(example)
    found = load_project(tmp_path)
    silent = ProjectSettings()
    told = [field.name for field in fields(found) if field.name != "policy"]
    assert not [name for name in told if getattr(found, name) == getattr(silent, name)]
    rules = [field.name for field in fields(Policy) if field.name != "append"]
    assert not [name for name in rules if getattr(found.policy, name) == getattr(Policy(), name)]


def test_every_key_is_in_the_table_and_no_other() -> None:
    """In the first column."""
    cells = re.findall(r"^\| (`.*?) \|", SECTION, re.MULTILINE)
    documented = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    plain = {key for key in KEYS if key not in ("check", "expect", "index", "signature")}
    tables = {f"check.{key}" for key in CHECK_KEYS} | {f"index.NAME.{key}" for key in INDEX_KEYS}
    tables |= {f"signature.{key}" for key in SIGNATURE_KEYS}
    assert documented == plain | tables | {"expect.SPECIFIER"}
