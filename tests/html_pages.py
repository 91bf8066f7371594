"""Pages in HTML, taken apart."""

from __future__ import annotations

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
