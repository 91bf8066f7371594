from __future__ import annotations

import json
from typing import Any

import pytest

from twine_stage.exports.components import Parts, parse


def document(**parts: Any) -> bytes:
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.4", **parts}).encode()


def parsed(**parts: Any) -> Parts:
    found = parse(document(**parts), prefix="it")
    assert found is not None
    return found


def only(component: dict[str, Any]) -> dict[str, Any]:
    (found,) = parsed(components=[component]).components
    return found


def test_components_get_references_of_our_own() -> None:
    """Those of two documents can be the same; needs are told by ours."""
    found = parsed(
        metadata={"component": {"type": "library", "bom-ref": "root", "name": "spam"}},
        components=[
            {"type": "library", "bom-ref": "a", "name": "libfoo", "version": "1"},
            {"type": "library", "bom-ref": "b", "name": "libbar"},
        ],
        dependencies=[
            {"ref": "root", "dependsOn": ["a", "b", "unheard"]},
            {"ref": "a", "dependsOn": ["b", "a"]},
            {"ref": "a", "dependsOn": ["b"]},
            {"ref": "unheard", "dependsOn": ["a"]},
            {"ref": "b"},
        ],
    )
    assert [(one["bom-ref"], one["name"]) for one in found.components] == [
        ("it#1", "spam"),
        ("it#2", "libfoo"),
        ("it#3", "libbar"),
    ]
    assert found.roots == ("it#1",)
    assert found.dependencies == (("it#1", ("it#2", "it#3")), ("it#2", ("it#3",)), ("it#3", ()))


def test_a_component_without_a_reference_is_needed_by_nobody() -> None:
    """And a need without one is of nobody; the subject is the root all the same."""
    found = parsed(
        metadata={"component": {"name": "spam"}},
        components=[{"name": "libfoo"}, {"name": "libbar", "bom-ref": "b"}],
        dependencies=[{"dependsOn": ["b"]}, {"ref": "", "dependsOn": ["b"]}, {"ref": "b"}],
    )
    assert found.roots == ("it#1",)
    assert found.dependencies == (("it#3", ()),)
    found = parsed(
        components=[{"name": "libfoo"}, {"name": "libbar", "bom-ref": "b"}],
        dependencies=[{"ref": "b", "dependsOn": [""]}],
    )
    assert found.dependencies == (("it#2", ()),)


def test_without_a_subject_all_components_are_roots() -> None:
    """The file that holds the document has them all."""
    assert parsed(components=[{"name": "a"}, {"name": "b"}]).roots == ("it#1", "it#2")


def test_components_within_components_are_found() -> None:
    """In the order in which they stand there, at any depth."""
    inner: dict[str, Any] = {"name": "deepest"}
    for number in range(200):
        inner = {"name": f"c{number}", "components": [inner, {"name": "beside"}]}
    names = [one["name"] for one in parsed(components=[inner]).components]
    assert names[0] == "c199"
    assert names[199:202] == ["c0", "deepest", "beside"]
    assert len(names) == 401


def test_what_is_known_is_kept() -> None:
    """Name, version, group, description, package URL, hashes, type."""
    component = {
        "type": "operating-system",
        "name": "libfoo",
        "version": "1.0",
        "group": "org.example",
        "description": "Foo",
        "purl": "pkg:rpm/almalinux/libfoo@1.0",
        "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
    }
    assert only(component) == {**component, "bom-ref": "it#1"}


@pytest.mark.parametrize(
    ("component", "key"),
    [
        ({"hashes": [{"alg": "SHA-256", "content": "0"}]}, "hashes"),
        ({"hashes": [{"alg": "SHA-256", "content": "z" * 64}]}, "hashes"),
        ({"hashes": [{"alg": "ROT13", "content": "0" * 64}]}, "hashes"),
        ({"hashes": "none"}, "hashes"),
        ({"version": 1}, "version"),
        ({"version": "1" * 1025}, "version"),
        ({"purl": ["pkg"]}, "purl"),
        ({"description": "\ud800"}, "description"),
        ({"licenses": [{}]}, "licenses"),
        ({"licenses": [1]}, "licenses"),
        ({"evidence": {}}, "evidence"),
    ],
)
def test_what_the_format_does_not_allow_is_left_out(component: dict[str, Any], key: str) -> None:
    """A wheel cannot spoil the document of its release."""
    assert key not in only({"name": "libfoo", **component})


@pytest.mark.parametrize("kind", [None, 1, "potion"])
def test_an_unknown_type_is_a_library(kind: object) -> None:
    """The format has a list of types, and asks for one."""
    assert only({"name": "libfoo", "type": kind})["type"] == "library"


@pytest.mark.parametrize("name", [None, "", 1])
def test_a_component_without_a_name_is_left_out(name: object) -> None:
    """The format asks for one; what is within it may have one."""
    found = parsed(components=[{"name": name, "components": [{"name": "inner"}]}])
    assert [one["name"] for one in found.components] == ["inner"]


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [
        ([{"license": {"id": "MIT"}}], [{"expression": "MIT"}]),
        ([{"license": {"name": "mit"}}], [{"expression": "MIT"}]),
        ([{"expression": "mit or Apache-2.0"}], [{"expression": "MIT OR Apache-2.0"}]),
        ([{"license": {"name": "Our own"}}], [{"license": {"name": "Our own"}}]),
        (
            [{"license": {"id": "MIT"}}, {"license": {"id": "Zlib"}}, {"license": {"id": "MIT"}}],
            [{"license": {"name": "MIT"}}, {"license": {"name": "Zlib"}}],
        ),
    ],
)
def test_licenses_are_one_expression_or_names(licenses: Any, expected: Any) -> None:
    """The format knows these two; a list of identifiers of ours would age."""
    assert only({"name": "libfoo", "licenses": licenses})["licenses"] == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<bom/>",
        b"\xff",
        b"[]",
        b"{}",
        b'{"bomFormat": "SPDX"}',
        b'{"spdxVersion": "SPDX-2.3"}',
        b"[" * 200_000,
    ],
)
def test_other_documents_are_none(content: bytes) -> None:
    """SPDX, XML, and what is broken."""
    assert parse(content, prefix="it") is None


@pytest.mark.parametrize(
    "parts",
    [
        {"metadata": []},
        {"metadata": {"component": "spam"}},
        {"components": {"name": 1}},
        {"components": None},
        {"dependencies": [{"ref": 1, "dependsOn": 2}, 3]},
        {
            "components": [{"name": "a", "bom-ref": "a"}],
            "dependencies": [{"ref": "a", "dependsOn": [1]}],
        },
    ],
)
def test_no_shape_is_too_odd(parts: dict[str, Any]) -> None:
    """What is not as it should be counts as not there."""
    assert len(parsed(**parts).components) <= 1


def test_a_subject_without_a_name_is_no_root() -> None:
    """There is no component for it."""
    found = parsed(
        metadata={"component": {"bom-ref": "r"}}, components=[{"name": "a"}, {"name": "b"}]
    )
    assert found.roots == ("it#1", "it#2")
