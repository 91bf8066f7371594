from __future__ import annotations

import pytest

from findings import described, on_pypi
from samples import metadata, sdist, tarred, wheel, zipped
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Finding

FAMILY = ["M201", "M202", "M203"]


def findings_of(content: bytes) -> tuple[Finding, ...]:
    return checks.run([scanned(WHEEL, wheel(core_metadata=content))], select=FAMILY)


class TestPresence:
    def test_a_wheel_without_metadata(self) -> None:
        """M201 names the place where METADATA belongs."""
        contents = scanned(WHEEL, zipped({"spam-1.0.dist-info/WHEEL": b""}))

        [finding] = checks.run([contents], select=FAMILY)

        assert finding.code == "M201"
        assert finding.message == "expected spam-1.0.dist-info/METADATA, found none"

    def test_an_sdist_without_metadata(self) -> None:
        """M201 names the place where PKG-INFO belongs."""
        [finding] = checks.run([scanned(SDIST, tarred({"spam-1.0/a": b""}))], select=FAMILY)

        assert finding.message == "expected PKG-INFO in the folder at the top, found none"

    def test_an_sdist_with_several(self) -> None:
        """M201 names the candidates."""
        files = {"a/PKG-INFO": b"", "./b/PKG-INFO": b""}

        [finding] = checks.run([scanned(SDIST, tarred(files))], select=FAMILY)

        assert finding.message.endswith("found a/PKG-INFO and ./b/PKG-INFO")

    def test_what_another_check_explains_is_not_said_twice(self) -> None:
        """With flaws, or without one .dist-info folder, M201 is silent."""
        broken = scanned(SDIST, tarred({"spam-1.0/a": bytes(2**20)})[:-9])
        no_folder = scanned(WHEEL, zipped({"a": b""}))

        assert checks.run([broken, no_folder], select=["M201"]) == ()


class TestValidity:
    def test_sound_metadata(self) -> None:
        """Well-formed metadata have no finding."""
        assert findings_of(metadata(Summary="Spam.", Requires_Python=">=3.10")) == ()

    def test_every_problem_is_told(self) -> None:
        """M202 gives each problem that packaging finds."""
        found = findings_of(metadata(Requires_Python="three", Provides_Extra="-"))

        assert [finding.code for finding in found] == ["M202", "M202"]
        assert "'-' is invalid for 'provides-extra'" in found[0].message
        assert "'three' is invalid for 'requires-python'" in found[1].message

    def test_a_field_that_stands_there_twice(self) -> None:
        """A field that may stand there once gives no value if it stands there twice."""
        [finding] = findings_of(metadata() + b"Summary: a\nSummary: b\n")

        assert finding.code == "M202"
        assert finding.message.endswith("field 'summary' that gives no value: 'a', 'b'")

    def test_a_field_of_a_later_version(self) -> None:
        """A field that is newer than the metadata's version is not valid, as on PyPI."""
        old = metadata(License_Expression="MIT").replace(b"2.4", b"2.3")

        [finding] = findings_of(old)

        assert "license-expression introduced in metadata version 2.4" in finding.message

    @pytest.mark.parametrize("version", [b"2.1", b"1.2"])
    def test_license_files_of_setuptools_are_allowed(self, version: bytes) -> None:
        """Setuptools wrote License-File long before the specification knew it."""
        assert findings_of(metadata(License_File="LICENSE").replace(b"2.4", version)) == ()

    def test_what_packaging_cannot_read(self) -> None:
        """A requirement nested without end is a problem, not a crash."""
        deep = "spam; " + "(" * 20_000

        [finding] = findings_of(metadata(Requires_Dist=deep))

        assert finding.code == "M202"
        assert len(finding.message) < 500

    def test_what_email_cannot_read(self) -> None:
        """Bodies nested without end are a problem, not a crash."""
        [finding] = findings_of(b"Content-Type: message/rfc822\n\n" * 3000)

        assert finding.code == "M202"
        assert "cannot be parsed: RecursionError" in finding.message

    def test_a_body_that_is_no_text(self) -> None:
        """A body of several parts gives no README."""
        body = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n"

        found = findings_of(metadata() + body)

        assert [finding.code for finding in found] == ["M202", "M203"]
        assert "field 'description' that gives no value" in found[0].message

    def test_unknown_fields(self) -> None:
        """M203 warns of each field that no specification knows."""
        [finding] = findings_of(metadata(Licence="MIT"))

        assert (finding.code, finding.severity.value) == ("M203", "warning")
        assert "'licence'" in finding.message

    def test_an_sdist_is_judged_alike(self) -> None:
        """PKG-INFO follows the same rules."""
        content = sdist(core_metadata=metadata(Requires_Python="three"))

        assert [found.code for found in checks.run([scanned(SDIST, content)], select=FAMILY)] == [
            "M202"
        ]


class TestOnPypi:
    @pytest.mark.parametrize(("version", "codes"), [("2.5", []), ("2.6", ["M204"])])
    def test_m204_a_version_that_it_does_not_take_yet(self, version: str, codes: list[str]) -> None:
        """It is a version all the same: elsewhere nothing is said."""
        content = described().replace(b"2.4", version.encode(), 1)

        assert [finding.code for finding in on_pypi(content)] == codes
        assert findings_of(content) == ()

    @pytest.mark.parametrize("version", ["2.0", "3.0", ""])
    def test_a_version_that_is_none(self, version: str) -> None:
        """M202 tells it, everywhere."""
        content = described().replace(b"2.4", version.encode(), 1)

        assert [finding.code for finding in on_pypi(content)] == ["M202"]

    def test_two_urls_with_one_label(self) -> None:
        """As a field that stands there twice, it gives no value."""
        [finding] = on_pypi(
            described("Project-URL: a, https://example.org/", "Project-URL: a, https://b.org/")
        )

        assert finding.code == "M202"
        assert "'project-url' that gives no value" in finding.message
