from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from twine_stage.documents import MAX_NUMBER, Node, is_text
from twine_stage.errors import Damaged


def node(value: object) -> Node:
    return Node(name="doc", value={"a": value}, hint="Do so.").get("a")


def test_a_document_is_walked() -> None:
    """Objects give what stands under a key, lists their items, and each is read by its type."""
    top = Node.loads(b'{"a": [{"b": "text"}, {"b": 3, "c": null}]}', name="doc")
    first, second = top.get("a").items()
    assert (first.get("b").text(), second.get("b").number()) == ("text", 3)
    assert first.find("c") is None
    assert first.optional("c", Node.text) is None
    assert second.optional("c", Node.text) is None
    assert second.optional("b", Node.number) == 3


def test_digests_and_moments_are_read() -> None:
    """A digest is 64 digits, a moment has its offset."""
    assert node("a" * 64).hash() == "a" * 64
    moment = datetime(2025, 1, 2, tzinfo=timezone.utc)
    assert node(moment.isoformat()).moment() == moment


def test_an_error_names_document_place_and_way_out() -> None:
    """What is wrong can be found by its path."""
    top = Node.loads(b'{"a": [{"b": {}}]}', name="doc", hint="Do so.")
    with pytest.raises(Damaged) as caught:
        top.get("a").items()[0].get("b").get("c")
    assert (caught.value.document, caught.value.problem) == ("doc", "a[0].b.c: missing")
    assert caught.value.hint == "Do so."


def test_an_error_at_the_top_has_no_path() -> None:
    """At the top there is no path to name."""
    with pytest.raises(Damaged, match=r"^doc: expected an object, found a list$"):
        Node.loads(b"[]", name="doc").get("a")


@pytest.mark.parametrize(
    ("value", "read", "sentence"),
    [
        (1, Node.text, "a: expected a string, found 1"),
        (None, Node.text, "a: expected a string, found nothing"),
        ("\ud800", Node.text, "a: expected a string, found '\\ud800'"),
        ("1", Node.number, f"a: expected a whole number up to {MAX_NUMBER}, found '1'"),
        (True, Node.number, f"a: expected a whole number up to {MAX_NUMBER}, found True"),
        (1.0, Node.number, f"a: expected a whole number up to {MAX_NUMBER}, found 1.0"),
        (-1, Node.number, f"a: expected a whole number up to {MAX_NUMBER}, found -1"),
        (2**53, Node.number, f"a: expected a whole number up to {MAX_NUMBER}, found {2**53}"),
        ("A" * 64, Node.hash, f"a: expected 64 lower-case hexadecimal digits, found '{'A' * 64}'"),
        ({}, Node.items, "a: expected a list, found an object"),
        ([], lambda one: one.find("b"), "a: expected an object, found a list"),
        ("soon", Node.moment, "a: expected a date and time, found 'soon'"),
        (
            "2025-01-02T03:04:05",
            Node.moment,
            "a: expected a date and time with its offset from UTC, found '2025-01-02T03:04:05'",
        ),
        (
            "0001-01-01T00:00:00+14:00",
            Node.moment,
            "a: expected a date and time that UTC has, found '0001-01-01T00:00:00+14:00'",
        ),
        ("x" * 100, lambda one: one.expect("y"), f"a: expected 'y', found '{'x' * 80}'…"),
        (True, lambda one: one.expect(1), "a: expected 1, found True"),
        (3, lambda one: one.expect("y", "z"), "a: expected 'y' or 'z', found 3"),
    ],
)
def test_what_is_unlike_is_said(
    value: object, read: Callable[[Node], object], sentence: str
) -> None:
    """An error says what was expected and, in a few words, what was found."""
    with pytest.raises(Damaged) as caught:
        read(node(value))
    assert caught.value.problem == sentence


def test_one_of_some_values_is_expected() -> None:
    """Any of the values will do."""
    node("b").expect("a", "b")
    node(1).expect(1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": 1, "a": 2}',
        b"1" * 5000,
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_not_json_is_damaged(content: bytes) -> None:
    """Whatever the bytes are, there is a value or the one error."""
    with pytest.raises(Damaged, match="expected JSON"):
        Node.loads(content, name="doc")


def test_a_deep_value_is_shown_in_a_few_words() -> None:
    """A document as deep as can be read is still refused in a sentence."""
    content = b"[" * 500 + b"]" * 500
    with pytest.raises(Damaged, match="found a list"):
        Node.loads(content, name="doc").expect("a")


def test_half_a_surrogate_pair_is_no_text() -> None:
    """What cannot be written to a file is not text."""
    assert is_text("späm 🥚")
    assert not is_text(json.loads('"\\ud83e"'))
