from __future__ import annotations

import re

import pytest

from twine_stage.render.html.frame import element, empty, page, text
from twine_stage.render.html.styles import BASE


def test_elements() -> None:
    """Names of attributes as HTML has them; what is None or False is left out."""
    assert element("p", "a", "b", class_="x", aria_label="<&>\"'", id=None, hidden=False) == (
        '<p class="x" aria-label="&lt;&amp;&gt;&quot;&#x27;">ab</p>'
    )
    assert empty("input", type="radio", checked=True) == '<input type="radio" checked>'


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("<script>", "&lt;script&gt;"),
        ("a & 'b' \"c\"", "a &amp; &#x27;b&#x27; &quot;c&quot;"),
        ("gpj\u202e.exe\u200b", r"gpj\u202e.exe\u200b"),
        ("a\x00\n\x1b[1m", r"a\u0000\u000a\u001b[1m"),
        (7, "7"),
    ],
)
def test_texts_cannot_be_markup(words: object, html: str) -> None:
    """Nor turn what a person reads around."""
    assert text(words) == html


def test_a_page_asks_nobody() -> None:
    """And forbids it to the browser, whatever else should be in it."""
    made = page("<title>", "<p>body</p>", style=".own {}")
    assert "<title>&lt;title&gt;</title>" in made
    assert "default-src &#x27;none&#x27;" in made or "default-src 'none'" in made
    assert ".own {}" in made


def test_styles_refer_to_nothing() -> None:
    """Neither to fonts nor to pictures."""
    assert not re.search(r"url\(|@import|@font-face|https?:", BASE)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *[(ink, ground) for ink in ("ink", "quiet") for ground in ("ground", "raised", "sunken")],
        *[(ink, "raised") for ink in ("link", "mark")],
        *[(f"on-{name}", name) for name in ("best", "good", "care", "bad")],
    ],
)
def test_contrast(theme: int, ink: str, ground: str) -> None:
    """At least 4.5 to 1, as WCAG has it for texts of this size."""
    colours = [re.findall(rf"--{name}: (#\w{{6}})", BASE)[theme] for name in (ink, ground)]
    dark, light = sorted(map(_luminance, colours))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
