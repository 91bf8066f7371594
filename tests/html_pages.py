"""Pages in HTML, taken apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "input"}
HOSTILE = '"><script src=https://example.org/x.js>alert(1)</script>'
"""What an index may show of a file."""

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """A page, taken apart: its elements, and that each one is closed where it must be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, Attributes]] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]


def check_alone(html: str, *, anchors: str) -> None:
    """A page needs nothing else: no script, font or picture; links lead to elements of its own."""
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in page.elements}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not any(name == "src" or name.startswith("on") for name in names)
    assert not re.search(r"url\(|@import", html)
    targets = {str(attributes["href"]) for attributes in page.all("a")}
    assert targets <= {f"#{attributes.get('id')}" for attributes in page.all(anchors)}
