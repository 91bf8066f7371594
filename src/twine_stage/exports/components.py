"""Components: what a CycloneDX document in a wheel says that the wheel is made of.

The document is other people's: what is taken from it is judged place by place, and what the format
of ours does not allow is left out, so that a wheel cannot spoil the document of its release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from twine_stage.documents import Node, is_text
from twine_stage.errors import Damaged

_TYPES = frozenset(
    (
        *("application", "container", "cryptographic-asset", "data", "device", "device-driver"),
        *("file", "firmware", "framework", "library", "machine-learning-model"),
        *("operating-system", "platform"),
    )
)
_HASHES = {
    "MD5": 32,
    "SHA-1": 40,
    "SHA-256": 64,
    "SHA-384": 96,
    "SHA-512": 128,
    "SHA3-256": 64,
    "SHA3-384": 96,
    "SHA3-512": 128,
    "BLAKE2b-256": 64,
    "BLAKE2b-384": 96,
    "BLAKE2b-512": 128,
    "BLAKE3": 64,
}
"""The algorithms of CycloneDX, and how many hexadecimal digits each gives."""

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_LONGEST = 1024
"""Characters of a version, at most (CycloneDX 1.6)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Components, and which of them need which, all under references of our own.

    ``roots`` are the references of what the document is about.
    """

    roots: tuple[str, ...]
    components: tuple[dict[str, Any], ...]
    dependencies: tuple[tuple[str, tuple[str, ...]], ...]


def parse(content: bytes, *, prefix: str) -> Parts | None:
    """Read a document; None if it is none of CycloneDX in JSON.

    Args:
        content: the bytes of the document.
        prefix: what our references begin with, to be unlike those of other documents.
    """
    try:
        top = Node.loads(content, name=prefix)
        top.get("bomFormat").expect("CycloneDX")
    except Damaged:
        return None
    components: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for node in _every(top):
        reference = f"{prefix}#{len(components) + 1}"
        if theirs := _text(node, "bom-ref"):
            names.setdefault(theirs, reference)
        components.append(_component(node, reference))
    subject = _children(top, "metadata", "component")
    every = tuple(one["bom-ref"] for one in components)
    roots = every[:1] if subject and _text(subject[0], "name") else every
    return Parts(roots, tuple(components), tuple(_needs(top, names)))


def _every(top: Node) -> Iterator[Node]:
    """All components that have a name, those within others too; no depth is too much."""
    waiting = [*_children(top, "metadata", "component"), *_children(top, "components")]
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        if _text(node, "name"):
            yield node
        waiting += reversed(_children(node, "components"))


def _component(node: Node, reference: str) -> dict[str, Any]:
    kind = _text(node, "type")
    found: dict[str, Any] = {
        "type": kind if kind in _TYPES else "library",
        "bom-ref": reference,
        "name": _text(node, "name"),
    }
    for key in ("group", "version", "description", "purl"):
        value = _text(node, key)
        if value and (key != "version" or len(value) <= _LONGEST):
            found[key] = value
    if hashes := [one for item in _children(node, "hashes") for one in _hash(item)]:
        found["hashes"] = hashes
    if licenses := _licenses(_children(node, "licenses")):
        found["licenses"] = licenses
    return found


def _hash(node: Node) -> Iterator[dict[str, str]]:
    algorithm, content = _text(node, "alg"), _text(node, "content")
    if _HASHES.get(algorithm) == len(content) and _HEXADECIMAL.fullmatch(content):
        yield {"alg": algorithm, "content": content}


def _licenses(nodes: list[Node]) -> list[dict[str, Any]]:
    """Either one expression, or names, as the format has it."""
    named: list[str] = []
    for node in nodes:
        choice = _children(node, "license")
        named += [_text(node, "expression")]
        named += [_text(one, "id") or _text(one, "name") for one in choice]
    named = list(dict.fromkeys(name for name in named if name))
    if len(named) == 1:
        try:
            return [{"expression": str(canonicalize_license_expression(named[0]))}]
        except InvalidLicenseExpression:
            pass
    return [{"license": {"name": name}} for name in named]


def _needs(top: Node, names: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which component needs which, each named once."""
    found: dict[str, dict[str, None]] = {}
    for node in _children(top, "dependencies"):
        if own := names.get(_text(node, "ref")):
            needed = [names[one] for one in _texts(node, "dependsOn") if one in names]
            found.setdefault(own, {}).update(dict.fromkeys(needed))
    for own, others in found.items():
        yield own, tuple(one for one in others if one != own)


def _children(node: Node, *path: str) -> list[Node]:
    """The objects that stand under a path: one, or the items of a list."""
    found = node
    for key in path:
        below = found.find(key) if isinstance(found.value, dict) else None
        if below is None:
            return []
        found = below
    items = found.items() if isinstance(found.value, list) else [found]
    return [item for item in items if isinstance(item.value, dict)]


def _text(node: Node, key: str) -> str:
    """A string under a key; empty if there is none."""
    found = node.find(key)
    value = found.value if found else None
    return value if isinstance(value, str) and is_text(value) else ""


def _texts(node: Node, key: str) -> list[str]:
    found = node.find(key)
    values = found.value if found and isinstance(found.value, list) else []
    return [value for value in values if isinstance(value, str)]
