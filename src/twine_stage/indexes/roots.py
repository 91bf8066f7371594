"""The page of all projects of a simple index: whether it is one, and the names on it."""

from __future__ import annotations

from html.parser import HTMLParser

from twine_stage.documents import is_text
from twine_stage.indexes.media import (
    HTML,
    HTML_TYPES,
    JSON,
    JSON_TYPES,
    NotAPage,
    is_simple,
    json_page,
    title,
)
from twine_stage.transport import Answered, clean


def is_root(answered: Answered) -> bool:
    """Whether the (perhaps cut) answer is a simple index's page of all projects."""
    if answered.content_type in (JSON, HTML):
        return True
    return answered.content_type == "text/html" and is_simple(answered.body)


def names(answered: Answered) -> tuple[str, ...]:
    """The names of all projects on the page, as they are spelled there.

    Raises:
        NotAPage: it is something else, such as a page to log in.
    """
    if answered.content_type in JSON_TYPES:
        items = json_page(answered, "projects")["projects"]
        found = (item.get("name") for item in items if isinstance(item, dict))
        return tuple(name for name in found if isinstance(name, str) and is_text(name))
    if answered.content_type not in HTML_TYPES:
        raise NotAPage(f"expected {JSON} or text/html, found {clean(answered.content_type)}")
    if answered.content_type != HTML and not is_simple(answered.body):
        raise NotAPage(f"expected a list of projects, found a web page{title(answered)}")
    return _linked(answered.body.decode("utf-8", "replace"))


def _linked(html: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(html)
    anchors.close()
    texts = ("".join(parts).strip() for parts in anchors.texts)
    return tuple(filter(None, texts))


class _Anchors(HTMLParser):
    """The texts of all links; the page of a large index has more than a tree should be made of."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[list[str]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._is_inside = any(name == "href" for name, _ in attrs)
            self.texts.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1].append(data)
