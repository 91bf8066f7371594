from __future__ import annotations

import base64
import re

import pytest

from exporting import BASE, release
from releasing import SDIST, WHEEL
from twine_stage.digests import sha256
from twine_stage.exports import nix

VECTORS = [
    ("", "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"),
    ("abc", "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s"),
    (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "1h86vccx9vgcyrkj3zv4b7j3r8rrc0z0r4r6q3jvhf06s9hnm394",
    ),
]
"""What ``nix hash convert --to nix32`` prints; that of ``abc`` stands in the manual of Nix, too."""


@pytest.mark.parametrize(("content", "expected"), VECTORS, ids=["empty", "abc", "long"])
def test_base_32_is_that_of_nix_hash(content: str, expected: str) -> None:
    """The digits are Nix's own, the last bits first."""
    assert nix.base32(sha256(content.encode())) == expected


def test_sri_is_base_64_of_the_digest() -> None:
    """As ``fetchurl`` takes it, and ``nix hash to-sri`` prints it."""
    assert nix.sri(sha256(b"abc")) == "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


def test_each_file_is_a_fetchurl_under_its_name() -> None:
    """With the address, and both spellings of one digest."""
    text = nix.write(release(WHEEL, SDIST))
    stanzas = re.findall(
        r'  "(\S+)" = fetchurl \{\n    name = "(\S+)";\n    url = "(\S+)";\n'
        r'    hash = "sha256-(\S+)"; # sha256:(\S+)\n  \};\n',
        text,
    )
    assert [stanza[:3] for stanza in stanzas] == [
        (name, name, BASE + name) for name in (WHEEL, SDIST)
    ]
    for *_, sri, base32 in stanzas:
        assert nix.base32(base64.b64decode(sri).hex()) == base32
    assert text.startswith("# spam==1.0\n{ fetchurl }:\n{\n")
    assert text.endswith("}\n")


def test_an_epoch_is_kept_out_of_the_name_in_the_store() -> None:
    """Nix allows no exclamation mark there."""
    assert 'name = "spam-1-2.0-py3-none-any.whl";' in nix.write(
        release("spam-1!2.0-py3-none-any.whl")
    )


def test_a_text_cannot_begin_an_expression() -> None:
    """What a string of Nix would read as more than text is escaped."""
    assert nix.text('a"b\\c${d}$e\n\r\t') == '"a\\"b\\\\c\\${d}$e\\n\\r\\t"'
    hostile = nix.write(release(WHEEL, base="https://example.org/${builtins.readFile}/"))
    assert "${" not in hostile
