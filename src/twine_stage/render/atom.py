"""An Atom feed (RFC 4287) of the changes that a monitor told of."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from twine_stage.looks import Entry, State

_NAMESPACE = "http://www.w3.org/2005/Atom"
_AUTHOR = "twine-stage"
_NO_CHARACTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def feed(state: State) -> bytes:
    """The feed of one state: the same bytes as long as nothing is told."""
    top = Element("feed", xmlns=_NAMESPACE)
    changed = max((entry.at for entry in state.entries), default=state.begun)
    _text(top, "id", uuid5(NAMESPACE_URL, f"{state.index}\n{state.begun.isoformat()}").urn)
    _text(top, "title", f"Releases on {state.index}")
    _text(top, "subtitle", "What changed in releases that are watched")
    _text(top, "updated", _moment(changed))
    _text(SubElement(top, "author"), "name", _AUTHOR)
    _text(top, "generator", _AUTHOR)
    for entry in state.entries:
        _entry(top, entry)
    indent(top)
    document: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(top: Element, entry: Entry) -> None:
    element = SubElement(top, "entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.at))
    _text(element, "content", entry.text).set("type", "text")


def _text(parent: Element, tag: str, text: str) -> Element:
    element = SubElement(parent, tag)
    element.text = _NO_CHARACTER.sub("\ufffd", text)
    return element


def _moment(time: datetime) -> str:
    """A date by RFC 3339."""
    return time.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
