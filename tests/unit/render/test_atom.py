"""Atom: a feed that readers take, the same as long as nothing is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from xml.etree.ElementTree import Element, fromstring

import pytest

from twine_stage.looks import Entry, State
from twine_stage.render import atom

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
ENTRY = Entry(id="urn:uuid:1", at=NOON + timedelta(days=1), title="spam==1.0: yanked", text="bad")
STATE = State(index="https://example.org/legacy/", begun=NOON, at=NOON, entries=(ENTRY,))
SPACE = "{http://www.w3.org/2005/Atom}"


def texts(element: Element, tag: str) -> list[str]:
    return [found.text or "" for found in element.findall(f"{SPACE}{tag}")]


def test_a_feed_has_what_the_format_asks_for() -> None:
    """RFC 4287: an id, a title, an author, and when it was changed; so have its entries."""
    top = fromstring(atom.feed(STATE))  # noqa: S314 - our own
    assert top.tag == f"{SPACE}feed"
    for tag in ("id", "title", "updated"):
        assert len(texts(top, tag)) == 1
    assert top.findtext(f"{SPACE}author/{SPACE}name") == "twine-stage"
    assert texts(top, "id")[0].startswith("urn:uuid:")
    assert texts(top, "updated") == ["2026-01-02T12:00:00Z"]
    (entry,) = top.findall(f"{SPACE}entry")
    assert texts(entry, "id") == ["urn:uuid:1"]
    assert texts(entry, "title") == ["spam==1.0: yanked"]
    assert texts(entry, "updated") == ["2026-01-02T12:00:00Z"]
    (content,) = entry.findall(f"{SPACE}content")
    assert (content.get("type"), content.text) == ("text", "bad")


def test_it_changes_only_with_what_is_told() -> None:
    """A look that finds nothing leaves it as it is; the feed of another index is another."""
    later = replace(STATE, at=NOON + timedelta(days=9))
    assert atom.feed(later) == atom.feed(STATE)
    other = replace(STATE, index="https://else.example/")
    ids = [texts(fromstring(atom.feed(one)), "id") for one in (STATE, other)]  # noqa: S314 - our own
    assert ids[0] != ids[1]


def test_an_empty_feed_is_one() -> None:
    """It was changed when the first look was."""
    top = fromstring(atom.feed(replace(STATE, entries=())))  # noqa: S314 - our own
    assert texts(top, "updated") == ["2026-01-01T12:00:00Z"]
    assert not top.findall(f"{SPACE}entry")


@pytest.mark.parametrize("text", ["<b>&amp;]]>", "a\nb"])
def test_text_stays_text(text: str) -> None:
    """Whatever an index says."""
    (entry,) = fromstring(  # noqa: S314 - our own
        atom.feed(replace(STATE, entries=(replace(ENTRY, text=text),)))
    ).findall(f"{SPACE}entry")
    assert texts(entry, "content") == [text]


def test_what_xml_cannot_hold_is_replaced() -> None:
    """Control characters and halves of characters."""
    odd = replace(ENTRY, title="a\x00b\x1b[31m\ud800")
    (entry,) = fromstring(  # noqa: S314 - our own
        atom.feed(replace(STATE, entries=(odd,)))
    ).findall(f"{SPACE}entry")
    assert texts(entry, "title") == ["a\ufffdb\ufffd[31m\ufffd"]
