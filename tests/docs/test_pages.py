"""What pages hold besides commands: blocks that parse, links that lead somewhere."""

from __future__ import annotations

import ast
import configparser
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pages import PAGES, ROOT, anchors, blocks, links, name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = {"", "console", "html", "ini", "json", "jsonl", "python", "sh", "text", "toml", "yaml"}
PARSERS: dict[str, Callable[[str], object]] = {
    "ini": lambda text: configparser.ConfigParser(interpolation=None).read_string(text),
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "python": ast.parse,
    "toml": tomllib.loads,
}

each_page = pytest.mark.parametrize("page", PAGES, ids=name)


@each_page
def test_blocks_parse(page: Path) -> None:
    """Every fenced block is of a known language, or of none, and well-formed in it."""
    for block in blocks(page.read_text(encoding="utf-8")):
        place = f"{name(page)}:{block.line}"
        assert block.language in LANGUAGES, f"{place}: {block.language!r} is no language of ours"
        try:
            PARSERS.get(block.language, str)(block.text)
        except (ValueError, SyntaxError, configparser.Error) as error:
            pytest.fail(f"{place}: {error}")


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every link within the project leads to a file that exists, and to a heading in it."""
    for target in links(page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.is_relative_to(ROOT), f"{name(page)}: {target} leads out of the project"
        assert goal.exists(), f"{name(page)}: {target} leads nowhere"
        if anchor:
            known = anchors(goal.read_text(encoding="utf-8"))
            assert anchor in known, f"{name(page)}: {target} names no heading"


def test_pages_are_found_from_the_index() -> None:
    """Every page of docs/ can be reached from docs/index.md by links."""
    reached = {ROOT / "docs" / "index.md"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        found = {
            (page.parent / target.partition("#")[0]).resolve()
            for target in links(page.read_text(encoding="utf-8"))
            if not target.startswith(("#", "http"))
        }
        new = {goal for goal in found if goal.suffix == ".md" and goal.exists()} - reached
        reached |= new
        waiting += new
    unreached = {name(page) for page in PAGES if (ROOT / "docs") in page.parents} - {
        name(page) for page in reached if page.is_relative_to(ROOT)
    }
    assert not unreached
