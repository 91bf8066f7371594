"""Where the members of an archive lie, judged by their names alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from twine_stage.archives.tally import Tally
from twine_stage.contents import FlawKind

_SEPARATOR = re.compile(r"[/\\]")
_ABSOLUTE = re.compile(r"/|\\(?!x[0-9a-f]{2})|[A-Za-z]:")  # \xff is a byte that is no text
_HERE = ("", ".")


def judge_places(names: Iterable[str], tally: Tally) -> None:
    """Note the members that would be unpacked outside of the folder that is meant.

    A drive letter and a backslash count: on Windows they lead outside too.
    """
    for name in names:
        if _ABSOLUTE.match(name):
            tally.note(FlawKind.OUTSIDE, "absolute name", name)
        elif ".." in name and ".." in _SEPARATOR.split(name):
            tally.note(FlawKind.OUTSIDE, "name with ..", name)


def judge_repeats(names: Sequence[str], tally: Tally) -> None:
    """Note the files that are there several times; a folder may be."""
    if len(set(names)) == len(names):
        return
    seen: set[str] = set()
    for name in names:
        if name in seen and not name.endswith("/"):
            tally.note(FlawKind.DUPLICATE, "there more than once", name)
        seen.add(name)


def judge_top(names: Sequence[str], tally: Tally) -> None:
    """Note where the members of an sdist are not all in one folder, or ``.`` is one of them."""
    absolute = sum(name.startswith("/") for name in names)
    if 0 < absolute < len(names):
        tally.note(FlawKind.SCATTERED, "absolute names beside others")
        return
    tops: dict[str, None] = {}
    for name in names:
        tops[_top(name)] = None
        if len(tops) > 1:
            break
    if len(tops) > 1 or "" in tops:
        for top in tops:
            tally.note(FlawKind.SCATTERED, "at the top", top or ".")


def leads_out(name: str, target: str) -> bool:
    """Whether a symbolic link of that name and target leads out of the folder at the top."""
    if _ABSOLUTE.match(target):
        return True
    depth = sum(part not in _HERE for part in name.split("/")[:-1])
    for part in target.split("/"):
        if part not in _HERE:
            depth += -1 if part == ".." else 1
        if depth < 1:
            return True
    return False


def _top(name: str) -> str:
    """The first part of a name that says anything."""
    top = name.partition("/")[0]
    return top if top not in _HERE else next((it for it in name.split("/") if it not in _HERE), "")
