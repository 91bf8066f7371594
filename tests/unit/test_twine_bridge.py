"""The bridge to twine: what it says is what twine would do, and twine has the names it uses."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
from packaging.metadata import RawMetadata
from twine import exceptions, package, repository, utils

from samples import attestation, metadata, sdist, wheel
from twine_stage import twine_bridge
from twine_stage.digests import Hashing
from twine_stage.distributions import Distribution, Filename
from twine_stage.errors import InvalidDistribution, LocalError

TOKEN = "pypi-recognisable-token-in-the-tests"
CONVERT = repository.Repository._convert_metadata_to_list_of_tuples  # noqa: SLF001 - as the bridge
WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"

RICH = b"""Metadata-Version: 2.4
Name: Spam_Spam
Version: 1.0
Summary: Something to eat
Keywords: one, two,three
Home-page: https://example.org/
Author: A. N. Other
Author-email: other@example.org
Classifier: Programming Language :: Python :: 3
Classifier: Typing :: Typed
Platform: any
Supported-Platform: linux-x86_64
Project-URL: Source, https://example.org/source
Project-URL: Changelog, https://example.org/changes
Requires-Python: >=3.10
Requires-Dist: eggs>=1
Requires-Dist: ham; extra == "meat"
Provides-Extra: meat
License-Expression: MIT
License-File: LICENSE
License-File: NOTICE
Dynamic: Description
Description-Content-Type: text/markdown

# Spam

With \xc3\xa4 character that is not ASCII.
"""
LICENSED_EARLY = b"""Metadata-Version: 2.1
Name: spam
Version: 1.0
License: MIT
License-File: LICENSE

Spam.
"""
FOLDED = b"""Metadata-Version: 1.1
Name: spam
Version: 1.0
Description: Spam
        ====
        \x20
        Eggs, too.
