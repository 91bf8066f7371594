"""Platforms: the few words that tell which machines a set of files is for."""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = (
    ("any", "any"),
    ("manylinux", "linux"),
    ("linux", "linux"),
    ("musllinux", "musl"),
    ("macosx", "macos"),
    ("win", "windows"),
    ("android", "android"),
    ("ios", "ios"),
    ("pyodide", "wasm"),
    ("emscripten", "wasm"),
    ("wasi", "wasm"),
)
"""How a platform tag begins, and the word for it; the order is that of the summary."""


def platforms(filenames: Iterable[str]) -> tuple[str, ...]:
    """The platforms of some distributions, each once; an sdist counts as one.

    The tag is taken from the end of the name, which costs nothing; no name is judged here.
    """
    found = {word for filename in filenames for word in _of(filename)}
    order = [*dict.fromkeys(word for _, word in _WORDS), "other", "sdist"]
    return tuple(word for word in order if word in found)


def _of(filename: str) -> set[str]:
    if not filename.endswith(".whl"):
        return {"sdist"}
    tags = filename.removesuffix(".whl").rpartition("-")[2].split(".")
    return {_word(tag) for tag in tags}


def _word(tag: str) -> str:
    return next((word for start, word in _WORDS if tag.startswith(start)), "other")
