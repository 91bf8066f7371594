"""The published schemas: what is written fits them, and what is broken does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bundling import members
from pages import ROOT
from recorded import FOLDER, JOURNAL, MANIFESTS, RECEIPTS, content
from schemas import FOLDER as SCHEMAS
from schemas import KINDS, problems, schema
from twine_stage import journal

Change = Callable[[Any], object]


def manifest(name: str = "appended") -> Any:
    return json.loads(content("manifest", name))


def receipt() -> Any:
    return json.loads(content("receipt", "today"))


def notes(document: Any) -> Any:
    return document["subject"][0]["annotations"]


def release(document: Any) -> Any:
    return document["predicate"]["stageRelease"]


def envelope(**facts: Any) -> dict[str, Any]:
    usual = {"schema": 1, "command": "status", "ok": True, "exit_status": 0, "report": {}}
    return {**usual, "error": None, **facts}


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    """Of the draft that they name, each with an id of its own, and linked from the reference."""
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema(kind)["$id"] == f"urn:twine-stage:schema:{kind}:1"
    pages = [path.read_text("utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")]
    assert any(f"(schemas/{kind}.schema.json)" in page for page in pages)


def test_no_schema_is_without_a_test() -> None:
    """The folder holds those that are known here."""
    assert sorted(path.name for path in SCHEMAS.iterdir()) == [
        f"{kind}.schema.json" for kind in KINDS
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.json")), ids=lambda path: path.stem)
def test_documents_of_every_version_fit(path: Any) -> None:
    """Also those with fewer keys."""
    assert problems(path.parent.name, json.loads(path.read_bytes())) == []


def test_what_is_written_fits() -> None:
    """Manifests, receipts, an event of each kind, and the document of a bundle."""
    assert not [it for one in MANIFESTS.values() for it in problems("manifest", parsed(one))]
    assert not [it for one in RECEIPTS.values() for it in problems("receipt", parsed(one))]
    lines = [json.loads(journal.dumps(event)) for event in JOURNAL]
    assert [it for line in lines for it in problems("journal-event", line)] == []
    assert problems("bundle", json.loads(members()["bundle.json"])) == []


def test_later_keys_are_no_error() -> None:
    """A newer version may add what older readers pass over."""
    document = manifest()
    release(document)["later"] = document["subject"][0]["annotations"]["later"] = 1
    assert problems("manifest", document) == []
    assert problems("receipt", {**receipt(), "later": 1}) == []
    assert problems("report", envelope(later=1)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda it: it.update(_type="x"), "_type"),
        (lambda it: it.pop("subject"), ""),
        (lambda it: it.update(subject=[]), "subject"),
        (lambda it: it["subject"].append(it["subject"][0]), "subject"),
        (lambda it: it["subject"][0].update(name="../x.whl"), "subject.0.name"),
        (lambda it: it["subject"][0].update(digest={}), "subject.0.digest"),
        (
            lambda it: it["subject"][0]["digest"].update(sha256="A" * 64),
            "subject.0.digest.sha256",
        ),
        (lambda it: notes(it).pop("size"), "subject.0.annotations"),
        (
            lambda it: notes(it).update(size=-1),
            "subject.0.annotations.size",
        ),
        (
            lambda it: notes(it).update(carried=False),
            "subject.0.annotations.carried",
        ),
        (lambda it: it["predicate"].update(purl="spam"), "predicate.purl"),
        (lambda it: release(it).pop("reason"), "predicate.stageRelease"),
        (lambda it: release(it).update(revision=1), "predicate.stageRelease"),
        (lambda it: release(it).update(schema=2), "predicate.stageRelease.schema"),
        (lambda it: release(it).update(name="Spam"), "predicate.stageRelease.name"),
        (lambda it: release(it).update(source={"uri": "x"}), "predicate.stageRelease.source"),
        (lambda it: release(it).update(adopted=False), "predicate.stageRelease.adopted"),
    ],
)
def test_broken_manifests_do_not_fit(change: Change, place: str) -> None:
    """And the place is told."""
    document = manifest()
    change(document)
    assert {problem.partition(": ")[0] for problem in problems("manifest", document)} == {place}


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.update(schema=2),
        lambda it: it.update(manifest="3" * 64),
        lambda it: it.pop("files"),
        lambda it: it.update(serial="37021"),
        lambda it: it["publishers"].update(x=1),
        lambda it: it["files"][0].pop("filename"),
        lambda it: it["files"][0].update(sha256="1"),
        lambda it: it["files"][0].update(size="805"),
        lambda it: it["files"][0].update(uploaded_at="yesterday"),
        lambda it: it["files"][0].update(uploaded_at="2026-03-04T05:06:07"),
        lambda it: it["files"][0].update(yanked=True),
    ],
)
def test_broken_receipts_do_not_fit(change: Change) -> None:
    """Whatever is wrong with them."""
    document = receipt()
    change(document)
    assert problems("receipt", document)


@pytest.mark.parametrize("place", range(len(JOURNAL)), ids=lambda at: type(JOURNAL[at]).__name__)
def test_broken_events_do_not_fit(place: int) -> None:
    """Each of their keys is needed, and none is of another type."""
    line = json.loads(journal.dumps(JOURNAL[place]))
    for key in line:
        assert problems("journal-event", {name: line[name] for name in line if name != key})
        assert problems("journal-event", {**line, key: ["x"]})


@pytest.mark.parametrize(
    "document",
    [
        [],
        envelope(schema=2),
        envelope(ok=False),
        envelope(exit_status=1),
        envelope(report=None),
        envelope(error={"message": "no", "hint": ""}),
        envelope(ok=False, exit_status=1, report=None),
        envelope(ok=False, exit_status=1, report=None, error={"message": "no"}),
        {key: value for key, value in envelope().items() if key != "command"},
    ],
)
def test_broken_envelopes_do_not_fit(document: Any) -> None:
    """A status other than 0 is the answer no, or an error; never nothing."""
    assert problems("report", document)


@pytest.mark.parametrize(
    "document",
    [
        envelope(),
        envelope(ok=False, exit_status=1),
        envelope(
            ok=False, exit_status=2, command=None, report=None, error={"message": "x", "hint": ""}
        ),
        envelope(ok=False, exit_status=5, error={"message": "no", "hint": "yes"}),
    ],
)
def test_envelopes_fit(document: Any) -> None:
    """With a report, an error, or both."""
    assert problems("report", document) == []


@pytest.mark.parametrize("change", [{"format": "x"}, {"schema": 2}, {"subject": [{}]}])
def test_broken_bundles_do_not_fit(change: dict[str, Any]) -> None:
    """A subject is one of a manifest."""
    assert problems("bundle", {**json.loads(members()["bundle.json"]), **change})


def parsed(document: Any) -> Any:
    return json.loads(document.dumps())