"""


def staged(content: bytes, filename: str) -> Distribution:
    hashing = Hashing()
    hashing.update(content)
    digests = hashing.digests()
    return Distribution(
        filename=Filename.parse(filename),
        sha256=digests.sha256,
        blake2b256=digests.blake2b256,
        size=digests.size,
    )


def by_twine(path: Path) -> list[tuple[str, str]]:
    read = package.PackageFile.from_filename(str(path), None)
    return sorted(CONVERT(read.metadata_dictionary()))


def fields_of(content: bytes, *, filename: str = WHEEL) -> list[tuple[str, str]]:
    return twine_bridge.form_fields(staged(b"", filename), content)


class TestFormFields:
    @pytest.mark.parametrize("core_metadata", [metadata(), RICH, LICENSED_EARLY])
    def test_a_wheel_is_described_as_twine_would(
        self, tmp_path: Path, core_metadata: bytes
    ) -> None:
        """Field by field, from the same file."""
        content = wheel(core_metadata=core_metadata)
        path = tmp_path / WHEEL
        path.write_bytes(content)
        assert sorted(twine_bridge.form_fields(staged(content, WHEEL), core_metadata)) == by_twine(
            path
        )

    @pytest.mark.parametrize("core_metadata", [metadata(), RICH, LICENSED_EARLY])
    def test_an_sdist_is_described_as_twine_would(
        self, tmp_path: Path, core_metadata: bytes
    ) -> None:
        """Field by field, from the same file."""
        content = sdist(core_metadata=core_metadata)
        path = tmp_path / SDIST
        path.write_bytes(content)
        assert sorted(twine_bridge.form_fields(staged(content, SDIST), core_metadata)) == by_twine(
            path
        )

    def test_the_digests_are_those_of_the_stage(self) -> None:
        """Nothing is hashed again."""
        distribution = staged(b"content", WHEEL)
        fields = dict(twine_bridge.form_fields(distribution, metadata()))
        assert fields["sha256_digest"] == distribution.sha256
        assert fields["blake2_256_digest"] == distribution.blake2b256

    @pytest.mark.parametrize(
        ("filename", "expected"),
        [
            (WHEEL, "py3"),
            ("spam-1.0-1-cp313-cp313-linux_x86_64.whl", "cp313"),
            ("spam-1.0-py2.py3-none-any.whl", "py2.py3"),
            (SDIST, "source"),
        ],
    )
    def test_pyversion(self, filename: str, expected: str) -> None:
        """The Python tag as it is spelled, compressed or not; an sdist has none."""
        assert ("pyversion", expected) in fields_of(metadata(), filename=filename)

    def test_import_names_are_sent(self) -> None:
        """Twine reads the fields of metadata 2.5 and forgets them."""
        fields = fields_of(
            b"Metadata-Version: 2.5\nName: spam\nVersion: 1.0\n"
            b"Import-Name: spam\nImport-Name: _spam ; private\nImport-Namespace: food\n"
        )
        assert fields[-3:] == [
            ("import_name", "spam"),
            ("import_name", "_spam ; private"),
            ("import_namespace", "food"),
        ]

    def test_license_files_of_early_metadata_are_left_out(self) -> None:
        """So are those of metadata whose version cannot be understood."""
        for version in (b"2.1", b"2.3", b"two"):
            content = LICENSED_EARLY.replace(b"2.1", version)
            assert "license_file" not in dict(fields_of(content))

    def test_a_folded_description_is_sent_unfolded(self) -> None:
        """It stood in a header before metadata 2.1; folded, the index could not render it."""
        assert dict(fields_of(FOLDED))["description"] == "Spam\n====\n \nEggs, too."

    def test_attestations_are_one_list(self) -> None:
        """The index wants one field with all of them."""
        fields = dict(
            twine_bridge.form_fields(
                staged(b"", WHEEL),
                metadata(),
                (attestation(), attestation("https://example.org/2")),
            )
        )
        assert json.loads(fields["attestations"]) == [
            json.loads(attestation()),
            json.loads(attestation("https://example.org/2")),
        ]
        assert "attestations" not in dict(fields_of(metadata()))

    def test_an_attestation_that_is_no_json(self) -> None:
        """It is refused before anything is sent."""
        with pytest.raises(InvalidDistribution, match="an attestation of it is not JSON"):
            twine_bridge.form_fields(staged(b"", WHEEL), metadata(), (b"\xff",))

    @pytest.mark.parametrize(
        "content", [b"", b"Metadata-Version: 2.4\nName: spam\n", b"Version: 1.0\n"]
    )
    def test_metadata_without_name_or_version(self, content: bytes) -> None:
        """There is no form to be made of it."""
        with pytest.raises(InvalidDistribution, match="no name or version"):
            fields_of(content)


class TestKnownIndexes:
    def test_both_apis(self) -> None:
        """An index is known by its legacy upload URL, by the root beside it, and below them."""
        known = twine_bridge.KnownIndex(
            "https://example.org/legacy/", "https://example.org/simple/"
        )
        assert known.roots == ("https://example.org/legacy/", "https://example.org/2.0/")
        for url in (*known.roots, "https://example.org/2.0", "https://example.org/2.0/a/"):
            assert known.has(url)
        for url in ("https://example.org/", "https://example.org/2.0a/", known.simple_url):
            assert not known.has(url)

    def test_urls_are_those_of_twine(self) -> None:
        """Files go where twine sends them; the reading side is on the site that twine names."""
        known = twine_bridge.known_indexes()
        assert set(known) == {"pypi", "testpypi"}
        assert known["pypi"].upload_url == utils.DEFAULT_REPOSITORY
        assert known["testpypi"].upload_url == utils.TEST_REPOSITORY
        assert known["pypi"].simple_url == f"{repository.WAREHOUSE_WEB}simple/"
        assert known["testpypi"].simple_url == f"{repository.TEST_WAREHOUSE}simple/"

    def test_a_known_host_is_met_over_https(self) -> None:
        """Whatever was written; other hosts are met as they were written."""
        plain = utils.DEFAULT_REPOSITORY.replace("https://", "http://")
        assert twine_bridge.normal_url(plain) == utils.DEFAULT_REPOSITORY
        assert twine_bridge.normal_url(plain.rstrip("/")) == utils.DEFAULT_REPOSITORY
        assert twine_bridge.normal_url("http://example.org/") == "http://example.org/"


class TestPypirc:
    def test_sections(self, tmp_path: Path) -> None:
        """Each repository that is listed, and PyPI."""
        path = tmp_path / "pypirc"
        path.write_text(
            "[distutils]\nindex-servers = mine\n\n"
            f"[mine]\nrepository = https://example.org/\nusername = me\npassword = {TOKEN}\n"
            "ca_cert = ca.pem\nclient_cert = me.pem\n\n[unlisted]\nusername = nobody\n"
        )
        read = twine_bridge.read_pypirc(str(path))
        assert set(read) == {"pypi", "mine"}
        assert read["mine"] == {
            "repository": "https://example.org/",
            "username": "me",
            "password": TOKEN,
            "ca_cert": "ca.pem",
            "client_cert": "me.pem",
        }

    def test_the_usual_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is read if it is there, and need not be."""
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        assert twine_bridge.read_pypirc(None) == {}
        (tmp_path / ".pypirc").write_text("[pypi]\npassword = secret\n")
        assert twine_bridge.read_pypirc(None)["pypi"]["password"] == "secret"

    def test_a_file_that_is_named_must_be_there(self, tmp_path: Path) -> None:
        """A mistyped name would go unseen otherwise."""
        with pytest.raises(LocalError, match=r"cannot read .*nowhere: No such file"):
            twine_bridge.read_pypirc(str(tmp_path / "nowhere"))

    @pytest.mark.parametrize(
        "content",
        [
            TOKEN.encode(),
            f"[pypi]\npassword = x\n{TOKEN}\n".encode(),
            f"[pypi]\npassword = {TOKEN}\n[pypi]\n".encode(),
            f"[pypi]\npassword = {TOKEN}\xff".encode("latin-1"),
        ],
    )
    def test_a_malformed_file_is_not_quoted(self, tmp_path: Path, content: bytes) -> None:
        """What the parser stumbles over may be the secret."""
        path = tmp_path / "pypirc"
        path.write_bytes(content)
        with pytest.raises(LocalError, match="is malformed") as raised:
            twine_bridge.read_pypirc(str(path))
        assert TOKEN not in f"{raised.value.message} {raised.value.hint}"
        assert raised.value.__suppress_context__


