"""The project's pages, taken apart: fenced blocks, the commands in them, links, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)

_FENCE = re.compile(r"^( *)(`{3,})(\w*)\s*$")
_COMMENT = re.compile(r"^\s*<!-- (?:exit: (?P<status>\d+)|(?P<any>lines in any order)) -->$")
_HEADING = re.compile(r"^#+ (.+)$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block, and what the comments directly above it say.

    ``status`` is what its last command is expected to end with; ``any_order``, that the lines of
    its output come as they like.
    """

    language: str
    text: str
    line: int
    status: int = 0
    any_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line of a ``console`` block, and what the page shows below it."""

    text: str
    shown: tuple[str, ...]
    line: int
    status: int
    any_order: bool = False

    def is_shown_as(self, said: str) -> bool:
        """Whether the page shows what was said.

        ``…`` stands for anything in a line, and for any number of lines where it stands alone.
        """
        lines = [line.rstrip() for line in said.rstrip().splitlines()]
        if self.any_order:
            return _match_any_order(list(self.shown), lines)
        pattern = "".join(
            r"(?:.*\n)*?" if line.strip() == "…" else f"{_pattern(line)}\n" for line in self.shown
        )
        return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def name(page: Path) -> str:
    """The page's path below the project."""
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, without their indentation."""
    lines = enumerate(text.splitlines(), start=1)
    status, any_order = 0, False
    for number, line in lines:
        if fence := _FENCE.match(line):
            indentation, marks, language = fence.groups()
            inside = []
            for _, content in lines:
                if content.strip() == marks:
                    break
                inside.append(content.removeprefix(indentation))
            body = "".join(f"{content}\n" for content in inside)
            yield Block(
                language=language, text=body, line=number, status=status, any_order=any_order
            )
            status, any_order = 0, False
        elif said := _COMMENT.match(line):
            status = int(said["status"] or status)
            any_order = any_order or bool(said["any"])


def commands(text: str) -> list[Command]:
    """The commands of a page in order; a backslash at the end goes on in the next line."""
    found: list[Command] = []
    for block in blocks(text):
        if block.language == "console":
            found += _commands(block)
    return found


def _commands(block: Block) -> list[Command]:
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    before, *rest = parts
    assert not before, f"line {block.line}: a console block begins with a command"
    found = []
    for number, part in enumerate(rest, start=1):
        command, _, shown = part.replace("\\\n", " ").partition("\n")
        found.append(
            Command(
                text=command,
                shown=tuple(line.rstrip() for line in shown.rstrip().splitlines()),
                line=block.line,
                status=block.status if number == len(rest) else 0,
                any_order=block.any_order,
            )
        )
    return found


def _match_any_order(shown: list[str], said: list[str]) -> bool:
    left = list(said)
    for line in shown:
        found = [other for other in left if re.fullmatch(_pattern(line), other)]
        if line.strip() != "…":
            if not found:
                return False
            left.remove(found[0])
    return not left or "…" in (line.strip() for line in shown)


def _pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("…"))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found = set()
    for line in _prose(text):
        if heading := _HEADING.match(line):
            plain = re.sub(r"[^\w\- ]", "", heading.group(1).lower())
            found.add(plain.replace(" ", "-"))
    return found


def links(text: str) -> list[str]:
    """Where a page's links lead, those in fenced blocks left out."""
    return [target for line in _prose(text) for target in _LINK.findall(line)]


def _prose(text: str) -> Iterator[str]:
    marks = ""
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fence and not marks:
            marks = fence.group(2)
        elif marks and line.strip() == marks:
            marks = ""
        elif not marks:
            yield line
