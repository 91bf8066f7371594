"""The frame of a page: one file without scripts, that asks nobody for anything."""

from __future__ import annotations

from html import escape

from twine_stage.render.html.styles import BASE
from twine_stage.render.steering import visible

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(title: str, body: str, *, style: str = "") -> str:
    """A whole page.

    Args:
        title: as text.
        body: as HTML.
        style: rules beside those of every page; no text of others may be in them.
    """
    return _PAGE.format(title=escape(title), style=BASE + style, body=body)


def element(name: str, /, *content: str, **attributes: str | bool | None) -> str:
    """An element; the content is HTML, attributes are text.

    A trailing underscore is left out of a name, others become hyphens (``aria_label``). What is
    None or False is left out, True needs no value.
    """
    return f"{empty(name, **attributes)}{''.join(content)}</{name}>"


def empty(name: str, /, **attributes: str | bool | None) -> str:
    """An element that has no content and no end, such as ``input``."""
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    return f"<{name}{told}>"


def text(words: object) -> str:
    """A text as HTML, whatever is in it; what could turn its direction is made visible."""
    return escape(visible(str(words)))


def _attribute(key: str, value: str | bool | None) -> str:  # noqa: FBT001 - what HTML has
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(value)}"'
