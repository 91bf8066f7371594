"""Provenance objects (PEP 740) as an index serves them."""

from __future__ import annotations

import json
from typing import Any

from samples import attesting

GITHUB = {
    "kind": "GitHub",
    "repository": "example/spam",
    "workflow": "release.yml",
    "environment": "pypi",
    "claims": None,
}
"""The publisher that a workflow is."""

STRANGER = {"kind": "GitHub", "repository": "mallory/spam", "workflow": "release.yml"}


def provenance(*digests: str, publisher: dict[str, Any] = GITHUB) -> bytes:
    """The provenance object of a file with some SHA-256."""
    subjects = [{"name": "spam", "digest": {"sha256": digest}} for digest in digests]
    attestation = json.loads(attesting({"subject": subjects}))
    bundle = {"publisher": publisher, "attestations": [attestation]}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()
