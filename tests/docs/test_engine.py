"""The engine that runs the pages: what it reads as a command, and what counts as shown."""

from __future__ import annotations

import pytest

from pages import Command, anchors, commands, links

PAGE = """\
# A page: `stage`, and more

See [there](other.md#place).

<!-- exit: 4 -->
```console
$ one \\
  two
said
$ three
```

```sh
$ not run, [no link](nowhere.md)
```
"""


def test_commands_are_those_of_console_blocks() -> None:
    """Only console blocks are run; the status in the comment is that of the last command."""
    assert commands(PAGE) == [
        Command(text="one    two", shown=("said",), line=6, status=0),
        Command(text="three", shown=(), line=6, status=4),
    ]


def test_links_and_anchors_are_those_of_the_prose() -> None:
    """What stands in a block is neither a link nor a heading."""
    assert links(PAGE) == ["other.md#place"]
    assert anchors(PAGE) == {"a-page-stage-and-more"}


@pytest.mark.parametrize(
    ("shown", "said", "expected"),
    [
        ("added spam", "added spam\n", True),
        ("added spam", "added ham\n", False),
        ("added …", "added spam\n", True),
        ("…ed spam", "added\nspam\n", False),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…\nd", "a\nd\n", True),
        ("a", "a\nb\n", False),
    ],
)
def test_shown_is_what_was_said(shown: str, said: str, *, expected: bool) -> None:
    """Lines are compared exactly; an ellipsis is anything in a line, alone any lines."""
    command = Command(text="", shown=tuple(shown.splitlines()), line=1, status=0)
    assert command.is_shown_as(said) is expected


@pytest.mark.parametrize(
    ("shown", "said", "expected"),
    [
        ("a\nb", "b\na\n", True),
        ("a\n…b", "xb\na\n", True),
        ("a\nb", "b\na\nc\n", False),
        ("a\n…", "b\na\nc\n", True),
        ("a\na", "a\nb\n", False),
    ],
)
def test_lines_may_come_in_any_order(shown: str, said: str, *, expected: bool) -> None:
    """Where the page says so, each line is shown once wherever it stands."""
    lines = tuple(shown.splitlines())
    command = Command(text="", shown=lines, line=1, status=0, any_order=True)
    assert command.is_shown_as(said) is expected
