from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from twine_stage.errors import Damaged
from twine_stage.listings import ListedFile, Listing
from twine_stage.receipts import Receipt, receipt
from twine_stage.releases import ReleaseId

MOMENT = datetime(2025, 1, 2, tzinfo=timezone.utc)
LISTING = Listing(
    release=ReleaseId.parse("spam==1.0"),
    files=(
        ListedFile(filename="spam-1.0.tar.gz", url="https://example.org/spam-1.0.tar.gz"),
        ListedFile(
            filename="spam-1.0.zip",
            url="https://example.org/spam-1.0.zip",
            sha256="1" * 64,
            size=3,
            uploaded_at=MOMENT,
            provenance="https://example.org/integrity/spam-1.0.zip",
        ),
    ),
)


def kept() -> Receipt:
    return receipt(
        LISTING,
        index="example",
        url="https://example.org/",
        manifest="2" * 64,
        at="2025-01-03T00:00:00+00:00",
        serial=7,
        publishers={"spam-1.0.zip": "GitHub repository=example/spam"},
    )


def test_a_receipt_holds_what_the_index_showed() -> None:
    """Each file stands there with what the index said, and null where it was silent."""
    assert kept().files == LISTING.files
    assert list(kept().by_name) == ["spam-1.0.tar.gz", "spam-1.0.zip"]
    unknown, known = json.loads(kept().dumps())["files"]
    assert unknown == {
        "filename": "spam-1.0.tar.gz",
        "sha256": None,
        "size": None,
        "url": "https://example.org/spam-1.0.tar.gz",
        "uploaded_at": None,
        "yanked": None,
        "requires_python": None,
        "provenance": None,
        "core_metadata": None,
    }
    assert known["uploaded_at"] == "2025-01-02T00:00:00+00:00"


def test_a_receipt_is_read_as_written() -> None:
    """The document holds the whole value."""
    assert Receipt.loads(kept().dumps()) == kept()


@pytest.mark.parametrize("key", ["provenance", "core_metadata", "yanked", "requires_python"])
def test_a_receipt_that_tells_less_is_read(key: str) -> None:
    """As receipts were written before the index was asked for it."""
    document = json.loads(kept().dumps())
    for file in document["files"]:
        del file[key]
    read = Receipt.loads(json.dumps(document).encode())
    assert [getattr(file, key) for file in read.files] == [None, None]


@pytest.mark.parametrize(("key", "value"), [("serial", None), ("publishers", {})])
def test_a_receipt_of_an_older_form_is_read(key: str, value: object) -> None:
    """What was not kept then is not known, whether the key is missing or null."""
    document = json.loads(kept().dumps())
    for older in (
        {**document, key: None},
        {name: document[name] for name in document if name != key},
    ):
        assert getattr(Receipt.loads(json.dumps(older).encode()), key) == value


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 2}, "schema: expected 1, found 2"),
        ({"index": None}, "index: expected a string, found nothing"),
        ({"manifest": {"sha256": "2"}}, "manifest.sha256: expected 64"),
        ({"publishers": {"spam": 1}}, "publishers.spam: expected a string, found 1"),
        ({"serial": -1}, "serial: expected a whole number"),
        ({"files": {}}, "files: expected a list, found an object"),
        ({"files": ["spam"]}, "files[0]: expected an object, found 'spam'"),
        ({"files": [{"filename": 1}]}, "files[0].filename: expected a string, found 1"),
        (
            {"files": [{"filename": "spam", "uploaded_at": "soon"}]},
            "files[0].uploaded_at: expected a date and time, found 'soon'",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], problem: str) -> None:
    """A receipt that is not as it was written is refused with the path of the difference."""
    content = json.dumps({**json.loads(kept().dumps()), **change}).encode()
    with pytest.raises(Damaged) as caught:
        Receipt.loads(content, name="1-example.json")
    assert caught.value.document == "1-example.json"
    assert caught.value.problem.startswith(problem)
    assert "Publish again" in caught.value.hint
