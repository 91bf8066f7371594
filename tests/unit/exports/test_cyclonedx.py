from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from exporting import BASE, release
from releasing import SDIST, WHEEL, built, manifest_of
from twine_stage.digests import sha256
from twine_stage.exports import Bom, Exported, cyclonedx, exported

AUDITWHEEL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.4",
    "version": 1,
    "metadata": {
        "component": {"type": "library", "bom-ref": "r", "name": "spam", "version": "1.0"},
        "tools": [{"name": "auditwheel", "version": "6.4"}],
    },
    "components": [
        {
            "type": "library",
            "bom-ref": "pkg:rpm/almalinux/libfoo@1.0",
            "name": "libfoo",
            "version": "1.0",
            "purl": "pkg:rpm/almalinux/libfoo@1.0",
        }
    ],
    "dependencies": [
        {"ref": "r", "dependsOn": ["pkg:rpm/almalinux/libfoo@1.0"]},
        {"ref": "pkg:rpm/almalinux/libfoo@1.0"},
    ],
}
"""What auditwheel puts into a wheel, in short."""

PATH = "spam-1.0.dist-info/sboms/auditwheel.cdx.json"


def holding(*boms: Bom | tuple[str, Any]) -> Exported:
    """A release whose wheel holds some documents."""
    one = release(WHEEL, SDIST)
    found = tuple(
        bom if isinstance(bom, Bom) else Bom(bom[0], json.dumps(bom[1]).encode()) for bom in boms
    )
    wheel, sdist = one.files
    return Exported(one.manifest, (replace(wheel, boms=found), sdist))


def valid(one: Exported) -> Any:
    """The document, which is as the schema of CycloneDX has it."""
    text = cyclonedx.write(one)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return json.loads(text)


def test_a_release_without_documents_is_its_files() -> None:
    """With digests, and addresses where they are known."""
    found = valid(release(WHEEL, SDIST))
    assert found["metadata"]["component"]["purl"] == "pkg:pypi/spam@1.0"
    wheel, sdist = found["components"]
    digest = sha256(built(WHEEL).content)
    assert (wheel["name"], sdist["name"]) == (WHEEL, SDIST)
    assert wheel["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert wheel["purl"] == f"pkg:pypi/spam@1.0?file_name={WHEEL}"
    assert wheel["externalReferences"][0]["url"] == BASE + WHEEL
    assert found["dependencies"] == []
    assert "compositions" not in found


def test_without_a_receipt_there_are_no_addresses() -> None:
    """A release can be described before it is published."""
    found = valid(exported(manifest_of(built(WHEEL))))
    assert "externalReferences" not in found["components"][0]


def test_the_documents_of_wheels_are_gathered() -> None:
    """What the wheel's own document names is within the wheel, and needed by it."""
    found = valid(holding((PATH, AUDITWHEEL)))
    wheel = found["components"][0]
    prefix = f"{WHEEL}/{PATH}"
    assert [(one["bom-ref"], one["name"]) for one in wheel["components"]] == [
        (f"{prefix}#1", "spam"),
        (f"{prefix}#2", "libfoo"),
    ]
    assert found["dependencies"] == [
        {"ref": WHEEL, "dependsOn": [f"{prefix}#1"]},
        {"ref": f"{prefix}#1", "dependsOn": [f"{prefix}#2"]},
        {"ref": f"{prefix}#2", "dependsOn": []},
    ]
    digest = sha256(json.dumps(AUDITWHEEL).encode())
    assert wheel["properties"] == [{"name": "twine-stage:sbom", "value": f"sha256:{digest} {PATH}"}]


def test_documents_of_other_formats_are_named() -> None:
    """By path and digest; what is in them is not."""
    found = valid(holding(Bom("spam-1.0.dist-info/sboms/it.spdx.json", b'{"spdxVersion": "2"}')))
    wheel = found["components"][0]
    assert wheel["properties"][0]["value"].endswith(" spam-1.0.dist-info/sboms/it.spdx.json")
    assert "components" not in wheel


def test_a_wheel_that_could_not_be_looked_into_is_unknown() -> None:
    """The document does not look more complete than it is."""
    one = release(WHEEL, SDIST)
    wheel, sdist = one.files
    found = valid(Exported(one.manifest, (replace(wheel, boms=None), sdist)))
    assert found["compositions"] == [{"aggregate": "unknown", "assemblies": [WHEEL]}]


@pytest.mark.parametrize(
    "component",
    [
        {"name": "a", "type": "potion", "version": "1" * 2000, "purl": 1},
        {"name": "a", "hashes": [{"alg": "SHA-256", "content": "x"}, {"alg": "MD5"}]},
        {"name": "a", "licenses": [{"license": {"id": "nobody knows"}}]},
        {"name": "a", "licenses": [{"license": {"id": "MIT"}}, {"expression": "Zlib OR MIT"}]},
        {"name": "a", "bom-ref": WHEEL},
        {"name": 'a\u0000\u2028"\\', "description": "\U0001f600"},
    ],
)
def test_a_document_of_any_kind_leaves_ours_valid(component: dict[str, Any]) -> None:
    """What a wheel holds is other people's."""
    bad = {"bomFormat": "CycloneDX", "components": [component, component]}
    found = valid(holding((PATH, bad), ("spam-1.0.dist-info/sboms/other.json", bad)))
    references = [one["bom-ref"] for one in found["components"][0]["components"]]
    assert len(set(references)) == 4


def test_the_same_release_gives_the_same_bytes() -> None:
    """No time, no serial number."""
    first, second = (cyclonedx.write(holding((PATH, AUDITWHEEL))) for _ in range(2))
    assert first == second
    assert {"serialNumber", "timestamp"}.isdisjoint(json.loads(first))