class TestNames:
    """Twine promises no library; a new version that lacks a name fails here first."""

    def test_constants_are_urls(self) -> None:
        """With a slash at the end, which our URLs are put behind."""
        for url in (
            utils.DEFAULT_REPOSITORY,
            utils.TEST_REPOSITORY,
            repository.WAREHOUSE_WEB,
            repository.TEST_WAREHOUSE,
        ):
            assert url.startswith("https://")
            assert url.endswith("/")
        assert utils.DEFAULT_CONFIG_FILE == twine_bridge.CONFIG_FILE

    def test_functions_take_what_they_are_given(self) -> None:
        """By the parameters' names."""
        assert list(inspect.signature(utils.get_config).parameters) == ["path"]
        assert list(inspect.signature(utils.normalize_repository_url).parameters) == ["url"]
        assert list(inspect.signature(package.PackageFile).parameters) == [
            "filename",
            "comment",
            "metadata",
            "python_version",
            "filetype",
        ]
        assert list(inspect.signature(CONVERT).parameters) == ["data"]

    def test_a_package_has_what_is_set(self, tmp_path: Path) -> None:
        """The digests and attestations that go into the form."""
        path = tmp_path / "empty"
        path.touch()
        raw = RawMetadata(metadata_version="2.4", name="spam", version="1.0")
        made = package.PackageFile(str(path), None, raw, "py3", "bdist_wheel")
        assert {"sha2_digest", "blake2_256_digest", "attestations"} <= set(vars(made))

    def test_errors_have_one_root(self) -> None:
        """The bridge catches it."""
        assert issubclass(exceptions.UnableToReadConfigurationFile, exceptions.TwineException)
