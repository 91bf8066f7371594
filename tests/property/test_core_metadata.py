from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findings import found_on_pypi
from samples import metadata
from scanned import SDIST, WHEEL, scanned

SOUND = {name: scanned(name) for name in (WHEEL, SDIST)}
FIELDS = (
    "Author",
    "Author-email",
    "Classifier",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Description",
    "Description-Content-Type",
    "Download-URL",
    "Dynamic",
    "Home-page",
    "Import-Name",
    "Keywords",
    "License",
    "License-Expression",
    "License-File",
    "Maintainer-email",
    "Metadata-Version",
    "Name",
    "Obsoletes-Dist",
    "Project-URL",
    "Provides-Dist",
    "Provides-Extra",
    "Requires-Dist",
    "Requires-Python",
    "Summary",
    "Version",
)
PIECES = (
    *("", "UNKNOWN", "spam", "1.0", "a@b.org", "A <a@b>", "https://a.org/", "https://[::1", "\x00"),
    *(
        "text/markdown",
        "text/x-rst",
        "; charset=utf-8",
        ";",
        ",",
        "@",
        "(",
        ")",
        "[",
        "]",
        "|",
        "*",
    ),
    *(
        " ",
        "\n ",
        "\r",
        "é",
        "\udc80",
        "=?utf-8?q?=80?=",
        "9" * 5000,
        "a" * 300,
        " @ file:///",
        "::",
    ),
    *(">=1", "extra == 'a'", " and ", "MIT", " OR ", "Private :: a", "%", '"', "\\", "`", "<", ">"),
)

_settings = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

values = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
fields = st.tuples(st.sampled_from(FIELDS), values).map(": ".join)
texts = st.lists(st.sampled_from((*PIECES, "\n", "=\n", ".. ", "   ", "a\n")), max_size=30)


def judge(core_metadata: bytes) -> None:
    """Nothing is raised, and what is said can be shown to anybody."""
    files = [replace(sound, core_metadata=core_metadata) for sound in SOUND.values()]
    for finding in found_on_pypi(*files):
        assert finding.message.isprintable()
        assert len(finding.message) <= 1001
        assert finding.hint.isprintable()


class TestWhateverTheCoreMetadataAre:
    """No rule raises anything, and every message is a line that can be shown."""

    @_settings
    @given(content=st.binary(max_size=300))
    def test_any_bytes(self, content: bytes) -> None:
        """Alone, and behind what is well-formed."""
        judge(content)
        judge(metadata() + content)

    @_settings
    @given(lines=st.lists(fields, max_size=12), text=texts, has_head=st.booleans())
    def test_any_fields(self, lines: list[str], text: list[str], *, has_head: bool) -> None:
        """Fields that exist, with values made of what is special in some of them."""
        head = metadata() if has_head else b""
        judge(head + "\n".join([*lines, "", *text]).encode("utf-8", "surrogateescape"))


LARGE = {
    "a requirement": "Requires-Dist: a[" + "b," * 50_000 + "b]",
    "a requirement of specifiers": "Requires-Dist: a" + ">=1," * 25_000 + ">=1",
    "a requirement of conditions": "Requires-Dist: a;" + "os_name=='a' and " * 6_000 + "'a'=='a'",
    "a requirement without end": "Requires-Dist: a;" + "(" * 100_000,
    "many requirements": "Requires-Dist: a>=1; extra == 'b'\n" * 19_000,
    "many direct dependencies": "Requires-Dist: a @ https://a.org/\n" * 19_000,
    "many things provided": "Provides-Dist: a\n" * 19_000,
    "many classifiers": "".join(
        f"Classifier: Programming Language :: {n}\n" for n in range(14_000)
    ),
    "a classifier": "Classifier: " + "a :: " * 20_000,
    "many addresses": "Author-email: " + "a@b.org, " * 5_000,
    "an address": "Author-email: " + "a." * 20_000 + "@b.org",
    "an address of comments": "Author-email: " + "(" * 10_000 + ")" * 10_000 + "a@b",
    "a host": "Author-email: a@" + "b." * 20_000 + "org",
    "a URL": "Home-page: https://" + "a." * 20_000 + "/%" * 1_000,
    "many URLs": "".join(f"Project-URL: {n}, https://a.org/{n}\n" for n in range(14_000)),
    "many fields": "".join(f"X{n}: a\n" for n in range(50_000)),
    "a content type": "Description-Content-Type: text/plain; " + "a=b;" * 12_000,
    "comments in a content type": "Description-Content-Type: " + "(" * 49_000,
    "a licence": "License-Expression: " + "MIT OR " * 7_000 + "MIT",
    "a summary": "Summary: a\n" + " a\n" * 100_000,
    "attachments": "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n\n" * 100_000,
    "letters that are none": "Author: " + "é" * 100_000 + "=?utf-8?q?=80?= " * 1_000,
    "lines": "\n" * 2_000_000,
    "a version": "Version: " + "1." * 20_000,
    "Pythons": "Requires-Python: " + ">=3," * 12_000 + ">=3",
}


class TestHoweverLargeTheyAre:
    """No field takes long, whatever is in it; a run without bounds would not end here."""

    @pytest.mark.parametrize("name", LARGE)
    def test_large(self, name: str) -> None:
        """Up to what an archive may hold."""
        judge(metadata() + LARGE[name].encode())
