"""Whatever stands on the disk, reading it ends with a value or with the one error."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import datetime, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from samples import distribution
from twine_stage import journal
from twine_stage.errors import Damaged
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest, freeze, subject
from twine_stage.manifest import distribution as read_distribution
from twine_stage.origins import Source
from twine_stage.receipts import Receipt, receipt
from twine_stage.releases import group

NOON = datetime(2025, 1, 2, 12, tzinfo=timezone.utc)
NAMES = ("spam-1.0.tar.gz", "spam-1.0-py3-none-any.whl")
(RELEASE,) = group(distribution(name, requires_python=">=3.9") for name in NAMES)
MANIFEST = freeze(
    RELEASE,
    previous=freeze(RELEASE),
    carried=[distribution("spam-1.0.zip")],
    reason="one more",
    source=Source(uri="git+https://example.org/spam", commit="0" * 40, ref="refs/tags/v1"),
).dumps()
RECEIPT = receipt(
    Listing(
        release=RELEASE.id,
        files=(ListedFile(filename="a", url="b", sha256="1" * 64, size=1, uploaded_at=NOON),),
    ),
    index="example",
    url="https://example.org/",
    manifest="1" * 64,
    at=NOON.isoformat(),
).dumps()
OPENED = journal.Opened(
    at=NOON, release="spam==1.0", manifest="1" * 64, index="i", url="u", api="legacy"
)
EVENTS: tuple[journal.Event, ...] = (
    OPENED,
    journal.Sending(at=NOON, filename="a", attempt=1),
    journal.Uploaded(at=NOON, filename="a", sha256="1" * 64),
    journal.Failed(at=NOON, filename="a", message="m"),
    journal.Published(at=NOON),
)
JOURNAL = b"".join(map(journal.dumps, EVENTS))
READERS: list[tuple[bytes, Callable[[bytes], object]]] = [
    (MANIFEST, Manifest.loads),
    (RECEIPT, Receipt.loads),
    (JOURNAL, journal.loads),
]
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(
        [
            "",
            "\ud800",
            "\0",
            "../../spam-1.0.tar.gz",
            "spam-1.0-py3-none-\ud800.whl",
            "spam-" + "9" * 5000 + ".tar.gz",
            "9" * 5000,
            "0001-01-01T00:00:00+23:59",
            "2025-01-02T03:04:05",
            "pkg:pypi/spam@1.0",
            10**400,
            [],
            {},
            [[]],
            {"name": None},
            json.loads("[" * 200 + "]" * 200),
        ]
    ),
    st.text(max_size=5),
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of what stands in a document, down to where our own documents end."""
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    if isinstance(value, list) and len(path) < 6:
        children = list(enumerate(value))
    return [path, *(found for key, child in children for found in _places(child, (*path, key)))]


def _changed(document: Any, path: tuple[str | int, ...], change: object) -> Any:
    """The document with something else at a place; ``...`` removes what stands there."""
    if not path:
        return None if change is ... else change
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    if change is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = deepcopy(change)
    return document


class TestChangedValues:
    """A document in which any value is another, or is missing, is read or is Damaged."""

    @settings(deadline=None)
    @given(st.data())
    def test_manifest_and_receipt(self, data: st.DataObject) -> None:
        content, loads = data.draw(st.sampled_from(READERS[:2]))
        document = json.loads(content)
        for _ in range(data.draw(st.integers(1, 2))):
            path = data.draw(st.sampled_from(_places(document)))
            document = _changed(document, path, data.draw(STRANGE | st.just(...)))
        with suppress(Damaged):
            read = loads(json.dumps(document).encode())
            assert isinstance(read, Manifest | Receipt)
            assert loads(read.dumps()) == read

    @settings(deadline=None)
    @given(st.data())
    def test_journal(self, data: st.DataObject) -> None:
        lines = [json.loads(line) for line in JOURNAL.splitlines()]
        place = data.draw(st.sampled_from(range(len(lines))))
        path = data.draw(st.sampled_from(_places(lines[place])))
        lines[place] = _changed(lines[place], path, data.draw(STRANGE | st.just(...)))
        with suppress(Damaged):
            read = journal.loads(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
            assert journal.replay(read) is not None
            assert journal.loads(b"".join(map(journal.dumps, read))) == read

    @settings(deadline=None)
    @given(st.data())
    def test_entry_of_a_draft(self, data: st.DataObject) -> None:
        document = json.loads(json.dumps(subject(RELEASE.distributions[0])))
        path = data.draw(st.sampled_from(_places(document)))
        document = _changed(document, path, data.draw(STRANGE | st.just(...)))
        with suppress(Damaged):
            read = read_distribution(document, name="entry")
            assert read_distribution(subject(read), name="entry") == read


class TestChangedBytes:
    """A document in which bytes are changed, inserted or cut off is read or is Damaged."""

    @settings(deadline=None)
    @given(st.data())
    def test_it(self, data: st.DataObject) -> None:
        content, loads = data.draw(st.sampled_from(READERS))
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, len(content)) | st.just(start))
        with suppress(Damaged):
            loads(content[:start] + data.draw(st.binary(max_size=4)) + content[end:])


class TestAnyBytes:
    """Any bytes at all are read or are Damaged."""

    @settings(deadline=None)
    @given(st.binary(), st.sampled_from([loads for _, loads in READERS]))
    def test_it(self, content: bytes, loads: Callable[[bytes], object]) -> None:
        with suppress(Damaged):
            loads(content)

    @settings(deadline=None)
    @given(
        st.recursive(STRANGE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
        st.sampled_from([loads for _, loads in READERS]),
    )
    def test_any_json(self, document: object, loads: Callable[[bytes], object]) -> None:
        with suppress(Damaged):
            loads(json.dumps(document).encode() + b"\n")
