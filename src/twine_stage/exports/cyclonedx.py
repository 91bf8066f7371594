"""The format ``cyclonedx``: a bill of materials of a release, with those of its wheels in it.

It is a pure function of what it is made of: it has no time and no serial number.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from twine_stage.digests import sha256
from twine_stage.exports.components import Parts, parse
from twine_stage.exports.listing import dumps
from twine_stage.exports.values import Exported, ExportedFile
from twine_stage.manifest import purl

VERSION = "1.6"

_PROPERTY = "twine-stage:sbom"


def write(release: Exported) -> str:
    """A CycloneDX document: each file a component, what its own documents name within it."""
    parts = {file.name: _parts(file) for file in release.files}
    unknown = [file.name for file in release.files if file.boms is None]
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": purl(release.id),
                "name": release.id.project,
                "version": str(release.id.version),
                "purl": purl(release.id),
            }
        },
        "components": [_component(release, file, parts[file.name]) for file in release.files],
        "dependencies": [
            need for file in release.files for need in _dependencies(file, parts[file.name])
        ],
    }
    if unknown:
        document["compositions"] = [{"aggregate": "unknown", "assemblies": unknown}]
    return dumps(document)


def _parts(file: ExportedFile) -> list[Parts]:
    found = (parse(bom.content, prefix=f"{file.name}/{bom.path}") for bom in file.boms or ())
    return [one for one in found if one is not None]


def _component(release: Exported, file: ExportedFile, parts: list[Parts]) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": file.distribution.sha256}]
    found: dict[str, Any] = {
        "type": "file",
        "bom-ref": file.name,
        "mime-type": file.distribution.filename.kind.media_type,
        "name": file.name,
        "version": str(release.id.version),
        "hashes": hashes,
        "purl": f"{purl(release.id)}?file_name={quote(file.name, safe='')}",
    }
    if file.url:
        found["externalReferences"] = [
            {"type": "distribution", "url": file.url, "hashes": hashes},
        ]
    if file.boms:
        found["properties"] = [
            {"name": _PROPERTY, "value": f"sha256:{sha256(bom.content)} {bom.path}"}
            for bom in file.boms
        ]
    if components := [component for one in parts for component in one.components]:
        found["components"] = components
    return found


def _dependencies(file: ExportedFile, parts: list[Parts]) -> list[dict[str, Any]]:
    roots = [root for one in parts for root in one.roots]
    needs = [(file.name, roots)] if roots else []
    return [
        {"ref": own, "dependsOn": list(others)}
        for own, others in (*needs, *(need for one in parts for need in one.dependencies))
    ]
