from __future__ import annotations

import pytest

from twine_stage.errors import WrongState
from twine_stage.exports.addresses import exportable


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a/b-1.0.whl", "https://example.org/a/b-1.0.whl"),
        ("https://example.org/a/b.whl#sha256=00", "https://example.org/a/b.whl"),
        ("https://me:secret@example.org/b.whl", "https://example.org/b.whl"),
        ("https://token@example.org:8443/b.whl", "https://example.org:8443/b.whl"),
        ("http://[::1]:80/b.whl", "http://[::1]:80/b.whl"),
        ("file:///srv/a b/c.whl", "file:///srv/a%20b/c.whl"),
        ("https://example.org/1%2B2/%zz/100%", "https://example.org/1%2B2/%25zz/100%25"),
        ('https://example.org/a"b\\c`d', "https://example.org/a%22b%5Cc%60d"),
        ("https://example.org/caf\u00e9", "https://example.org/caf%C3%A9"),
        ("https://example.org/$x&y!", "https://example.org/$x&y!"),
        ("https://example.org/it's", "https://example.org/it%27s"),
    ],
)
def test_an_address_is_made_plain(url: str, expected: str) -> None:
    """No credential, no fragment; what is not plain ASCII is percent-encoded."""
    assert exportable(url, name="b.whl") == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "b.whl",
        "../b.whl",
        "https:///b.whl",
        "https://:8443/b.whl",
        "file:b.whl",
        "ftp://example.org/b.whl",
        "javascript:alert(1)",
        "https://[::1/b.whl",
        "https://exa mple.org/b.whl",
        "https://ex\u00e4mple.org/b.whl",
    ],
)
def test_what_others_cannot_use_is_refused(url: str) -> None:
    """The file is named."""
    with pytest.raises(WrongState, match=r"^b\.whl: expected the address"):
        exportable(url, name="b.whl")


def test_an_address_with_a_query_is_refused_and_not_told() -> None:
    """Signed addresses are credentials, and they expire."""
    with pytest.raises(WrongState, match="with a query") as caught:
        exportable("https://example.org/b.whl?token=hush", name="b.whl")
    assert "hush" not in str(caught.value)
