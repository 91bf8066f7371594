"""Whatever somebody calls an attestation, it is read and judged, or refused with the one error."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from samples import attestation, attesting, content_of, statement
from twine_stage import attestations
from twine_stage.digests import sha256
from twine_stage.distributions import Filename
from twine_stage.errors import InvalidDistribution

WHEEL = Filename.parse("spam-1.0-py3-none-any.whl")
DIGEST = sha256(content_of(WHEEL.text))
NAME = f"{WHEEL}.publish.attestation"
WHOLE = attestation()
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        [
            "\ud800",
            "AA==",
            "W10=",
            "spam-1.0-py3-none-\ud800.whl",
            "spam-" + "9" * 5000 + ".tar.gz",
            DIGEST,
            10**400,
            [],
            {},
            [[]],
            [{}],
            json.loads("[" * 200 + "]" * 200),
        ]
    ),
)
JSON = st.recursive(STRANGE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def said(content: bytes) -> attestations.Statement | None:
    """What an attestation says of the wheel; None where it is refused."""
    with suppress(InvalidDistribution):
        read = attestations.read(content, name=NAME)
        assert read.is_familiar in (False, True)
        attestations.judge(read, filename=WHEEL, digest=DIGEST)
        return read
    return None


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of what stands in a document, below its top."""
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    if isinstance(value, list):
        children = list(enumerate(value))
    return [
        found for key, child in children for found in ((*path, key), *places(child, (*path, key)))
    ]


def changed(document: Any, path: tuple[str | int, ...], change: object) -> Any:
    """The document with something else at a place; ``...`` removes what stands there."""
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    if change is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = deepcopy(change)
    return document


class TestAnyBytes:
    """Any bytes at all are read or are refused."""

    @settings(deadline=None)
    @given(st.binary())
    def test_bytes(self, content: bytes) -> None:
        assert said(content) is None

    @settings(deadline=None)
    @given(JSON)
    def test_json(self, document: object) -> None:
        assert said(json.dumps(document).encode()) is None

    @settings(deadline=None)
    @given(JSON)
    def test_any_statement(self, stated: object) -> None:
        assert said(attesting(stated)) is None

    @settings(deadline=None)
    @given(st.text())
    def test_any_name(self, name: str) -> None:
        with suppress(InvalidDistribution):
            assert attestations.read(WHOLE, name=name).file


class TestChanges:
    """What is changed anywhere is refused, or still says the same of the same file."""

    @settings(deadline=None)
    @given(st.data())
    def test_object(self, data: st.DataObject) -> None:
        document = json.loads(WHOLE)
        path = data.draw(st.sampled_from(places(document)))
        document = changed(document, path, data.draw(STRANGE | st.just(...)))
        read = said(json.dumps(document).encode())
        assert read is None or (read.subject, read.digest) == (WHEEL.text, DIGEST)

    @settings(deadline=None)
    @given(st.data())
    def test_statement(self, data: st.DataObject) -> None:
        stated = statement()
        path = data.draw(st.sampled_from(places(stated)))
        read = said(attesting(changed(stated, path, data.draw(STRANGE | st.just(...)))))
        assert read is None or (read.subject, read.digest) == (WHEEL.text, DIGEST)

    @settings(deadline=None)
    @given(st.data())
    def test_bytes(self, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(WHOLE)))
        end = data.draw(st.integers(start, len(WHOLE)) | st.just(start))
        read = said(WHOLE[:start] + data.draw(st.binary(max_size=4)) + WHOLE[end:])
        assert read is None or (read.subject, read.digest) == (WHEEL.text, DIGEST)
