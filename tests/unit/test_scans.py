from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scanned import SDIST, WHEEL, scanned
from twine_stage import scans
from twine_stage.contents import Contents, Flaw, FlawKind
from twine_stage.digests import Digests

DIGESTS = Digests("a" * 64, "b" * 64, 7)


@pytest.mark.parametrize(
    "contents",
    [
        scanned(WHEEL),
        scanned(SDIST),
        Contents(name="a_b.whl", filename=None, digests=DIGESTS, core_metadata=None),
        replace(scanned(WHEEL), flaws=tuple(Flaw(kind, "ä\0") for kind in FlawKind)),
    ],
    ids=["wheel", "sdist", "nameless", "flawed"],
)
def test_what_is_kept_is_what_was_found(contents: Contents) -> None:
    """A scan comes back as it was, whatever was wrong with the file."""
    kept = scans.dumps([contents], program="1.0")

    assert scans.loads(kept, program="1.0") == {contents.name: contents}


def test_several() -> None:
    """One document holds the scans of all files of a release."""
    found = [scanned(WHEEL), scanned(SDIST)]

    kept = scans.dumps(found, program="1.0")

    assert list(scans.loads(kept, program="1.0").values()) == found


KEPT = json.loads(scans.dumps([scanned(WHEEL)], program="1.0"))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"[]",
        json.dumps({**KEPT, "version": scans.VERSION + 1}).encode(),
        json.dumps({"version": scans.VERSION}).encode(),
        json.dumps({**KEPT, "program": "0.9"}).encode(),
        *(
            json.dumps({**KEPT, "scans": {WHEEL: {**KEPT["scans"][WHEEL], key: value}}}).encode()
            for key, value in [
                ("sha256", "ab"),
                ("core_metadata", "ä"),
                ("core_metadata", "a"),
                ("flaws", [["unheard of", ""]]),
                ("flaws", [["bomb"]]),
                ("texts", {"WHEEL": 1}),
                ("members", [1]),
            ]
        ),
    ],
)
def test_what_this_version_did_not_write_is_no_scan(document: bytes) -> None:
    """A document that is torn, strange or of another version holds nothing."""
    assert scans.loads(document, program="1.0") == {}
