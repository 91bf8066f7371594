"""The published schemas, and what is wrong with a document by them."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from twine_stage.errors import Damaged
from twine_stage.manifest import Manifest

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "schemas"
KINDS = (
    "bundle",
    "export-json",
    "export-versions",
    "journal-event",
    "manifest",
    "monitor-state",
    "receipt",
    "report",
)


def schema(kind: str) -> dict[str, Any]:
    """A schema as it is published."""
    found: dict[str, Any] = json.loads((FOLDER / f"{kind}.schema.json").read_text("utf-8"))
    return found


def problems(kind: str, document: object) -> list[str]:
    """What is wrong with a document, and where; empty if nothing is."""
    errors = _validator(kind).iter_errors(document)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def stage_problems(root: Path) -> list[str]:
    """What is wrong with the documents of a stage; those that a test damaged are passed over."""
    found: list[str] = []
    for path in (root / "releases").glob("*/manifests/*.json"):
        if path.name.endswith(".sigstore.json"):  # Sigstore's document, not ours
            continue
        with suppress(Damaged):
            Manifest.loads(path.read_bytes())
            found += problems("manifest", json.loads(path.read_bytes()))
    for path in (root / "releases").glob("*/receipts/*.json"):
        found += problems("receipt", json.loads(path.read_bytes()))
    for path in (root / "releases").glob("*/journals/*.jsonl"):
        for line in path.read_bytes().split(b"\n")[:-1]:
            found += problems("journal-event", json.loads(line))
    return found


@cache
def _validator(kind: str) -> Draft202012Validator:
    resources = [Resource.from_contents(schema(one)) for one in KINDS]
    registry: Registry[Any] = Registry().with_resources((one.id() or "", one) for one in resources)
    return Draft202012Validator(schema(kind), registry=registry)
